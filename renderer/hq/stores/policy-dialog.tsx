import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { groupThousands } from '../../../shared/base/money.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import { ALL_STORES, POLICY_BOUNDS } from '../../../shared/hq/limits.ts'
import { CheckField, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useChange } from '../api/use-change.ts'
import { useWords } from '../frame/use-words.ts'

type Field = keyof typeof POLICY_BOUNDS
type Told = Answered<'risk'>['all']

const GROUPS = {
  floor: ['floor_customer_points', 'floor_till_points', 'view_age_hours_max'],
  override: ['override_till_points'],
  lease: ['lease_points', 'lease_share_bp', 'lease_seen_days', 'lease_customers_max', 'lease_unused_days'],
} as const satisfies Record<string, readonly Field[]>
const FIELDS: readonly Field[] = Object.values(GROUPS).flat()

/** How much of the stored number one unit of what is typed is: a share is typed in percent. */
const unitOf = (field: Field): number => (field === 'lease_share_bp' ? 100 : 1)
const boundsOf = (field: Field): readonly [number, number] => {
  const [least, most] = POLICY_BOUNDS[field]
  return [least / unitOf(field), most / unitOf(field)]
}

/** Digits with their commas as people write them, within the bounds; undefined for anything else. */
function readWhole(field: Field, text: string): number | undefined {
  const plain = text.replaceAll(/[\s,]/g, '')
  const [least, most] = boundsOf(field)
  const typed = /^\d{1,9}$/.test(plain) ? Number(plain) : -1
  return typed >= least && typed <= most ? typed * unitOf(field) : undefined
}

/** What the tills of a store, or of all (`*`), may do while nobody can be asked. */
export function PolicyDialog({
  id,
  name,
  told,
  onClose,
}: {
  id: string
  name: string
  told: Told
  onClose: (done?: string) => void
}) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const [mask, setMask] = useState(told.policy.mask_phones)
  const [texts, setTexts] = useState<Readonly<Record<Field, string>>>(() => textsOf(told.policy))
  const { busy, problem, run } = useChange('stores.policy')
  const all = id === ALL_STORES
  const called = { name: isolated(name) }
  const save = async (): Promise<void> => {
    const policy = { ...told.policy, mask_phones: mask }
    for (const field of FIELDS) {
      const value = readWhole(field, texts[field])
      if (value === undefined) return
      policy[field] = value
    }
    if (await run({ id, mark: told.mark, ...policy }))
      onClose(all ? t('stores.saved_all') : t('stores.saved', called))
  }
  const hints: Partial<Record<Field, string>> = {
    floor_till_points: t('stores.floor_hint'),
    override_till_points: t('stores.override_hint'),
  }
  return (
    <FormDialog
      title={all ? t('stores.policy_title_all') : t('stores.policy_title', called)}
      lead={all ? t('stores.policy_lead_all') : t('stores.policy_lead')}
      doLabel={common('save')}
      busy={busy}
      problem={problem}
      onClose={() => onClose()}
      onSubmit={() => void save()}
    >
      {(['floor', 'override', 'lease'] as const).map((group) => (
        <fieldset key={group} className="flex flex-col gap-3 border-t border-line pt-3">
          <legend className="float-left mb-1 w-full text-15 font-semibold text-ink">
            {t(`stores.policy_group.${group}`)}
          </legend>
          {GROUPS[group].map((field) => (
            <PolicyField
              key={field}
              field={field}
              text={texts[field]}
              hint={hints[field]}
              onText={(text) => setTexts((now) => ({ ...now, [field]: text }))}
            />
          ))}
        </fieldset>
      ))}
      <CheckField label={t('stores.mask')} checked={mask} onChecked={setMask} />
    </FormDialog>
  )
}

function PolicyField({
  field,
  text,
  hint,
  onText,
}: {
  field: Field
  text: string
  hint: string | undefined
  onText: (text: string) => void
}) {
  const { t } = useWords()
  const [least, most] = boundsOf(field)
  const wrong = readWhole(field, text) === undefined
  const bounds = { least, most: groupThousands(most) }
  return (
    <TextField
      label={t(`stores.policy_field.${field}`)}
      inputMode="numeric"
      value={text}
      onText={onText}
      {...(hint === undefined ? {} : { hint })}
      problem={wrong ? t('stores.number_wrong', bounds) : undefined}
    />
  )
}

/** A share that is no whole percentage is rounded down: nobody grants more by looking. */
const textsOf = (policy: Told['policy']): Record<Field, string> => {
  const text = (field: Field): string => String(Math.floor(policy[field] / unitOf(field)))
  return {
    floor_customer_points: text('floor_customer_points'),
    floor_till_points: text('floor_till_points'),
    view_age_hours_max: text('view_age_hours_max'),
    override_till_points: text('override_till_points'),
    lease_points: text('lease_points'),
    lease_share_bp: text('lease_share_bp'),
    lease_seen_days: text('lease_seen_days'),
    lease_customers_max: text('lease_customers_max'),
    lease_unused_days: text('lease_unused_days'),
  }
}
