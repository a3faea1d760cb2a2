import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Replica } from '../../../electron/ledger/replica/replica.ts'
import type { ListFigures } from '../../../electron/ledger/sync-port.ts'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { osRandom } from '../../../electron/platform/random.ts'
import { systemClock } from '../../../electron/platform/system-clock.ts'
import { type Database, openDatabase } from '../../../hq/db/database.ts'
import { type PostgresFeed, postgresFeed } from '../../../hq/db/feed.ts'
import { definitionFor, type ShapeCaller } from '../../../hq/shapes/definitions.ts'
import { electricProxy } from '../../../hq/shapes/electric-proxy.ts'
import { readRequest } from '../../../hq/shapes/request.ts'
import { shapeServer } from '../../../hq/shapes/server.ts'
import type { ShapeSource } from '../../../hq/shapes/source.ts'
import { emptyAccount } from '../../../shared/domain/post.ts'
import type { DigestReply } from '../../../shared/sync/digest.ts'
import { SHAPE_TABLES, SHAPES, type ShapeName } from '../../../shared/sync/rows.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { replicaOf } from '../../support/replica-till.ts'
import { insertCustomers } from '../../support/shape-office.ts'
import { DAY, MINUTE, newTill, removeTempDirs, type TestTill } from '../../support/till.ts'

/** A till that keeps other rows than head office has finds that out by figures, and loads that list alone anew. */

const CALLER: ShapeCaller = {
  tenant: 'one',
  store: 'north',
  devices: ['till'],
  may: 'all',
  accountScope: 'tenant',
}
let fresh: FreshDatabase
let sql: pg.Client
let database: Database
let feed: PostgresFeed
let source: ShapeSource
let till: TestTill
let replica: Replica

beforeAll(async () => {
  fresh = await freshDatabase()
  sql = new pg.Client({ connectionString: fresh.url })
  await sql.connect()
  database = openDatabase({ url: fresh.url, poolMax: 4 })
  feed = postgresFeed(database, { onTrouble: () => undefined })
  source = shapeServer({
    feed,
    clock: systemClock(),
    random: osRandom,
    digest: nodeDigest,
    limits: { rowsMax: 100 },
  })
  await insertCustomers(sql, 'one', 1, 350)
  await insertCustomers(sql, 'two', 1, 20)
  await sql.query(
    `UPDATE hq.sync_customer_v1 SET merged_into = lpad('2', 32, '0') WHERE tenant_id = 'one' AND id = lpad('1', 32, '0')`,
  )
  for (const [tenant, scope] of [
    ['one', '*'],
    ['one', 'north'],
    ['two', '*'],
  ])
    await sql.query(
      `INSERT INTO hq.sync_account_v1 (tenant_id, scope, customer, program, fn, state, lines, applied, held)
       SELECT $1, $2, lpad(i::text, 32, '0'), 'default', 1, $3, '[]', '{}', '[]' FROM generate_series(2, 260) i`,
      [tenant, scope, JSON.stringify(emptyAccount())],
    )
  for (const store of ['*', 'north', 'south'])
    await sql.query(
      `INSERT INTO hq.sync_policy_v1 (tenant_id, store, key, value) VALUES ('one', $1, 'till', '{}')`,
      [store],
    )
  await sql.query(
    `INSERT INTO hq.sync_deny_v1 (tenant_id, customer, reason, since) VALUES ('one', lpad('9', 32, '0'), 'Fraud', 1)`,
  )
  till = await newTill()
  replica = replicaOf(till)
})
afterEach(async () => {
  till.clock.pass(DAY)
  for (const shape of SHAPES) await bring(shape)
  expect(await round()).toEqual(SHAPES.map((shape) => [shape, 'counted', false]))
})
afterAll(async () => {
  removeTempDirs()
  await feed.close()
  await database.close()
  await sql.end()
  await fresh.drop()
})

const definition = (shape: ShapeName) => {
  const found = definitionFor(CALLER, SHAPE_TABLES[shape].table)
  if (!found) throw new Error(`no ${shape}`)
  return found
}

/** Reads a list to its end, as the sync process does. */
async function bring(shape: ShapeName): Promise<void> {
  for (;;) {
    const from = replica.shapes().find((one) => one.shape === shape)
    if (!from) throw new Error(`no ${shape}`)
    const query = new URLSearchParams({
      table: SHAPE_TABLES[shape].table,
      offset: from.offset,
      replica: 'full',
    })
    if (from.handle !== null) query.set('handle', from.handle)
    const request = readRequest(() => definition(shape), query)
    if (!request.ok) throw new Error(request.refusal.detail)
    const { headers, body } = await source.answer(request.value, new AbortController().signal)
    const [handle, offset] = [headers['electric-handle'] ?? '', headers['electric-offset'] ?? '']
    await replica.shapeChunk({ shape, from, handle, offset, messages: String(body) })
    if ('electric-up-to-date' in headers) return
  }
}

const ask = ({ shape, handle, offset }: ListFigures, from = source): Promise<DigestReply> =>
  from.digest(definition(shape), { handle, offset })

/** Compares whatever is due; which list, what was answered, whether it is loaded anew. */
async function round(): Promise<[ShapeName, DigestReply['state'], boolean][]> {
  const compared: [ShapeName, DigestReply['state'], boolean][] = []
  for (;;) {
    const figures = await replica.listFigures()
    if (!figures) return compared
    const reply = await ask(figures)
    compared.push([figures.shape, reply.state, replica.listCompared({ figures, reply })])
  }
}

const soundly = SHAPES.map((shape) => [shape, 'counted', false])

describe('the lists of a till', () => {
  test('are found the same when nothing is wrong, once a day', async () => {
    expect(replica.listCheckDue()).toBe(false)
    for (const shape of SHAPES) await bring(shape)
    expect(await round()).toEqual(soundly)
    expect(replica.listCheckDue()).toBe(false)
    till.clock.pass(DAY - MINUTE)
    expect(replica.listCheckDue()).toBe(false)
    till.clock.pass(MINUTE)
    expect(replica.listCheckDue()).toBe(true)
    expect(replica.lastListCheck()).toMatchObject({ mended: 0, last: null, skipped: null })
  })

  test.each<[string, ShapeName, string]>([
    ['a row is gone', 'account', `DELETE FROM replica_account WHERE customer = printf('%032d', 77)`],
    [
      'a row is older',
      'customer',
      `UPDATE customer SET hq_version = hq_version - 1 WHERE id = printf('%032d', 77)`,
    ],
    ['an alias is another', 'customer', `UPDATE alias SET version = version + 1 WHERE version > 0`],
    [
      'a rule is of another head office',
      'policy',
      `UPDATE replica_setting SET hq_epoch = 9 WHERE scope = 'north'`,
    ],
    ['a stopped customer is forgotten', 'deny', 'DELETE FROM replica_deny'],
  ])('are mended where %s, that list alone', async (_, damaged, damage) => {
    const before = replica.lastListCheck()?.mended ?? 0
    till.db.exec(damage)
    replica.askListCheck()
    const found = await round()
    expect(found.at(-1)).toEqual([damaged, 'counted', false])
    // Once may be a row that came by another way first.
    expect(replica.listCheckDue()).toBe(false)
    till.clock.pass(2 * MINUTE)
    expect(await round()).toEqual([[damaged, 'counted', true]])
    const cursors = replica.shapes().map(({ shape, phase }) => [shape, phase])
    expect(cursors).toEqual(SHAPES.map((shape) => [shape, shape === damaged ? 'snapshot' : 'live']))
    expect(replica.lastListCheck()).toMatchObject({ mended: before + 1, last: { list: damaged } })
    await bring(damaged)
    const rest = await round()
    expect(rest.every(([shape, , differs]) => shape !== damaged && !differs)).toBe(true)
  })

  test('are counted as they were where the till stands, whatever has changed since', async () => {
    await sql.query(`UPDATE hq.sync_customer_v1 SET name = 'New' WHERE id < lpad('40', 32, '0')`)
    await sql.query(`UPDATE hq.sync_customer_v1 SET name = 'Newer' WHERE id < lpad('20', 32, '0')`)
    await sql.query(`DELETE FROM hq.sync_account_v1 WHERE customer = lpad('50', 32, '0')`)
    await insertCustomers(sql, 'one', 351, 360)
    await sql.query(`DELETE FROM hq.sync_customer_v1 WHERE id = lpad('355', 32, '0')`)
    replica.askListCheck()
    expect(await round()).toEqual(soundly)
  })

  test('are not held against what cannot be compared, and say so', async () => {
    replica.askListCheck()
    const figures = await replica.listFigures()
    if (!figures) throw new Error('nothing is due')
    const electric = electricProxy({ url: 'http://127.0.0.1:1', secret: null })
    const reply = await ask(figures, electric)
    expect(reply).toEqual({ state: 'not_comparable', why: 'source' })
    expect(replica.listCompared({ figures, reply })).toBe(false)
    expect(replica.lastListCheck()?.skipped).toBe('source')
    await round()
    const moved = { state: 'not_comparable', why: 'moved' }
    const { handle } = figures
    expect(await ask({ ...figures, handle: handle.replace(/^./, 'x') })).toEqual(moved)
    expect(await ask({ ...figures, offset: '999999999_0' })).toEqual(moved)
    expect(await ask({ ...figures, shape: 'account' })).toEqual(moved)
  })
})
