import type { TillPolicy } from '../../../shared/sync/rows.ts'
import type { Ledger } from '../ledger.ts'
import { otherWork } from '../replica/other-work.ts'
import type { Booking } from './booking.ts'
import type { LeaseRows, OpenLease } from './lease-rows.ts'

const DAY_MS = 86_400_000
/** Given back at one contact at the most: each is an event, and a sale may wait for it. */
const RETURNS_MAX = 8
/** Pots looked into at one contact, for what has lapsed in them. */
const POTS_LOOKED_AT = 20
/** What was booked for a customer who stands at the till is not given back while they pay. */
const FRESH_MS = 10 * 60_000
/** An undoing of today finds the pot it gives back to. */
const SPENT_KEPT_MS = DAY_MS

/** Which grants are given back now. */
interface Returns {
  /** What head office has closed, and what is of an epoch before. Answers how many. */
  closed(): Promise<number>
  /** At a contact: the same, and what is lapsed, spent, unused, or more than the policy allows now. */
  due(policy: TillPolicy): Promise<number>
}

export function createReturns({ db, projector, writer }: Ledger, rows: LeaseRows, booking: Booking): Returns {
  const { accounts } = projector
  const closed = db.prepare<[string, number], OpenLease>(
    `SELECT l.* FROM lease l INDEXED BY lease_open WHERE l.ended = 0
       AND (l.holder <> ? OR EXISTS (SELECT 1 FROM replica_grant g WHERE g.id = l.id AND g.open = 0)) LIMIT ?`,
  )
  const unwanted = db.prepare<Record<string, number | string>, OpenLease>(
    `SELECT * FROM lease INDEXED BY lease_open WHERE ended = 0 AND holder = @holder AND (used_at < @unused
       OR (points <= used AND used_at < @spent)
       OR (points - used > @most AND used_at < @fresh)) LIMIT @limit`,
  )
  const longest = db.prepare<[string, number, number], OpenLease>(
    `SELECT * FROM lease INDEXED BY lease_open WHERE ended = 0 AND holder = ? AND used_at < ?
     ORDER BY used_at, id LIMIT ?`,
  )
  const next = db.prepare<[string, string, number], OpenLease>(
    // Not by id: those that ended stay in the table for good, and far more of them stand between two open ones.
    `SELECT * FROM lease INDEXED BY lease_open WHERE ended = 0 AND holder = ? AND id > ? ORDER BY id LIMIT ?`,
  )
  let lookedUpTo = ''

  /** Points that lapsed in a pot are the customer's no more: they go back, and others may be asked for. */
  const isLapsed = ({ id, customer, program }: OpenLease, now: number): boolean =>
    accounts
      .load(customer, program)
      .pots.some(({ grant, slices }) => grant === id && slices.some(({ expiry }) => expiry <= now))

  const lapsed = (now: number): readonly OpenLease[] => {
    const page = next.all(rows.holder(), lookedUpTo, POTS_LOOKED_AT)
    lookedUpTo = page.length < POTS_LOOKED_AT ? '' : (page.at(-1)?.id ?? '')
    return page.filter((lease) => isLapsed(lease, now))
  }

  const giveBack = async (leases: readonly OpenLease[]): Promise<number> => {
    const once = [...new Map(leases.map((lease) => [lease.id, lease])).values()].slice(0, RETURNS_MAX)
    for (const lease of once) {
      if (!db.open) return 0
      booking.giveBack(lease)
      await otherWork()
    }
    return once.length
  }

  return {
    closed: () => giveBack(closed.all(rows.holder(), RETURNS_MAX)),
    due(policy) {
      const now = writer.now().trusted
      const holder = rows.holder()
      const limit = RETURNS_MAX
      const fresh = now - FRESH_MS
      const surplus = Math.max(0, rows.count() - policy.lease_customers_max)
      return giveBack([
        ...closed.all(holder, limit),
        ...unwanted.all({
          holder,
          limit,
          fresh,
          unused: now - policy.lease_unused_days * DAY_MS,
          spent: now - SPENT_KEPT_MS,
          most: policy.lease_points,
        }),
        ...(surplus > 0 ? longest.all(holder, fresh, Math.min(surplus, limit)) : []),
        ...lapsed(now),
      ])
    },
  }
}
