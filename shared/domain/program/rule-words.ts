import { formatNaira, groupThousands, pointsInWords } from '../../base/money.ts'
import { multiplierText } from './base-earn.ts'
import type { BaseTier, Reward } from './program.ts'
import type { BonusOn, BonusRule, Condition, EarnRule, RedeemRule, Rule } from './rule.ts'

/**
 * A rule in one sentence, for who has to follow it and cannot change it: "Books twice: points x 2, on books, on
 * Saturday and Sunday." `tiers` give their names.
 */
export function ruleInWords(rule: Rule, tiers: readonly BaseTier[]): string {
  const parts = [givesOf(rule), ...rule.when.map((one) => conditionInWords(one, tiers)), capsOf(rule)]
  return `${rule.name}: ${parts.filter((part) => part !== '').join(', ')}.`
}

/** "A mug: 500 points, worth ₦1,500." */
export function rewardInWords({ name, points, gives, stock }: Reward): string {
  const worth = formatNaira(gives.kind === 'amount' ? gives.kobo : gives.worth_kobo)
  const left = stock === null ? '' : `, ${groupThousands(stock)} in all`
  return `${name}: ${pointsInWords(points)}, worth ${worth}${left}.`
}

function givesOf(rule: Rule): string {
  switch (rule.kind) {
    case 'earn':
      return earnInWords(rule)
    case 'bonus':
      return bonusInWords(rule)
    case 'redeem':
      return redeemInWords(rule)
  }
}

function earnInWords({ gives }: EarnRule): string {
  switch (gives.per) {
    case 'amount':
    case 'category':
      return `1 point for ${formatNaira(gives.kobo_per_point)}`
    case 'item':
      return `${pointsInWords(gives.points)} for each piece`
    case 'visit':
      return `${pointsInWords(gives.points)} for a visit, once a day`
  }
}

const WHEN: Readonly<Record<BonusOn, string>> = {
  sale: '',
  threshold: '',
  sign_up: ' for signing up',
  first_purchase: ' with the first purchase',
  birthday: ' with a purchase on the birthday',
  anniversary: ' with a purchase on the day of joining',
  referral_new: ' with the first purchase, to whoever was recommended',
  referral_by: ' to whoever recommended somebody, with their first purchase',
}

function bonusInWords({ gives }: BonusRule): string {
  const what =
    gives.points === undefined
      ? `points x ${multiplierText(gives.multiplier_bp)}`
      : pointsInWords(gives.points)
  const from = gives.min_kobo === undefined ? '' : ` on a bill from ${formatNaira(gives.min_kobo)}`
  return `${what}${WHEN[gives.on]}${from}`
}

function redeemInWords({ gives }: RedeemRule): string {
  const { max_share_bp, min_points, step_points } = gives
  const parts = [
    max_share_bp === undefined ? '' : `points pay up to ${max_share_bp / 100} % of the bill`,
    min_points === undefined ? '' : `from ${pointsInWords(min_points)}`,
    step_points === undefined ? '' : `in steps of ${groupThousands(step_points)}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

function conditionInWords(one: Condition, tiers: readonly BaseTier[]): string {
  switch (one.field) {
    case 'dates':
      return one.from === one.to ? `on ${one.from}` : `from ${one.from} to ${one.to}`
    case 'weekdays':
      return `on ${listed(one.in.map((day) => DAYS[day - 1] ?? ''))}`
    case 'hours':
      return `from ${one.from} to ${one.to}`
    case 'channel':
      return `sold by ${listed(one.in)}`
    case 'tier':
      return `for ${listed(one.in.map((id) => tiers.find((tier) => tier.id === id)?.name ?? id))}`
    case 'segment':
      return `for the segment ${listed(one.in)}`
    case 'bill':
      return one.max_kobo === undefined
        ? `on a bill from ${formatNaira(one.min_kobo)}`
        : `on a bill from ${formatNaira(one.min_kobo)} to ${formatNaira(one.max_kobo)}`
    case 'items':
    case 'categories':
      return `on ${listed(one.in)}`
    case 'spend':
      return `for whoever spent ${formatNaira(one.min_kobo)} in ${one.days} days`
  }
}

/** More than this of a list is a number. */
const LISTED_MAX = 6

function listed(words: readonly string[]): string {
  const shown = words.slice(0, LISTED_MAX)
  const rest = words.length - shown.length
  const all = rest > 0 ? [...shown, `${rest} more`] : shown
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

function capsOf({ caps }: Rule): string {
  const parts = [
    caps.sale === undefined ? '' : `${groupThousands(caps.sale)} a sale`,
    caps.day === undefined ? '' : `${groupThousands(caps.day)} a day`,
    caps.month === undefined ? '' : `${groupThousands(caps.month)} a month`,
    caps.customer === undefined ? '' : `${groupThousands(caps.customer)} a customer`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : `at most ${listed(parts)}`
}
