import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import { classNames } from '../../ui/class-names.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import type { Pages } from '../api/use-pages.ts'

export interface RowColumn<Row> {
  readonly key: string
  readonly head: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Width, alignment, and where it is left out. */
  readonly className?: string
}

const ROW_PX = 56
const AHEAD_ROWS = 30
const EDGE = 'px-2 first:pl-4 last:pr-4'

/** A long list with a sticky head of which only the rows in sight are on the page. */
export function VirtualTable<Row>({
  caption,
  columns,
  pages,
  rowKey,
  isOpen,
  empty,
}: {
  caption: string
  columns: readonly RowColumn<Row>[]
  pages: Pages<Row>
  rowKey: (row: Row) => string
  isOpen?: (row: Row) => boolean
  empty: ReactNode
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const { rows, more, loading, loadMore } = pages
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : rowKey(row)
    },
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && last >= rows.length - AHEAD_ROWS) loadMore()
  }, [more, last, rows.length, loadMore])
  const frame = 'flex min-h-60 flex-1 flex-col overflow-hidden rounded-card border border-line bg-surface'
  if (loading) return <ListSkeleton />
  if (rows.length === 0) return <div className={frame}>{empty}</div>
  const above = items[0]?.start ?? 0
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    <div className={frame}>
      <div ref={scroller} className="scroll-quiet min-h-0 flex-1 overflow-y-auto">
        <table
          aria-rowcount={more ? -1 : rows.length + 1}
          className="w-full table-fixed border-separate border-spacing-0 text-15"
        >
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map(({ key, head, className }) => (
                <th
                  key={key}
                  scope="col"
                  className={classNames(
                    'one-line sticky top-0 z-1 border-b border-line bg-surface py-2 text-left text-13 font-medium text-ink-soft',
                    EDGE,
                    className,
                  )}
                >
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <Gap px={above} />
          <tbody>
            {items.map((item) => {
              const row = rows[item.index]
              return (
                row !== undefined && (
                  <tr
                    key={item.key}
                    ref={virtual.measureElement}
                    data-index={item.index}
                    aria-rowindex={item.index + 2}
                    className={isOpen?.(row) ? 'bg-brand-soft' : 'hover:bg-hover'}
                  >
                    {columns.map(({ key, cell, className }) => (
                      <td
                        key={key}
                        className={classNames('one-line h-14 border-b border-line', EDGE, className)}
                      >
                        {cell(row)}
                      </td>
                    ))}
                  </tr>
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
        <td style={{ height: px }} />
      </tr>
    </tbody>
  ) : null
}

function ListSkeleton() {
  return (
    <div aria-hidden="true" className="flex-1 overflow-hidden rounded-card border border-line bg-surface">
      {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => (
        <div key={key} className="flex h-14 items-center gap-6 border-b border-line px-4">
          <Skeleton className="w-28" />
          <Skeleton className="flex-1" />
        </div>
      ))}
    </div>
  )
}
