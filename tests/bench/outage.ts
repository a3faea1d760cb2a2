import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { openDatabase } from '../../electron/ledger/database.ts'
import { DATABASE_FILE } from '../../electron/ledger/set-up.ts'
import type { Till } from '../../electron/ledger/till.ts'
import { adminSession, type Dataset, openBenchTill, workingCopy } from './dataset.ts'
import type { Figure } from './figure.ts'
import { byTurns, microsecondsOf } from './measure.ts'

/** A till that belongs to head office and has not reached it for weeks: what a quote costs then. */

const UNSENT_EVENTS = 20_000
const EVERY_NTH_REDEEMS = 20
const REDEEM_POINTS = 100
const GROSS_KOBO = 1_000_000
const KEYS_EACH_ROUND = 200
const QUOTE_US_MAX = 1_000
const RAW_IS = "the customer's row and account by one prepared statement"

export async function benchOutage(dataset: Dataset, rounds: number): Promise<Figure[]> {
  const copy = workingCopy(dataset, 'outage')
  let { opened, till, key } = await openBenchTill(copy.dir)
  const raw = openDatabase({ file: path.join(copy.dir, DATABASE_FILE), key, mode: 'read' })
  try {
    enrolled(till)
    const customers = withPoints(till)
    await sellUnsent(till, customers)
    opened.close()
    ;({ opened, till } = await openBenchTill(copy.dir))
    const quote = quoting(till)
    const first = await microsecondsOf(() => quote(customers[0] ?? ''))
    const row = raw.prepare<[string], unknown>(
      `SELECT c.name, c.phone, c.card, c.email, a.state FROM customer c
       JOIN account a ON a.customer = c.id AND a.program = 'default' WHERE c.id = ?`,
    )
    const keysOf = (round: number) =>
      Array.from({ length: KEYS_EACH_ROUND }, (_, i) => pick(customers, round * KEYS_EACH_ROUND + i))
    const spread = await byTurns(rounds, keysOf, quote, (customer) => row.get(customer))
    const what = `quote with ${UNSENT_EVENTS.toLocaleString('en')} unsent entries`
    return [
      ...(['p50', 'p99'] as const).map((at) => ({
        id: `outage.quote.${at}`,
        what: `${what}, ${at}`,
        unit: 'us' as const,
        value: spread.ours[at],
        raw: spread.raw[at],
        rawIs: RAW_IS,
        target: at === 'p99' ? { atMost: QUOTE_US_MAX } : null,
      })),
      {
        id: 'outage.quote.first',
        what: `${what}, the first after a start`,
        unit: 'ms',
        value: first / 1_000,
        raw: null,
        rawIs: '',
        target: null,
      },
    ]
  } finally {
    raw.close()
    opened.close()
    copy.remove()
  }
}

/** As a code of head office leaves a till: everything so far is there, the accounts are known. */
function enrolled({ ledger: { db, writer } }: Till): void {
  const { place } = writer.head()
  db.prepare(
    `INSERT INTO connection (one, url, tenant, tenant_name, store, store_name, till_name, device, epoch, enrolled_at,
       hq_public_key, hq_epoch, hq_time) VALUES (1, 'https://hq', 't', 'T', 's', 'Shop', 'Till', 'd', 1, 1, '', 1, 1)`,
  ).run()
  db.prepare(`INSERT INTO setting (key, value) VALUES ('enrolled', ?)`).run(
    JSON.stringify({ place, at: writer.now().trusted }),
  )
  db.prepare(
    `INSERT INTO till (key, value) VALUES ('acknowledged_place', ?)
     ON CONFLICT DO UPDATE SET value = excluded.value`,
  ).run(String(place))
}

const withPoints = ({ ledger: { db } }: Till): readonly string[] =>
  db
    .prepare<[number, number], string>('SELECT id FROM customer WHERE points >= ? ORDER BY id LIMIT ?')
    .pluck()
    .all(REDEEM_POINTS, UNSENT_EVENTS)

function pick(customers: readonly string[], at: number): string {
  const customer = customers[at % customers.length]
  if (customer === undefined) throw new Error('the till of the bench has no customers with points')
  return customer
}

const saleTo = (customer: string, redeems: boolean) => ({
  customer_id: customer,
  gross_kobo: GROSS_KOBO,
  redeem: redeems ? { unit: 'points', points: REDEEM_POINTS } : null,
  receipt: '',
  channel: 'pos',
})

/** The sales of the outage; how they reached the disk is not what is measured. */
async function sellUnsent(till: Till, customers: readonly string[]): Promise<void> {
  const session = adminSession(till)
  const { db, writer } = till.ledger
  db.pragma('synchronous = OFF')
  const end = writer.head().place + UNSENT_EVENTS
  for (let sold = 0; writer.head().place < end; sold++) {
    const input = {
      ...saleTo(pick(customers, sold), sold % EVERY_NTH_REDEEMS === 0),
      command_id: randomBytes(16).toString('hex'),
      approver: null,
    }
    const reply = await till.call({ id: 1, method: 'sale.record', session, input })
    // Behind the floor limit nothing is redeemed any more.
    if (reply.outcome !== 'done' && input.redeem === null)
      throw new Error(`a sale was not recorded: ${JSON.stringify(reply)}`)
  }
}

function quoting(till: Till): (customer: string) => Promise<unknown> {
  const session = adminSession(till)
  return async (customer) => {
    const reply = await till.call({ id: 1, method: 'sale.quote', session, input: saleTo(customer, true) })
    if (reply.outcome !== 'done') throw new Error(`no quote: ${JSON.stringify(reply)}`)
  }
}
