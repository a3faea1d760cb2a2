import type { Points } from '../../base/money.ts'
import { LIFTED_BY_WORD, type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import { leastRole, may, type Role } from '../../base/roles.ts'
import { reasonRefusal } from './adjust.ts'
import { floorMax, floorRefusal, leaseSum, overrideMax, type RedeemRight } from './floor.ts'

/** By what one part of a redemption is taken. Each part is an event of its own. */
export interface RedeemPart {
  readonly points: Points
  readonly right: 'own' | 'lease' | 'unsecured'
  readonly grant?: string
  /** Beyond every limit, by a second person's word. */
  readonly override?: true
}

/** A second person is to answer for what goes beyond the limits; null while their PIN was not given. */
export interface OverrideAsk {
  readonly reason: string
  readonly approver: { readonly role: Role } | null
}

/** The most this till may redeem for one customer now: what is set aside for it, and the floor limits beyond that. */
export const rightMax = (right: RedeemRight): Points =>
  right.kind === 'own' ? Number.POSITIVE_INFINITY : leaseSum(right) + floorMax(right)

/** What of the customer's points can be used here while head office cannot be asked. `open`: in the lots. */
export const usableHere = (right: RedeemRight, open: Points): Points =>
  leaseSum(right) + Math.min(Math.max(0, open), floorMax(right))

/**
 * True where head office may give a right to more than is here: not where it asked to take nothing, where it does not
 * know this till's books, or where the account waits for a person.
 */
export const mayAskForMore = (right: RedeemRight): boolean =>
  right.kind === 'floor' && !right.denied && !right.putBack && !right.held

/**
 * The parts of a redemption: the grants in their order, the floor limits for the rest, a second person's word for what
 * is beyond. Refuses what `floorRefusal` does, override_limit, reason_missing, reason_too_long, approval_needed,
 * approver_not_allowed.
 */
export function redeemParts(
  right: RedeemRight,
  points: Points,
  name: string,
  override: OverrideAsk | null,
): Result<readonly RedeemPart[], Refusal> {
  if (right.kind === 'own') return ok([{ points, right: 'own' }])
  const parts: RedeemPart[] = []
  let rest = points
  for (const { grant, points: left } of right.leases) {
    const taken = Math.min(rest, left)
    if (taken > 0) parts.push({ points: taken, right: 'lease', grant })
    rest -= taken
  }
  const refused = floorRefusal(right, rest, name)
  if (refused === null) {
    if (rest > 0) parts.push({ points: rest, right: 'unsecured' })
    return ok(parts)
  }
  if (override === null) return refuse(refused)
  const unsecured = Math.min(rest, floorMax(right))
  const beyond = rest - unsecured
  const wrong = overrideRefusal(right, beyond, refused, name, override)
  if (wrong) return refuse(wrong)
  if (unsecured > 0) parts.push({ points: unsecured, right: 'unsecured' })
  parts.push({ points: beyond, right: 'unsecured', override: true })
  return ok(parts)
}

function overrideRefusal(
  right: RedeemRight,
  beyond: Points,
  refused: Refusal,
  name: string,
  { reason, approver }: OverrideAsk,
): Refusal | null {
  if (!LIFTED_BY_WORD.has(refused.code)) return refused
  const most = overrideMax(right)
  if (beyond > most) return refusal('override_limit', { name, max: rightMax(right) + most })
  const unsaid = reasonRefusal(reason)
  if (unsaid) return unsaid
  const who = leastRole('redeem.override')
  if (!approver) return refusal('approval_needed', { what: 'Using points beyond the limit', who })
  return may(approver.role, 'redeem.override') ? null : refusal('approver_not_allowed', { who })
}
