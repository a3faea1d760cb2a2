import { afterAll, beforeAll, expect, it } from 'vitest'
import { changeAccountScope, removeUnseen } from '../../../hq/services/account-scope.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import { definitionFor } from '../../../hq/shapes/definitions.ts'
import {
  type HeadOffice,
  makeTenant,
  newOffice,
  officeOn,
  type Registered,
  registerTill,
  STORE,
  sendAll,
} from '../../support/head-office.ts'
import { DAY, FakeClock, HOUR, newTill, removeTempDirs, START_MS, saleOf } from '../../support/till.ts'

/** Which tills get an account: all of the business, or those of the stores where the customer was seen. */

const MARKET = '6'.repeat(32)
const ROWS_MAX = 1_000

let office: HeadOffice
let tenants = 0
beforeAll(async () => {
  office = await newOffice(new FakeClock(START_MS + HOUR))
})
afterAll(async () => {
  removeTempDirs()
  await office.close()
  await office.fresh.drop()
})

const rows = <R extends object>(tenant: string, sql: string, values: readonly unknown[] = []): Promise<R[]> =>
  office.db.tenant(tenant, (tx) => tx.query<R>(sql, values))

/** A till in the main store and one in the market. */
async function business(): Promise<{ tenant: string; main: Registered; market: Registered }> {
  tenants += 1
  const id = (letter: string): string => tenants.toString(16).padStart(32, letter)
  const till = await newTill(700 + tenants)
  const tenant = await makeTenant(office, { id: id('e'), identityKey: 'd'.repeat(64) })
  const main = await registerTill(office, tenant, till, id('d'))
  const market = await registerTill(office, tenant, await newTill(800 + tenants), id('b'))
  await rows(tenant, `INSERT INTO hq.store (tenant_id, id, name, created_at) VALUES ($1, $2, 'Market', 1)`, [
    tenant,
    MARKET,
  ])
  await rows(tenant, 'UPDATE hq.device SET store = $1 WHERE id = $2', [MARKET, market.device])
  return { tenant, main, market }
}

/** Customers whose accounts a till of a store follows now, by their phones. */
async function followed(tenant: string, store: string): Promise<readonly string[]> {
  const [row] = await rows<{ account_scope: 'tenant' | 'store' }>(
    tenant,
    'SELECT account_scope FROM hq.tenant',
  )
  const caller = {
    tenant,
    store,
    devices: ['till'],
    may: 'all' as const,
    accountScope: row?.account_scope ?? 'tenant',
  }
  const scopes = definitionFor(caller, 'sync_account_v1')?.where['scope']
  const found = await rows<{ phone: string }>(
    tenant,
    `SELECT c.phone FROM hq.sync_account_v1 s JOIN hq.customer c ON c.id = s.customer
     WHERE s.scope = ANY($1) ORDER BY c.phone`,
    [scopes],
  )
  return found.map(({ phone }) => phone.slice(-3))
}

const change = (tenant: string, scope: 'tenant' | 'store', by: HeadOffice = office) =>
  changeAccountScope(by.parts, { tenant, scope, who: 'Ngozi' })

it('every till has every account, or its store those seen there in a year; what left comes back with a sale', async () => {
  const { tenant, main, market } = await business()
  const one = await main.till.enrol('08031110001')
  await main.till.sell(one, 10_000)
  const both = await main.till.enrol('08031110002')
  await main.till.sell(both, 10_000)
  await market.till.enrol('08031110002')
  await market.till.sell(both, 10_000)
  const other = await market.till.enrol('08031110003')
  await market.till.sell(other, 10_000)
  await sendAll(office, main)
  await sendAll(office, market)
  expect(await followed(tenant, MARKET)).toEqual(['001', '002', '003'])
  await change(tenant, 'store')
  expect(await followed(tenant, STORE)).toEqual(['001', '002'])
  expect(await followed(tenant, MARKET)).toEqual(['002', '003'])
  expect(await rows(tenant, `SELECT 1 FROM hq.sync_account_v1 WHERE scope = '*'`)).toEqual([])
  expect(await removeUnseen(office.parts, tenant)).toBe(0)
  // Somebody from the market buys in the main store: its tills get the account.
  await main.till.enrol('08031110003')
  await main.till.sell(other, 5_000)
  await sendAll(office, main)
  expect(await followed(tenant, STORE)).toEqual(['001', '002', '003'])
  // Asked again it is the same. Rows that were written in this way are not written again.
  await change(tenant, 'store')
  const [{ head } = { head: 0 }] = await rows<{ head: number }>(tenant, 'SELECT hq.sync_head() AS head')
  await change(tenant, 'store')
  expect(await rows(tenant, 'SELECT hq.sync_head() AS head')).toEqual([{ head }])

  office.clock.pass(366 * DAY)
  expect(await removeUnseen(office.parts, tenant)).toBe(5)
  expect(await followed(tenant, STORE)).toEqual([])
  main.till.clock.pass(366 * DAY)
  const { token } = await main.till.signIn('cashier')
  await main.till.done({ token }, 'sale.record', saleOf(one, 7_000))
  await sendAll(office, main)
  expect(await followed(tenant, STORE)).toEqual(['001'])
  expect(await followed(tenant, MARKET)).toEqual([])
  await change(tenant, 'tenant')
  expect(await followed(tenant, MARKET)).toEqual(['001', '002', '003'])
  expect((await verifyTenant(office.parts, tenant)).findings).toEqual([])
  const audit = await rows(
    tenant,
    `SELECT who, detail FROM hq.audit WHERE what = 'account_scope' ORDER BY no`,
  )
  expect(audit).toEqual([
    { who: 'Ngozi', detail: { scope: 'store' } },
    { who: 'Ngozi', detail: { scope: 'tenant' } },
  ])
})

it('a customer of very many stores is written in parts; cut off anywhere, the same call goes on', async () => {
  const { tenant, main } = await business()
  for (const phone of ['08032220001', '08032220002'])
    await main.till.sell(await main.till.enrol(phone), 9_000)
  await sendAll(office, main)
  const stores = 1_100
  await rows(
    tenant,
    `INSERT INTO hq.store (tenant_id, id, name, created_at) SELECT $1, md5(n::text), 'S', 1 FROM generate_series(1, $2::int) n`,
    [tenant, stores],
  )
  await rows(
    tenant,
    `UPDATE hq.customer SET seen = seen || (SELECT jsonb_object_agg(md5(n::text), $1::bigint) FROM generate_series(1, $2::int) n)`,
    [office.clock.wallMs, stores],
  )
  let left = 0
  const cut = officeOn(office.fresh, office.clock, {
    onStatement: () => {
      left -= 1
      if (left === 0) throw new Error('cut')
    },
  })
  for (const scope of ['store', 'tenant'] as const) {
    for (const at of [9, 40]) {
      left = at
      await expect(change(tenant, scope, cut)).rejects.toThrow('cut')
    }
    left = 0
    await change(tenant, scope, cut)
    const [count] = await rows<{ n: number }>(tenant, 'SELECT count(*)::int AS n FROM hq.sync_account_v1')
    expect(count?.n).toBe(scope === 'store' ? 2 * stores : 2)
  }
  await cut.close()
  const [most] = await rows<{ n: number }>(
    tenant,
    'SELECT count(*)::int AS n FROM hq.sync_log GROUP BY txid ORDER BY n DESC LIMIT 1',
  )
  expect(most?.n).toBe(ROWS_MAX)
  expect((await verifyTenant(office.parts, tenant)).findings).toEqual([])
})
