import { businessDate, startOfDate } from '../../shared/base/business-date.ts'
import { LIMITS } from '../../shared/base/limits.ts'
import { invariant } from '../../shared/base/result.ts'
import type { Input, MethodName, Output } from '../../shared/ipc/contract.ts'
import type { ImportCustomer, ImportOutcome, ImportSale } from '../ledger/messages.ts'
import type { Till } from '../ledger/till.ts'
import { type Chance, chance, STREAMS } from './chance.ts'
import type { DemoClock } from './demo-clock.ts'
import { DEMO_PEOPLE, type DemoName } from './people.ts'
import { demoProgram } from './program.ts'
import { HISTORY_CUSTOMERS_MAX, phoneOf, purchases, shopper } from './shoppers.ts'

interface DemoPlan {
  readonly customers: number
  readonly seed: number
  /** Now, ms: the day the demo is shown. */
  readonly nowMs: number
  readonly timeZone: string
  readonly progress: (customersDone: number) => void
}

const WEEKS = 52
/** The directory of the first day is no file that may be stopped: fewer, larger commits. */
const DIRECTORY_TRANSACTION_ROWS = 5_000
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const REDEEMED_EACH_TIME = 4
const REDEEM_EVERY_WEEKS = 2
/** Between two sales of one evening; shorter than the idle lock. */
const STEP_MS = 4 * 60_000
const CONFIRM_EVERY_WEEKS = 7
const SALES_TODAY = 64

/** When the shop of the demo began: a year and a little before the day it is shown. */
export function openingMs(nowMs: number, timeZone: string): number {
  return startOfDate(businessDate(nowMs, timeZone), timeZone) - (WEEKS + 1) * WEEK_MS
}

/**
 * Fills a new till with a year of a believable shop, through the ledger's own doors and at the times it happened.
 * The same seed and day give the same shop.
 */
export async function fillDemo(till: Till, clock: DemoClock, plan: DemoPlan): Promise<void> {
  const shop = await openShop(till, plan)
  const todayStart = startOfDate(shop.today, plan.timeZone)
  enrolOlder(shop)
  const sales = purchases(plan.seed, plan.customers, plan.nowMs, plan.timeZone)
  const joined = newcomers(plan, sales, todayStart)
  let next = 0
  for (let week = 1; week <= WEEKS; week++) {
    const endMs = todayStart - (WEEKS - week) * WEEK_MS
    // Seven in the evening of the week's last day: the files of the other till come in, then points are redeemed.
    clock.moveTo(endMs - 5 * 3_600_000)
    const from = next
    while (next < sales.length && (sales[next]?.occurred_ms ?? 0) < endMs) next += 1
    bookCustomers(shop, joined.get(week) ?? [])
    bookSales(shop, sales.slice(from, next))
    if (week % CONFIRM_EVERY_WEEKS === 0) await confirmDate(shop, clock)
    if (week % REDEEM_EVERY_WEEKS === 0) await redeemSome(shop, clock, sales.slice(from, next))
  }
  clock.moveTo(todayStart)
  followRules(shop)
  await tradeToday(shop, clock, todayStart)
  clock.moveTo(plan.nowMs)
}

interface Shop {
  readonly till: Till
  readonly plan: DemoPlan
  readonly luck: Chance
  readonly today: string
  readonly staff: Readonly<Record<DemoName, string>>
  call<M extends MethodName>(who: DemoName, method: M, input: Input<M>): Promise<Output<M>>
}

async function openShop(till: Till, plan: DemoPlan): Promise<Shop> {
  const luck = chance(plan.seed, STREAMS.shop, 0)
  const [admin] = till.people.all()
  invariant(admin, 'a till that was set up has an admin')
  const sessions = new Map<string, string>()
  const staff: Record<DemoName, string> = { Tunde: admin.id, Ngozi: '', Amina: '', Chidi: '', Bisi: '' }
  let request = 0

  async function call<M extends MethodName>(who: DemoName, method: M, input: Input<M>): Promise<Output<M>> {
    for (const fresh of [false, true]) {
      const token = fresh ? undefined : sessions.get(who)
      const session = token ?? till.openSession(staff[who]).token
      sessions.set(who, session)
      const reply = await till.call({ id: ++request, method, session, input })
      if (reply.outcome === 'done') return reply.value as Output<M>
      // Hours pass between two calls of a person: the session has ended and is opened anew.
      if (reply.outcome === 'refused' && reply.refusal.code === 'signed_out' && !fresh) continue
      throw new Error(
        `the demo could not do ${method}: ${reply.outcome === 'refused' ? reply.refusal.sentence : reply.message}`,
      )
    }
    throw new Error(`the demo could not sign ${who} in`)
  }

  for (const { name, role, pin } of DEMO_PEOPLE) {
    if (name === 'Tunde') continue
    const added = await call('Tunde', 'staff.add', { command_id: luck.hex(), name, role, pin })
    staff[name] = added.staff_id
  }
  return { till, plan, luck, today: businessDate(plan.nowMs, plan.timeZone), staff, call }
}

/** Those beyond the ones with a history came with the directory on the first day. Streamed, never held as a whole. */
function enrolOlder({ till, plan, today }: Shop): void {
  for (let from = HISTORY_CUSTOMERS_MAX; from < plan.customers; from += DIRECTORY_TRANSACTION_ROWS) {
    const count = Math.min(DIRECTORY_TRANSACTION_ROWS, plan.customers - from)
    const batch = Array.from({ length: count }, (_, i) => shopper(plan.seed, from + i, today))
    mustBook(till.importer.customers(batch))
    plan.progress(from + count - HISTORY_CUSTOMERS_MAX)
  }
}

/** Each customer with a history, by the week of the first purchase; those who never bought at any time. */
function newcomers(
  plan: DemoPlan,
  sales: readonly ImportSale[],
  todayStart: number,
): Map<number, ImportCustomer[]> {
  const firstWeek = new Map<string, number>()
  for (const sale of sales) {
    const who = sale.phone || sale.card
    const week = WEEKS - Math.floor((todayStart - 1 - sale.occurred_ms) / WEEK_MS)
    if (!firstWeek.has(who)) firstWeek.set(who, Math.max(1, week))
  }
  const joined = new Map<number, ImportCustomer[]>()
  const today = businessDate(plan.nowMs, plan.timeZone)
  for (let index = 0; index < Math.min(plan.customers, HISTORY_CUSTOMERS_MAX); index++) {
    const person = shopper(plan.seed, index, today)
    const week = firstWeek.get(person.phone || person.card) ?? 1 + (index % WEEKS)
    joined.set(week, [...(joined.get(week) ?? []), person])
  }
  return joined
}

/** From the day that is shown the shop has rules and rewards, as head office would send them. */
function followRules({ till, luck, staff }: Shop): void {
  const program = demoProgram(till.ledger.settings().program)
  const done = till.ledger.writer.run({
    id: luck.hex(),
    actor: { staff: staff.Tunde },
    request: '',
    decide: () => ({
      ok: true,
      value: {
        drafts: [{ kind: 'settings.changed', n: 0, payload: { settings: { program } } }],
        answer: () => null,
      },
    }),
  })
  invariant(done.ok, 'the rules of the demo are kept')
}

function bookCustomers({ till }: Shop, people: readonly ImportCustomer[]): void {
  for (let at = 0; at < people.length; at += LIMITS.importTransactionRows) {
    mustBook(till.importer.customers(people.slice(at, at + LIMITS.importTransactionRows)))
  }
}

function bookSales({ till }: Shop, sales: readonly ImportSale[]): void {
  for (let at = 0; at < sales.length; at += LIMITS.importTransactionRows) {
    mustBook(till.importer.sales(sales.slice(at, at + LIMITS.importTransactionRows), true))
  }
}

function mustBook(outcomes: readonly ImportOutcome[]): void {
  for (const outcome of outcomes) {
    if (outcome.outcome === 'refused') throw new Error(`the demo was refused: ${outcome.refusal.sentence}`)
  }
}

async function confirmDate(shop: Shop, clock: DemoClock): Promise<void> {
  const date = businessDate(clock.read().wallMs, shop.plan.timeZone)
  await shop.call('Ngozi', 'clock.confirm', { command_id: shop.luck.hex(), date })
}

async function redeemSome(shop: Shop, clock: DemoClock, week: readonly ImportSale[]): Promise<void> {
  for (let i = 0; i < REDEEMED_EACH_TIME && week.length > 0; i++) {
    clock.moveTo(clock.read().wallMs + STEP_MS)
    const before = shop.luck.pick(week)
    const who = shop.luck.pick(['Chidi', 'Bisi'] as const)
    const id = await findCustomer(shop, who, before.phone || before.card)
    if (id) await sell(shop, who, id, true)
  }
}

async function findCustomer(shop: Shop, who: DemoName, text: string): Promise<string | null> {
  const found = await shop.call(who, 'customer.search', { text })
  return found.results[0]?.id ?? null
}

/** One sale at the till; points are redeemed when asked and when there are enough. */
async function sell(shop: Shop, who: DemoName, customerId: string | null, redeem: boolean): Promise<string> {
  const { luck } = shop
  const sale = {
    customer_id: customerId,
    gross_kobo: luck.whole(12, 420) * 5_000,
    redeem: null,
    receipt: `A-${luck.whole(1_000_000, 9_999_999)}`,
    channel: 'pos' as const,
  }
  let points = 0
  if (redeem && customerId !== null) {
    const quote = await shop.call(who, 'sale.quote', sale)
    const most = Math.floor(quote.redeem.max_points / 50) * 50
    points = most >= 100 ? Math.min(most, luck.pick([100, 200, 300, 500, 1_000, 2_000])) : 0
  }
  const done = await shop.call(who, 'sale.record', {
    ...sale,
    redeem: points > 0 ? { unit: 'points', points } : null,
    command_id: luck.hex(),
    approver: null,
  })
  return done.sale_id
}

/** Today as it stands: sales since eight in the morning by hour and cashier, new people, an undo, an adjustment. */
async function tradeToday(shop: Shop, clock: DemoClock, todayStart: number): Promise<void> {
  const { plan, luck } = shop
  const opens = todayStart + 8 * 3_600_000
  // Shown before the shop has opened for an hour: the night's trade, so that the page is not empty.
  const begins = Math.max(clock.read().wallMs, plan.nowMs - opens > 3_600_000 ? opens : todayStart)
  const known = Math.min(plan.customers, HISTORY_CUSTOMERS_MAX)
  const times = Array.from(
    { length: SALES_TODAY },
    () => begins + luck.next() * (plan.nowMs - begins - 60_000),
  )
  for (const [i, atMs] of times.sort((a, b) => a - b).entries()) {
    clock.moveTo(Math.max(clock.read().wallMs, Math.floor(atMs)))
    const who = luck.percent(55) ? 'Chidi' : luck.percent(80) ? 'Bisi' : 'Amina'
    const kind = luck.next()
    if (kind < 0.1) await sell(shop, who, await enrolNew(shop, who, i), false)
    else if (kind < 0.25 || known === 0) await sell(shop, who, null, false)
    else {
      const index = luck.percent(4) ? 0 : luck.whole(0, known - 1)
      const person = shopper(plan.seed, index, shop.today)
      await sell(shop, who, await findCustomer(shop, who, person.phone || person.card), luck.percent(35))
    }
    if (i === Math.floor(SALES_TODAY / 3)) await undoOne(shop)
    if (i === Math.floor(SALES_TODAY / 2) && known > 0) await adjustOne(shop, known)
  }
}

async function enrolNew(shop: Shop, who: DemoName, n: number): Promise<string> {
  const { plan, luck } = shop
  const index = plan.customers + n
  const person = shopper(plan.seed, index, shop.today)
  const enrolled = await shop.call(who, 'customer.enrol', {
    command_id: luck.hex(),
    phone: phoneOf(plan.seed, index),
    email: '',
    card: '',
    name: person.name,
    birth: '',
    consent: { marketing: person.consent_marketing, wording: 'May we send you offers and news by SMS?' },
  })
  return enrolled.customer_id
}

async function undoOne(shop: Shop): Promise<void> {
  const sale = await sell(shop, 'Bisi', null, false)
  await shop.call('Bisi', 'sale.void', {
    command_id: shop.luck.hex(),
    sale_id: sale,
    reason: 'Customer paid by transfer at the other counter',
    approver: null,
  })
}

async function adjustOne(shop: Shop, known: number): Promise<void> {
  const person = shopper(shop.plan.seed, Math.min(3, known - 1), shop.today)
  const id = await findCustomer(shop, 'Amina', person.phone || person.card)
  if (!id) return
  await shop.call('Amina', 'points.adjust', {
    command_id: shop.luck.hex(),
    customer_id: id,
    points: 150,
    reason: 'Points of the last visit were missing',
    approver: null,
  })
}
