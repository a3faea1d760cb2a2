import { useTranslation } from 'react-i18next'
import { ROLES, type Role } from '../../../shared/base/roles.ts'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import type { SettingsProblems } from './settings-form.ts'
import { useProblem } from './use-problem.ts'

/** How many points each role may move in a day alone. */
export function LimitsPanel({
  limits,
  problems,
  onLimits,
}: {
  limits: Readonly<Record<Role, string>>
  problems: SettingsProblems
  onLimits: (limits: Readonly<Record<Role, string>>) => void
}) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const problem = useProblem(problems)
  return (
    <Panel title={t('settings.limits')}>
      <p className="pb-3 text-13 text-ink-soft">{t('settings.limits_hint')}</p>
      <div className="grid grid-cols-2 gap-3">
        {ROLES.map((role) => (
          <TextField
            key={role}
            label={common(`role.${role}`)}
            inputMode="numeric"
            value={limits[role]}
            onText={(text) => onLimits({ ...limits, [role]: text })}
            problem={problem(`limits.${role}`)}
            boxClassName="text-right"
          />
        ))}
      </div>
    </Panel>
  )
}
