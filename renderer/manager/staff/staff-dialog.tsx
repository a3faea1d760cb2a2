import { useTranslation } from 'react-i18next'
import { LIMITS } from '../../../shared/base/limits.ts'
import { pinDigitsMin, ROLES } from '../../../shared/base/roles.ts'
import { Band } from '../../ui/band.tsx'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { type Staff, useManager } from '../frame/manager-context.ts'
import { useWords } from '../frame/use-words.ts'
import { type StaffFormState, useStaffForm } from './use-staff-form.ts'

/** Adds a person, or changes one: name, role, PIN, and whether they may still sign in. */
export function StaffDialog({
  known,
  onClose,
  onDone,
}: {
  known: Staff | null
  onClose: () => void
  onDone: (sentence: string) => void
}) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const form = useStaffForm(known, onDone)
  return (
    <FormDialog
      title={known ? t('staff.edit_title', { name: isolated(known.name) }) : t('staff.new_title')}
      doLabel={known ? common('save') : t('staff.new_do_plain')}
      busy={form.busy}
      onClose={onClose}
      onSubmit={() => void form.save()}
    >
      <NameAndRole form={form} />
      <PinFields form={form} known={known} />
      {known && (
        <div>
          <CheckField
            label={t('staff.may_sign_in')}
            checked={form.draft.active}
            onChecked={(active) => form.set({ active })}
          />
          <p className="text-13 text-ink-faint">{t('staff.may_sign_in_hint')}</p>
        </div>
      )}
      {form.nothing && <Band>{t('staff.nothing')}</Band>}
      {form.other !== '' && <Band tone="red">{form.other}</Band>}
    </FormDialog>
  )
}

function NameAndRole({ form }: { form: StaffFormState }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const { session } = useManager()
  const mayMakeAdmins = session.permissions.includes('staff.edit_admin')
  return (
    <>
      <TextField
        label={t('staff.name')}
        value={form.draft.name}
        onText={(name) => form.set({ name })}
        steady
        problem={form.problem('name')}
      />
      <SelectField
        label={t('staff.role')}
        value={form.draft.role}
        onValue={(role) => form.set({ role })}
        options={ROLES.filter((role) => role !== 'admin' || mayMakeAdmins).map((role) => ({
          value: role,
          label: common(`role.${role}`),
        }))}
        problem={form.problem('role')}
        steady
      />
    </>
  )
}

/** Twice, because nobody sees what is typed. */
function PinFields({ form, known }: { form: StaffFormState; known: Staff | null }) {
  const { t } = useWords()
  const min = pinDigitsMin(form.draft.role)
  const keeps = known !== null && min <= pinDigitsMin(known.role)
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        label={known ? t('staff.pin_new') : t('staff.pin')}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        value={form.draft.pin}
        onText={(pin) => form.set({ pin })}
        hint={keeps ? t('staff.pin_keep') : t('staff.pin_digits', { min, max: LIMITS.pinDigitsMax })}
        problem={form.problem('pin')}
      />
      <TextField
        label={t('staff.pin_again')}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        value={form.draft.again}
        onText={(again) => form.set({ again })}
        steady
        problem={form.problem('again')}
      />
    </div>
  )
}
