import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { revokeDevice } from '../../../hq/services/devices.ts'
import { dismissEvents, releaseEvents } from '../../../hq/services/holding.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { open } from '../../../shared/domain/post.ts'
import { joinedTill } from '../../support/forging-till.ts'
import { type HqApp, openShopOffice, type Shop, type ShopOffice } from '../../support/hq-app.ts'

/** A person decides on more entries of a till than one transaction looks at: on all of them. */

const HELD = 450
const BATCH = 150
let office: ShopOffice
let hq: HqApp
let shop: Shop
let rows: ShopOffice['rows']

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop, rows } = office)
})
afterAll(() => office.close())

/** A till that was stopped and then sent so many entries of one point each, with the request that decides on them. */
async function stopped() {
  const till = await joinedTill(hq, shop)
  const about = { tenant: shop.tenant, device: till.device, who: 'Ngozi' }
  await revokeDevice(hq.parts, { ...about, because: 'lost' })
  const customer = randomHex(16)
  for (let sent = 0; sent < HELD; sent += BATCH) {
    await till.push(
      hq,
      Array.from({ length: BATCH }, () => till.earned(customer, 1)),
    )
  }
  const wanted = { ...about, epoch: till.epoch, fromSeq: 1, toSeq: HELD, reason: 'the till was found' }
  return { customer, wanted }
}

async function pointsOf(customer: string): Promise<number> {
  const [row] = await rows<{ state: Account }>('SELECT state FROM hq.account WHERE customer = $1', [customer])
  return row ? open(row.state, hq.now()) : 0
}
const audited = async (what: string, device: string): Promise<readonly (readonly number[])[]> => {
  const lines = await rows<{ detail: { from: number; to: number } }>(
    'SELECT detail FROM hq.audit WHERE what = $1 AND about = $2 ORDER BY no',
    [what, device],
  )
  return lines.map(({ detail }) => [detail.from, detail.to])
}
const whole = async (): Promise<void> =>
  expect((await verifyTenant(hq.parts, shop.tenant)).findings).toEqual([])

test('every entry of a long range is released, page by page, and each page stands in the audit', async () => {
  const { customer, wanted } = await stopped()
  expect(await releaseEvents(hq.parts, wanted)).toEqual({ ok: true, value: { released: HELD } })
  expect(await pointsOf(customer)).toBe(HELD)
  expect(await audited('events.released', wanted.device)).toEqual([
    [1, 200],
    [201, 400],
    [401, 450],
  ])
  expect(await releaseEvents(hq.parts, wanted)).toMatchObject({ refusal: { code: 'not_found' } })
  await whole()
})

test('where it breaks off, what was released stays so, and the same request does the rest', async () => {
  const { customer, wanted } = await stopped()
  let pages = 0
  const tenant: HqApp['db']['tenant'] = (...given) => {
    pages += 1
    return pages === 2 ? Promise.reject(new Error('the network is gone')) : hq.db.tenant(...given)
  }
  await expect(releaseEvents({ ...hq.parts, db: { ...hq.db, tenant } }, wanted)).rejects.toThrow('network')
  expect(await pointsOf(customer)).toBe(200)
  expect(await releaseEvents(hq.parts, wanted)).toEqual({ ok: true, value: { released: 250 } })
  expect(await pointsOf(customer)).toBe(HELD)
  await whole()
})

test('every entry of a long range is dismissed, and nothing of it stands in the way of the customer', async () => {
  const { customer, wanted } = await stopped()
  expect(await dismissEvents(hq.parts, wanted)).toEqual({ ok: true, value: { dismissed: HELD } })
  expect(await rows('SELECT held FROM hq.account WHERE customer = $1', [customer])).toEqual([{ held: [] }])
  expect(await audited('events.dismissed', wanted.device)).toHaveLength(3)
  expect(await dismissEvents(hq.parts, wanted)).toMatchObject({ refusal: { code: 'not_found' } })
  await whole()
})
