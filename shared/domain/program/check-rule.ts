import { BASIS_POINTS_ONE, POINTS_MAX, pointsInWords } from '../../base/money.ts'
import { multiplierText } from './base-earn.ts'
import { RULE_LIMITS } from './limits.ts'
import type { Program } from './program.ts'
import type { BonusRule, Condition, EarnRule, RedeemRule, Rule } from './rule.ts'
import { canMeetInTime, inAllLists, of } from './windows.ts'

/** What is wrong with one rule, as the second half of a sentence; null where it is fine. */
export function ruleFault(rule: Rule, program: Program, segments: readonly string[] | null): string | null {
  return (
    conditionsFault(rule, program, segments) ??
    capsFault(rule) ??
    givesFault(rule, program) ??
    neverFault(rule, program)
  )
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1 && value <= POINTS_MAX

function conditionsFault(
  { when }: Rule,
  program: Program,
  segments: readonly string[] | null,
): string | null {
  for (const one of when) {
    if ('in' in one && one.in.length === 0)
      return `its list of ${NAMES[one.field]} is empty; fill it or take it away`
    if (one.field === 'dates' && one.to < one.from)
      return `it would end on ${one.to}, before it starts on ${one.from}; put the days right`
    if (one.field === 'hours' && one.from === one.to)
      return `its hours begin and end at ${one.from}; take them away to mean the whole day`
    if (one.field === 'bill' && one.max_kobo !== undefined && one.max_kobo < one.min_kobo)
      return 'its largest bill is smaller than its smallest; put the amounts right'
    if (one.field === 'tier') {
      const unknown = one.in.find((id) => !program.tiers.some((tier) => tier.id === id))
      if (unknown !== undefined) return `there is no tier "${unknown}"; choose one of the program's`
    }
    if (one.field === 'segment') {
      const unknown = one.in.find((id) => segments !== null && !segments.includes(id))
      if (unknown !== undefined) return `there is no segment "${unknown}"; choose one there is`
    }
  }
  return null
}

const NAMES: Readonly<Record<Condition['field'], string>> = {
  dates: 'days',
  weekdays: 'weekdays',
  hours: 'hours',
  channel: 'channels',
  tier: 'tiers',
  segment: 'segments',
  bill: 'bills',
  items: 'items',
  categories: 'categories',
  spend: 'amounts spent',
}

function capsFault(rule: Rule): string | null {
  const caps = Object.entries(rule.caps)
  const wrong = caps.find(([, cap]) => cap !== undefined && !isCount(cap))
  if (wrong) return `a cap of ${wrong[1]} points is none; type a whole number from 1, or take the cap away`
  if (rule.kind === 'redeem' && caps.length > 0)
    return 'it gives no points, so it has no cap; take the cap away'
  if (rule.kind !== 'bonus' && rule.stack === 'alone') return 'only a bonus can stand alone; let it add'
  return null
}

function givesFault(rule: Rule, program: Program): string | null {
  if (rule.kind === 'earn') return earnFault(rule)
  if (rule.kind === 'bonus') return bonusFault(rule)
  return redeemFault(rule, program)
}

function earnFault({ gives, when }: EarnRule): string | null {
  if ('kobo_per_point' in gives) {
    if (gives.kobo_per_point < 1) return 'type the amount for one point, above zero'
  } else if (!isCount(gives.points)) return `it must give from 1 to ${pointsInWords(POINTS_MAX)}`
  if (gives.per === 'category' && of(when, 'categories').length === 0) return 'name the categories it is for'
  if (gives.per === 'item' && of(when, 'items').length + of(when, 'categories').length === 0)
    return 'name the items or categories it is for'
  return null
}

function bonusFault({ gives }: BonusRule): string | null {
  const { points, multiplier_bp: bp, on } = gives
  if (on === 'threshold' && (gives.min_kobo ?? 0) < 1)
    return 'type the bill from which it is given, above zero'
  if (points !== undefined)
    return isCount(points) ? null : `it must give from 1 to ${pointsInWords(POINTS_MAX)}`
  if (on === 'sign_up' || on === 'referral_by') return 'there is no bill to multiply; give a number of points'
  if (Number.isSafeInteger(bp) && bp > BASIS_POINTS_ONE && bp <= RULE_LIMITS.multiplierBpMax) return null
  return `a multiplier is above 1 and at most ${multiplierText(RULE_LIMITS.multiplierBpMax)}; x ${multiplierText(bp)} is not`
}

function redeemFault({ gives }: RedeemRule, program: Program): string | null {
  if (program.type === 'tier') return 'points of this program pay for nothing; take the rule away'
  const { max_share_bp = 0, min_points = 0, step_points = 1 } = gives
  if (Object.keys(gives).length === 0)
    return 'it changes nothing; type a share, a least number of points or a step'
  if (max_share_bp < 0 || max_share_bp > 10_000) return 'type a share of the bill from 0 to 100 percent'
  if (min_points < 0 || min_points > POINTS_MAX) return 'type a least number of points from 0'
  return isCount(step_points) ? null : 'type a step from 1'
}

/** A rule that no sale, and no other deed, can ever meet. */
function neverFault(rule: Rule, program: Program): string | null {
  const { when } = rule
  if (!canMeetInTime(when)) return 'its days and hours never meet; change one of them'
  for (const field of ['items', 'categories', 'channel', 'tier'] as const) {
    if (inAllLists(when, field)?.length === 0)
      return `its lists of ${NAMES[field]} have nothing in common; join them`
  }
  const bills = of(when, 'bill')
  const on = rule.kind === 'bonus' ? rule.gives.on : null
  const least = Math.max(
    0,
    ...bills.map((one) => one.min_kobo),
    (rule.kind === 'bonus' && rule.gives.min_kobo) || 0,
  )
  if (least > Math.min(Infinity, ...bills.map((one) => one.max_kobo ?? Infinity)))
    return 'no bill is as large and as small as it asks; change one of the amounts'
  const asksForSale = least > 0 || when.some(({ field }) => field === 'items' || field === 'categories')
  if ((on === 'sign_up' || on === 'referral_by') && asksForSale)
    return 'it is given without a sale, so it cannot ask for a bill or its lines; take that away'
  if (rule.kind === 'redeem') return null
  if (program.type === 'referral' && on !== 'referral_new' && on !== 'referral_by')
    return 'a referral program gives for referrals alone; take the rule away'
  const lost = (field: 'items' | 'categories'): boolean =>
    inAllLists(when, field)?.every((word) => program.excludes[field].includes(word)) ?? false
  return lost('items') || lost('categories')
    ? 'the program excludes all it is for; change the one or the other'
    : null
}

/**
 * What two earn rules both give points for at the same time and under the same conditions: an item or a category; null
 * where they do not meet. Which of them counts would hang on their order alone.
 */
export function sharedBy(one: Rule, other: Rule): string | null {
  if (one.kind !== 'earn' || other.kind !== 'earn' || !one.active || !other.active) return null
  if (one.gives.per === 'visit' || other.gives.per === 'visit') return null
  if (otherConditions(one) !== otherConditions(other)) return null
  const both = [...one.when, ...other.when]
  if (!canMeetInTime(both)) return null
  const [items, categories] = [inAllLists(both, 'items'), inAllLists(both, 'categories')]
  if (items?.length === 0 || categories?.length === 0) return null
  const share = (field: 'items' | 'categories'): boolean =>
    [one, other].every(({ when }) => of(when, field).length > 0)
  if (share('items')) return items?.[0] ?? null
  return share('categories') ? (categories?.[0] ?? null) : null
}

/** Everything that is neither about time nor about lines, in one spelling. */
function otherConditions({ when }: EarnRule): string {
  const texts = when
    .filter(({ field }) => !['dates', 'weekdays', 'hours', 'items', 'categories'].includes(field))
    .map((one) => JSON.stringify('in' in one ? { field: one.field, in: one.in.map(String).toSorted() } : one))
  return texts.toSorted().join()
}
