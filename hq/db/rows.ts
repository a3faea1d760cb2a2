import type { Tx } from './database.ts'

/** A row as it is written; objects become jsonb, bytes are written as `\x` and hex. */
export type NewRow = Readonly<Record<string, unknown>>

interface Conflict {
  /** Columns of the key. */
  readonly key: readonly string[]
  /** Columns that take the new value; none: what stands stays. */
  readonly update: readonly string[]
}

/** Writes many rows of one table in one statement. All rows have the columns of the first one. */
export async function insertRows(
  tx: Tx,
  table: string,
  rows: readonly NewRow[],
  conflict?: Conflict,
): Promise<void> {
  const first = rows[0]
  if (!first) return
  const columns = Object.keys(first).join(', ')
  const then =
    conflict === undefined
      ? ''
      : ` ON CONFLICT (${conflict.key.join(', ')}) DO ${
          conflict.update.length === 0
            ? 'NOTHING'
            : `UPDATE SET ${conflict.update.map((column) => `${column} = excluded.${column}`).join(', ')}`
        }`
  await tx.query(
    `INSERT INTO hq.${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::hq.${table}, $1::json)${then}`,
    [JSON.stringify(rows)],
  )
}

/** Changes columns of many rows of one table, found by their key within the tenant of the transaction. */
export async function updateRows(
  tx: Tx,
  table: string,
  key: readonly string[],
  rows: readonly NewRow[],
): Promise<void> {
  const first = rows[0]
  if (!first) return
  const set = Object.keys(first).filter((column) => !key.includes(column))
  await tx.query(
    `UPDATE hq.${table} t SET ${set.map((column) => `${column} = n.${column}`).join(', ')}
     FROM json_populate_recordset(NULL::hq.${table}, $1::json) n WHERE ${key.map((column) => `t.${column} = n.${column}`).join(' AND ')}`,
    [JSON.stringify(rows)],
  )
}

/** Bytes as `insertRows` takes them. */
export const bytesText = (bytes: Uint8Array): string =>
  `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
