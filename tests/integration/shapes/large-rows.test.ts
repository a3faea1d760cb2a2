import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { osRandom } from '../../../electron/platform/random.ts'
import { systemClock } from '../../../electron/platform/system-clock.ts'
import { type Database, openDatabase } from '../../../hq/db/database.ts'
import { type PostgresFeed, postgresFeed } from '../../../hq/db/feed.ts'
import { definitionFor } from '../../../hq/shapes/definitions.ts'
import type { ChangeFeed } from '../../../hq/shapes/feed.ts'
import { readRequest } from '../../../hq/shapes/request.ts'
import { shapeServer } from '../../../hq/shapes/server.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { insertCustomers } from '../../support/shape-office.ts'

/** Rows may be large: however many there are, head office holds a few of them at a time, and a till gets all. */

const ROWS = 40
const ROW_BYTES = 200_000
const MEMORY_BYTES = 1024 * 1024 + 3 * ROW_BYTES

let fresh: FreshDatabase
let sql: pg.Client
let database: Database
let feed: PostgresFeed
const read: number[] = []

beforeAll(async () => {
  fresh = await freshDatabase()
  sql = new pg.Client({ connectionString: fresh.url })
  await sql.connect()
  database = openDatabase({ url: fresh.url, poolMax: 4 })
  feed = postgresFeed(database, { onTrouble: () => undefined })
  await insertCustomers(sql, 'one', 1, ROWS)
})
afterAll(async () => {
  await feed.close()
  await database.close()
  await sql.end()
  await fresh.drop()
})

const DEFINITION = definitionFor(
  { tenant: 'one', store: 'north', devices: ['till'], may: 'all', accountScope: 'tenant' },
  'sync_customer_v1',
)

const bytesIn = (values: readonly (string | null)[] | null): number =>
  (values ?? []).reduce((sum, value) => sum + Buffer.byteLength(value ?? ''), 0)

/** The feed, which notes how much each look brings into memory. */
function watched(): ChangeFeed {
  return {
    ...feed,
    async page(ask) {
      const found = await feed.page(ask)
      read.push(found.rows.reduce((sum, { values }) => sum + bytesIn(values), 0))
      return found
    },
    async changes(ask) {
      const found = await feed.changes(ask)
      read.push(found.changes.reduce((sum, { before, after }) => sum + bytesIn(before) + bytesIn(after), 0))
      return found
    },
  }
}

/** Follows the list from a place on, until nothing is behind it. Answers the ids in their order and the last place. */
async function follow(from: { readonly handle: string; readonly offset: string }): Promise<{
  readonly ids: string[]
  readonly bodies: number[]
  readonly handle: string
  readonly offset: string
}> {
  const source = shapeServer({
    feed: watched(),
    clock: systemClock(),
    random: osRandom,
    digest: nodeDigest,
  })
  const [ids, bodies]: [string[], number[]] = [[], []]
  let { handle, offset } = from
  for (;;) {
    const query = new URLSearchParams({ table: 'sync_customer_v1', offset, replica: 'full' })
    if (handle !== '') query.set('handle', handle)
    const request = readRequest(() => DEFINITION, query)
    if (!request.ok) throw new Error(request.refusal.detail)
    const { status, headers, body } = await source.answer(request.value, new AbortController().signal)
    expect(status).toBe(200)
    ;[handle, offset] = [headers['electric-handle'] ?? '', headers['electric-offset'] ?? '']
    bodies.push(String(body).length)
    for (const { value } of JSON.parse(String(body)) as { value?: { id: string } }[])
      if (value) ids.push(value.id)
    if ('electric-up-to-date' in headers) return { ids, bodies, handle, offset }
  }
}

test('a list and its changes come whole, a few large rows at a time', async () => {
  const small = await follow({ handle: '', offset: '-1' })
  expect(small.ids).toHaveLength(ROWS)
  expect(small.bodies).toHaveLength(2)

  await sql.query(
    `UPDATE hq.sync_customer_v1 SET note = (SELECT string_agg(md5((rid * 10000 + i)::text), '')
       FROM generate_series(1, ${ROW_BYTES / 32}) i) WHERE tenant_id = 'one'`,
  )
  read.length = 0
  const changed = await follow(small)
  expect(new Set(changed.ids).size).toBe(ROWS)
  expect(changed.ids).toHaveLength(ROWS)

  const anew = await follow({ handle: '', offset: '-1' })
  expect(anew.ids).toEqual(small.ids)
  for (const bodies of [changed.bodies, anew.bodies]) {
    expect(bodies.length).toBeGreaterThan(5)
    expect(Math.max(...bodies)).toBeLessThan(MEMORY_BYTES)
  }
  expect(Math.max(...read)).toBeLessThan(MEMORY_BYTES)
})

test('a row larger than all that one look may bring comes alone', async () => {
  await sql.query(`UPDATE hq.sync_customer_v1 SET note = repeat('x', 3000000) WHERE id LIKE '%7'`)
  const anew = await follow({ handle: '', offset: '-1' })
  expect(new Set(anew.ids).size).toBe(ROWS)
})
