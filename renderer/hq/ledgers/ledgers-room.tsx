import { Download, Inbox, RefreshCw, SearchX } from 'lucide-react'
import { EVENTS_FILE_PATH } from '../../../shared/hq/routes.ts'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { queryOf } from '../api/client.ts'
import { usePages } from '../api/use-pages.ts'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { VirtualTable } from '../frame/virtual-table.tsx'
import { placeOf, useEventColumns } from './event-columns.tsx'
import { EventChips, EventFilters } from './event-filters.tsx'
import { EventPane } from './event-pane.tsx'
import { readEventFilter } from './filter.ts'

/** Every entry as received, newest first, with filters in the address. */
export function LedgersRoom({ query }: { query: Readonly<Record<string, string>> }) {
  const { t } = useWords()
  const filter = readEventFilter(query)
  const pages = usePages('events.list', filter, ['ledgers', 'inbox'])
  const open = query['open'] ?? ''
  const narrowed = Object.keys(filter).length > 0
  const columns = useEventColumns((row) =>
    writePlace({ room: 'ledgers', query: { ...query, open: placeOf(row) } }),
  )
  const file = (format: 'csv' | 'json'): string => `${EVENTS_FILE_PATH}${queryOf({ ...filter, format })}`
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-h-150 min-w-0 flex-1 flex-col gap-3 p-4 wide:p-6">
        <RoomHead title={t('room.ledgers')} subtitle={t('ledgers.subtitle')}>
          {pages.stale && (
            <Button look="primary" icon={RefreshCw} onClick={pages.reload}>
              {t('newer')}
            </Button>
          )}
          <SaveLink href={file('csv')} label={t('ledgers.save_csv')} />
          <SaveLink href={file('json')} label={t('ledgers.save_json')} />
        </RoomHead>
        <EventFilters query={query} />
        <EventChips query={query} rows={pages.rows} />
        {pages.trouble && pages.rows.length === 0 ? (
          <NotYet query={pages} />
        ) : (
          <VirtualTable
            caption={t('ledgers.list')}
            columns={columns}
            pages={pages}
            rowKey={placeOf}
            isOpen={(row) => placeOf(row) === open}
            empty={
              <EmptyState
                icon={narrowed ? SearchX : Inbox}
                title={narrowed ? t('ledgers.none') : t('ledgers.none_at_all')}
              >
                {narrowed ? t('ledgers.none_body') : t('ledgers.none_at_all_body')}
              </EmptyState>
            }
          />
        )}
      </div>
      {open !== '' && <EventPane key={open} place={open} query={query} />}
    </div>
  )
}

function SaveLink({ href, label }: { href: string; label: string }) {
  return (
    <a
      href={href}
      download
      className={classNames(
        'inline-flex min-h-12 items-center gap-2 rounded-card border border-line-strong bg-surface px-4 text-15 font-medium text-ink hover:bg-hover',
      )}
    >
      <Icon of={Download} />
      {label}
    </a>
  )
}
