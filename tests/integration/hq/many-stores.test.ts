import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import { SYNC_LIMITS } from '../../../shared/sync/wire.ts'
import { joinedTill } from '../../support/forging-till.ts'
import { get, openShopOffice, type ShopOffice } from '../../support/hq-app.ts'

/** Accounts that go by store: one batch may change one row of every store for each of its events. */

const STORES = 49

let office: ShopOffice
beforeAll(async () => {
  office = await openShopOffice()
})
afterAll(() => office.close())

interface Message {
  readonly value?: { readonly customer: string; readonly state: string }
  readonly headers: { readonly control?: string; readonly last?: boolean }
}

/** What a till is told from a place on until it is up to date. */
async function follow(token: string, from: { offset: string; handle: string }) {
  const told: Message[] = []
  for (let { offset, handle } = from; ; ) {
    const at = handle === '' ? `offset=${offset}` : `offset=${offset}&handle=${handle}`
    const said = await get(office.hq, `/v1/shape?table=sync_account_v1&${at}`, token)
    expect(said.status).toBe(200)
    offset = String(said.headers['electric-offset'])
    handle = String(said.headers['electric-handle'])
    const messages = said.body as readonly Message[]
    told.push(...messages.filter(({ value }) => value !== undefined))
    if (messages.some(({ headers }) => headers.control === 'up-to-date')) return { told, offset, handle }
  }
}

test('a batch for customers whom fifty stores know reaches the tills of each, whole, as one change', async () => {
  const { hq, shop, rows } = office
  const till = await joinedTill(hq, shop)
  await rows(`UPDATE hq.tenant SET account_scope = 'store'`)
  const customers = Array.from({ length: SYNC_LIMITS.pushEventsMax }, () => randomHex(16))
  const sales = customers.map((customer) => till.sold(customer, randomHex(16), 5_000))
  await till.push(hq, sales)
  await rows(
    `INSERT INTO hq.store (tenant_id, id, name, created_at) SELECT $1, md5(n::text), 'S', 1 FROM generate_series(1, $2::int) n`,
    [shop.tenant, STORES],
  )
  await rows(
    `UPDATE hq.customer SET seen = seen || (SELECT jsonb_object_agg(md5(n::text), $1::bigint) FROM generate_series(1, $2::int) n)`,
    [hq.now(), STORES],
  )
  const [other] = await rows<{ id: string }>('SELECT id FROM hq.store WHERE id = md5($1)', ['7'])
  const away = await joinedTill(hq, { ...shop, store: other?.id ?? '' })
  const before = await follow(away.token, { offset: '-1', handle: '' })
  expect(before.told).toEqual([])

  await till.push(
    hq,
    customers.map((customer) => till.earned(customer, 10)),
  )
  const [most] = await rows<{ n: number }>(
    'SELECT count(*) AS n FROM hq.sync_log GROUP BY txid ORDER BY n DESC LIMIT 1',
  )
  expect(most?.n).toBeGreaterThanOrEqual(customers.length * (STORES + 1))
  const after = await follow(away.token, before)
  expect(new Set(after.told.map(({ value }) => value?.customer))).toEqual(new Set(customers))
  expect(after.told).toHaveLength(customers.length)
  expect(after.told.filter(({ headers }) => headers.last === true)).toEqual(after.told.slice(-1))
  expect((await verifyTenant(hq.parts, shop.tenant)).findings).toEqual([])
}, 120_000)
