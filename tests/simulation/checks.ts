import { type Database, EVENT_COUNTS } from '../../electron/ledger/database.ts'
import { tailFault } from '../../electron/ledger/verify.ts'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { verifySignature } from '../../electron/platform/node-signer.ts'
import type { Account } from '../../shared/domain/account.ts'
import { checkAccount, lapsedUnbooked, leased, open, owed } from '../../shared/domain/post.ts'
import type { HeadOffice } from './head-office.ts'
import type { Model } from './model.ts'
import type { SimulatedTill } from './simulated-till.ts'
import { unwatched } from './statements.ts'

/** Something that must never be so. */
class Broken extends Error {
  override readonly name = 'Broken'
}

export function mustBe(holds: boolean, what: string): void {
  if (!holds) throw new Broken(what)
}

export function mustEqual(actual: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (a !== b) throw new Broken(`${what}: ${a?.slice(0, 600)} instead of ${b?.slice(0, 600)}`)
}

/** The last event that head office acknowledged, under the device that stands in its envelope. */
interface Acknowledged {
  readonly device: string
  readonly epoch: number
  readonly seq: number
}

const ends = new WeakMap<Database, string>()

/** After every event, of a till that runs: its chain holds together at the end, where something was added to it. */
export function checkChain(till: SimulatedTill): void {
  if (!till.up) return
  const { db } = till
  const checks = { digest: nodeDigest, verify: verifySignature }
  unwatched(() => {
    const end = db
      .prepare<[], string>(`SELECT place || ' ' || hex(hash) FROM event ORDER BY place DESC LIMIT 1`)
      .pluck()
      .get()
    if (end === undefined || ends.get(db) === end) return
    const fault = tailFault(db, checks)
    mustBe(fault === null, `${till.name}: ${fault}`)
    ends.set(db, end)
  })
}

interface EpochRow {
  readonly device: string
  readonly chain_device: string
  readonly epoch: number
  readonly cursor: number
  readonly events: number
  readonly last: number
}

/** After every event that head office took part in: every place up to its cursor has exactly one outcome. */
export async function checkHeadOffice(hq: HeadOffice, tills: readonly SimulatedTill[]): Promise<void> {
  if (!hq.up) return
  const epochs = await hq.query<EpochRow>(
    `SELECT e.device, e.chain_device, e.epoch, e.cursor, count(v.seq)::int AS events, coalesce(max(v.seq), 0) AS last
     FROM hq.device_epoch e LEFT JOIN hq.event v USING (tenant_id, device, epoch)
     GROUP BY e.device, e.chain_device, e.epoch, e.cursor`,
  )
  for (const one of epochs) {
    const name = `chain ${one.device.slice(0, 6)}/${one.epoch}`
    mustBe(one.events === one.cursor, `${name}: ${one.events} events up to ${one.cursor}`)
    mustBe(one.last === one.cursor, `${name}: the last event is ${one.last}, the cursor ${one.cursor}`)
  }
  const [incarnation] = await hq.query<{ hq_epoch: number }>('SELECT hq_epoch FROM hq.incarnation')
  for (const till of tills) {
    if (!till.enrolled) continue
    const known = till.look<number>('SELECT hq_epoch FROM connection WHERE receipt_at IS NOT NULL')
    const acked = unwatched(() => acknowledgedOf(till))
    // A till that has no receipt of the restored head office yet believes what the lost one told.
    if (!acked || known !== incarnation?.hq_epoch) continue
    // A copied till that became a device of its own brings its older chains along: they are here twice by name.
    const cursors = epochs
      .filter((one) => one.chain_device === acked.device && one.epoch === acked.epoch)
      .map((one) => one.cursor)
    const cursor = Math.max(0, ...cursors)
    mustBe(
      acked.seq <= cursor,
      `${till.name} was told of ${acked.epoch}/${acked.seq}, head office has ${cursor}`,
    )
  }
}

function acknowledgedOf(till: SimulatedTill): Acknowledged | null {
  return (
    till.db
      .prepare<[], Acknowledged>(
        `SELECT p.device, e.epoch, e.seq FROM event e JOIN epoch p USING (epoch) WHERE e.place = (SELECT CAST(value AS INTEGER) FROM till WHERE key = 'acknowledged_place')`,
      )
      .get() ?? null
  )
}

const counted = new WeakMap<SimulatedTill, { readonly version: string; readonly waiting: number }>()

/** What is left to send, by a till's own count. */
export function waitingAt(till: SimulatedTill): number {
  const { version } = till
  const known = counted.get(till)
  if (known?.version === version) return known.waiting
  const waiting = unwatched(() => till.open.status().health?.waiting ?? 0)
  counted.set(till, { version, waiting })
  return waiting
}

interface HqEvent {
  readonly id: string
  readonly device: string
  readonly outcome: string
}

export interface HqAccount {
  readonly customer: string
  readonly program: string
  readonly state: Account
}

/** When all is quiet: both sides agree, and nothing that a cashier was told is missing or there twice. */
export async function checkAtRest(
  hq: HeadOffice,
  tills: readonly SimulatedTill[],
  model: Model,
): Promise<readonly HqAccount[]> {
  const fault = await hq.verify()
  mustBe(fault === null, `head office's own check: ${fault}`)
  await checkEvents(hq, tills)
  const accounts = await hq.query<HqAccount>('SELECT customer, program, state FROM hq.account')
  for (const { customer, state } of accounts) {
    try {
      checkAccount(state, state.lastEffective)
    } catch (error) {
      throw new Broken(`account of ${customer}: ${String(error)}`)
    }
  }
  const people = await hq.query<ShownPerson>(
    'SELECT id, name, phone, email, card, marketing, sale_count, spend_kobo FROM hq.customer WHERE merged_into IS NULL ORDER BY id',
  )
  const told = await hq.query<Told>('SELECT scope, customer, program FROM hq.sync_account_v1')
  for (const till of tills) {
    checkShown(till, accounts, told)
    checkPeople(till, people)
  }
  await checkModel(hq, model, accounts)
  return accounts
}

/** Every event of every till is at head office, and one of each id counts or is held. */
async function checkEvents(hq: HeadOffice, tills: readonly SimulatedTill[]): Promise<void> {
  const events = await hq.query<HqEvent>('SELECT id, device, outcome FROM hq.event')
  const posted = events.filter((one) => one.outcome === 'posted')
  const there = new Set(events.map((one) => one.id))
  mustBe(new Set(posted.map((one) => one.id)).size === posted.length, 'one event of an id counts')
  const own = new Set<string>()
  for (const till of tills) {
    mustBe(waitingAt(till) === 0, `${till.name} still has ${waitingAt(till)} events to send`)
    // What stands behind the end of a closed epoch is counted nowhere; all of worth in it was written anew.
    const ids = till.db.prepare<[], string>(`SELECT e.id FROM event e WHERE ${EVENT_COUNTS}`).pluck().all()
    for (const id of ids) {
      own.add(id)
      mustBe(there.has(id), `event ${id} of ${till.name} is not at head office`)
    }
  }
  const strange = events.filter((one) => !own.has(one.id) && !hq.wrote(one.device))
  for (const { id } of strange) mustBe(hq.mayHave(id), `event ${id} at head office is of no till`)
}

interface Told {
  /** `*`, or a store. */
  readonly scope: string
  readonly customer: string
  readonly program: string
}

/** Every account that a till is told of is head office's, as a record. */
function checkShown(till: SimulatedTill, accounts: readonly HqAccount[], told: readonly Told[]): void {
  const store = till.look<string>('SELECT store FROM connection')
  const mine = new Set(
    told
      .filter(({ scope }) => scope === '*' || scope === store)
      .map(({ customer, program }) => `${customer} ${program}`),
  )
  for (const { customer, program, state } of accounts) {
    if (!mine.has(`${customer} ${program}`)) continue
    const shown = till.open.ledger.projector.accounts.load(customer, program)
    mustEqual(sorted(shown), sorted(state), `${till.name} shows ${customer.slice(0, 8)}`)
  }
}

interface ShownPerson {
  readonly id: string
}

/** Everybody whom head office knows, as a till shows them, and nobody else. */
function checkPeople(till: SimulatedTill, people: readonly ShownPerson[]): void {
  const shown = till.db
    .prepare<[], ShownPerson>(
      'SELECT id, name, phone, email, card, marketing, sale_count, spend_kobo FROM customer ORDER BY id',
    )
    .all()
  mustEqual(
    shown.map(({ id }) => id),
    people.map(({ id }) => id),
    `whom ${till.name} knows`,
  )
  for (const [i, one] of shown.entries())
    mustEqual(one, people[i], `${till.name} shows ${one.id.slice(0, 8)}`)
}

/** Records alike but for the order in which their keys were written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]))
}

interface SaleRow {
  readonly id: string
  readonly customer: string | null
  readonly gross_kobo: number
  readonly net_kobo: number
  readonly void_event: string | null
}
interface CustomerRow {
  readonly id: string
  readonly phone: string | null
  readonly marketing: string
  readonly sale_count: number
  readonly spend_kobo: number
}

/** What cashiers were told, against what head office has: each sale once, each person with what they are worth. */
async function checkModel(hq: HeadOffice, model: Model, accounts: readonly HqAccount[]): Promise<void> {
  const sales = new Map(
    (await hq.query<SaleRow>('SELECT id, customer, gross_kobo, net_kobo, void_event FROM hq.sale')).map(
      (one) => [one.id, one],
    ),
  )
  const voided = model.voided()
  for (const [id, told] of model.sales()) {
    const there = sales.get(id)
    mustBe(there !== undefined, `sale ${id} was told to a cashier and is not at head office`)
    mustEqual([there?.gross_kobo, there?.net_kobo], [told.gross, told.net], `money of sale ${id}`)
    mustEqual(there?.void_event !== null, voided.has(id), `sale ${id} is undone`)
  }
  const customers = await hq.query<CustomerRow>(
    'SELECT id, phone, marketing, sale_count, spend_kobo FROM hq.customer WHERE merged_into IS NULL',
  )
  for (const [person, wanted] of model.people()) {
    const one = customers.find((row) => row.phone === e164(person))
    mustBe(one !== undefined, `${person} is not at head office`)
    if (!one) continue
    const worth = accounts
      .filter((account) => account.customer === one.id)
      .reduce((sum, { state }) => sum + worthOf(state), 0)
    mustEqual(worth, wanted.points, `points of ${person}`)
    mustEqual([one.sale_count, one.spend_kobo], [wanted.sales, wanted.netKobo], `purchases of ${person}`)
    if (model.withdrawn().has(person)) mustEqual(one.marketing, 'no', `consent of ${person}`)
  }
}

/** K7's last figure: the same in whatever order events were posted. */
function worthOf(state: Account): number {
  const at = state.lastEffective
  return open(state, at) + leased(state) + state.totals.lapsed + lapsedUnbooked(state, at) - owed(state)
}

/** 0803 123 4567 as it is kept. */
const e164 = (person: string): string => `+234${person.slice(1)}`
