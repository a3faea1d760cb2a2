import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyTenant } from '../../../hq/services/verify.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { open } from '../../../shared/domain/post.ts'
import { Receipt } from '../../../shared/sync/wire.ts'
import {
  batchOf,
  type HeadOffice,
  keysOf,
  makeTenant,
  newOffice,
  officeOn,
  type Registered,
  refused,
  registerTill,
  send,
  sendAll,
  sent,
} from '../../support/head-office.ts'
import {
  FakeClock,
  HOUR,
  MINUTE,
  newTill,
  points,
  removeTempDirs,
  START_MS,
  type TestTill,
} from '../../support/till.ts'

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

/** A tenant of its own with a till that worked alone before: the ids it made are aliases here. */
async function business(): Promise<{ tenant: string; till: TestTill }> {
  const till = await newTill(100 + tenants)
  tenants += 1
  const id = tenants.toString(16).padStart(32, 'f')
  await makeTenant(office, { id, identityKey: 'a'.repeat(64) })
  return { tenant: id, till }
}
/** Of the first till of the latest tenant. Every till of the tests is a copy of one, so here they go by other ids. */
const deviceId = (letter = 'd'): string => tenants.toString(16).padStart(32, letter)

const rows = <R extends object>(
  from: { tenant: string },
  sql: string,
  values: readonly unknown[] = [],
): Promise<R[]> => office.db.tenant(from.tenant, (tx) => tx.query<R>(sql, values))
const whole = async (from: { tenant: string }): Promise<void> =>
  expect((await verifyTenant(office.parts, from.tenant)).findings).toEqual([])
/** Of any id of a customer. */
const SELECT_STATE =
  'SELECT state FROM hq.account WHERE customer = coalesce((SELECT root FROM hq.alias WHERE id = $1), $1)'
async function account(from: { tenant: string }, customer: string): Promise<Account> {
  const [row] = await rows<{ state: Account }>(from, SELECT_STATE, [customer])
  if (!row) throw new Error(`${customer} has no account`)
  return row.state
}
const inbox = (from: { tenant: string }, skew = false) =>
  rows<{ kind: string; state: string; facts: Record<string, unknown> }>(
    from,
    `SELECT kind, state, facts FROM hq.inbox WHERE kind <> 'skew' OR $1 ORDER BY kind`,
    [skew],
  )

describe('a till that sends what it has', () => {
  it('has it at head office, posted to the same balance', async () => {
    const till = await newTill()
    const from = await registerTill(office, await makeTenant(office, keysOf(till)), till)
    const amina = await till.enrol('08031234567', { name: 'Amina Bello' })
    await till.sell(amina, 50_000)
    await till.sell(amina, 10_000, { redeem: points(200) })
    const reply = await sendAll(office, from)
    const head = till.till.ledger.writer.head()
    expect(reply.acked).toEqual({ epoch: head.epoch, seq: head.seq })
    expect(reply.held).toEqual([])
    const receipt = Receipt.parse(JSON.parse(reply.receipt.body))
    expect(receipt.effective.length).toBe(head.seq)
    expect(open(await account(from, amina), START_MS)).toBe(await till.balance(amina))
    const [customer] = await rows(from, 'SELECT name, phone, sale_count, spend_kobo FROM hq.sync_customer_v1')
    expect(customer).toEqual({
      name: 'Amina Bello',
      phone: '+2348031234567',
      sale_count: 2,
      spend_kobo: 5_980_000,
    })
    await whole(from)
  })

  it('gets the same answer for the same batch, and nothing is booked twice', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    const customer = await till.enrol('08031234567')
    await till.sell(customer, 20_000)
    const batch = batchOf(from, 1)
    const first = await sent(office, from, batch)
    const before = await rows(from, 'SELECT count(*)::int AS n FROM hq.posting')
    office.clock.pass(MINUTE)
    const second = await sent(office, from, batch)
    expect(second.acked).toEqual(first.acked)
    const effective = (reply: typeof first) => Receipt.parse(JSON.parse(reply.receipt.body)).effective
    expect(effective(second)).toEqual(effective(first))
    expect(await rows(from, 'SELECT count(*)::int AS n FROM hq.posting')).toEqual(before)
    await whole(from)
  })

  it('is understood in everything it can write', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    const customer = await till.enrol('08031234567', { consent: { marketing: 'yes', wording: 'May we?' } })
    const sale = await till.sell(customer, 50_000, { receipt: 'R1' })
    await till.sell(customer, 5_000, { redeem: points(100) })
    await till.sell(null, 700)
    const manager = { approver: null, reason: 'a gift' }
    await till.done('manager', 'points.adjust', { customer_id: customer, points: 20, ...manager })
    await till.done('manager', 'points.adjust', { customer_id: customer, points: -5, ...manager })
    await till.done('manager', 'sale.void', { sale_id: sale.sale_id, ...manager })
    await till.done('cashier', 'customer.consent', { customer_id: customer, marketing: 'no', wording: 'No' })
    const reply = await sendAll(office, from)
    expect(reply.held).toEqual([])
    const kinds = await rows<{ kind: string }>(from, 'SELECT DISTINCT kind FROM hq.event ORDER BY kind')
    expect(kinds.length).toBeGreaterThan(9)
    const [known] = await rows(
      from,
      'SELECT marketing, sale_count FROM hq.customer WHERE merged_into IS NULL',
    )
    expect(known).toEqual({ marketing: 'no', sale_count: 1 })
    expect(open(await account(from, customer), START_MS)).toBe(await till.balance(customer))
    await whole(from)
  })

  it('is told where to go on when events are missing in between', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    await sent(office, from, batchOf(from, 1, 2))
    const problem = await refused(office, from, batchOf(from, 4))
    expect(problem).toMatchObject({ code: 'gap', status: 409, expected: { epoch: 1, seq: 3 } })
    const beat = batchOf(from, till.till.ledger.writer.head().seq + 1)
    expect(beat.events).toEqual([])
    expect(await refused(office, from, beat)).toMatchObject({ code: 'gap', expected: { seq: 3 } })
  })

  it.each([
    ['another key', (batch: ReturnType<typeof batchOf>) => ({ ...batch, signed_by: 7 }), 'epoch_unknown'],
    ['another epoch', (batch: ReturnType<typeof batchOf>) => ({ ...batch, epoch: 7 }), 'epoch_unknown'],
    ['another business', (batch: ReturnType<typeof batchOf>) => ({ ...batch, tenant: 'x' }), 'wrong_tenant'],
    [
      'another version',
      (batch: ReturnType<typeof batchOf>) => ({ ...batch, protocol: 9 }) as never,
      'protocol_unknown',
    ],
    [
      'a device nobody knows',
      (batch: ReturnType<typeof batchOf>) => ({ ...batch, device: 'e'.repeat(32) }),
      'unknown_device',
    ],
  ])('is refused under %s', async (_, change, code) => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    expect(await refused(office, from, change(batchOf(from, 1)))).toMatchObject({ code })
    expect(await rows(from, 'SELECT 1 FROM hq.event')).toEqual([])
  })

  it('promises that nothing earlier is to come, and the least promise of all tills counts', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    await sendAll(office, from)
    const [one] = await rows<{ settled_until: number }>(from, 'SELECT settled_until FROM hq.tenant')
    expect(one?.settled_until).toBe(till.till.ledger.writer.now().trusted)
    await registerTill(office, tenant, till, deviceId('c'))
    till.clock.pass(10 * HOUR)
    office.clock.pass(10 * HOUR)
    await sendAll(office, from)
    expect(await rows(from, 'SELECT settled_until FROM hq.tenant')).toEqual([one])
  })

  it('with a clock that is hours wrong lies in the inbox until it is right', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    const wrong = batchOf(from, 1)
    await sent(office, from, { ...wrong, clock: { ...wrong.clock, wall: office.clock.wallMs + 3 * HOUR } })
    expect(await inbox(from, true)).toMatchObject([{ kind: 'skew', state: 'open', facts: { minutes: 180 } }])
    await sent(office, from, { ...wrong, clock: { ...wrong.clock, wall: office.clock.wallMs } })
    expect(await inbox(from, true)).toMatchObject([{ kind: 'skew', state: 'closed' }])
  })
})

describe('a chain that does not fit', () => {
  it('is a fork where a place is taken: kept aside, counted nowhere', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    await sendAll(office, from)
    const copy: Registered = { ...from, till: await newTill(4_711) }
    // Two lives from the same file: each enrols somebody else under the same number.
    const at = till.till.ledger.writer.head().seq + 1
    await till.enrol('08031110001')
    await copy.till.enrol('08031110002')
    await sent(office, from, batchOf(from, at))
    const copied = batchOf(copy, at)
    const problem = await refused(office, copy, copied)
    expect(problem).toMatchObject({ code: 'fork', status: 409, at: { epoch: 1, seq: at } })
    await copy.till.enrol('08031110003')
    expect(await refused(office, copy, batchOf(copy, at + 1))).toMatchObject({ code: 'fork' })
    expect(await rows(from, 'SELECT seq FROM hq.fork_event')).toEqual(
      copied.events.map(({ seq }) => ({ seq })),
    )
    expect((await inbox(from)).filter(({ kind }) => kind === 'fork').length).toBe(1)
    expect(await rows(from, 'SELECT 1 FROM hq.customer WHERE merged_into IS NULL')).toHaveLength(1)
    await whole(from)
  })

  it('is kept aside up to a bound, however often and wherever it goes on: the rest is counted, in one entry', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    for (let i = 0; i < 40; i += 1) await till.sell(null, 1_000)
    await sendAll(office, from)
    const copies = await Promise.all(Array.from({ length: 4 }, (_, i) => newTill(4_720 + i)))
    const batches: [Registered, ReturnType<typeof batchOf>][] = []
    for (const [i, copied] of copies.entries()) {
      const copy: Registered = { ...from, till: copied }
      for (let n = 0; n < 130; n += 1) await copied.sell(null, 2_000 + i)
      batches.push([copy, batchOf(copy, 1)])
    }
    const facts = async () =>
      (await inbox(from)).filter(({ kind }) => kind === 'fork').map((one) => one.facts)
    const aside = () => rows(from, 'SELECT seq, hash FROM hq.fork_event ORDER BY seq, hash')
    const say: unknown[] = []
    for (const [copy, batch] of batches) {
      expect(await refused(office, copy, batch)).toMatchObject({ code: 'fork' })
      say.push((await facts()).map(({ kept, more }) => [kept, more]))
    }
    const [kept, standing] = [await aside(), await facts()]
    expect(kept).toHaveLength(400)
    expect(say.at(-1)).toEqual([[400, 4 * 130 - 400]])
    // The same again, and another place of the same life, change nothing and make no entry more.
    for (const [copy, batch] of batches) await refused(office, copy, batch)
    expect([await aside(), await facts()]).toEqual([kept, standing])
    const [last] = batches.slice(-1)
    if (!last) throw new Error('there is a batch')
    expect(await refused(office, last[0], batchOf(last[0], 20))).toMatchObject({ code: 'fork' })
    expect(await facts()).toHaveLength(1)
    await whole(from)
  })

  it('keeps everything before a broken event', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    const batch = batchOf(from, 1)
    const broken = batch.events.map((event, i) =>
      i === 2 ? { ...event, signature: batch.events[0]?.signature ?? '' } : event,
    )
    const problem = await refused(office, from, { ...batch, events: broken })
    expect(problem).toMatchObject({ code: 'chain_broken', status: 422, at: { epoch: 1, seq: 3 } })
    expect(problem.detail).toMatch(/repair the till.*new code/)
    expect(await rows(from, 'SELECT cursor FROM hq.device_epoch')).toEqual([{ cursor: 2 }])
    expect(await inbox(from)).toMatchObject([{ kind: 'chain_broken' }])
    await sent(office, from, batch)
    await whole(from)
  })
})

describe('two tills', () => {
  it('that enrol one phone make one customer, and both names are shown to a person', async () => {
    const { tenant, till } = await business()
    const a = await registerTill(office, tenant, till, deviceId())
    const b = await registerTill(office, tenant, await newTill(31), deviceId('b'))
    const one = await a.till.enrol('08031234567', {
      name: 'Adebayo',
      consent: { marketing: 'no', wording: 'w' },
    })
    expect(
      await b.till.enrol('08031234567', { name: 'Ade', consent: { marketing: 'not_asked', wording: '' } }),
    ).toBe(one)
    await a.till.sell(one, 10_000)
    await b.till.sell(one, 20_000)
    await sendAll(office, a)
    await sendAll(office, b)
    const seen = await rows(
      a,
      'SELECT name, marketing, sale_count FROM hq.customer WHERE merged_into IS NULL',
    )
    expect(seen).toEqual([{ name: 'Ade', marketing: 'no', sale_count: 2 }])
    expect(await inbox(a)).toMatchObject([{ kind: 'two_names', facts: { before: 'Adebayo', after: 'Ade' } }])
    const { totals } = await account(a, one)
    expect(totals.earned).toBe(300)
    await whole(a)
  })

  it('that send the same customers in opposite order do not hinder each other', async () => {
    const { tenant, till } = await business()
    const a = await registerTill(office, tenant, till, deviceId())
    const b = await registerTill(office, tenant, await newTill(35), deviceId('b'))
    const phones = Array.from({ length: 12 }, (_, i) => `0803555${String(1_000 + i)}`)
    for (const phone of phones) await a.till.sell(await a.till.enrol(phone), 5_000)
    for (const phone of phones.toReversed()) await b.till.sell(await b.till.enrol(phone), 5_000)
    const other = officeOn(office.fresh, office.clock)
    await Promise.all([sendAll(office, a), sendAll(other, b)])
    await other.close()
    expect(await rows(a, 'SELECT 1 FROM hq.customer WHERE sale_count = 2')).toHaveLength(12)
    await whole(a)
  })
})

describe('an enrolled till that worked alone before', () => {
  it('joins its customers to those of the others by what stands beside its enrolments', async () => {
    const { tenant, till } = await business()
    const a = await registerTill(office, tenant, till, deviceId())
    const own = await a.till.enrol('08031234567', { name: 'Amina' })
    await a.till.sell(own, 30_000)
    await sendAll(office, a)
    const [alias] = await rows<{ id: string; root: string }>(a, 'SELECT id, root FROM hq.alias')
    expect(alias?.id).toBe(own)
    expect(await rows(a, 'SELECT id FROM hq.customer WHERE merged_into IS NULL')).toEqual([
      { id: alias?.root },
    ])
    expect((await account(a, alias?.root ?? '')).totals.earned).toBe(300)
    expect(await rows(a, 'SELECT merged_into FROM hq.sync_customer_v1 WHERE id = $1', [own])).toEqual([
      { merged_into: alias?.root },
    ])
    await whole(a)
  })
})

describe('any request', () => {
  it('that is cut at any statement leaves everything or nothing, and goes through later', async () => {
    const { tenant, till } = await business()
    const from = await registerTill(office, tenant, till, deviceId())
    const customer = await till.enrol('08031234567')
    await till.sell(customer, 20_000)
    let left = 0
    const cut = officeOn(office.fresh, office.clock, {
      onStatement: () => {
        left -= 1
        if (left === 0) throw new Error('cut')
      },
    })
    const batch = batchOf(from, 1)
    let cuts = 0
    for (let at = 1; at < 200; at += 1) {
      left = at
      const reply = await send(cut, from, batch).catch((error: Error) => error.message)
      const [{ n } = { n: -1 }] = await rows<{ n: number }>(from, 'SELECT count(*)::int AS n FROM hq.event')
      if (reply !== 'cut') {
        expect(n).toBe(batch.events.length)
        break
      }
      expect(n).toBe(0)
      cuts += 1
    }
    expect(cuts).toBeGreaterThan(15)
    await cut.close()
    await whole(from)
  })
})
