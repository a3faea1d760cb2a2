import { afterAll, expect, it } from 'vitest'
import type { Secrets } from '../../electron/ledger/messages.ts'
import type { Reply } from '../../shared/ipc/message.ts'
import { RunningLedger } from '../support/ledger-process.ts'
import {
  newTill,
  points,
  removeTempDirs,
  START_MS,
  saleOf,
  seededBytes,
  type TestTill,
} from '../support/till.ts'

afterAll(removeTempDirs)

const NIGHTLY = process.env['KASUWA_NIGHTLY'] === '1'
const CYCLES = NIGHTLY ? 100 : 10
/** Commands that are under way at once: some are always in the pipe when the process is struck down. */
const UNDER_WAY = 6

const bytes = seededBytes(Number(process.env['KASUWA_SEED'] ?? 20_261_121))
const random = (below: number): number => new DataView(bytes(4).buffer).getUint32(0) % below
const newId = (): string => Buffer.from(bytes(16)).toString('hex')

interface Sent {
  readonly id: string
  readonly customer: string
  readonly kind: 'sale' | 'adjust'
  readonly input: Record<string, unknown>
  reply: Reply | null
}

/** What the shop must add up to when each of these has happened once. */
interface Expected {
  readonly balance: Map<string, number>
}

function next(customers: readonly string[], expected: Expected): Sent {
  const customer = customers[random(customers.length)] ?? ''
  const id = newId()
  if (random(4) === 0) {
    const input = {
      command_id: id,
      customer_id: customer,
      points: 1 + random(50),
      reason: 'kind',
      approver: null,
    }
    return { id, customer, kind: 'adjust', input, reply: null }
  }
  // Nothing is spent that is not surely there: every command can then be done whatever came before it.
  const redeem =
    random(3) === 0 && (expected.balance.get(customer) ?? 0) > 400 ? points(100 + random(100)) : null
  const input = { command_id: id, ...saleOf(customer, 1_000 + random(50_000), { redeem }) }
  return { id, customer, kind: 'sale', input, reply: null }
}

async function send(ledger: RunningLedger, session: string, sent: Sent): Promise<Reply | null> {
  const method = sent.kind === 'sale' ? 'sale.record' : 'points.adjust'
  return ledger.call({ method, session, input: sent.input as never })
}

/** How much the balance of the customer moves, by what the till told. */
function effect(sent: Sent): number {
  if (sent.reply?.outcome !== 'done') return 0
  const value = sent.reply.value as unknown as { earned: number; redeemed: number; points: number }
  return sent.kind === 'sale' ? value.earned - value.redeemed : value.points
}

interface Booked {
  readonly command: string
  readonly kind: string
  readonly n: number
  readonly answer: { readonly earned: number; readonly redeemed: number; readonly points: number } | null
}
const FIRST = { sale: 'sale.recorded', adjust: 'points.adjusted' } as const

/** Looks at the file as the struck process left it. */
async function inspect(
  till: TestTill,
  acknowledged: readonly Sent[],
  unanswered: readonly Sent[],
  expected: Expected,
): Promise<void> {
  await till.reopen()
  const report = await till.verify()
  expect(report).toMatchObject({ ok: true, first_bad: null, findings: [] })
  const booked = new Map<string, Booked[]>()
  const all = till.db.prepare<[], Uint8Array>('SELECT bytes FROM event ORDER BY place').pluck()
  for (const bytes of all.iterate()) {
    const event = JSON.parse(Buffer.from(bytes).toString('utf8')) as Booked
    booked.set(event.command, [...(booked.get(event.command) ?? []), event])
  }
  const kindsOf = (id: string): string[] => (booked.get(id) ?? []).map((event) => event.kind)
  for (const { id, kind } of acknowledged) {
    expect([id, kindsOf(id).filter((k) => k === FIRST[kind]).length]).toEqual([id, 1])
  }
  // No half command: a sale with points in its answer has the events that moved them, and none without.
  for (const [id, events] of booked) {
    const { kind, answer } = events.find((event) => event.n === 0) ?? { kind: '', answer: null }
    if (kind !== 'sale.recorded') continue
    const expectedKinds = [
      'sale.recorded',
      ...(answer?.redeemed ? ['points.redeemed'] : []),
      ...(answer?.earned ? ['points.earned'] : []),
    ]
    expect([id, ...kindsOf(id)]).toEqual([id, ...expectedKinds])
  }
  // What was not answered may be there or not; if it is, then whole.
  const settled = new Map(expected.balance)
  for (const { id, kind, customer } of unanswered) {
    const value = booked.get(id)?.find((event) => event.n === 0)?.answer
    if (!value) continue
    const moved = kind === 'sale' ? value.earned - value.redeemed : value.points
    settled.set(customer, (settled.get(customer) ?? 0) + moved)
  }
  for (const [customer, balance] of settled) {
    expect(till.till.customers.card(customer)).toMatchObject({
      ok: true,
      value: { account: { available: balance } },
    })
  }
  till.close()
}

it(`the ledger process struck down ${CYCLES} times under load loses and doubles nothing`, {
  timeout: NIGHTLY ? 4 * 3_600_000 : 180_000,
}, async () => {
  const till = await newTill()
  const customers: string[] = []
  for (let i = 0; i < 4; i++) customers.push(await till.enrol(`0803123450${i}`, { name: `Customer ${i}` }))
  const { token } = till.till.openSession(till.people.admin.id)
  till.close()
  const secrets = till.keys.secrets as Secrets
  const expected: Expected = { balance: new Map(customers.map((c) => [c, 0])) }
  const acknowledged: Sent[] = []
  let unanswered: Sent[] = []
  let struckMidway = 0
  let cycles = 0
  const done = (sent: Sent, reply: Reply): void => {
    sent.reply = reply
    expect(reply, JSON.stringify(reply)).toMatchObject({ outcome: 'done' })
    acknowledged.push(sent)
    expected.balance.set(sent.customer, (expected.balance.get(sent.customer) ?? 0) + effect(sent))
  }

  // It counts when it was struck while it worked, not while it slept: a busy machine may strike late.
  for (; struckMidway < CYCLES; cycles++) {
    expect(cycles).toBeLessThan(CYCLES * 10)
    // The machine's own clock runs here, and the till was set up on another day: the file has to bear it.
    const ledger = await RunningLedger.start(till.dir, secrets, START_MS - Date.now() + cycles * 1_000)
    // What was not answered is sent again under its id, twice: it has one effect and one answer.
    for (const sent of unanswered) {
      const first = await send(ledger, token, sent)
      const second = await send(ledger, token, sent)
      expect(second).toMatchObject({
        outcome: 'done',
        value: (first as { value?: unknown } | null)?.value ?? 'none',
      })
      if (first) done(sent, first)
    }
    unanswered = []
    const budget = 15 + random(40)
    let begun = 0
    let struck = false
    const strikeAt = 5 + random(budget)
    const lane = async (): Promise<void> => {
      while (!struck && begun < budget + UNDER_WAY) {
        begun += 1
        const sent = next(customers, expected)
        if (begun === strikeAt) {
          struck = true
          // At a random moment of the work of this and the commands before it.
          setTimeout(() => void ledger.strike(), random(12))
        }
        const reply = await send(ledger, token, sent)
        if (reply) done(sent, reply)
        else unanswered.push(sent)
      }
    }
    await Promise.all(Array.from({ length: UNDER_WAY }, lane))
    await ledger.strike()
    if (unanswered.length > 0) struckMidway += 1
    await inspect(till, acknowledged, unanswered, expected)
  }
  expect(acknowledged.length).toBeGreaterThan(CYCLES * 5)
})
