import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { revokeDevice, writeOffDevice } from '../../../hq/services/devices.ts'
import { dismissEvents, releaseEvents, rerunQuarantine } from '../../../hq/services/holding.ts'
import { mergeCustomers } from '../../../hq/services/merge.ts'
import { noteSilentTills } from '../../../hq/services/silent-tills.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { open, owed } from '../../../shared/domain/post.ts'
import { readEvent } from '../../../shared/protocol/payload-schema.ts'
import {
  batchOf,
  type HeadOffice,
  keysOf,
  makeTenant,
  newOffice,
  officeOn,
  type Registered,
  registerTill,
  sendAll,
  sent,
} from '../../support/head-office.ts'
import { DAY, FakeClock, HOUR, newTill, points, removeTempDirs, START_MS } from '../../support/till.ts'

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

/** A till in a tenant of its own, and what it knew before head office. */
async function shop(): Promise<Registered> {
  const till = await newTill(300 + tenants)
  tenants += 1
  const tenant = tenants.toString(16).padStart(32, 'e')
  await makeTenant(office, { id: tenant, identityKey: 'b'.repeat(64) })
  return registerTill(office, tenant, till, tenants.toString(16).padStart(32, 'd'))
}

const rows = <R extends object>(
  from: Registered,
  sql: string,
  values: readonly unknown[] = [],
): Promise<R[]> => office.db.tenant(from.tenant, (tx) => tx.query<R>(sql, values))
const whole = async (from: Registered): Promise<void> =>
  expect((await verifyTenant(office.parts, from.tenant)).findings).toEqual([])
const denied = (from: Registered) => rows<{ customer: string }>(from, 'SELECT customer FROM hq.sync_deny_v1')
const inbox = (from: Registered) =>
  rows<{ kind: string; state: string }>(
    from,
    `SELECT kind, state, closed_how FROM hq.inbox WHERE kind <> 'skew' ORDER BY kind, id`,
  )
async function account(from: Registered, customer: string): Promise<{ state: Account; held: unknown[] }> {
  const [row] = await rows<{ state: Account; held: unknown[] }>(
    from,
    'SELECT state, held FROM hq.account WHERE customer = coalesce((SELECT root FROM hq.alias WHERE id = $1), $1)',
    [customer],
  )
  if (!row) throw new Error(`${customer} has no account`)
  return row
}

it('what an older head office cannot read waits, in sight, and counts by itself after the update', async () => {
  const from = await shop()
  const customer = await from.till.enrol('08031234567')
  await from.till.sell(customer, 50_000)
  await from.till.sell(customer, 10_000, { redeem: points(500) })
  const older = officeOn(office.fresh, office.clock)
  const parts = {
    ...older.parts,
    reads: (text: string | null, bytes: number) => {
      const reading = readEvent(text, bytes)
      const unknown = reading.ok && reading.event.envelope.kind === 'points.earned'
      return unknown
        ? { ok: false as const, why: 'newer_version' as const, json: JSON.parse(text ?? '') }
        : reading
    },
  }
  const reply = await sent({ ...older, parts }, from, batchOf(from, 1))
  expect(reply.held.map(({ kind, outcome, why }) => [kind, outcome, why])).toEqual([
    ['points.earned', 'quarantined', 'newer_version'],
    ['points.earned', 'quarantined', 'newer_version'],
  ])
  // The redemption happened, so it counts: a debt, one flag, and the customer is on the deny list.
  const before = await account(from, customer)
  expect([owed(before.state), before.held.length]).toEqual([500, 2])
  expect(await denied(from)).toHaveLength(1)
  expect((await inbox(from)).map(({ kind }) => kind)).toEqual(['overdraft', 'quarantine', 'quarantine'])
  expect(await rerunQuarantine(parts, from.tenant)).toEqual({ counted: 0 })
  expect(await rerunQuarantine(office.parts, from.tenant)).toEqual({ counted: 2 })
  const after = await account(from, customer)
  expect([open(after.state, START_MS), owed(after.state), after.held]).toEqual([
    await from.till.balance(customer),
    0,
    [],
  ])
  expect(await denied(from)).toEqual([])
  expect((await inbox(from)).every(({ state }) => state === 'closed')).toBe(true)
  await older.close()
  await whole(from)
})

it('what a stopped till still sends waits for a person, who releases it or lets it be', async () => {
  const from = await shop()
  const customer = await from.till.enrol('08031234567')
  await sendAll(office, from)
  const [device] = await rows<{ cursor: number }>(from, 'SELECT cursor FROM hq.device_epoch')
  const next = (device?.cursor ?? 0) + 1
  await from.till.sell(customer, 10_000)
  await from.till.sell(customer, 20_000)
  const who = { tenant: from.tenant, device: from.device, who: 'Ngozi' }
  await revokeDevice(office.parts, { ...who, because: 'lost' })
  const reply = await sent(office, from, batchOf(from, next))
  expect(reply.acked.seq).toBe(next + 3)
  expect(reply.held.map(({ outcome, why }) => [outcome, why])).toEqual(Array(4).fill(['withheld', 'revoked']))
  expect((await account(from, customer)).state.totals.earned).toBe(0)
  // The same batch again says the same.
  expect((await sent(office, from, batchOf(from, next))).held).toEqual(reply.held)
  const range = { ...who, epoch: 1, reason: 'the till was found' }
  const times = await rows(from, 'SELECT effective_at FROM hq.event ORDER BY seq')
  office.clock.pass(DAY)
  expect(await releaseEvents(office.parts, { ...range, fromSeq: next, toSeq: next + 1 })).toMatchObject({
    value: { released: 2 },
  })
  expect(await rows(from, 'SELECT effective_at FROM hq.event ORDER BY seq')).toEqual(times)
  expect(await dismissEvents(office.parts, { ...range, fromSeq: next, toSeq: 99 })).toMatchObject({
    value: { dismissed: 2 },
  })
  const after = await account(from, customer)
  expect([after.state.totals.earned, after.held]).toEqual([100, []])
  expect(await releaseEvents(office.parts, { ...range, fromSeq: 1, toSeq: 2 })).toMatchObject({
    refusal: { code: 'not_found' },
  })
  await whole(from)
})

it('a till that was written off is no longer waited for, and what it sends later counts', async () => {
  const from = await shop()
  const other = await registerTill(office, from.tenant, await newTill(888), 'a'.repeat(31) + tenants)
  const customer = await from.till.enrol('08031234567')
  await sendAll(office, from)
  const settled = async () =>
    (await rows<{ t: number }>(from, 'SELECT settled_until AS t FROM hq.tenant'))[0]?.t
  expect(await settled()).toBe(0)
  const who = { tenant: from.tenant, who: 'Ngozi', reason: 'fell into the river' }
  expect(await writeOffDevice(office.parts, { ...who, device: other.device })).toMatchObject({ ok: true })
  await sendAll(office, from)
  expect(await settled()).toBeGreaterThan(0)
  await other.till.enrol('08031234567')
  await other.till.sell(customer, 10_000)
  await sendAll(office, other)
  expect((await account(from, customer)).state.totals.earned).toBe(100)
  await whole(from)
})

it('two customers that are one are merged root to root, with all that either had', async () => {
  const from = await shop()
  const { till } = from
  const [a, b, c] = [
    await till.enrol('08031110001', { name: 'Ada' }),
    await till.enrol('08031110002'),
    await till.enrol('08031110003'),
  ]
  for (const customer of [a, b, c]) await till.sell(customer, 20_000)
  await till.sell(b, 10_000, { redeem: points(150) })
  await sendAll(office, from)
  const who = { tenant: from.tenant, who: 'Ngozi' }
  const first = await mergeCustomers(office.parts, { ...who, into: b, from: c })
  expect(first.ok).toBe(true)
  await mergeCustomers(office.parts, { ...who, into: a, from: c })
  const again = await mergeCustomers(office.parts, { ...who, into: c, from: a })
  const state = (await account(from, a)).state
  expect(again).toMatchObject({ refusal: { detail: expect.stringMatching(/one customer already/) } })
  expect(open(state, START_MS)).toBe(200 + 200 + 200 - 150 + 98)
  expect(await rows(from, 'SELECT name, sale_count FROM hq.customer WHERE merged_into IS NULL')).toEqual([
    { name: 'Ada', sale_count: 4 },
  ])
  expect(await rows(from, 'SELECT DISTINCT root FROM hq.alias')).toHaveLength(1)
  // What arrives under an old id goes to the one that stays.
  await till.sell(c, 30_000)
  await sendAll(office, from)
  expect(open((await account(from, a)).state, START_MS)).toBe(200 + 200 + 200 - 150 + 98 + 300)
  await whole(from)
})

it('two people who merge the same two the other way round at once: one wins, the other is told why not', async () => {
  const from = await shop()
  const [x, y] = [await from.till.enrol('08031110001'), await from.till.enrol('08031110002')]
  for (const customer of [x, y]) await from.till.sell(customer, 20_000)
  await sendAll(office, from)
  const other = officeOn(office.fresh, office.clock)
  const { tenant } = from
  const both = await Promise.all([
    mergeCustomers(office.parts, { tenant, into: x, from: y, who: 'Ngozi' }),
    mergeCustomers(other.parts, { tenant, into: y, from: x, who: 'Bola' }),
  ])
  await other.close()
  expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  const lost = both.find(({ ok }) => !ok)
  expect(lost).toMatchObject({ refusal: { detail: expect.stringMatching(/one customer already.*Nothing/) } })
  expect(await rows(from, `SELECT 1 FROM hq.event WHERE kind = 'customer.merged'`)).toHaveLength(1)
  expect(await rows(from, 'SELECT 1 FROM hq.customer WHERE merged_into IS NULL')).toHaveLength(1)
  expect(open((await account(from, x)).state, START_MS)).toBe(400)
  await whole(from)
})

it('one person by phone on two tills and by card on a third is one, through every id that ever named them', async () => {
  const from = await shop()
  const { tenant } = from
  const second = await registerTill(office, tenant, await newTill(931), 'a'.repeat(31) + tenants)
  const third = await registerTill(office, tenant, await newTill(932), 'b'.repeat(31) + tenants)
  // All made ids with a key of their own: each id is another one under the tenant's.
  const phone = await from.till.enrol('08031234567', { name: 'Amina' })
  expect(await second.till.enrol('08031234567')).toBe(phone)
  const card = await third.till.enrol('', { card: 'KW-000123' })
  await from.till.sell(phone, 10_000)
  await second.till.sell(phone, 20_000)
  await third.till.sell(card, 40_000)
  for (const till of [from, second, third]) await sendAll(office, till)
  expect(await rows(from, 'SELECT 1 FROM hq.customer WHERE merged_into IS NULL')).toHaveLength(2)
  const done = await mergeCustomers(office.parts, { tenant, into: phone, from: card, who: 'Ngozi' })
  if (!done.ok) throw new Error(done.refusal.detail)
  const root = done.value.customer
  // The till's id of the card meant the tenant's one, which means the phone's now: in one step each, also for tills.
  const aliases = await rows<{ id: string; root: string; because: string }>(
    from,
    'SELECT id, root, because FROM hq.alias ORDER BY because',
  )
  expect(aliases.map((one) => [one.because, one.root])).toEqual([
    ['merged', root],
    ['worked_alone', root],
    ['worked_alone', root],
  ])
  expect(
    await rows(from, 'SELECT DISTINCT merged_into FROM hq.sync_customer_v1 WHERE merged_into IS NOT NULL'),
  ).toEqual([{ merged_into: root }])
  // What still comes under the old id of the card, and under the one that was only ever merged, is theirs.
  await third.till.sell(card, 5_000)
  await sendAll(office, third)
  expect((await account(from, card)).state.totals.earned).toBe(100 + 200 + 400 + 50)
  await whole(from)
})

it('the same file read on two tills is one import', async () => {
  const from = await shop()
  const till = await newTill(901)
  const other = await registerTill(office, from.tenant, till, 'c'.repeat(31) + tenants)
  const sale = {
    key: 'row 1',
    phone: '08031234567',
    email: '',
    card: '',
    amount_kobo: 500_000,
    occurred_ms: START_MS - 30 * DAY,
    receipt: '',
    channel: 'pos',
  }
  const importOn = async (one: Registered) => {
    const done = await one.till.open.admin('import_sales', { batch: [sale], earn: true })
    if (!done.ok) throw new Error(done.refusal.sentence)
  }
  // What a till knows of a customer may differ when it reads the file; the first one stands.
  const customer = await other.till.enrol('08031234567')
  await other.till.sell(customer, 2_000_000)
  await importOn(from)
  await importOn(other)
  await sendAll(office, from)
  const reply = await sendAll(office, other)
  expect(reply.held).toEqual([])
  expect(await rows(from, `SELECT count(*)::int AS n FROM hq.sale WHERE imported`)).toEqual([{ n: 1 }])
  expect((await account(from, customer)).state.totals.earned).toBe(50 + 20_000)
  await whole(from)
})

it('a till that is silent for a month lies in the inbox until it is heard of', async () => {
  const from = await shop()
  await sendAll(office, from)
  expect(await noteSilentTills(office.parts, from.tenant)).toBe(0)
  office.clock.pass(31 * DAY)
  expect(await noteSilentTills(office.parts, from.tenant)).toBe(1)
  expect(await inbox(from)).toMatchObject([{ kind: 'silent_till', state: 'open' }])
  await sendAll(office, from)
  expect(await noteSilentTills(office.parts, from.tenant)).toBe(0)
  expect(await inbox(from)).toMatchObject([{ kind: 'silent_till', state: 'closed' }])
})

it.each([
  [
    `UPDATE hq.event SET bytes = overlay(bytes placing '\\x31' from 60) WHERE seq = 8`,
    /Event 8 .* was changed/,
  ],
  [`UPDATE hq.event SET customer = repeat('1', 32) WHERE kind = 'sale.recorded'`, /filed as something else/],
  [`DELETE FROM hq.event WHERE seq = 9`, /Event 9 .* is missing/],
  [`UPDATE hq.account SET state = jsonb_set(state, '{lifetime}', '7')`, /not what its postings make/],
  [`UPDATE hq.line SET points = points + 1 WHERE kind = 'earn'`, /the line of/],
  [`DELETE FROM hq.posting`, /never posted/],
  [`UPDATE hq.customer SET spend_kobo = spend_kobo + 1`, /not counted right/],
  [`UPDATE hq.sync_account_v1 SET state = '{}'`, /not what tills are told/],
  [`DELETE FROM hq.sync_customer_v1 WHERE merged_into IS NULL`, /not what tills are told/],
])('verify finds it: %s', async (sql, finding) => {
  const from = await shop()
  await from.till.sell(await from.till.enrol('08031234567'), 10_000)
  await sendAll(office, from)
  await whole(from)
  const owner = new pg.Client({ connectionString: office.fresh.url })
  await owner.connect()
  await owner.query(`BEGIN; SELECT set_config('kasuwa.tenant', '${from.tenant}', true)`)
  await owner.query(`${sql.includes(' WHERE ') ? `${sql} AND` : `${sql} WHERE`} tenant_id = '${from.tenant}'`)
  await owner.query('COMMIT')
  await owner.end()
  expect((await verifyTenant(office.parts, from.tenant)).findings.join('\n')).toMatch(finding)
})

it('ids made under the tenant itself need no alias', async () => {
  const till = await newTill(777)
  const keys = keysOf(till)
  const from = await registerTill(office, await makeTenant(office, keys), till, '9'.repeat(32))
  const customer = await till.enrol('08031234567')
  await sendAll(office, from)
  expect(await rows(from, 'SELECT id FROM hq.customer')).toEqual([{ id: customer }])
  expect(await rows(from, 'SELECT id FROM hq.alias')).toEqual([])
})
