import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { openDatabase } from '../../electron/ledger/database.ts'
import { DATABASE_FILE } from '../../electron/ledger/set-up.ts'
import type { Till } from '../../electron/ledger/till.ts'
import { businessDate } from '../../shared/base/business-date.ts'
import { HOME } from '../../shared/base/home.ts'
import type { Program } from '../../shared/domain/program/program.ts'
import type { Input } from '../../shared/ipc/contract.ts'
import { programWith } from '../support/program-facts.ts'
import { storeProgram } from '../support/rules.ts'
import { adminSession, type Dataset, openBenchTill, workingCopy } from './dataset.ts'
import type { Figure } from './figure.ts'
import { byTurns } from './measure.ts'

/** Commands that book, against one row put durably into the same event table with the same indexes. */

const KEYS_EACH_ROUND = 150
const REDEEM_POINTS = 100
const RULES = 50
const GROSS_KOBO = 4_000_000
const BECAUSE =
  'a sale is two or three signed events and eight tables, about 18 pages of log where one row takes 5'
const BECAUSE_FLUSH = 'one flush in a hundred takes so long here; raw shows the same flush'

export async function benchDurable(dataset: Dataset, rounds: number): Promise<Figure[]> {
  const copy = workingCopy(dataset, 'durable')
  const rawCopy = workingCopy(dataset, 'durable-raw')
  const { opened, till, key } = await openBenchTill(copy.dir)
  const raw = rawInsert(rawCopy.dir, key)
  try {
    const plain = [
      ...(await command(till, raw.insert, rounds, 'earn')),
      ...(await command(till, raw.insert, rounds, 'redeem')),
    ]
    return [...plain, await commandWithRules(dataset, till, rounds)]
  } finally {
    raw.close()
    opened.close()
    copy.remove()
    rawCopy.remove()
  }
}

async function command(
  till: Till,
  insert: (customer: string) => void,
  rounds: number,
  what: 'earn' | 'redeem',
): Promise<Figure[]> {
  const redeem = what === 'redeem'
  const session = adminSession(till)
  const customers = buyers(till, (rounds + 1) * KEYS_EACH_ROUND, redeem ? REDEEM_POINTS : 0)
  const spread = await byTurns(
    rounds,
    (round) => keysOf(customers, round),
    (customer) => record(till, session, customer, redeem ? { unit: 'points', points: REDEEM_POINTS } : null),
    insert,
  )
  return (['p50', 'p99'] as const).map((at) => ({
    id: `command.${what}.${at}`,
    what: `sale with ${what === 'earn' ? 'points earned' : 'points redeemed and earned'}, durable, ${at}`,
    unit: 'us' as const,
    value: spread.ours[at],
    raw: spread.raw[at],
    rawIs: 'one event row in one durable transaction (WAL, FULL, encrypted, same indexes)',
    target: at === 'p50' ? { times: 2 } : { atMost: 10_000 },
    because: at === 'p50' ? BECAUSE : BECAUSE_FLUSH,
  }))
}

/** A bonus for each week of a year, of which this one counts, as a busy head office leaves them. */
function manyRules(trusted: number): Program {
  const rules = Array.from({ length: RULES }, (_, week) => ({
    id: `week-${week}`,
    name: `Week ${week}`,
    kind: 'bonus',
    gives: { on: 'sale', points: 10 },
    caps: { month: 10_000 },
    when: [
      { field: 'dates', from: dayAfter(trusted, (week - 2) * 7), to: dayAfter(trusted, (week - 2) * 7 + 6) },
      { field: 'tier', in: ['bronze', 'silver', 'gold', 'platinum'] },
    ],
  }))
  return programWith({ rules, version: 2 })
}
const dayAfter = (trusted: number, days: number): string =>
  businessDate(trusted + days * 86_400_000, HOME.timeZone)

/** A sale under fifty rules, against the same sale under none in the same run. */
async function commandWithRules(dataset: Dataset, plain: Till, rounds: number): Promise<Figure> {
  const copy = workingCopy(dataset, 'durable-rules')
  const { opened, till } = await openBenchTill(copy.dir)
  try {
    storeProgram(till, manyRules(till.ledger.writer.now().trusted))
    const customers = buyers(till, (rounds + 1) * KEYS_EACH_ROUND, 0)
    const sell = (into: Till) => {
      const session = adminSession(into)
      return (customer: string) => record(into, session, customer, null)
    }
    const spread = await byTurns(rounds, (round) => keysOf(customers, round), sell(till), sell(plain))
    return {
      id: 'command.rules.p50',
      what: `sale with points earned under ${RULES} rules, one of which gives points, durable, p50`,
      unit: 'us',
      value: spread.ours.p50,
      raw: spread.raw.p50,
      rawIs: 'the same sale under a program without rules',
      target: { times: 2 },
      because: 'what a rule gives is one more signed event with its line',
    }
  } finally {
    opened.close()
    copy.remove()
  }
}

async function record(till: Till, session: string, customer: string, redeem: Input<'sale.record'>['redeem']) {
  const reply = await till.call({
    id: 1,
    method: 'sale.record',
    session,
    input: {
      command_id: randomBytes(16).toString('hex'),
      customer_id: customer,
      gross_kobo: GROSS_KOBO,
      redeem,
      receipt: '',
      channel: 'pos',
      approver: null,
    },
  })
  if (reply.outcome === 'refused') throw new Error(reply.refusal.sentence)
}

const keysOf = (customers: readonly string[], round: number): string[] =>
  Array.from({ length: KEYS_EACH_ROUND }, (_, i) => pick(customers, round * KEYS_EACH_ROUND + i))

/** Customers all over the file, with at least so many points. */
function buyers(till: Till, count: number, points: number): string[] {
  return till.ledger.db
    .prepare<[number, number], string>('SELECT id FROM customer WHERE points >= ? ORDER BY id LIMIT ?')
    .pluck()
    .all(points, count)
}

function pick(customers: readonly string[], at: number): string {
  const customer = customers[at % customers.length]
  if (customer === undefined) throw new Error('the till of the bench has no such customers')
  return customer
}

/** One durable row: the event table as it is, without the triggers that judge a row. */
function rawInsert(dir: string, key: string): { insert: (customer: string) => void; close: () => void } {
  const db = openDatabase({ file: path.join(dir, DATABASE_FILE), key, mode: 'write' })
  for (const name of ['event_is_gapless', 'event_is_never_changed', 'event_is_never_removed']) {
    db.exec(`DROP TRIGGER ${name}`)
  }
  const sample = db
    .prepare<
      [],
      { place: number; staff: string; trusted: number; bytes: Buffer; hash: Buffer; signature: Buffer }
    >(
      `SELECT place, staff, trusted, bytes, hash, signature FROM event WHERE kind = 'sale.recorded' ORDER BY place DESC LIMIT 1`,
    )
    .get()
  const last = db.prepare<[], number>('SELECT max(place) FROM event').pluck().get()
  if (!sample || last === undefined) throw new Error('the till of the bench has no sales')
  const statement = db.prepare(
    `INSERT INTO event (place, epoch, seq, id, kind, staff, customer, trusted, bytes, prev_hash, hash, signature)
     VALUES (?, 1, ?, ?, 'sale.recorded', ?, ?, ?, ?, ?, ?, ?)`,
  )
  const { staff, trusted, bytes, hash, signature } = sample
  let place = last
  return {
    insert: (customer) => {
      place += 1
      const id = randomBytes(16).toString('hex')
      statement.run(place, place, id, staff, customer, trusted + place, bytes, hash, hash, signature)
    },
    close: () => db.close(),
  }
}
