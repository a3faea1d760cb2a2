import type { Points } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'

/**
 * By what a till redeems. `own`: it works alone and its word counts. `floor`: it belongs to head office, which may know
 * of more; without a promise of head office it redeems within limits, from an account that it saw lately.
 */
export type RedeemRight = { readonly kind: 'own' } | FloorRight

interface FloorRight {
  readonly kind: 'floor'
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
}

const HOUR_MS = 3_600_000
const HOURS_SHOWN_MAX = 48

/** "36 hours", "14 days": how old a view may be. */
const span = (ms: number): string => {
  const hours = Math.max(1, Math.round(ms / HOUR_MS))
  if (hours > HOURS_SHOWN_MAX) return `${Math.round(hours / 24)} days`
  return hours === 1 ? '1 hour' : `${hours} hours`
}

/**
 * Why this till may redeem nothing from the account of `name` now, whatever the amount; null when it may. Refuses
 * on_deny_list, till_put_back, view_unknown, view_too_old, points_waiting.
 */
export function floorBar(right: RedeemRight, name: string): Refusal | null {
  if (right.kind === 'own') return null
  if (right.denied) return refusal('on_deny_list', { name })
  if (right.putBack) return refusal('till_put_back')
  if (!right.known || right.newer) return refusal('view_unknown', { name })
  if (right.ageMs === null || right.ageMs > right.ageMaxMs)
    return refusal('view_too_old', { name, age: span(right.ageMaxMs) })
  return right.held ? refusal('points_waiting', { name }) : null
}

/** The most this till may redeem for one customer while head office cannot be asked; infinite when it works alone. */
export function floorMax(right: RedeemRight): Points {
  if (right.kind === 'own') return Number.POSITIVE_INFINITY
  const left = Math.min(right.customerMax - right.usedByCustomer, right.tillMax - right.usedByTill)
  return floorBar(right, '') === null ? Math.max(0, left) : 0
}

/** What the floor limits say to so many points. Refuses what `floorBar` does, offline_limit_customer, offline_limit_till. */
export function floorRefusal(right: RedeemRight, points: Points, name: string): Refusal | null {
  if (right.kind === 'own') return null
  const bar = floorBar(right, name)
  if (bar) return bar
  const customer = Math.max(0, right.customerMax - right.usedByCustomer)
  if (points > customer) return refusal('offline_limit_customer', { name, max: customer })
  const till = Math.max(0, right.tillMax - right.usedByTill)
  return points > till ? refusal('offline_limit_till', { max: till }) : null
}
