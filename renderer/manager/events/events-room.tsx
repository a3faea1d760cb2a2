import { RefreshCw, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { groupThousands } from '../../../shared/base/money.ts'
import { Button } from '../../ui/button.tsx'
import { useManager } from '../frame/manager-context.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { TroubleBand, TroubleState } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { EntryPane } from './entry-pane.tsx'
import { EventList } from './event-list.tsx'
import { type EventFilter, isNarrowed, NO_FILTER, readFilter, writeFilter } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { useEventPages } from './use-event-pages.ts'

/** Every entry of the ledger, newest first, narrowed by what stands in the address. */
export function EventsRoom({ query }: { query: string }) {
  const { t } = useWords()
  const { go } = useManager()
  const filter = readFilter(query)
  const pages = useEventPages(filter)
  const opener = useRef<string | null>(null)
  const set = (change: Partial<EventFilter>, how: 'push' | 'replace' = 'push'): void =>
    go({ room: 'events', query: writeFilter({ ...filter, ...change }) }, how)
  const { open } = filter
  // Closing an entry gives the focus back to the row it was opened from.
  useEffect(() => {
    if (open !== null) opener.current = open
    else if (opener.current !== null) {
      document.querySelector<HTMLElement>(`[data-entry="${opener.current}"]`)?.focus()
      opener.current = null
    }
  }, [open])
  const shown = groupThousands(pages.rows.length)
  return (
    <div className="flex h-full min-h-0">
      <div className="flex min-w-0 flex-1 flex-col gap-3 p-4 wide:px-6">
        <RoomHead title={t('events.title')} subtitle={t('events.subtitle')}>
          <span role="status" className="text-13 text-ink-soft">
            {pages.loading || pages.trouble || (pages.more && pages.rows.length === 0)
              ? ''
              : pages.more
                ? t('events.count_more', { shown })
                : t('events.count', { count: pages.rows.length, shown })}
          </span>
          {isNarrowed(filter) && (
            <Button look="quiet" icon={X} onClick={() => set({ ...NO_FILTER, open })}>
              {t('events.clear')}
            </Button>
          )}
          {pages.stale && (
            <Button icon={RefreshCw} busy={pages.loading} onClick={pages.reload}>
              {t('events.newer')}
            </Button>
          )}
        </RoomHead>
        <FilterBar filter={filter} onFilter={set} />
        {pages.trouble && pages.rows.length === 0 ? (
          <TroubleState query={pages} />
        ) : (
          <>
            <TroubleBand query={pages} />
            <EventList
              pages={pages}
              narrowed={isNarrowed(filter)}
              openId={open}
              onOpen={(id) => set({ open: id }, open === null ? 'push' : 'replace')}
            />
          </>
        )}
      </div>
      {open !== null && (
        <EntryPane
          key={open}
          id={open}
          known={pages.rows.find((row) => row.id === open) ?? null}
          onClose={() => set({ open: null })}
          onCustomer={(customerId) => set({ ...NOTHING_ELSE, customerId })}
          onChanged={pages.changed}
        />
      )}
    </div>
  )
}

/** Following one customer shows all of theirs, not those that match the filters before. */
const NOTHING_ELSE: Partial<EventFilter> = {
  from: null,
  to: null,
  kinds: [],
  staffId: null,
  text: '',
  open: null,
}
