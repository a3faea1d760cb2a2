import { type BasisPoints, type Kobo, POINTS_MAX, type Points } from '../../base/money.ts'
import type { OnceTerm } from '../../protocol/payload.ts'
import type { Circumstances } from './conditions.ts'
import type { Rater } from './facts.ts'
import { leftOf, onceTerms } from './once.ts'
import type { Rule } from './rule.ts'

/** One line of points as a program gives it; each becomes an event. */
export interface RatedLine {
  /** Id of the rule; `base` for what the program itself gives. */
  readonly rule: string
  readonly rule_name: string
  /** Asked of the account, within the cap of one sale. */
  readonly points: Points
  /** At 1x, before the cap of one sale. */
  readonly base: Points
  /** The part of the bill that the rule looked at. */
  readonly on_kobo: Kobo
  readonly multiplier_bp: BasisPoints
  /** Name of the tier before the sale. */
  readonly tier: string
  /** Once-keys; empty where nothing limits the line. */
  readonly once: readonly OnceTerm[]
  readonly tier_counts: boolean
  /** What the keys leave as far as they are known here. */
  readonly counts: Points
}

/** Whether a rule is followed at all by who rates. */
export const isAsked = (
  rule: { readonly active: boolean; readonly for_tills: boolean },
  rater: Rater,
): boolean => rule.active && (rule.for_tills || rater === 'head_office')

/** A line of a rule within its caps; null where what it gives was given already. */
export function ruleLine(
  rule: Rule,
  amounts: Pick<RatedLine, 'points' | 'base' | 'on_kobo' | 'multiplier_bp'>,
  about: Circumstances,
  whom?: string,
): RatedLine | null {
  const { customer, moment, sale } = about
  const points = Math.min(amounts.points, rule.caps.sale ?? POINTS_MAX, POINTS_MAX)
  const on =
    rule.kind === 'bonus'
      ? rule.gives.on
      : rule.kind === 'earn' && rule.gives.per === 'visit'
        ? 'visit'
        : 'earn'
  const once = onceTerms(rule, whom === undefined ? { on } : { on, whom }, moment, sale.timeZone)
  const counts = leftOf(once, points, customer)
  if (counts === null) return null
  return {
    rule: rule.id,
    rule_name: rule.name,
    ...amounts,
    points,
    tier: customer.tier.name,
    once,
    tier_counts: rule.tier_counts,
    counts,
  }
}
