import { LIMITS } from '../../../shared/base/limits.ts'
import type { Refusal } from '../../../shared/base/refusal.ts'
import { isAtLeast, leastRole, type Permission, ROLES, type Role } from '../../../shared/base/roles.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { type Staff, useManager } from '../frame/manager-context.ts'
import { useWords } from '../frame/use-words.ts'

/** The second person as chosen and typed. */
export interface SecondPerson {
  readonly staffId: string
  readonly pin: string
}

export const NOBODY_YET: SecondPerson = { staffId: '', pin: '' }

/** The least role that may approve: what the refusal named, else what the table says. */
export function approverRole(refusal: Refusal | null, permission: Permission): Role {
  return ROLES.find((role) => role === refusal?.params['who']) ?? leastRole(permission)
}

/** Who may be the second person: active, of the role or above, and not the one who asks. */
function approvers(staff: readonly Staff[], least: Role, selfId: string): readonly Staff[] {
  return staff.filter((one) => one.active && one.id !== selfId && isAtLeast(one.role, least))
}

/** A second person's name and PIN, under the sentence that says why they are needed. */
export function SecondPersonFields({
  why,
  least,
  value,
  onValue,
  problem,
}: {
  why: string
  least: Role
  value: SecondPerson
  onValue: (value: SecondPerson) => void
  problem: { readonly field: 'who' | 'pin'; readonly sentence: string } | undefined
}) {
  const { t } = useWords()
  const { staff, session } = useManager()
  const able = approvers(staff, least, session.staff.id)
  return (
    <section
      aria-label={t('second.title')}
      className="flex flex-col gap-3 rounded-card border border-amber-line bg-amber-soft p-4"
    >
      <p role="status" className="text-15 font-medium text-amber-ink">
        {why}
      </p>
      {able.length === 0 ? (
        <p className="text-15 text-amber-ink">{t('second.none')}</p>
      ) : (
        <div className="grid grid-cols-2 gap-3">
          <SelectField
            label={t('second.who')}
            value={value.staffId}
            onValue={(staffId) => onValue({ ...value, staffId })}
            problem={problem?.field === 'who' ? problem.sentence : undefined}
            options={[
              { value: '', label: t('second.choose') },
              ...able.map((one) => ({ value: one.id, label: one.name })),
            ]}
          />
          <TextField
            label={t('second.pin')}
            type="password"
            inputMode="numeric"
            autoComplete="off"
            maxLength={LIMITS.pinDigitsMax}
            value={value.pin}
            onText={(pin) => onValue({ ...value, pin })}
            problem={problem?.field === 'pin' ? problem.sentence : undefined}
          />
        </div>
      )}
    </section>
  )
}
