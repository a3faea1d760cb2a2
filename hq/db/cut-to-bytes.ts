interface Cut {
  /** A query of at most so many rows, in `order`. */
  readonly rows: string
  readonly names: string
  readonly order: string
  /** How large one of these rows is. */
  readonly bytes: string
  /** Parameter or number. */
  readonly most: string
}

/**
 * The first of these rows that come to so many bytes, the last of them beyond, and at least one; `found`: how many there
 * were. What is large stays with Postgres, which puts it on its disk.
 */
export const cutToBytes = ({ rows, names, order, bytes, most }: Cut): string =>
  `SELECT ${names}, found FROM (
     SELECT *, count(*) OVER () AS found,
       sum(size) OVER (ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - size AS ahead
     FROM (SELECT *, ${bytes} AS size FROM (${rows}) AS one) AS sized
   ) AS counted WHERE ahead < ${most} ORDER BY ${order}`
