import { afterAll, expect, it } from 'vitest'
import type { Database } from '../../../electron/ledger/database.ts'
import { ReferenceHq } from '../../support/reference-hq.ts'
import { deliverAll, replicaOf } from '../../support/replica-till.ts'
import { ScriptedHq, TENANT } from '../../support/scripted-hq.ts'
import { type RunStatement, statementsRun } from '../../support/statements-run.ts'
import { enrolAt, sendAll } from '../../support/sync-till.ts'
import { commandId, DAY, newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

/*
 * A till has a million customers and ten years of entries: while somebody waits at it, nothing may read a table that
 * grows from its beginning. What runs is caught where it runs, so that a new statement is looked at without being named.
 */

const PHONES = ['08031000001', '08031000002', '08031000003'] as const
/** One row, one of each person who works here, one of each list or setting, one a year. */
const SMALL = new Set([
  'clock',
  'connection',
  'enrolment',
  'epoch',
  'replica_setting',
  'session',
  'setting',
  'shape',
  'shape_count',
  'sign_in_throttle',
  'staff',
  'till',
])

/** What cashiers do with a person in front of them, each thing in every way it can be done. */
async function servesEverybody(
  till: TestTill,
  who: { token: string },
  ids: readonly string[],
): Promise<void> {
  const approver = till.approver('manager')
  const look = async (customer: string): Promise<void> => {
    await till.done(who, 'customer.card', { customer_id: customer })
    await till.done(who, 'customer.lines', { customer_id: customer, cursor: null, limit: 20 })
    const all = { mine_today: false, receipt: '', cursor: null, limit: 20 }
    await till.done(who, 'sale.list', { ...all, customer_id: customer })
  }
  for (const text of [
    ...PHONES,
    '0803100',
    '1000002',
    '00',
    'person',
    'ada o',
    'CARD-0001',
    'ada@example.com',
  ])
    await till.done(who, 'customer.search', { text })
  for (const [n, id] of ids.entries()) {
    await look(id)
    const receipt = `R-${n}`
    const command = commandId()
    const earns = saleOf(id, 9_000, { receipt })
    for (const redeem of [null, points(100)])
      await till.done(who, 'sale.quote', {
        customer_id: id,
        gross_kobo: 900_000,
        redeem,
        receipt,
        channel: 'pos',
      })
    const sold = await till.done(who, 'sale.record', { ...earns, command_id: command })
    expect(await till.done(who, 'sale.record', { ...earns, command_id: command })).toEqual(sold)
    // Head office may not have said what this one has: then it is refused, and that is looked at too.
    const redeems = saleOf(id, 9_000, { redeem: points(100) })
    await till.ask(who, 'sale.record', { ...redeems, command_id: commandId() })
    // The same receipt once more, with a second person.
    await till.done(who, 'sale.record', { ...earns, approver })
    await till.done(who, 'points.adjust', { customer_id: id, points: 5, reason: 'kind', approver: null })
    await till.done(who, 'sale.void', { sale_id: sold.sale_id, reason: 'wrong', approver: null })
    await look(id)
  }
  await till.done(who, 'sale.record', saleOf(null, 2_000))
  const mine = { customer_id: null, mine_today: true, receipt: '', cursor: null, limit: 20 }
  await till.done(who, 'sale.list', mine)
  for (const receipt of ['', 'R-0']) {
    const anybody = { customer_id: null, mine_today: false, receipt, limit: 1 }
    const { next } = await till.done(who, 'sale.list', { ...anybody, cursor: null })
    await till.done(who, 'sale.list', { ...anybody, cursor: next })
  }
  await till.done(who, 'customer.search', { text: 'person' })
}

interface PlanRow {
  readonly detail: string
}

/** What each statement reads from its beginning, of what grows. */
function scans(db: Database, statements: readonly RunStatement[]): string[] {
  return statements.flatMap(({ sql, values }) => {
    if (!/^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i.test(sql)) return []
    const plan = db.prepare<unknown[], PlanRow>(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
    return plan.flatMap(({ detail }) => {
      const read = /^SCAN (\S+)(.*)$/.exec(detail)
      if (!read || isShort(sql, read[1] ?? '', read[2] ?? '')) return []
      return [`${detail}: ${sql.replaceAll(/\s+/g, ' ')}`]
    })
  })
}

/** What it reads is a small table, or rows that the statement has gathered itself. */
function isShort(sql: string, name: string, rest: string): boolean {
  if (/^(CONSTANT|\(subquery|json_each|json_tree)/.test(name)) return true
  // The index of words: a match is a search, whatever the plan calls it; without one all of it is read.
  if (rest.includes('VIRTUAL TABLE INDEX')) return /INDEX \d+:\S*M/.test(rest)
  const table =
    new RegExp(`\\b(?:FROM|JOIN|,)\\s+"?(\\w+)"?\\s+(?:AS\\s+)?${name}\\b`, 'i').exec(sql)?.[1] ?? name
  return SMALL.has(table)
}

it('nothing that somebody waits for at a till reads a table that grows from its beginning', async () => {
  const till = await newTill()
  const ids: string[] = []
  for (const phone of PHONES) ids.push(await till.enrol(phone, { name: `Ada O ${phone.slice(-1)}` }))
  await till.done('cashier', 'customer.update', {
    customer_id: ids[0] ?? '',
    card: 'CARD-0001',
    email: 'ada@example.com',
    clear: [],
  })
  const all = new Map<string, RunStatement>()
  const watched = async (work: () => Promise<void>): Promise<void> => {
    for (const one of await statementsRun(work)) all.set(one.sql, one)
  }
  await watched(() => servesEverybody(till, till.people.admin, ids))

  const hq = new ScriptedHq(() => till.clock.wallMs)
  await enrolAt(till, hq)
  await sendAll(till, hq)
  const books = new ReferenceHq()
  books.tenant = TENANT
  for (let n = 0; n < 5; n += 1)
    books.knows(`c${String(n).padStart(31, '0')}`, { name: `Person ${n}`, phone: `+23480399900${n}0` }, 300)
  books.take(till.db, 1_000)
  books.merge(ids[1] ?? '', ids[2] ?? '')
  await deliverAll(replicaOf(till), books)
  // Another day, so that a receipt of yesterday is a new one.
  till.clock.pass(DAY)
  await till.restart()
  const who = await till.signIn('admin')
  const everybody = [...ids, ...books.customers.keys()]
  await watched(async () => {
    await servesEverybody(till, who, everybody)
    // What a person types on a new connection is not all that is asked then.
    await till.done(who, 'customer.enrol', {
      phone: '08031000009',
      email: 'bola@example.com',
      card: 'CARD-0009',
      name: 'Bola',
      birth: '',
      consent: { marketing: 'yes', wording: 'May we?' },
    })
  })
  const ran = [...all.values()]
  // Those that are known to be slow where they are wrong were among them.
  for (const table of [
    'event',
    'customer',
    'account',
    'line',
    'sale',
    'replica_account',
    'replica_deny',
    'alias',
  ])
    expect(
      ran.some(({ sql }) => new RegExp(`\\b(FROM|JOIN|INTO|UPDATE) ${table}\\b`).test(sql)),
      table,
    ).toBe(true)
  // Figures of a small shop, as closing gathers them, must not lead a large one astray.
  till.db.exec('ANALYZE')
  expect(scans(till.db, ran)).toEqual([])
  // Nor may it need them.
  till.db.exec('DELETE FROM sqlite_stat1; ANALYZE sqlite_schema')
  expect(scans(till.db, ran)).toEqual([])
  // A reading from the beginning is found.
  expect(
    scans(till.db, [{ sql: 'SELECT count(*) FROM event e WHERE e.hash = ?', values: [''], times: 1 }]),
  ).toHaveLength(1)
})
