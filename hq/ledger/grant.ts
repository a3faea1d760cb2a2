import type { Points } from '../../shared/base/money.ts'
import { mulDivFloor } from '../../shared/base/money.ts'
import { leased, open, owed } from '../../shared/domain/post.ts'
import type { TillPolicy } from '../../shared/sync/rows.ts'
import type { LEASE_REFUSALS, LeaseAsk } from '../../shared/sync/wire.ts'
import { accountKey, type Books, rootOf } from './books.ts'

export type LeaseRefusal = (typeof LEASE_REFUSALS)[number]

/** What is known of who asks, beside the books. */
interface Asker {
  /** "device/epoch". */
  readonly holder: string
  /** Of its store. */
  readonly policy: TillPolicy
  /** Grants it holds already, of all customers. */
  readonly holds: number
  readonly denied: ReadonlySet<string>
  readonly programs: ReadonlySet<string>
}

/** `points` 0: refused, `code` says why. */
export interface Share {
  readonly ask: LeaseAsk
  /** The customer whom the id means. */
  readonly customer: string
  readonly points: Points
  readonly code: LeaseRefusal | null
}

/** Whatever it is asked for, no till holds more grants: so many fit into one of its messages. */
const HELD_MAX = 5_000
const WHOLE_BP = 10_000

/**
 * How many points each ask gets, in their order: what stands open at `at` (ms) less what is owed and what an ask before
 * it got. While nobody waits, a share of that, and no more than the policy sets aside at one till for one customer. The
 * customers of the books are locked and stay as they are. Refuses with `unknown_customer`, `unknown_program`, `denied`,
 * `held`, `limit` and `nothing_left`, in this order.
 */
export function grantShares(
  books: Books,
  asks: readonly LeaseAsk[],
  asker: Asker,
  at: number,
): readonly Share[] {
  const given: Share[] = []
  for (const ask of asks) {
    const customer = rootOf(books, ask.customer)
    const granted = given.filter(({ points }) => points > 0)
    const code = refusalOf(books, ask, customer, { ...asker, holds: asker.holds + granted.length })
    const points = code === null ? pointsFor(books, ask, { customer, asker, at, granted }) : 0
    given.push({ ask, customer, points, code: code ?? (points === 0 ? 'nothing_left' : null) })
  }
  return given
}

function refusalOf(books: Books, ask: LeaseAsk, customer: string, asker: Asker): LeaseRefusal | null {
  if (!books.customers.has(customer)) return 'unknown_customer'
  if (!asker.programs.has(ask.program)) return 'unknown_program'
  if (asker.denied.has(customer)) return 'denied'
  const held = books.accounts.get(accountKey(customer, ask.program))?.held ?? []
  if (held.length > 0) return 'held'
  const most = ask.why === 'default' ? asker.policy.lease_customers_max : HELD_MAX
  return asker.holds >= Math.min(most, HELD_MAX) ? 'limit' : null
}

interface Wanted {
  readonly customer: string
  readonly asker: Asker
  readonly at: number
  readonly granted: readonly Share[]
}

function pointsFor(books: Books, ask: LeaseAsk, { customer, asker, at, granted }: Wanted): Points {
  const state = books.accounts.get(accountKey(customer, ask.program))?.state
  if (!state) return 0
  const here = granted.filter((one) => one.customer === customer)
  const taken = sum(here.filter((one) => one.ask.program === ask.program))
  const free = Math.max(0, open(state, at) - owed(state) - taken)
  if (ask.why === 'sale') return Math.min(ask.points, free)
  const { lease_points, lease_share_bp } = asker.policy
  const room = lease_points - heldBy(books, customer, asker.holder) - sum(here)
  return Math.max(0, Math.min(ask.points, room, mulDivFloor(free, lease_share_bp, WHOLE_BP)))
}

const sum = (shares: readonly Share[]): Points => shares.reduce((all, { points }) => all + points, 0)

/** What lies in pots of this holder for a customer, in all programs. */
function heldBy(books: Books, customer: string, holder: string): Points {
  let held = 0
  for (const { customer: whose, state } of books.accounts.values()) {
    if (whose !== customer) continue
    held += leased({ ...state, pots: state.pots.filter((pot) => pot.holder === holder) })
  }
  return held
}
