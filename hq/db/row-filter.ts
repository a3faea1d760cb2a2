import pg from 'pg'
import type { RowFilter } from '../shapes/feed.ts'

export const quoted = pg.escapeIdentifier

/** Behind the first two parameters. One value is an equation: only so an index gives the rows in their order. */
export function filterSql(where: RowFilter): string {
  return Object.entries(where)
    .map(([column, values], i) => {
      const is = values.length === 1 ? `= $${i + 3}` : `= ANY($${i + 3}::text[])`
      return `AND t.${quoted(column)} ${is}`
    })
    .join(' ')
}

export const filterValues = (where: RowFilter): unknown[] =>
  Object.values(where).map((values) => (values.length === 1 ? values[0] : values))
