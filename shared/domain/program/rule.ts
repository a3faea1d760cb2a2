import type { BasisPoints, Kobo, Points } from '../../base/money.ts'

/** One thing that must hold for a rule to count. */
export type Condition =
  /** yyyy-mm-dd, both inclusive, in the business's zone. */
  | { readonly field: 'dates'; readonly from: string; readonly to: string }
  /** 1 is Monday, 7 Sunday. */
  | { readonly field: 'weekdays'; readonly in: readonly number[] }
  /** HH:MM, from inclusive, to exclusive; a window from 22:00 to 02:00 crosses midnight. */
  | { readonly field: 'hours'; readonly from: string; readonly to: string }
  | { readonly field: 'channel'; readonly in: readonly string[] }
  /** Ids of tiers, as they stand before the sale. */
  | { readonly field: 'tier'; readonly in: readonly string[] }
  /** In one of them at least. */
  | { readonly field: 'segment'; readonly in: readonly string[] }
  /** The bill before points pay, both inclusive. */
  | { readonly field: 'bill'; readonly min_kobo: Kobo; readonly max_kobo?: Kobo }
  /** At least one line is of these; the rule then looks at such lines alone. */
  | { readonly field: 'items'; readonly in: readonly string[] }
  | { readonly field: 'categories'; readonly in: readonly string[] }
  /** Spent in so many days before the sale, in all stores: only head office can say. */
  | { readonly field: 'spend'; readonly days: number; readonly min_kobo: Kobo }

/** Most points that a rule gives: in one sale, a day, a month, or to one customer for ever. */
interface RuleCaps {
  readonly sale?: Points
  readonly day?: Points
  readonly month?: Points
  readonly customer?: Points
}

/**
 * `amount` and `category`: one point for so many kobo, times the multiplier of the tier. `item`: so many points for
 * each piece. `visit`: once a day. Where conditions name items or categories, the rule takes the place of the base
 * for these lines; else it comes on top.
 */
type EarnGives =
  | { readonly per: 'amount'; readonly kobo_per_point: Kobo }
  | { readonly per: 'item'; readonly points: Points }
  | { readonly per: 'category'; readonly kobo_per_point: Kobo }
  | { readonly per: 'visit'; readonly points: Points }

/**
 * When a bonus is given. `birthday`, `anniversary`: with a purchase on that day, once a year; 29 February is kept on
 * 28 in other years. `referral_new`: with the first purchase of who was brought. `referral_by`: to who brought them.
 * `sign_up`: at enrolment. `threshold`: the bill before points pay reaches `min_kobo`.
 */
export type BonusOn =
  | 'sale'
  | 'sign_up'
  | 'first_purchase'
  | 'birthday'
  | 'anniversary'
  | 'referral_new'
  | 'referral_by'
  | 'threshold'

/**
 * Points as they are, or a multiplier: at 20,000 what the matched share of the bill earns at the base rate and the
 * customer's tier is given once more.
 */
type BonusGives = (
  | { readonly points: Points; readonly multiplier_bp?: never }
  | { readonly multiplier_bp: BasisPoints; readonly points?: never }
) & { readonly on: BonusOn; readonly min_kobo?: Kobo }

/** What a redemption is held to instead; what is absent stays as the program has it. */
interface RedeemGives {
  readonly max_share_bp?: BasisPoints
  readonly min_points?: Points
  readonly step_points?: Points
}

interface RuleParts {
  readonly id: string
  readonly name: string
  readonly active: boolean
  /** Tills follow it too; else head office alone. */
  readonly for_tills: boolean
  /** All of them must hold. */
  readonly when: readonly Condition[]
  /** `alone`: this bonus never joins another one. */
  readonly stack: 'add' | 'alone'
  readonly caps: RuleCaps
  /** Its points count for tiers. */
  readonly tier_counts: boolean
}

export type EarnRule = RuleParts & { readonly kind: 'earn'; readonly gives: EarnGives }
export type BonusRule = RuleParts & { readonly kind: 'bonus'; readonly gives: BonusGives }
export type RedeemRule = RuleParts & { readonly kind: 'redeem'; readonly gives: RedeemGives }
export type Rule = EarnRule | BonusRule | RedeemRule
