import {
  groupThousands,
  type Kobo,
  mulDivFloor,
  POINTS_MAX,
  type Points,
  pointsInWords,
} from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import type { RedeemTerms } from './program.ts'

interface RedeemLimits {
  /** The most that this bill and this balance allow, on the step; 0 when less than the minimum. */
  readonly max: Points
  /** What the share of the bill alone allows. */
  readonly byShare: Points
}

const stepDown = (points: Points, step: Points): Points => points - (points % step)

/** What may be redeemed on a bill of `grossKobo` with `available` points. */
export function redeemLimits(program: RedeemTerms, grossKobo: Kobo, available: Points): RedeemLimits {
  const shareKobo = mulDivFloor(grossKobo, program.redeem_max_share_bp, 10_000)
  const byShare = stepDown(Math.trunc(shareKobo / program.point_worth_kobo), program.redeem_step_points)
  const max = Math.min(byShare, stepDown(Math.max(0, available), program.redeem_step_points))
  return { max: max < program.redeem_min_points ? 0 : max, byShare }
}

export type RedeemAsk =
  | { readonly unit: 'points'; readonly points: number }
  | { readonly unit: 'kobo'; readonly kobo: number }

/**
 * Points to redeem for what was asked, or why not. Refuses points_invalid, points_zero, points_too_many,
 * redeem_not_whole, redeem_below_minimum, redeem_step, balance_short, redeem_over_share, in the order of the registry.
 */
export function redeemPoints(
  program: RedeemTerms,
  ask: RedeemAsk,
  grossKobo: Kobo,
  available: Points,
  name: string,
): { readonly points: Points } | { readonly refusal: Refusal } {
  const asked = ask.unit === 'points' ? ask.points : ask.kobo
  if (!Number.isSafeInteger(asked) || asked < 0) return { refusal: refusal('points_invalid') }
  if (asked === 0) return { refusal: refusal('points_zero') }
  const worth = program.point_worth_kobo
  if (ask.unit === 'kobo' && ask.kobo % worth !== 0) {
    return { refusal: refusal('redeem_not_whole', { asked: ask.kobo, below: ask.kobo - (ask.kobo % worth) }) }
  }
  const points = ask.unit === 'points' ? ask.points : ask.kobo / worth
  if (points > POINTS_MAX) return { refusal: refusal('points_too_many', { max: POINTS_MAX }) }
  const limits = redeemLimits(program, grossKobo, available)
  if (points < program.redeem_min_points) {
    return { refusal: refusal('redeem_below_minimum', { min: program.redeem_min_points, name, available }) }
  }
  if (points % program.redeem_step_points !== 0) {
    const step = program.redeem_step_points
    return { refusal: refusal('redeem_step', { step, below: stepDown(points, step) }) }
  }
  // First what no other bill would mend: nobody spends points they do not have.
  if (points > available) return { refusal: refusal('balance_short', { name, available, max: limits.max }) }
  if (points > limits.byShare) {
    const percent = program.redeem_max_share_bp / 100
    return { refusal: refusal('redeem_over_share', { percent, max: limits.max, worth: limits.max * worth }) }
  }
  return { points }
}

/** Why nothing, or not more, may be redeemed on this bill: one sentence, or empty. */
export function whyNotMore(program: RedeemTerms, grossKobo: Kobo, available: Points, name: string): string {
  const limits = redeemLimits(program, grossKobo, available)
  if (available <= 0) return `${name} has no points to redeem yet.`
  if (available < program.redeem_min_points) {
    return `Redeeming starts at ${pointsInWords(program.redeem_min_points)}. ${name} has ${groupThousands(available)}.`
  }
  if (grossKobo <= 0) return 'Type the amount of the sale first.'
  if (limits.byShare < program.redeem_min_points) {
    return `Points may pay at most ${program.redeem_max_share_bp / 100} % of a bill, and this bill is too small for that.`
  }
  if (limits.byShare < available) {
    return `Points may pay at most ${program.redeem_max_share_bp / 100} % of the bill: ${pointsInWords(limits.max)} here.`
  }
  return ''
}
