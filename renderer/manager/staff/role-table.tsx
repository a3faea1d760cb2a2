import { Check, Minus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { isAtLeast, ROLES } from '../../../shared/base/roles.ts'
import { Icon } from '../../ui/icon.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import { ABILITY_NAMES, leastRoleOf } from './abilities.ts'

/** The one permission table, in words. */
export function RoleTable() {
  const { t } = useWords()
  const common = useTranslation('common').t
  return (
    <Panel title={t('staff.roles')} flush>
      <table className="w-full border-collapse text-15">
        <caption className="sr-only">{t('staff.roles_caption')}</caption>
        <thead>
          <tr className="text-13 text-ink-soft">
            <td className="px-4 py-2" />
            {ROLES.map((role) => (
              <th key={role} scope="col" className="w-24 px-2 py-2 text-center font-medium">
                {common(`role.${role}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ABILITY_NAMES.map((ability) => {
            const least = leastRoleOf(ability)
            return (
              <tr key={ability} className="border-t border-line">
                <th scope="row" className="h-11 px-4 text-left font-normal">
                  {t(`staff.ability.${ability}`)}
                </th>
                {ROLES.map((role) => (
                  <td key={role} className="px-2 text-center">
                    <span
                      className={
                        isAtLeast(role, least)
                          ? 'inline-flex align-middle text-brand-ink'
                          : 'inline-flex align-middle text-ink-faint'
                      }
                    >
                      <Icon of={isAtLeast(role, least) ? Check : Minus} size={16} />
                      <span className="sr-only">
                        {isAtLeast(role, least) ? t('staff.may') : t('staff.may_not')}
                      </span>
                    </span>
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </Panel>
  )
}
