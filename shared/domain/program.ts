import { addDays, addMonths, businessDate, startOfDate } from '../base/business-date.ts'
import { PROGRAM_LIMITS } from '../base/limits.ts'
import {
  AMOUNT_KOBO_MAX,
  type BasisPoints,
  formatNaira,
  groupThousands,
  type Kobo,
  mulDivFloor,
  POINTS_MAX,
  type Points,
  pointsInWords,
} from '../base/money.ts'
import { type Refusal, refusal } from '../base/refusal.ts'

export interface ProgramTier {
  readonly id: string
  readonly name: string
  /** Lifetime points from which the tier holds, inclusive. */
  readonly threshold: Points
  readonly multiplier_bp: BasisPoints
}

/** The base program of a tenant. Changing it raises `version`; every line carries the version that made it. */
export interface Program {
  readonly id: string
  readonly name: string
  readonly version: number
  /** Net kobo that earn one point at 1x. */
  readonly kobo_per_point: Kobo
  /** What one point pays. */
  readonly point_worth_kobo: Kobo
  readonly redeem_min_points: Points
  readonly redeem_step_points: Points
  /** The share of a bill that points may pay. */
  readonly redeem_max_share_bp: BasisPoints
  readonly lot_months: number
  /** By rising threshold; the first has threshold 0. */
  readonly tiers: readonly ProgramTier[]
}

export const DEFAULT_PROGRAM: Program = {
  id: 'default',
  name: 'Points',
  version: 1,
  kobo_per_point: 10_000,
  point_worth_kobo: 100,
  redeem_min_points: 100,
  redeem_step_points: 1,
  redeem_max_share_bp: 5_000,
  lot_months: 12,
  tiers: [
    { id: 'bronze', name: 'Bronze', threshold: 0, multiplier_bp: 10_000 },
    { id: 'silver', name: 'Silver', threshold: 1_000, multiplier_bp: 12_500 },
    { id: 'gold', name: 'Gold', threshold: 5_000, multiplier_bp: 15_000 },
    { id: 'platinum', name: 'Platinum', threshold: 10_000, multiplier_bp: 20_000 },
  ],
}

interface TierStanding {
  readonly tier: ProgramTier
  readonly next: ProgramTier | null
  readonly missing: Points | null
}

/** The tier that a number of lifetime points gives; thresholds are inclusive. */
export function tierOf(program: Program, lifetime: Points): TierStanding {
  let index = 0
  for (let i = 0; i < program.tiers.length; i++) {
    if (lifetime >= (program.tiers[i]?.threshold ?? Infinity)) index = i
  }
  const tier = program.tiers[index]
  if (!tier) throw new RangeError('a program has at least one tier')
  const next = program.tiers[index + 1] ?? null
  return { tier, next, missing: next ? next.threshold - lifetime : null }
}

export interface EarnQuote {
  readonly points: Points
  readonly base: Points
  readonly multiplier_bp: BasisPoints
  readonly tier: ProgramTier
}

/**
 * Points of a sale: floor(net kobo x multiplier / (kobo per point x 10,000)), one rounding, down. The tier before
 * the sale counts. `base` is what 1x would give, for the explanation.
 */
export function earnFor(program: Program, tier: ProgramTier, netKobo: Kobo): EarnQuote {
  return {
    points: mulDivFloor(netKobo, tier.multiplier_bp, program.kobo_per_point * 10_000),
    base: mulDivFloor(netKobo, 1, program.kobo_per_point),
    multiplier_bp: tier.multiplier_bp,
    tier,
  }
}

/** 12500 -> "1.25". */
export function multiplierText(bp: BasisPoints): string {
  const rest = String(bp % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '')
  return `${Math.trunc(bp / 10_000)}${rest ? `.${rest}` : ''}`
}

/** "100 base x 1.25 Silver". */
export function earnText(quote: EarnQuote): string {
  return `${groupThousands(quote.base)} base x ${multiplierText(quote.multiplier_bp)} ${quote.tier.name}`
}

/** First instant at which points given now are gone: midnight after the same day `lot_months` later. */
export function lotExpiry(program: Program, effectiveMs: number, timeZone: string): number {
  const lastDay = addMonths(businessDate(effectiveMs, timeZone), program.lot_months)
  return startOfDate(addDays(lastDay, 1), timeZone)
}

/** The last day on which points with this expiry can be used. */
export function lastDayOf(expiryMs: number, timeZone: string): string {
  return businessDate(expiryMs - 1, timeZone)
}

interface RedeemLimits {
  /** The most that this bill and this balance allow, on the step; 0 when less than the minimum. */
  readonly max: Points
  /** What the share of the bill alone allows. */
  readonly byShare: Points
}

const stepDown = (points: Points, step: Points): Points => points - (points % step)

/** What may be redeemed on a bill of `grossKobo` with `available` points. */
export function redeemLimits(program: Program, grossKobo: Kobo, available: Points): RedeemLimits {
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
 * redeem_not_whole, redeem_below_minimum, redeem_step, redeem_over_share, balance_short, in the order of the registry.
 */
export function redeemPoints(
  program: Program,
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
  if (points > limits.byShare) {
    const percent = program.redeem_max_share_bp / 100
    // What is proposed must be possible: the balance may allow less than the bill.
    return { refusal: refusal('redeem_over_share', { percent, max: limits.max, worth: limits.max * worth }) }
  }
  if (points > available) return { refusal: refusal('balance_short', { name, available, max: limits.max }) }
  return { points }
}

/** Why nothing, or not more, may be redeemed on this bill: one sentence, or empty. */
export function whyNotMore(program: Program, grossKobo: Kobo, available: Points, name: string): string {
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

/** What is wrong with an amount as typed, or null. Kobo. */
export function amountRefusal(kobo: number): Refusal | null {
  if (!Number.isSafeInteger(kobo)) return refusal('amount_invalid')
  if (kobo < 0) return refusal('amount_negative')
  if (kobo === 0) return refusal('amount_zero')
  if (kobo > AMOUNT_KOBO_MAX) return refusal('amount_too_large', { max: AMOUNT_KOBO_MAX })
  return null
}

/** What is wrong with a program as edited: the field and why, or null. */
export function programRefusal(program: Program): Refusal | null {
  const bad = (field: string, why: string): Refusal => refusal('setting_invalid', { field, why })
  const whole = (value: number, min: number, max: number): boolean =>
    Number.isSafeInteger(value) && value >= min && value <= max
  const { nameCharsMax, pointWorthKoboMax, redeemStepPointsMax, lotMonthsMax } = PROGRAM_LIMITS
  if (!isLabel(program.name, nameCharsMax))
    return bad('Name', `give it a name of at most ${nameCharsMax} characters`)
  if (!whole(program.kobo_per_point, 1, AMOUNT_KOBO_MAX))
    return bad('Naira for one point', 'type an amount above zero')
  if (!whole(program.point_worth_kobo, 1, pointWorthKoboMax))
    return bad('Worth of one point', `type an amount between 1 kobo and ${formatNaira(pointWorthKoboMax)}`)
  if (!whole(program.redeem_step_points, 1, redeemStepPointsMax))
    return bad('Step', 'type a whole number from 1')
  if (!whole(program.redeem_min_points, 0, POINTS_MAX))
    return bad('Least to redeem', 'type a whole number from 0')
  if (!whole(program.redeem_max_share_bp, 0, 10_000))
    return bad('Share of the bill', 'type a percentage from 0 to 100')
  if (!whole(program.lot_months, 1, lotMonthsMax))
    return bad('Months that points last', `type a whole number from 1 to ${lotMonthsMax}`)
  return tiersRefusal(program.tiers, bad, whole)
}

const isLabel = (text: string, charsMax: number): boolean =>
  text.trim() !== '' && text.length <= charsMax && !/\p{Cc}/u.test(text)

function tiersRefusal(
  tiers: readonly ProgramTier[],
  bad: (field: string, why: string) => Refusal,
  whole: (value: number, min: number, max: number) => boolean,
): Refusal | null {
  const { tiersMax, tierIdCharsMax, tierNameCharsMax, multiplierBpMin, multiplierBpMax } = PROGRAM_LIMITS
  if (tiers.length < 1 || tiers.length > tiersMax)
    return bad('Tiers', `have at least one and at most ${tiersMax}`)
  if (new Set(tiers.map((t) => t.id)).size !== tiers.length) return bad('Tiers', 'two have the same id')
  if (new Set(tiers.map((t) => t.name.trim().toLowerCase())).size !== tiers.length)
    return bad('Tiers', 'two have the same name')
  for (const [i, tier] of tiers.entries()) {
    const name = tier.name.trim() || `tier ${i + 1}`
    if (!/^[\w-]+$/.test(tier.id) || tier.id.length > tierIdCharsMax)
      return bad(`Tier ${i + 1}`, 'take it away and add it again')
    if (!isLabel(tier.name, tierNameCharsMax))
      return bad(`Tier ${i + 1}`, `give it a name of at most ${tierNameCharsMax} characters`)
    if (!whole(tier.multiplier_bp, multiplierBpMin, multiplierBpMax)) {
      const [least, most] = [multiplierText(multiplierBpMin), multiplierText(multiplierBpMax)]
      return bad(name, `the multiplier must be between ${least} and ${most}`)
    }
    if (i === 0 && tier.threshold !== 0) return bad(name, 'the first tier starts at 0 points')
    if (!whole(tier.threshold, 0, POINTS_MAX)) return bad(name, 'the threshold is a whole number of points')
    const before = tiers[i - 1]
    if (before && tier.threshold <= before.threshold)
      return bad(name, `its threshold must be above that of ${before.name}`)
  }
  return null
}
