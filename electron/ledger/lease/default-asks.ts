import { businessDate } from '../../../shared/base/business-date.ts'
import { open, POST_VERSION } from '../../../shared/domain/post.ts'
import type { TillPolicy } from '../../../shared/sync/rows.ts'
import type { Ledger } from '../ledger.ts'
import { otherWork } from '../replica/other-work.ts'
import type { LeaseRows } from './lease-rows.ts'

const DAY_MS = 86_400_000
const SHARE_BP = 10_000
/** Sales looked at in one contact: the newest, and the next ones of a walk through all that count. */
const NEWEST_SALES = 20
const WALK_SALES = 80
/** Customers looked at before a sale may go first. */
const CUSTOMERS_AT_ONCE = 5

/** A customer who is to have points here without a network, and how many to ask for. */
interface DefaultAsk {
  readonly customer: string
  readonly program: string
  readonly points: number
}

interface SaleRow {
  readonly id: string
  readonly customer: string
  readonly business_date: string
  readonly receipt: string
}

type Walked = Pick<SaleRow, 'id' | 'business_date' | 'receipt'>
/** Behind every sale there is. */
const BEGINNING: Walked = { business_date: '9999-99-99', receipt: '', id: '' }

/**
 * Who was seen at this till lately and has points to set aside. A contact looks at a hundred sales, from where the last
 * one ended: after some contacts everybody was looked at.
 */
export function defaultAsks(ledger: Ledger, rows: LeaseRows) {
  const { db, projector, settings, writer } = ledger
  const { accounts } = projector
  const { replica } = accounts
  const before = db.prepare<Walked & { from: string; limit: number }, SaleRow>(
    `SELECT id, customer, business_date, receipt FROM sale
     WHERE (business_date, receipt, id) < (@business_date, @receipt, @id) AND business_date >= @from
       AND imported = 0 AND customer IS NOT NULL ORDER BY business_date DESC, receipt DESC, id DESC LIMIT @limit`,
  )
  const denied = db.prepare<[string], number>('SELECT 1 FROM replica_deny WHERE customer = ?').pluck()
  let walked: Walked = BEGINNING

  const page = (from: string): readonly string[] => {
    const newest = before.all({ ...BEGINNING, from, limit: NEWEST_SALES })
    const next = before.all({ ...walked, from, limit: WALK_SALES })
    walked = next.length < WALK_SALES ? BEGINNING : (next.at(-1) ?? BEGINNING)
    return [...newest, ...next].map(({ customer }) => customer)
  }

  /** What to ask for; null where there is nothing to set aside, or enough is. */
  const wanted = (root: string, policy: TillPolicy, now: number): DefaultAsk | null => {
    const { program } = settings()
    const row = replica.account(root, program.id)
    if (!row || row.gone || row.held.length > 0 || row.fn > POST_VERSION) return null
    if (replica.idsOf(root).some((id) => denied.get(id) !== undefined)) return null
    const here = rows.left(root, program.id).reduce((sum, { points }) => sum + points, 0)
    if (here >= program.redeem_min_points) return null
    const share = Math.floor((open(accounts.load(root, program.id), now) * policy.lease_share_bp) / SHARE_BP)
    const points = Math.min(share, policy.lease_points - here)
    return points < Math.max(1, program.redeem_min_points)
      ? null
      : { customer: root, program: program.id, points }
  }

  return {
    /** The next ones, as many as there is room for. `isAsked`: those who wait for an answer or had one lately. */
    async look(
      policy: TillPolicy,
      most: number,
      isAsked: (root: string) => boolean,
    ): Promise<readonly DefaultAsk[]> {
      if (policy.lease_points === 0 || policy.lease_seen_days === 0 || most <= 0) return []
      const now = writer.now().trusted
      const found: DefaultAsk[] = []
      const looked = new Set<string>()
      const first = businessDate(now - policy.lease_seen_days * DAY_MS, settings().place.time_zone)
      for (const customer of page(first)) {
        const root = replica.rootOf(customer)
        if (looked.has(root) || isAsked(root)) continue
        if (looked.size % CUSTOMERS_AT_ONCE === CUSTOMERS_AT_ONCE - 1) {
          await otherWork()
          if (!db.open) return []
        }
        looked.add(root)
        const ask = wanted(root, policy, now)
        if (ask) found.push(ask)
        if (found.length === most) break
      }
      return found
    },
  }
}
