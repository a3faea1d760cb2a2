import type { Points } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { leastRole } from '../../base/roles.ts'

/** Points that head office has set aside for this till: what is left of one grant here. */
export interface LeaseLeft {
  readonly grant: string
  readonly points: Points
}

/**
 * By what a till redeems. `own`: it works alone and its word counts. `floor`: it belongs to head office, which may know
 * of more; beyond what head office has set aside for it, it redeems within limits, from an account that it saw lately.
 */
export type RedeemRight = { readonly kind: 'own' } | FloorRight

interface FloorRight {
  readonly kind: 'floor'
  /** Set aside for this till, in the order of use: soonest-ending first. */
  readonly leases: readonly LeaseLeft[]
  /** This till has the account, from head office or from the time when it worked alone. */
  readonly known: boolean
  /** Made by a newer app than this one: shown, but nothing is taken from it. */
  readonly newer: boolean
  /** How long ago it was last known to be right, ms; null: never. */
  readonly ageMs: number | null
  readonly ageMaxMs: number
  /** Head office holds events of this account and does not count them yet. */
  readonly held: boolean
  readonly denied: boolean
  /** Its books are from a copy, and head office has not answered since: what it redeemed meanwhile is not known here. */
  readonly putBack: boolean
  /** Redeemed so far by this till beyond a promise, as far as head office has not answered for it. */
  readonly usedByCustomer: Points
  readonly usedByTill: Points
  readonly customerMax: Points
  readonly tillMax: Points
  /** The same by a second person's word beyond these limits. */
  readonly overridden: Points
  readonly overrideMax: Points
}

const HOUR_MS = 3_600_000
const HOURS_SHOWN_MAX = 48

/** "36 hours", "14 days": how old a view may be. */
const span = (ms: number): string => {
  const hours = Math.max(1, Math.round(ms / HOUR_MS))
  if (hours > HOURS_SHOWN_MAX) return `${Math.round(hours / 24)} days`
  return hours === 1 ? '1 hour' : `${hours} hours`
}

/** What head office has set aside for this till, of one customer. */
export const leaseSum = (right: RedeemRight): Points =>
  right.kind === 'own' ? 0 : right.leases.reduce((sum, { points }) => sum + points, 0)

/**
 * Why this till may redeem nothing from the account of `name` beyond what is set aside for it, whatever the amount;
 * null when it may. `points`: how many are asked for beyond that. Refuses on_deny_list, till_put_back, view_newer,
 * view_unknown, view_too_old, points_waiting.
 */
export function floorBar(right: RedeemRight, name: string, points: Points = 1): Refusal | null {
  if (right.kind === 'own') return null
  const here = { name, max: leaseSum(right) }
  const common = { ...here, ...secondPerson(right, points) }
  if (right.denied) return refusal('on_deny_list', here)
  if (right.putBack) return refusal('till_put_back')
  if (right.newer) return refusal('view_newer', here)
  if (!right.known) return refusal('view_unknown', common)
  if (right.held) return refusal('points_waiting', here)
  return right.ageMs === null || right.ageMs > right.ageMaxMs
    ? refusal('view_too_old', { ...common, age: span(right.ageMaxMs) })
    : null
}

/**
 * The most this till may redeem for one customer beyond what is set aside for it, while head office cannot be asked;
 * infinite when it works alone.
 */
export function floorMax(right: RedeemRight): Points {
  if (right.kind === 'own') return Number.POSITIVE_INFINITY
  const left = Math.min(right.customerMax - right.usedByCustomer, right.tillMax - right.usedByTill)
  return floorBar(right, '') === null ? Math.max(0, left) : 0
}

/**
 * What the floor limits say to so many points beyond what is set aside. What may be redeemed in all, and whether a
 * second person could help, is in the refusal. Refuses what `floorBar` does, offline_limit_customer, offline_limit_till.
 */
export function floorRefusal(right: RedeemRight, points: Points, name: string): Refusal | null {
  if (right.kind === 'own' || points <= 0) return null
  const most = floorMax(right)
  const bar = floorBar(right, name, points)
  if (bar) return bar
  if (points <= most) return null
  const max = leaseSum(right) + most
  const common = { name, max, ...secondPerson(right, points - most) }
  return right.customerMax - right.usedByCustomer <= right.tillMax - right.usedByTill
    ? refusal('offline_limit_customer', common)
    : refusal('offline_limit_till', common)
}

/**
 * The most this till may redeem beyond every limit by a second person's word. Nothing where head office has asked not
 * to, where this app cannot read the account, or where points wait for a person there.
 */
export function overrideMax(right: RedeemRight): Points {
  if (right.kind === 'own' || right.denied || right.putBack || right.newer || right.held) return 0
  return Math.max(0, right.overrideMax - right.overridden)
}

/** Whom to ask, where a second person's word is enough for so many points. */
const secondPerson = (right: RedeemRight, points: Points): { readonly who?: string } =>
  overrideMax(right) >= points ? { who: leastRole('redeem.override') } : {}
