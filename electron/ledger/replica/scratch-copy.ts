import type { Database } from '../database.ts'

/** Read and written so many at a time. */
const PAGE_ROWS = 500

/**
 * Copies into an empty ledger what of head office's rows a rebuild of this one starts from: aliases and settings as a
 * whole, accounts and customers only where this till has events of its own. Of a directory of a million that is little.
 */
export function copyReplica(from: Database, to: Database): void {
  for (const table of ['epoch', 'alias', 'replica_setting', 'shape'])
    copyRows(from, to, table, `SELECT * FROM ${table}`, [])
  const ids = from
    .prepare<[string], string>(
      `SELECT DISTINCT customer FROM event WHERE customer > ? ORDER BY customer LIMIT ${PAGE_ROWS}`,
    )
    .pluck()
  const done = new Set<string>()
  for (let page = ids.all(''); page.length > 0; page = ids.all(page.at(-1) ?? '')) {
    const named = JSON.stringify(page)
    const roots = from
      .prepare<[string], string>(
        `WITH RECURSIVE led(id) AS (SELECT value FROM json_each(?) UNION SELECT a.root FROM alias a JOIN led ON a.id = led.id)
         SELECT id FROM led`,
      )
      .pluck()
      .all(named)
      .filter((id) => !done.has(id))
    const wanted = JSON.stringify(roots)
    for (const id of roots) if (!page.includes(id)) done.add(id)
    copyRows(
      from,
      to,
      'replica_account',
      `SELECT * FROM replica_account WHERE customer IN (SELECT value FROM json_each(?))`,
      [wanted],
    )
    copyCustomers(from, to, wanted)
  }
}

function copyRows(from: Database, to: Database, table: string, sql: string, values: readonly string[]): void {
  const columns = (from.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  const insert = to.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  )
  for (const row of from
    .prepare<unknown[], unknown[]>(sql)
    .raw()
    .iterate(...values))
    insert.run(...row)
}

/** As they were sent: what own events made of them is what the rebuild is to show. */
function copyCustomers(from: Database, to: Database, wanted: string): void {
  const sent = (from.pragma('table_info(customer_as_sent)') as { name: string }[]).map(({ name }) => name)
  const kept = sent
    .filter((name) => name !== 'id')
    .map((name) => `iif(s.id IS NULL, c.${name}, s.${name}) AS ${name}`)
  const columns = [...sent, 'hq_epoch', 'hq_version', 'hq_generation', 'applied']
  const insert = to.prepare(
    `INSERT OR IGNORE INTO customer (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  )
  const rows = from
    .prepare<[string], unknown[]>(
      `SELECT c.id, ${kept.join(', ')}, c.hq_epoch, c.hq_version, c.hq_generation, c.applied
       FROM customer c LEFT JOIN customer_as_sent s ON s.id = c.id
       WHERE c.hq_version > 0 AND c.id IN (SELECT value FROM json_each(?))`,
    )
    .raw()
  for (const row of rows.iterate(wanted)) insert.run(...row)
}
