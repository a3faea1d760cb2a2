import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { mergeCustomers } from '../../../hq/services/merge.ts'
import { sweepTiers } from '../../../hq/services/tiers.ts'
import { type ConsolePerson, somebody } from '../../support/console.ts'
import type { ForgingTill } from '../../support/forging-till.ts'
import { openShopOffice, type ShopOffice } from '../../support/hq-app.ts'
import { newTill, PROGRAM, redeemed } from './lease-shop.ts'

/** What points became of, as head office tells it: reasons, tiers, reports, and what lapses soon. */

const DAY = 86_400_000

let office: ShopOffice
let manager: ConsolePerson
let till: ForgingTill

beforeAll(async () => {
  office = await openShopOffice()
  manager = await somebody(office.hq, office.shop.tenant, 'manager', 'Musa Danladi')
  till = await newTill(office.hq, office.shop)
})
afterAll(() => office.close())

/** An earn as a till says it; `more`: what its payload says otherwise. */
const earned = (customer: string, points: number, more: object = {}) => {
  const draft = till.earned(customer, points)
  return { ...draft, program: PROGRAM, payload: { ...draft.payload, ...more } }
}

/** Pushes one event of the second version. */
async function pushNewer(draft: ReturnType<typeof earned>): Promise<void> {
  await till.pushText(office.hq, till.textOf(draft).replace('"pv":1', '"pv":2'))
}

async function publish(more: object): Promise<void> {
  const { mark, published } = await manager.get('programs.one', { id: PROGRAM })
  const saved = await manager.get('programs.save', { id: PROGRAM, mark, settings: { ...published, ...more } })
  await manager.get('programs.publish', { id: PROGRAM, mark: saved.mark })
}

const pageOf = (id: string) => manager.get('customers.one', { id })
const changesOf = async (id: string) =>
  (await pageOf(id)).tier_changes.map(
    ({ from, to, by_entry }) => `${from} to ${to}${by_entry ? '' : ' by time'}`,
  )

describe('why', () => {
  test('each line is what it is, by the version of the program that gave it', async () => {
    const customer = randomHex(16)
    const silver = {
      base: 100,
      on_kobo: 1_000_000,
      multiplier_bp: 12_500,
      tier: 'Silver',
      rule_name: 'Points',
    }
    await pushNewer(earned(customer, 125, silver))
    await publish({ kobo_per_point: 5_000 })
    const later = { ...silver, program_version: 2, base: 200, multiplier_bp: 10_000, tier: 'Bronze' }
    await pushNewer(earned(customer, 200, later))
    // Of a program that the till had for itself: nothing is said that is not known.
    await pushNewer(earned(customer, 77, { ...later, base: 77 }))
    await till.push(office.hq, [redeemed(customer, 40)])
    const { lines } = await pageOf(customer)
    expect(lines.map(({ explained }) => explained)).toEqual([
      '40 points paid ₦40.',
      '77 points: ₦10,000.',
      '200 points: ₦10,000 at 1 for ₦50.',
      '100 points: ₦10,000 at 1 for ₦100. Silver x 1.25 gives 125.',
    ])
    const [line] = lines
    if (!line?.place) throw new Error('the entry is here')
    const entry = await manager.get('events.one', line.place)
    expect(entry.lines.map(({ explained }) => explained)).toEqual(['40 points paid ₦40.'])
  })

  test('the statement of a customer has the reason beside each line', async () => {
    const customer = randomHex(16)
    await till.push(office.hq, [earned(customer, 120), earned(customer, 30), redeemed(customer, 100)])
    const file = await manager.raw('GET', `/api/v1/customers/${customer}/statement`)
    expect([file.status, file.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
    const [head, ...rows] = file.text.trim().split('\r\n')
    expect(head).toBe('"day","time","program","what","points","till","reason"')
    expect(rows.map((row) => row.split(',').slice(3).join())).toEqual([
      '"redeem",-100,"Till 1","100 points paid ₦100."',
      '"earn",30,"Till 1","30 points: the base rate."',
      '"earn",120,"Till 1","120 points: the base rate."',
    ])
    const { rows: audit } = await manager.get('audit.list', { what: 'customer.statement', limit: 1 })
    expect(audit[0]).toMatchObject({ who: 'Musa Danladi', about: customer })
    expect((await manager.raw('GET', `/api/v1/customers/${randomHex(16)}/statement`)).status).toBe(404)
  })
})

describe('tiers', () => {
  test('are noted when an entry reaches a threshold, once, with what is missing to the next', async () => {
    const customer = randomHex(16)
    await till.push(office.hq, [earned(customer, 999)])
    expect(await changesOf(customer)).toEqual([])
    await till.push(office.hq, [earned(customer, 1)])
    await till.push(office.hq, [earned(customer, 5)])
    const { accounts, tier_changes } = await pageOf(customer)
    expect(accounts[0]).toMatchObject({
      program_name: 'Points',
      tier: { name: 'Silver', points: 1_005, next: 'Gold', missing: 3_995, keeps_until: null },
    })
    expect(tier_changes).toMatchObject([
      { program: 'Points', from: 'Bronze', to: 'Silver', at: office.hq.now(), by_entry: true },
    ])
    // Two steps in one batch are one change.
    await till.push(office.hq, [earned(customer, 4_000), earned(customer, 6_000)])
    expect(await changesOf(customer)).toEqual(['Silver to Platinum', 'Bronze to Silver'])
  })

  test('follow when two customers turn out to be one', async () => {
    const [customer, same] = [randomHex(16), randomHex(16)]
    await till.push(office.hq, [earned(customer, 600), earned(same, 1_400)])
    const { tenant } = office.shop
    const done = await mergeCustomers(office.hq.parts, { tenant, into: customer, from: same, who: 'Musa' })
    expect(done.ok).toBe(true)
    expect(await changesOf(customer)).toEqual(['Bronze to Silver by time'])
    const standing = 'SELECT customer FROM hq.tier_standing WHERE customer = ANY($1)'
    expect(await office.rows(standing, [[customer, same]])).toEqual([{ customer }])
    const { tiers } = await manager.get('programs.one', { id: PROGRAM })
    const accounts = (await manager.get('programs.list', {})).programs[0]?.accounts
    expect(tiers.reduce((sum, tier) => sum + tier.accounts, 0)).toBe(accounts)
  })

  test('move with another version of the program, at the next round', async () => {
    const customer = randomHex(16)
    await till.push(office.hq, [earned(customer, 600)])
    await sweepTiers(office.hq.parts, office.shop.tenant)
    const { published } = await manager.get('programs.one', { id: PROGRAM })
    const tiers = published?.tiers.map((tier) => (tier.id === 'silver' ? { ...tier, threshold: 500 } : tier))
    await publish({ tiers })
    expect(await changesOf(customer)).toEqual([])
    expect(await sweepTiers(office.hq.parts, office.shop.tenant)).toBeGreaterThan(0)
    expect(await changesOf(customer)).toEqual(['Bronze to Silver by time'])
    expect(await sweepTiers(office.hq.parts, office.shop.tenant)).toBe(0)
    const { tiers: counts } = await manager.get('programs.one', { id: PROGRAM })
    expect(counts.find(({ id }) => id === 'platinum')?.accounts).toBe(1)
    expect(counts.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(
      (await manager.get('programs.list', {})).programs[0]?.accounts,
    )
  })

  test('end when their months have passed and the grace is over', async () => {
    const customer = randomHex(16)
    await publish({ qualification: { kind: 'rolling', months: 1 }, grace_days: 10 })
    await till.push(office.hq, [earned(customer, 700)])
    expect(await changesOf(customer)).toEqual(['Bronze to Silver'])
    // From 20 November to 5 December: kept until the 11th begins.
    office.hq.later(15 * DAY)
    await manager.signIn()
    await sweepTiers(office.hq.parts, office.shop.tenant)
    const { accounts } = await manager.get('customers.one', { id: customer })
    expect(accounts[0]?.tier).toMatchObject({ name: 'Silver', keeps_until: Date.UTC(2026, 11, 10, 23) })
    expect(await changesOf(customer)).toEqual(['Bronze to Silver'])
    office.hq.later(6 * DAY)
    await manager.signIn()
    await sweepTiers(office.hq.parts, office.shop.tenant)
    expect(await changesOf(customer)).toEqual(['Silver to Bronze by time', 'Bronze to Silver'])
  })
})

describe('the report', () => {
  let shop: ShopOffice
  let person: ConsolePerson
  let machine: ForgingTill
  const customer = randomHex(16)
  const other = randomHex(16)

  beforeAll(async () => {
    shop = await openShopOffice()
    person = await somebody(shop.hq, shop.shop.tenant, 'viewer')
    machine = await newTill(shop.hq, shop.shop)
    const soon = (points: number, id: string, days: number) => ({
      ...earned(id, points),
      payload: { ...earned(id, points).payload, expiry: shop.hq.now() + days * DAY },
    })
    await machine.push(shop.hq, [
      soon(300, customer, 20),
      soon(200, customer, 45),
      soon(100, other, 45),
      soon(50, other, 400),
      redeemed(customer, 60),
    ])
  })
  afterAll(() => shop.close())

  test('counts what was given and used by store and month, and what is owed', async () => {
    const report = await person.get('programs.report', { id: PROGRAM })
    expect(report).toEqual({
      rows: [
        {
          month: '2026-11',
          store: shop.shop.store,
          store_name: 'Main Street',
          earned: 650,
          adjusted: 0,
          redeemed: 60,
          reversed: 0,
          lapsed: 0,
        },
      ],
      total: { earned: 650, adjusted: 0, redeemed: 60, reversed: 0, lapsed: 0 },
      breakage_bp: 0,
      liability: { open: 590, set_aside: 0, owed: 0, kobo: 59_000 },
    })
    const none = await person.get('programs.report', { id: PROGRAM, to: '2026-11-01' })
    expect([none.rows, none.breakage_bp]).toEqual([[], null])
  })

  test('lists whose points lapse soon, those with the most first, page by page and as a file', async () => {
    const soon = await person.get('programs.lapsing', { id: PROGRAM, days: '30' })
    expect(soon.rows).toMatchObject([{ customer, points: 240, kobo: 24_000, last_day: '2026-12-10' }])
    const first = await person.get('programs.lapsing', { id: PROGRAM, days: '60', limit: 1 })
    expect(first.rows).toMatchObject([{ customer, points: 440 }])
    const next = await person.get('programs.lapsing', { id: PROGRAM, days: '60', cursor: first.next ?? '' })
    expect([next.rows.map((row) => row.points), next.next]).toEqual([[100], null])
    const file = await person.raw('GET', `/api/v1/programs/${PROGRAM}/lapsing/file?days=60`)
    expect(file.text.split('\r\n').slice(1, 3)).toEqual([
      `"${customer}","","",440,44000,"2026-12-10"`,
      `"${other}","","",100,10000,"2027-01-04"`,
    ])
  })

  test('counts what lapsed with the store that gave it, whether it is booked yet or not', async () => {
    shop.hq.later(50 * DAY)
    await person.signIn()
    const report = await person.get('programs.report', { id: PROGRAM })
    expect(report.rows.map(({ month, store_name, lapsed }) => [month, store_name, lapsed])).toEqual([
      ['2027-01', 'Main Street', 300],
      ['2026-12', 'Main Street', 240],
      ['2026-11', 'Main Street', 0],
    ])
    expect(report.liability).toMatchObject({ open: 50, kobo: 5_000 })
    expect(report.breakage_bp).toBe(9_000)
    const file = await person.raw('GET', `/api/v1/programs/${PROGRAM}/report/file`)
    expect(file.text).toContain('"total","",650,0,60,0,540')
    expect(file.text).toContain('50,0,0,5000,9000')
    expect((await person.raw('GET', '/api/v1/programs/nobody/report/file')).status).toBe(404)
  })
})
