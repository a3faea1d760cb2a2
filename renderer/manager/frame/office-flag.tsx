import { TriangleAlert } from 'lucide-react'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/icon.tsx'
import { useManager } from './manager-context.ts'
import { OfficeLink } from './office-link.tsx'
import { useQuery } from './use-query.ts'
import { useWords } from './use-words.ts'

/** Across the top, while head office wants something of a person: one step to the room where it is said. */
export function OfficeFlag() {
  const { t } = useWords()
  const { session } = useManager()
  const health = useQuery('health.get', {}, ['health']).value?.health
  if (!health?.connected_to_hq || !session.permissions.includes('reports.read')) return null
  const stopped = health.sync.doing === 'stopped'
  if (!stopped && health.quarantined === 0) return null
  return (
    <OfficeLink
      className={classNames(
        'rounded-card border px-3 text-13',
        stopped
          ? 'border-red-line bg-red-soft text-red-ink'
          : 'border-amber-line bg-amber-soft text-amber-ink',
      )}
    >
      <Icon of={TriangleAlert} size={16} />
      {stopped ? t('office.flag_stopped') : t('office.flag_held', { count: health.quarantined })}
    </OfficeLink>
  )
}
