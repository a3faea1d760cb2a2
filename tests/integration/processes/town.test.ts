import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { until } from '../../support/town.ts'
import {
  FILE_ROWS,
  type Market,
  openMarket,
  SHARED_PHONE,
  strikeOnce,
  WEATHER,
} from '../../support/town-day.ts'
import { afterOutage, saleToOffice } from '../../support/town-pace.ts'

/**
 * Head office and two tills as processes, over a network that loses replies. Each is killed at any moment; in the end
 * every command that was answered is at head office exactly once, and all books agree. `npm run soak -- processes`
 * does the same for longer, and against the clock.
 */

const SEED = Number(process.env['KASUWA_SEED'] ?? 7)
const CYCLES = 3
const SALES = 5
const EVENTS = 500
/** True figures are the soak's: a machine that does other things besides finds only what waits far too long. */
const SALE_MS_MAX = 15_000
const OUTAGE_MS_MAX = 100_000
const LONG_MS = 240_000

let database: FreshDatabase
let market: Market

beforeAll(async () => {
  database = await freshDatabase()
  market = await openMarket(database.url, SEED)
}, LONG_MS)
afterAll(async () => {
  await market?.town.close()
  await database?.drop()
}, LONG_MS)

const rows = <R extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly R[]> =>
  market.town.hq.db.tenant(market.town.shop.tenant, (tx) => tx.query<R>(sql, values))

test(
  'two tills that worked alone join: a phone and a file that both have are one customer each',
  async () => {
    const { town } = market
    await town.reconcile()
    const twice = await rows(
      'SELECT phone FROM hq.sync_customer_v1 WHERE merged_into IS NULL GROUP BY phone HAVING count(*) > 1',
    )
    expect(twice).toEqual([])
    const [file] = await rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM hq.sync_customer_v1 WHERE merged_into IS NULL AND name = 'Musa'`,
    )
    expect(file?.count).toBe(FILE_ROWS)
    for (const till of town.tills) {
      const found = await till.ask('customer.search', { text: SHARED_PHONE })
      expect(found.results).toHaveLength(1)
    }
  },
  LONG_MS,
)

test(
  'a sale is at head office within moments',
  async () => {
    const till = market.town.tills[0]
    if (!till) throw new Error('no till')
    expect((await saleToOffice(market.town, till, SALES)).p50).toBeLessThan(SALE_MS_MAX)
  },
  LONG_MS,
)

test(
  'whoever is killed while people buy, redeem, void and enrol, all comes right',
  async () => {
    for (let cycle = 0; cycle < CYCLES; cycle += 1) await strikeOnce(market, SEED, cycle)
    const { sales, enrolments } = market.cashiers[0]?.done ?? { sales: 0, enrolments: 0 }
    expect(Math.min(sales, enrolments)).toBeGreaterThan(0)
  },
  LONG_MS,
)

test(
  'a till gets a new key over a network that loses replies',
  async () => {
    const { town, cashiers } = market
    const device = (await town.tills[0]?.look((opened) => opened.till()?.ledger.ids.device)) ?? ''
    const newest = async (): Promise<number> => {
      const sql = 'SELECT max(epoch) AS epoch FROM hq.event WHERE device = $1'
      return (await rows<{ epoch: number }>(sql, [device]))[0]?.epoch ?? 0
    }
    const before = await newest()
    town.network.change({ ...WEATHER, dropped: 0.4 })
    await town.tills[0]?.admin('rotate_key', {})
    await cashiers[0]?.acts()
    await until(async () => {
      if ((await newest()) !== before + 1) throw new Error('the new key has signed nothing')
    })
    await cashiers[0]?.acts()
    await town.reconcile()
  },
  LONG_MS,
)

test.each([0, 0.3])(
  'after an outage all of it arrives, with %f of the replies lost',
  async (dropped) => {
    const { town } = market
    const till = town.tills[1]
    if (!till) throw new Error('no till')
    const outage = await afterOutage(town, till, { events: EVENTS, dropped, run: dropped === 0 ? 1 : 2 })
    expect(outage.events).toBeGreaterThanOrEqual(EVENTS)
    expect(outage.ms).toBeLessThan(OUTAGE_MS_MAX)
  },
  LONG_MS,
)

test('and in the end everything agrees', () => market.town.reconcile(), LONG_MS)
