import { POST_VERSION } from '../../../shared/domain/post.ts'
import type { Payloads } from '../../../shared/protocol/payload.ts'
import type { Ledger } from '../ledger.ts'
import { accountSeen, enrolmentOf } from './account-seen.ts'
import type { OwnEvents } from './own-events.ts'
import type { AccountFacts } from './replica.ts'

/** A row that covers an event follows its receipt: so many events before the last acknowledged one are looked at too. */
const ROWS_BEHIND_EVENTS = 2_000

/** Looks up what the floor limit is decided by. */
export function accountFacts(ledger: Ledger, own: OwnEvents): (customer: string) => AccountFacts {
  const { db, projector } = ledger
  const { replica } = projector.accounts
  const seenOf = accountSeen(ledger)
  const deniedAs = db.prepare<[string], { reason: string }>(
    'SELECT reason FROM replica_deny WHERE customer = ?',
  )
  const enrolment = enrolmentOf(ledger)
  const redeemers = db
    .prepare<[number], string>(
      `SELECT DISTINCT customer FROM event WHERE kind = 'points.redeemed' AND customer IS NOT NULL AND place > ?`,
    )
    .pluck()

  const redemptions = own.only(['points.redeemed'])
  const acknowledged = db
    .prepare<[], string>(`SELECT value FROM till WHERE key = 'acknowledged_place'`)
    .pluck()

  /** Redemptions without a grant that no row covers, less what was given back. */
  const unsecured = (root: string, program: string): number => {
    const row = replica.account(root, program)
    let sum = 0
    for (const event of redemptions(replica.idsOf(root), row?.applied ?? {})) {
      const p = event.payload as Payloads['points.redeemed']
      if (p.right !== 'unsecured') continue
      const line = projector.accounts.line(root, event.id)
      sum += line ? line.points - line.reversed : p.points
    }
    return sum
  }

  return (customer) => {
    const { program } = ledger.settings()
    const root = replica.rootOf(customer)
    const ids = replica.idsOf(root)
    const row = replica.account(root, program.id)
    const live = row && !row.gone ? row : null
    const since = enrolment()
    const seen = seenOf(root, program.id)
    const denied = ids.map((id) => deniedAs.get(id)).find((one) => one !== undefined)
    const from = Math.max(since?.place ?? 0, Number(acknowledged.get() ?? 0) - ROWS_BEHIND_EVENTS)
    const spenders = new Set(redeemers.all(from).map((id) => replica.rootOf(id)))
    const ofCustomer = unsecured(root, program.id)
    let till = 0
    for (const one of spenders) till += one === root ? ofCustomer : unsecured(one, program.id)
    return {
      row: seen ? 'present' : 'none',
      seen_at: seen?.at ?? null,
      held: (live?.held.length ?? 0) > 0,
      denied: denied ?? null,
      own_unsecured_points_customer: ofCustomer,
      own_unsecured_points_till: till,
      newer_fn: (live?.fn ?? 0) > POST_VERSION,
    }
  }
}
