import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStore } from '../../../hq/services/stores.ts'
import { codeFor, get, HandTill, type HqApp, openHqApp, openShop, type Shop } from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { DAY } from '../../support/till.ts'

/** One customer with their accounts, asked for by tills of another store and of another business. */

const ASKED_MAX = 300
let database: FreshDatabase
let hq: HqApp
let shop: Shop
let market: Shop
const [here, there, stranger] = [new HandTill(), new HandTill(), new HandTill()]

beforeAll(async () => {
  database = await freshDatabase()
  hq = await openHqApp(database.url)
  shop = await openShop(hq)
  const { store } = await createStore(hq.parts, { tenant: shop.tenant, name: 'Market', who: 'test' })
  market = { tenant: shop.tenant, store }
  await here.join(hq, await codeFor(hq, shop))
  await there.join(hq, await codeFor(hq, market))
  await stranger.join(hq, await codeFor(hq, await openShop(hq, 'Another business')))
  await rows(`UPDATE hq.tenant SET account_scope = 'store'`)
  await rows(
    `INSERT INTO hq.sync_customer_v1 (tenant_id, id, generation, name, phone_typed, birth, note, marketing,
       consent_wording, joined, sale_count, spend_kobo, applied)
     SELECT '${shop.tenant}', md5('c' || i), 0, 'Customer', '', '', '', 'not_asked', '', 1, 0, 0, '{}'
     FROM generate_series(1, ${ASKED_MAX + 1}) i`,
  )
  await rows(
    `INSERT INTO hq.sync_account_v1 (tenant_id, scope, customer, program, fn, state, lines, applied, held)
     SELECT '${shop.tenant}', '${market.store}', md5('c' || i), 'default', 1, '{}', '[]', '{}', '[]'
     FROM generate_series(1, ${ASKED_MAX + 1}) i`,
  )
})
afterAll(async () => {
  await hq.close()
  await database.drop()
})

const rows = <R extends object>(sql: string): Promise<R[]> =>
  hq.db.tenant(shop.tenant, (tx) => tx.query<R>(sql))
const idsOf = (): Promise<{ id: string }[]> => rows('SELECT id FROM hq.sync_customer_v1 ORDER BY id')
const ask = async (till: HandTill, customer: string) => {
  const { status, body } = await get(hq, `/sync/v1/account?customer=${customer}`, till.token)
  return { status, rows: body as { account?: { scope: string }[]; code?: string } }
}

test('a till gets nobody of another business, and of other stores as many in a day as come for the first time', async () => {
  const ids = (await idsOf()).map(({ id }) => id)
  const [first = ''] = ids
  expect(await ask(stranger, first)).toMatchObject({ status: 404, rows: { code: 'not_found' } })
  for (const id of ids.slice(0, ASKED_MAX)) expect((await ask(here, id)).status).toBe(200)
  for (let turn = 0; turn < 2; turn += 1) {
    expect(await ask(here, ids.at(-1) ?? '')).toMatchObject({ status: 429, rows: { code: 'throttled' } })
  }
  const audit = `SELECT about, detail FROM hq.audit WHERE what = 'till.asked_much'`
  expect(await rows(audit)).toEqual([{ about: here.device, detail: { accounts: ASKED_MAX } }])
  // Those of its own store are not counted, nor is another till.
  expect((await ask(there, first)).rows.account).toMatchObject([{ scope: market.store }])
  expect(await rows('SELECT device FROM hq.account_asked')).toEqual([{ device: here.device }])
  hq.later(DAY + 1)
  await here.refresh(hq)
  expect((await ask(here, first)).status).toBe(200)
})
