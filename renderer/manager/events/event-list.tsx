import { useVirtualizer } from '@tanstack/react-virtual'
import { Inbox, SearchX } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { businessDate } from '../../../shared/base/business-date.ts'
import { Badge } from '../../ui/badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { Icon } from '../../ui/icon.tsx'
import { kindIcon, useKindText } from '../../ui/kinds.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useManager } from '../frame/manager-context.ts'
import { useWords } from '../frame/use-words.ts'
import { isUndone } from './kinds.ts'
import type { EventPages, EventRow } from './use-event-pages.ts'

const ROW_PX = 56
const AHEAD_ROWS = 30

/** Only the rows in sight are on the page, however long the ledger is. Arrow keys walk, Enter opens. */
export function EventList({
  pages,
  narrowed,
  openId,
  onOpen,
}: {
  pages: EventPages
  narrowed: boolean
  openId: string | null
  onOpen: (id: string) => void
}) {
  const { t } = useWords()
  const scroller = useRef<HTMLDivElement>(null)
  const { rows, more, loading, loadMore } = pages
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && last >= rows.length - AHEAD_ROWS) loadMore()
  }, [more, last, rows.length, loadMore])

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const at = rows.findIndex((row) => row.id === (event.target as HTMLElement).dataset['entry'])
    const next = rows[at + step]
    if (step === 0 || at < 0 || !next) return
    event.preventDefault()
    virtual.scrollToIndex(at + step)
    focusSoon(scroller.current, next.id)
  }

  // A search by text hands back empty pages while it looks further back.
  if (rows.length === 0 && (loading || more)) return <ListSkeleton />
  if (rows.length === 0) {
    return (
      <div className="flex flex-1 rounded-card border border-line bg-surface">
        <EmptyState
          icon={narrowed ? SearchX : Inbox}
          title={narrowed ? t('events.none') : t('events.none_at_all')}
        >
          {narrowed ? t('events.none_body') : t('events.none_at_all_body')}
        </EmptyState>
      </div>
    )
  }
  const above = items[0]?.start ?? 0
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    <div className="flex min-h-48 flex-1 flex-col overflow-hidden rounded-card border border-line bg-surface">
      <div ref={scroller} className="scroll-quiet min-h-0 flex-1 overflow-y-auto">
        <table
          aria-rowcount={more ? -1 : rows.length + 1}
          onKeyDown={onKeyDown}
          className="w-full table-fixed border-separate border-spacing-0 text-15"
        >
          <caption className="sr-only">{t('events.list')}</caption>
          <HeadRow />
          <Gap px={above} />
          <tbody>
            {items.map((item) => {
              const row = rows[item.index]
              return (
                row && (
                  <Row
                    key={item.key}
                    measure={virtual.measureElement}
                    row={row}
                    index={item.index}
                    open={row.id === openId}
                    onOpen={onOpen}
                  />
                )
              )
            })}
          </tbody>
          <Gap px={below} />
        </table>
      </div>
    </div>
  )
}

/** Stands for the rows that are out of sight. */
function Gap({ px }: { px: number }) {
  return px > 0 ? (
    <tbody aria-hidden="true">
      <tr>
        <td colSpan={COLUMNS.length} style={{ height: px }} />
      </tr>
    </tbody>
  ) : null
}

const COLUMNS = [
  { word: 'col_when', width: 'w-31' },
  { word: 'col_what', width: '' },
  { word: 'col_customer', width: 'w-[19%]' },
  { word: 'col_staff', width: 'w-[12%]' },
  { word: 'col_points', width: 'w-22 text-right' },
  { word: 'col_amount', width: 'w-28 text-right' },
] as const

function HeadRow() {
  const { t } = useWords()
  return (
    <thead>
      <tr aria-rowindex={1}>
        {COLUMNS.map(({ word, width }) => (
          <th
            key={word}
            scope="col"
            className={classNames(
              'one-line sticky top-0 z-1 border-b border-line bg-surface px-2 py-2 text-left text-13 font-medium text-ink-soft first:pl-4 last:pr-4',
              width,
            )}
          >
            {t(`events.${word}`)}
          </th>
        ))}
      </tr>
    </thead>
  )
}

/** A reason of two lines makes its row higher; what is longer still stands in the title and in the entry. */
function Row({
  measure,
  row,
  index,
  open,
  onOpen,
}: {
  measure: (element: HTMLTableRowElement | null) => void
  row: EventRow
  index: number
  open: boolean
  onOpen: (id: string) => void
}) {
  const { t, time, day } = useWords()
  const { shop } = useManager()
  const kindText = useKindText()
  const what = kindText(row.kind)
  const gone = isUndone(row)
  const figure = gone ? 'text-ink-faint line-through decoration-red' : 'font-medium'
  const cell = 'one-line h-14 border-b border-line px-2'
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      onClick={() => onOpen(row.id)}
      className={open ? 'bg-brand-soft' : 'hover:bg-hover'}
    >
      <td className={classNames(cell, 'pl-4')}>
        {time(row.at)}
        <span className="one-line block text-13 text-ink-faint">
          {day(businessDate(row.at, shop.time_zone), 'year')}
        </span>
      </td>
      <td className={cell}>
        <button
          type="button"
          data-entry={row.id}
          aria-expanded={open}
          onClick={(event) => {
            event.stopPropagation()
            onOpen(row.id)
          }}
          className="flex min-h-12 w-full items-center gap-3 py-1 text-left outline-offset-[-2px]"
        >
          <Icon of={kindIcon(row.kind)} className="shrink-0 text-ink-faint" />
          <span className="min-w-0">
            <span className="flex min-w-0 items-center gap-2">
              <span className={classNames('one-line', gone ? figure : 'font-medium')}>{what}</span>
              {gone && <Badge tone="red">{t('events.undone')}</Badge>}
            </span>
            <span
              className="line-clamp-2 text-13 break-words whitespace-normal text-ink-soft"
              title={row.text}
            >
              <bdi>{row.text}</bdi>
            </span>
          </span>
        </button>
      </td>
      <td className={cell}>
        <bdi>{row.customer_name}</bdi>
      </td>
      <td className={classNames(cell, 'text-ink-soft')}>
        <bdi>{row.staff}</bdi>
      </td>
      <td className={classNames(cell, 'text-right')}>
        <span className={figure}>{row.points === 0 ? '' : pointsText(row.points, true)}</span>
      </td>
      <td className={classNames(cell, 'pr-4 text-right')}>
        <span className={gone ? figure : ''}>
          {row.amount_kobo === null ? '' : nairaText(row.amount_kobo)}
        </span>
      </td>
    </tr>
  )
}

function ListSkeleton() {
  return (
    <div aria-hidden="true" className="flex-1 overflow-hidden rounded-card border border-line bg-surface">
      {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => (
        <div key={key} className="flex h-14 items-center gap-6 border-b border-line px-4">
          <Skeleton className="w-28" />
          <Skeleton className="w-24" />
          <Skeleton className="flex-1" />
          <Skeleton className="w-16" />
        </div>
      ))}
    </div>
  )
}

/** The row may be drawn only after the list has moved: one frame later. */
function focusSoon(scroller: HTMLElement | null, id: string): void {
  requestAnimationFrame(() => scroller?.querySelector<HTMLElement>(`[data-entry="${id}"]`)?.focus())
}
