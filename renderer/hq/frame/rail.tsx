import type { LucideIcon } from 'lucide-react'
import {
  BookOpenText,
  CircleAlert,
  Gift,
  History,
  LayoutDashboard,
  Scale,
  Store,
  UserCog,
  Users,
} from 'lucide-react'
import { classNames } from '../../ui/class-names.ts'
import { offsetText, placeOfZone } from '../../ui/dates.ts'
import { Icon } from '../../ui/icon.tsx'
import { useConsole, useMay } from '../api/console-context.ts'
import { ROOMS, type RoomName, writePlace } from './location.ts'
import { useWords } from './use-words.ts'

const DRAWINGS: Record<RoomName, LucideIcon> = {
  overview: LayoutDashboard,
  stores: Store,
  customers: Users,
  loyalty: Gift,
  ledgers: BookOpenText,
  exceptions: CircleAlert,
  reconciliation: Scale,
  people: UserCog,
  audit: History,
}

/** The rooms: a column at the left, a row of drawings at the foot of a phone. */
export function Rail({ room }: { room: RoomName }) {
  const { t, locale, zone, now } = useWords()
  const { pulse } = useConsole()
  const isOwner = useMay('owner')
  return (
    <nav
      aria-label={t('rooms')}
      className="shrink-0 border-line bg-surface max-[760px]:border-t min-[761px]:flex min-[761px]:w-54 min-[761px]:flex-col min-[761px]:justify-between min-[761px]:gap-3 min-[761px]:overflow-y-auto min-[761px]:border-r min-[761px]:p-3"
    >
      <ul className="flex gap-1 max-[760px]:justify-between max-[760px]:px-1 min-[761px]:flex-col">
        {ROOMS.filter((name) => name !== 'people' || isOwner).map((name) => (
          // A phone has no room for it here: there the audit leads to it.
          <li key={name} className={classNames('min-w-0', name === 'people' && 'max-[760px]:hidden')}>
            <a
              href={writePlace({ room: name })}
              aria-current={name === room ? 'page' : undefined}
              className={classNames(
                'relative flex min-h-12 items-center rounded-card text-15 font-medium transition-colors duration-100 select-none',
                'max-[760px]:w-12 max-[760px]:justify-center max-[760px]:my-1 min-[761px]:gap-3 min-[761px]:px-3',
                name === room
                  ? 'bg-brand-soft text-brand-ink'
                  : 'text-ink-soft hover:bg-hover hover:text-ink',
              )}
            >
              <Icon of={DRAWINGS[name]} className="shrink-0" />
              <span className="one-line flex-1 max-[760px]:sr-only">{t(`room.${name}`)}</span>
              {name === 'exceptions' && <Count of={pulse?.open_exceptions ?? 0} />}
            </a>
          </li>
        ))}
      </ul>
      <p className="px-3 text-13 text-ink-soft max-[760px]:sr-only">
        {t('times', { place: placeOfZone(zone), offset: offsetText(now, locale, zone) })}
      </p>
    </nav>
  )
}

/** How much waits for a person. */
function Count({ of }: { of: number }) {
  const { t } = useWords()
  if (of === 0) return null
  return (
    <span className="shrink-0 rounded-inner border border-amber-line bg-amber-soft px-1.5 text-13 font-semibold text-amber-ink max-[760px]:absolute max-[760px]:-top-0.5 max-[760px]:-right-0.5 max-[760px]:px-1">
      <span aria-hidden="true">{of > 99 ? '99+' : of}</span>
      <span className="sr-only">{t('exceptions.open_count', { count: of })}</span>
    </span>
  )
}
