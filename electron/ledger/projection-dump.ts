import { createHash } from 'node:crypto'
import type { Database } from './database.ts'
import { PROJECTIONS } from './projector.ts'

type Dump = Readonly<Record<(typeof PROJECTIONS)[number], string>>

/**
 * A hash of each projection, row by row in key order. Of customers those that own events made or changed: the others
 * stand as head office sent them. Row numbers are this file's own affair.
 */
export function dump(db: Database): Dump {
  const of = (table: string, without: readonly string[] = [], where = ''): string => {
    const columns = db.pragma(`table_info(${table})`) as { name: string; pk: number }[]
    const kept = columns.filter(({ name }) => !without.includes(name))
    const keys = kept.filter((c) => c.pk > 0).sort((a, b) => a.pk - b.pk)
    const order = keys.length > 0 ? keys.map((k) => k.name).join(', ') : 'id'
    const hash = createHash('sha256')
    const rows = db
      .prepare<[], unknown[]>(
        `SELECT ${kept.map((c) => c.name).join(', ')} FROM ${table} ${where} ORDER BY ${order}`,
      )
      .raw()
    for (const row of rows.iterate()) hash.update(JSON.stringify(row)).update('\n')
    return hash.digest('hex')
  }
  return {
    line: of('line'),
    account: of('account'),
    sale: of('sale'),
    customer: of('customer', ['row', 'hq_generation'], 'WHERE own = 1'),
    staff: of('staff'),
    setting: of('setting'),
    lease: of('lease'),
    lease_use: of('lease_use'),
    refund: of('refund'),
  }
}

/** One hash over all of them. */
export const dumpHash = (tables: Dump): string =>
  createHash('sha256')
    .update(PROJECTIONS.map((table) => tables[table]).join('\n'))
    .digest('hex')

/**
 * A hash of which word leads to whom, of the same customers. The index holds no text that could be read, so its words
 * are; the order in which it gives them follows row numbers, so the hash follows no order.
 */
export function nameIndexHash(db: Database): string {
  const ids = new Map(
    db.prepare<[], [number, string]>('SELECT row, id FROM customer WHERE own = 1').raw().all(),
  )
  const sum = Buffer.alloc(32)
  if (ids.size === 0) return sum.toString('hex')
  db.exec(`CREATE VIRTUAL TABLE temp.name_words USING fts5vocab('main', 'customer_name', 'instance')`)
  try {
    const words = db.prepare<[], [string, number]>('SELECT term, doc FROM temp.name_words').raw()
    for (const [term, doc] of words.iterate()) {
      const id = ids.get(doc)
      if (id === undefined) continue
      const one = createHash('sha256').update(`${term} ${id}`).digest()
      for (const [i, byte] of one.entries()) sum[i] = (sum[i] ?? 0) ^ byte
    }
    return sum.toString('hex')
  } finally {
    db.exec('DROP TABLE temp.name_words')
  }
}
