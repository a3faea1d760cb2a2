import { pointsInWords } from '../../../shared/base/money.ts'
import { Panel } from '../../ui/panel.tsx'
import { NO_FILTER, writeFilter } from '../events/filter.ts'
import { writePlace } from '../frame/location.ts'
import { useManager } from '../frame/manager-context.ts'
import { useWords } from '../frame/use-words.ts'
import type { Office } from './connection-panel.tsx'

/** Own entries that head office has and does not count yet: what, why, and the way out. */
export function HeldPanel({ held, connected }: { held: Office['held']; connected: boolean }) {
  const { t, moment } = useWords()
  const { go } = useManager()
  return (
    <Panel title={t('office.held')}>
      {held.length === 0 ? (
        <p className="text-15 text-ink-soft">{t(connected ? 'office.held_none' : 'office.held_alone')}</p>
      ) : (
        <ul className="flex flex-col">
          {held.map((entry) => {
            const place = {
              room: 'events',
              query: writeFilter({ ...NO_FILTER, open: entry.event_id }),
            } as const
            return (
              <li
                key={entry.event_id}
                className="flex flex-col gap-1 border-b border-line py-3 last:border-b-0"
              >
                <a
                  href={writePlace(place)}
                  onClick={(event) => {
                    event.preventDefault()
                    go(place)
                  }}
                  className="flex min-h-12 items-center justify-between gap-3 text-15 font-medium underline"
                >
                  <span>{entry.what}</span>
                  <span className="shrink-0 text-ink-soft no-underline">
                    {entry.points === null ? moment(entry.at) : pointsInWords(entry.points)}
                  </span>
                </a>
                <p className="text-15">{entry.why}</p>
                <p className="text-15 text-ink-soft">{entry.fix}</p>
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
}
