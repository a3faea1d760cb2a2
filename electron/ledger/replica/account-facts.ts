import { POST_VERSION } from '../../../shared/domain/post.ts'
import type { Ledger } from '../ledger.ts'
import { accountSeen, enrolmentOf } from './account-seen.ts'
import type { OwnEvents } from './own-events.ts'
import type { AccountFacts } from './replica.ts'
import { unsecuredRedemptions } from './unsecured.ts'

/** A row that covers an event follows its receipt: so many events before the last acknowledged one are looked at too. */
const ROWS_BEHIND_EVENTS = 2_000

interface Facts {
  /** What the floor limit is decided by, of a customer. */
  of(customer: string): AccountFacts
  /** Sums up in slices what the next look would sum up at once. */
  prepare(): Promise<void>
}

/** Looks up what the floor limit is decided by. */
export function accountFacts(ledger: Ledger, own: OwnEvents): Facts {
  const { db, projector } = ledger
  const { replica } = projector.accounts
  const seenOf = accountSeen(ledger)
  const deniedAs = db.prepare<[string], { reason: string }>(
    'SELECT reason FROM replica_deny WHERE customer = ?',
  )
  const enrolment = enrolmentOf(ledger)
  const unsecured = unsecuredRedemptions(ledger, own)
  const acknowledged = db
    .prepare<[], string>(`SELECT value FROM till WHERE key = 'acknowledged_place'`)
    .pluck()

  const from = (): number =>
    Math.max(enrolment()?.place ?? 0, Number(acknowledged.get() ?? 0) - ROWS_BEHIND_EVENTS)

  return {
    of(customer) {
      const { program } = ledger.settings()
      const root = replica.rootOf(customer)
      const ids = replica.idsOf(root)
      const row = replica.account(root, program.id)
      const live = row && !row.gone ? row : null
      const seen = seenOf(root, program.id)
      const denied = ids.map((id) => deniedAs.get(id)).find((one) => one !== undefined)
      return {
        row: seen ? 'present' : 'none',
        seen_at: seen?.at ?? null,
        held: (live?.held.length ?? 0) > 0,
        denied: denied ?? null,
        own_unsecured_points_customer: unsecured.ofCustomer(root),
        own_unsecured_points_till: unsecured.ofTill(from()),
        own_overridden_points_till: unsecured.overriddenOfTill(from()),
        newer_fn: (live?.fn ?? 0) > POST_VERSION,
      }
    },
    async prepare() {
      // Without a head office there is no limit of this kind.
      if (enrolment() !== null) await unsecured.prepare(from())
    },
  }
}
