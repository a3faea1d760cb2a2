import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeOffDevice } from '../../../hq/services/devices.ts'
import { createStore } from '../../../hq/services/stores.ts'
import { ALL_STORES } from '../../../shared/hq/limits.ts'
import { TillPolicy } from '../../../shared/sync/rows.ts'
import { type ConsolePerson, somebody } from '../../support/console.ts'
import type { ForgingTill } from '../../support/forging-till.ts'
import { type HqApp, openShopOffice, type Shop, type ShopOffice } from '../../support/hq-app.ts'
import { HOUR, MINUTE } from '../../support/till.ts'
import { ask, asking, customerWith, earned, newTill, officeOf, redeemed } from './lease-shop.ts'

/** What the owner is told of the risk, and the policy that decides it. */

let office: ShopOffice
let hq: HqApp
let shop: Shop
let held: ReturnType<typeof officeOf>
let owner: ConsolePerson
let manager: ConsolePerson
let viewer: ConsolePerson

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop } = office)
  held = officeOf(hq, shop)
  owner = await somebody(hq, shop.tenant, 'owner', 'Ngozi Eze')
  manager = await somebody(hq, shop.tenant, 'manager', 'Musa Danladi')
  viewer = await somebody(hq, shop.tenant, 'viewer')
})
afterAll(() => office.close())

const policyOf = (more: Partial<TillPolicy> = {}): TillPolicy => TillPolicy.parse(more)

test('the worst case is what every till may pay out, with what is set aside, in naira', async () => {
  const other = await createStore(hq.parts, { tenant: shop.tenant, name: 'Wuse', who: 'test' })
  const [a, b] = [await newTill(hq, shop), await newTill(hq, shop)]
  const gone = await newTill(hq, shop)
  await writeOffDevice(hq.parts, { tenant: shop.tenant, device: gone.device, who: 'x', reason: 'burnt' })
  await held.tell('*', policyOf({ override_till_points: 50 }))
  await held.tell(shop.store, { floor_till_points: 1_000, floor_customer_points: 300 })
  const [rich, poor] = [await customerWith(hq, a, 500), await customerWith(hq, a, 100)]
  await ask(hq, a, asking(rich, 200), asking(poor, 60))
  await ask(hq, b, asking(rich, 100))
  await a.push(hq, [redeemed(poor, 10, await grantOf(poor))])
  const risk = await viewer.get('risk', {})
  expect(risk).toMatchObject({
    tills: 2,
    point_worth_kobo: 100,
    worst: { floor_points: 2_000, override_points: 100, leased_points: 350, kobo: 245_000 },
    customer: { floor_points: 600, override_points: 100, leased_points: 300, kobo: 100_000 },
    set_aside: { grants: 3, points: 350, kobo: 35_000 },
    awaited: [],
  })
  expect(risk.stores).toMatchObject([
    { name: 'Main Street', tills: 2, own: true, floor_points: 2_000, set_aside: { grants: 3, points: 350 } },
    { id: other.store, tills: 0, own: true, floor_points: 0, set_aside: { grants: 0, points: 0 } },
  ])
  // The page of a till says what is left of it, as the risk does.
  const till = await viewer.get('tills.one', { id: a.device })
  expect(till).toMatchObject({ leases_open: 2, leases_points: 250 })
  // A dearer program: the limits are in points, so the worst of them counts; what is set aside is of its own.
  await held.rows(
    `INSERT INTO hq.sync_program_v1 (tenant_id, id, settings) VALUES ($1, 'dear', '{"point_worth_kobo":300}')`,
    [shop.tenant],
  )
  expect((await viewer.get('risk', {})).worst.kobo).toBe(2_100 * 300 + 35_000)
  await held.rows(`DELETE FROM hq.sync_program_v1 WHERE id = 'dear'`)
  await held.rows(`UPDATE hq.device SET awaited = true WHERE id = $1`, [b.device])
  expect((await viewer.get('risk', {})).awaited).toEqual([
    { id: b.device, name: 'Till 1', store_name: 'Main Street' },
  ])
  await held.rows('UPDATE hq.device SET awaited = false')
})

test('the policy is changed for one store or for all, by whoever saw it as it is', async () => {
  const before = await manager.get('risk', {})
  const [store] = before.stores
  if (!store) throw new Error('there is a store')
  const mine = policyOf({ floor_till_points: 700 })
  expect(await viewer.codeOf('stores.policy', { id: store.id, mark: store.mark, ...mine })).toBe(
    'not_allowed',
  )
  await manager.get('stores.policy', { id: store.id, mark: store.mark, ...mine })
  // Somebody else looked before that: of this store, and of all.
  const late = { ...mine, floor_till_points: 9_999 }
  expect(await owner.codeOf('stores.policy', { id: store.id, mark: store.mark, ...late })).toBe(
    'changed_meanwhile',
  )
  expect(await owner.codeOf('stores.policy', { id: ALL_STORES, mark: before.all.mark, ...late })).toBe(
    'changed_meanwhile',
  )
  const { stores, all } = await owner.get('risk', {})
  expect(stores[0]).toMatchObject({ own: true, policy: { floor_till_points: 700 } })
  const both = await Promise.all(
    [owner, manager].map((person, i) =>
      person.codeOf('stores.policy', {
        id: ALL_STORES,
        mark: all.mark,
        ...policyOf({ floor_till_points: 100 + i }),
      }),
    ),
  )
  expect(both.toSorted()).toEqual(['changed_meanwhile', 'done'])
  const after = await owner.get('risk', {})
  expect(after.stores.map(({ own }) => own)).toEqual([false, false])
  expect(
    after.stores.every(({ policy }) => policy.floor_till_points === after.all.policy.floor_till_points),
  ).toBe(true)
  // A store that is new follows what is said to all.
  const { id } = await manager.get('stores.create', { name: 'Zaria' })
  const made = (await viewer.get('stores.list', {})).stores.find((one) => one.id === id)
  expect(made?.policy).toEqual(after.all.policy)
  const { rows } = await viewer.get('audit.list', { limit: 200 })
  const [line] = rows.filter(({ what }) => what === 'stores.policy')
  expect(line?.detail).toMatchObject({ after: after.all.policy })
  expect(rows.filter(({ what }) => what === 'store.policy')).toMatchObject([
    { who: 'Musa Danladi', about: store.id, detail: { after: { floor_till_points: 700 } } },
  ])
  for (const wrong of [{ lease_share_bp: 10_001 }, { view_age_hours_max: 0 }, { floor_till_points: -1 }]) {
    const asked = { id: store.id, mark: '', ...policyOf(), ...wrong }
    expect(await manager.codeOf('stores.policy', asked)).toBe('malformed')
  }
})

test('an outage has cost what was paid out and is still owed; what is repaid costs nothing', async () => {
  const till = await newTill(hq, shop)
  const [customer, other] = [await customerWith(hq, till, 100), await customerWith(hq, till, 1_000)]
  const from = hq.now()
  const outages = async () =>
    (await viewer.get('risk', {})).outages.filter((one) => one.till.id === till.device)
  expect(await outages()).toEqual([])
  hq.later(59 * MINUTE)
  await refresh(till)
  await till.push(hq, [])
  expect(await outages()).toEqual([])
  const quiet = hq.now()
  const third = quiet + 3 * HOUR
  hq.later(3 * HOUR)
  await refresh(till)
  // While it was away: 130 of 100, 20 more, and 50 that are there. After it: 10 of nothing.
  const at = (draft: ReturnType<typeof redeemed>, ms: number): string =>
    till.textOf(draft).replace(/"trusted":\d+/, `"trusted":${ms}`)
  for (const draft of [redeemed(customer, 130), redeemed(customer, 20), redeemed(other, 50)]) {
    await till.pushText(hq, at(draft, quiet + HOUR))
  }
  hq.later(MINUTE)
  await till.pushText(hq, at(redeemed(customer, 10), hq.now()))
  const figures = { redeemed: 3, redeemed_points: 200, short_points: 50 }
  expect(await outages()).toMatchObject([
    { from: quiet, to: third, ...figures, owed_points: 50, owed_kobo: 5_000 },
  ])
  await till.push(hq, [earned(till, customer, 35)])
  expect(await outages()).toMatchObject([{ ...figures, owed_points: 15, owed_kobo: 1_500 }])
  await till.push(hq, [earned(till, customer, 35)])
  expect(await outages()).toMatchObject([{ ...figures, owed_points: 0, owed_kobo: 0 }])
  // The next one takes its place.
  hq.later(2 * HOUR)
  await refresh(till)
  await till.push(hq, [])
  expect(await outages()).toMatchObject([{ to: hq.now(), redeemed: 0, short_points: 0, owed_kobo: 0 }])
  expect(quiet - from).toBe(59 * MINUTE)
})

/** Tokens live for a quarter of an hour. */
const refresh = (till: ForgingTill): Promise<void> => till.refresh(hq)

async function grantOf(customer: string): Promise<string> {
  const [row] = await held.rows<{ id: string }>('SELECT id FROM hq.lease WHERE customer = $1', [customer])
  return row?.id ?? ''
}
