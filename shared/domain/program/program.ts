import type { BasisPoints, Kobo, Points } from '../../base/money.ts'
import type { Rule } from './rule.ts'

/** What a redemption is held to. */
export interface RedeemTerms {
  /** What one point pays. */
  readonly point_worth_kobo: Kobo
  readonly redeem_min_points: Points
  readonly redeem_step_points: Points
  /** The share of a bill that points may pay. */
  readonly redeem_max_share_bp: BasisPoints
}

export interface BaseTier {
  readonly id: string
  readonly name: string
  /** Points from which the tier holds, inclusive. */
  readonly threshold: Points
  readonly multiplier_bp: BasisPoints
}

/**
 * The base of a program, as shops without rules have it. Changing it raises `version`; every line carries the version
 * that made it.
 */
export interface BaseProgram extends RedeemTerms {
  readonly id: string
  readonly name: string
  readonly version: number
  /** Kobo that earn one point at 1x. */
  readonly kobo_per_point: Kobo
  readonly lot_months: number
  /** By rising threshold; the first has threshold 0. */
  readonly tiers: readonly BaseTier[]
}

export const DEFAULT_PROGRAM: BaseProgram = {
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

export interface ProgramTier extends BaseTier {
  /** What the tier brings besides points, in words. */
  readonly benefits: readonly string[]
}

/**
 * When points lapse. `months`: after the same day so many months later. `month_end`: after the last day of the month
 * so many months later. `inactivity`: each earn or redemption moves all that is open to so many months after it.
 */
export interface Expiry {
  readonly kind: 'months' | 'month_end' | 'inactivity'
  readonly months: number
}

/**
 * Which points a tier asks for. `rolling`: those of the present month and the `months` - 1 before it, whole months of
 * the business's zone.
 */
type Qualification = { readonly kind: 'lifetime' } | { readonly kind: 'rolling'; readonly months: number }

/** What points buy at a fixed price. */
export interface Reward {
  readonly id: string
  readonly name: string
  readonly points: Points
  readonly gives:
    | { readonly kind: 'amount'; readonly kobo: Kobo }
    | { readonly kind: 'item'; readonly item: string; readonly worth_kobo: Kobo }
  /** How many may be given in all; null: any number. */
  readonly stock: number | null
  readonly active: boolean
}

/** A program as a whole. What is stored may lack everything that `BaseProgram` has not: `readProgram` fills it in. */
export interface Program extends BaseProgram {
  readonly tiers: readonly ProgramTier[]
  /** `tier`: points are a standing and pay nothing. `referral`: only referral rules give. `vip`: members alone earn. */
  readonly type: 'points' | 'tier' | 'referral' | 'vip'
  /** Of a vip program: segments whose customers earn. */
  readonly members: readonly string[]
  /** What earns: the bill less what points pay, or the bill as it is. */
  readonly earn_on: 'net' | 'gross'
  /** A smaller bill earns nothing by the base and by earn rules. */
  readonly earn_min_kobo: Kobo
  /** Lines of a bill that never earn, and lower what the base looks at: gift cards, delivery. */
  readonly excludes: { readonly items: readonly string[]; readonly categories: readonly string[] }
  readonly expiry: Expiry
  readonly qualification: Qualification
  /** Days for which a tier is kept after its points no longer suffice. */
  readonly grace_days: number
  /** In this order where the order matters. */
  readonly rules: readonly Rule[]
  /** Bonuses that meet: all of them, or the one that gives most. */
  readonly stacking: 'add' | 'best'
  readonly rewards: readonly Reward[]
  /** From which redemption on a customer shows who they are; null: never. */
  readonly proof: { readonly from_kobo: Kobo | null }
}
