import { enrolmentOf } from '../../electron/ledger/replica/account-seen.ts'
import { owed } from '../../shared/domain/post.ts'
import { TillPolicy } from '../../shared/sync/rows.ts'
import { type HqAccount, mustBe } from './checks.ts'
import type { HeadOffice } from './head-office.ts'
import { checkOwnLeases } from './lease-check.ts'
import type { Model } from './model.ts'
import type { LeaseEvent } from './own-chain.ts'
import type { SimulatedTill } from './simulated-till.ts'
import { unwatched } from './statements.ts'

/**
 * B6 and B8, after a redemption of an enrolled till: what it redeemed under no grant and head office has not
 * acknowledged stays within the limits, and what a second person let go beyond them within theirs. What no row covers
 * yet is at least that much, so the till's own count may be stricter. `event`: of the redemption; what a limit was
 * before does not bind what is redeemed under a grant.
 */
export function checkFloor(till: SimulatedTill, sale: string): void {
  const { unsecured } = checkOwnLeases(till)
  if (!till.enrolled) return
  const policy = unwatched(() => till.open.ledger.settings().headOffice?.policy ?? TillPolicy.parse({}))
  // Before that it worked alone, and its own word counted.
  const enrolledAt = unwatched(() => enrolmentOf(till.open.ledger)()?.place ?? 0)
  const acknowledged = Number(till.look("SELECT value FROM till WHERE key = 'acknowledged_place'") ?? 0)
  const waits = unsecured.filter(({ event }) => event.place > Math.max(enrolledAt, acknowledged))
  const now = waits.filter(({ event }) => commandOf(event.id) === commandOf(sale))
  const sumOf = (some: typeof waits): number => some.reduce((sum, { rest }) => sum + rest, 0)
  const [beyond, within] = [waits.filter(isOverride), waits.filter((one) => !isOverride(one))]
  const limited = now.filter((one) => !isOverride(one))
  if (now.some(isOverride))
    mustBe(
      sumOf(beyond) <= policy.override_till_points,
      `${till.name} redeemed ${sumOf(beyond)} beyond its limits, where ${policy.override_till_points} are allowed`,
    )
  for (const { event } of limited) {
    const [all, of] = [sumOf(within), sumOf(within.filter((one) => one.event.customer === event.customer))]
    mustBe(all <= policy.floor_till_points, `${till.name} redeemed ${all} of ${policy.floor_till_points}`)
    mustBe(
      of <= policy.floor_customer_points,
      `${till.name} redeemed ${of} of one customer, of ${policy.floor_customer_points}`,
    )
  }
}

const isOverride = ({ event }: { readonly event: LeaseEvent }): boolean => event.payload.override === true
/** Events of one command have one id but for its end. */
const commandOf = (event: string): string => event.slice(0, 30)

/**
 * B3 at rest: a debt comes from an event that counts, and nobody owes more than was ever taken from them, by what
 * cashiers were told, and advanced.
 */
export async function checkRisk(hq: HeadOffice, model: Model, accounts: readonly HqAccount[]): Promise<void> {
  const events = new Map(
    (
      await hq.query<{ id: string; kind: string; right: string | null }>(
        `SELECT id, kind, convert_from(bytes, 'UTF8')::jsonb #>> '{payload,right}' AS right
         FROM hq.event WHERE outcome = 'posted' AND (kind LIKE 'points.%' OR kind = 'lease.granted')`,
      )
    ).map((one) => [one.id, one]),
  )
  const customers = await hq.query<{ id: string; phone: string | null }>(
    'SELECT id, phone FROM hq.customer WHERE merged_into IS NULL',
  )
  const taken = model.taken()
  for (const { customer, state } of accounts) {
    for (const { event, by } of state.debts) {
      const made = events.get(event)
      const what = `the debt of ${customer.slice(0, 8)} by ${event}`
      mustBe(made !== undefined, `${what} is of an event that counts`)
      mustBe(by !== 'grant' || made?.kind === 'lease.granted', `${what} was advanced by a grant`)
    }
    const { advanced } = state.totals
    const phone = customers.find(({ id }) => id === customer)?.phone
    const most = taken.get(`0${phone?.slice('+234'.length)}`) ?? 0
    mustBe(
      owed(state) <= most + advanced,
      `${phone} owes ${owed(state)}: ${most} were ever taken, ${advanced} advanced`,
    )
  }
}
