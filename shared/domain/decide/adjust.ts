import { LIMITS } from '../../base/limits.ts'
import { POINTS_MAX, type Points } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import { leastRole, may, type Role } from '../../base/roles.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import { open } from '../post.ts'
import { lotExpiry } from '../program/expiry.ts'
import type { BaseProgram } from '../program/program.ts'
import type { SaleContext, SaleCustomer } from './sale-context.ts'

/** Who does it, and who approved with their PIN (checked before). */
export interface People {
  readonly staff: { readonly id: string; readonly role: Role }
  readonly approver: { readonly id: string; readonly role: Role } | null
}

/** A reason as a person typed it, or why it will not do. */
export function reasonRefusal(reason: string): Refusal | null {
  const text = reason.trim()
  if (text === '') return refusal('reason_missing')
  if (text.length > LIMITS.reasonCharsMax) return refusal('reason_too_long', { max: LIMITS.reasonCharsMax })
  return null
}

/**
 * An adjustment with its reason. Alone up to the role's daily limit (`aloneToday`: points adjusted alone by this
 * person today, absolute), above it with a second person. Refuses approval_needed, approver_same,
 * approver_not_allowed, points_invalid, points_zero, points_too_many, balance_over_limit, balance_below_zero,
 * reason_missing, reason_too_long.
 */
export function decideAdjust(
  ask: { readonly points: number; readonly reason: string },
  customer: Pick<SaleCustomer, 'id' | 'name' | 'account'>,
  people: People,
  limits: { readonly dailyLimit: Points; readonly aloneToday: Points },
  context: Pick<SaleContext, 'trusted' | 'timeZone'> & { readonly program: BaseProgram },
): Result<readonly AnyDraft[], Refusal> {
  const { points } = ask
  if (!Number.isSafeInteger(points)) return refuse(refusal('points_invalid'))
  if (points === 0) return refuse(refusal('points_zero'))
  if (Math.abs(points) > POINTS_MAX) return refuse(refusal('points_too_many', { max: POINTS_MAX }))
  const available = open(customer.account, context.trusted)
  if (points < 0 && -points > available)
    return refuse(refusal('balance_below_zero', { name: customer.name, available }))
  if (available + points > POINTS_MAX) return refuse(refusal('balance_over_limit', { max: POINTS_MAX }))
  const reason = reasonRefusal(ask.reason)
  if (reason) return refuse(reason)
  const who = leastRole('points.adjust_approve')
  if (people.approver) {
    if (people.approver.id === people.staff.id) return refuse(refusal('approver_same'))
    if (!may(people.approver.role, 'points.adjust_approve'))
      return refuse(refusal('approver_not_allowed', { who }))
  } else if (limits.aloneToday + Math.abs(points) > limits.dailyLimit) {
    return refuse(refusal('approval_needed', { what: 'This adjustment', who }))
  }
  return ok([
    {
      kind: 'points.adjusted',
      n: 0,
      customer: customer.id,
      program: context.program.id,
      payload: { points, sale: null, expiry: lotExpiry(context.program, context.trusted, context.timeZone) },
      personal: { reason: ask.reason.trim() },
    },
  ])
}
