import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

interface Column<Row> {
  readonly key: string
  readonly head: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Numbers stand at the end, so that digits line up. */
  readonly numeric?: boolean
  /** Takes the room that is left and ends in an ellipsis. */
  readonly grow?: boolean
  /** Left out where the window is narrower than this many px. */
  readonly from?: 900 | 1180
}

const FROM = { 900: 'max-[900px]:hidden', 1180: 'max-[1180px]:hidden' } as const

/**
 * Rows and columns with a sticky head. `caption` names the table for a screen reader. With `onRow` a row opens
 * by click; put a button or link into its first cell for the keyboard.
 */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  onRow,
  empty,
}: {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  onRow?: (row: Row) => void
  /** Shown in place of the body when there are no rows. */
  empty?: ReactNode
}) {
  return (
    <table className="w-full border-collapse text-15">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              className={classNames(
                'sticky top-0 z-1 border-b border-line bg-surface px-4 py-2 text-13 font-medium whitespace-nowrap text-ink-soft',
                column.numeric ? 'text-right' : 'text-left',
                column.from && FROM[column.from],
              )}
            >
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 && empty !== undefined && (
          <tr>
            <td colSpan={columns.length}>{empty}</td>
          </tr>
        )}
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            onClick={onRow && (() => onRow(row))}
            className={classNames('border-b border-line last:border-b-0', onRow && 'hover:bg-hover')}
          >
            {columns.map((column) => (
              <td
                key={column.key}
                className={classNames(
                  'h-12 px-4 align-middle',
                  column.numeric && 'text-right whitespace-nowrap',
                  column.from && FROM[column.from],
                  column.grow ? 'w-full max-w-0 one-line' : 'whitespace-nowrap',
                )}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
