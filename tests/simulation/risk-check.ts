import { enrolmentOf } from '../../electron/ledger/replica/account-seen.ts'
import { owed } from '../../shared/domain/post.ts'
import { TillPolicy } from '../../shared/sync/rows.ts'
import { type HqAccount, mustBe } from './checks.ts'
import type { HeadOffice } from './head-office.ts'
import type { Model } from './model.ts'
import { eventOf, type SimulatedTill } from './simulated-till.ts'
import { unwatched } from './statements.ts'

/**
 * B6, after every redemption of an enrolled till: what cashiers were told and head office has not acknowledged stays
 * within the limits. What no row covers yet is at least that much, so the till's own count may be stricter.
 */
export function checkFloor(till: SimulatedTill, model: Model): void {
  if (!till.enrolled) return
  const policy = unwatched(() => till.open.ledger.settings().headOffice?.policy ?? TillPolicy.parse({}))
  // Before that it worked alone, and its own word counted.
  const enrolledAt = unwatched(() => enrolmentOf(till.open.ledger)()?.place ?? 0)
  const waits = unwatched(() => {
    const { db } = till
    return db
      .prepare<[string], number>(
        `SELECT 1 FROM event WHERE id = ? AND place > ${enrolledAt} AND place > coalesce(
           (SELECT CAST(value AS INTEGER) FROM till WHERE key = 'acknowledged_place'), 0)`,
      )
      .pluck()
  })
  const byPerson = new Map<string, number>()
  let sum = 0
  for (const { command, person, points } of model.redemptions(till.name)) {
    if (unwatched(() => waits.get(eventOf(command))) === undefined) continue
    sum += points
    byPerson.set(person, (byPerson.get(person) ?? 0) + points)
  }
  mustBe(
    sum <= policy.floor_till_points,
    `${till.name} redeemed ${sum} beyond the ${policy.floor_till_points} of a till`,
  )
  for (const [person, points] of byPerson) {
    const most = policy.floor_customer_points
    mustBe(points <= most, `${till.name} redeemed ${points} of ${person} beyond the ${most} of a customer`)
  }
}

/**
 * B1 and B3 at rest: a debt comes from a redemption without a grant, a correction or a sale that was undone, and nobody
 * owes more than was ever taken from them, by what cashiers were told.
 */
export async function checkRisk(hq: HeadOffice, model: Model, accounts: readonly HqAccount[]): Promise<void> {
  const events = new Map(
    (
      await hq.query<{ id: string; kind: string; right: string | null }>(
        `SELECT id, kind, convert_from(bytes, 'UTF8')::jsonb #>> '{payload,right}' AS right
         FROM hq.event WHERE outcome = 'posted' AND kind LIKE 'points.%'`,
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
      mustBe(by !== 'grant', `${what} was advanced, and nobody grants anything here`)
      if (by === 'redeem') mustBe(made?.right !== 'lease', `${what} comes from a redemption under a grant`)
    }
    const phone = customers.find(({ id }) => id === customer)?.phone
    const most = taken.get(`0${phone?.slice('+234'.length)}`) ?? 0
    mustBe(owed(state) <= most, `${phone} owes ${owed(state)}, and ${most} were ever taken`)
  }
}
