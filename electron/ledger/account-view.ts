import { decodeEnvelope } from '../../shared/protocol/event.ts'
import { EVENT_COUNTS } from './database.ts'
import type { Ledger } from './ledger.ts'
import { accountSeen, enrolmentOf } from './replica/account-seen.ts'

/** How far the figures of an account can be trusted, for the person who reads them. Times in ms. */
interface AccountView {
  readonly known: boolean
  readonly as_of: number
  readonly waiting: number
  readonly unconfirmed: number
  readonly denied: boolean
}

interface AccountViews {
  /** False: this till belongs to head office, which has not told it of the account. */
  known(customer: string): boolean
  /** `trusted`: now. */
  of(customer: string, trusted: number): AccountView
}

/** Looks up what head office has said of an account, and what it has not heard yet. */
export function accountViews(ledger: Ledger): AccountViews {
  const { db, platform, projector, settings } = ledger
  const { accounts } = projector
  const seenOf = accountSeen(ledger)
  const enrolment = enrolmentOf(ledger)
  const deniedAs = db.prepare<[string], number>('SELECT 1 FROM replica_deny WHERE customer = ?').pluck()
  const unsent = db
    .prepare<[string], string>(
      `SELECT DISTINCT e.id FROM event e
       WHERE e.customer = ? AND e.place > (SELECT CAST(value AS INTEGER) FROM till WHERE key = 'acknowledged_place')
         AND e.kind LIKE 'points.%' AND ${EVENT_COUNTS}`,
    )
    .pluck()

  const bytesOf = db
    .prepare<[string], Uint8Array>(
      `SELECT bytes FROM event WHERE id = ? AND kind IN ('points.earned', 'points.adjusted') ORDER BY place DESC LIMIT 1`,
    )
    .pluck()

  /** What own events that head office does not have moved on the account. */
  const unconfirmed = (root: string, ids: readonly string[]): number => {
    let sum = 0
    for (const event of ids.flatMap((id) => unsent.all(id))) {
      const line = accounts.line(root, event)
      if (line) sum += line.kind === 'redeem' ? -line.points : line.points
    }
    return sum
  }

  /** Of an own entry that head office cannot read: what it gives is known here. */
  const pointsOf = (event: string | null): number => {
    const bytes = event === null ? undefined : bytesOf.get(event)
    if (bytes === undefined) return 0
    const { points } = decodeEnvelope(platform.digest, bytes).payload as { points?: number }
    return points ?? 0
  }

  return {
    known: (customer) => enrolment() === null || seenOf(customer, settings().program.id) !== null,
    of(customer, trusted) {
      if (enrolment() === null)
        return { known: true, as_of: trusted, waiting: 0, unconfirmed: 0, denied: false }
      const program = settings().program.id
      const root = accounts.replica.rootOf(customer)
      const ids = accounts.replica.idsOf(root)
      const seen = seenOf(root, program)
      const held = accounts.replica.account(root, program)?.held ?? []
      return {
        known: seen !== null,
        as_of: seen?.at ?? trusted,
        // What a till redeemed is deducted already: only what would come in waits.
        waiting: held.reduce((sum, one) => sum + Math.max(0, one.points ?? pointsOf(one.event)), 0),
        unconfirmed: unconfirmed(root, ids),
        denied: ids.some((id) => deniedAs.get(id) !== undefined),
      }
    },
  }
}
