import {
  BASIS_POINTS_ONE,
  type BasisPoints,
  formatNaira,
  groupThousands,
  type Kobo,
  mulDivFloor,
  type Points,
  pointsInWords,
} from '../../base/money.ts'
import type { OnceTerm } from '../../protocol/payload.ts'
import { multiplierText } from './base-earn.ts'
import type { Program } from './program.ts'
import { BASE_RULE } from './rate.ts'
import type { BonusOn, BonusRule, EarnRule } from './rule.ts'

/** What an earn says of itself: the payload of its event. */
interface EarnedFacts {
  readonly points: Points
  readonly base: Points
  readonly multiplier_bp: BasisPoints
  readonly tier: string
  readonly rule: string
  readonly rule_name?: string
  readonly on_kobo?: Kobo
  readonly once?: OnceTerm | readonly OnceTerm[]
}

/** What became of it: the line of the account. */
interface CountedLine {
  readonly points: Points
  readonly why: string
}

/**
 * Why a line of points is what it is, in plain words for the customer. `program`: the version that made the line, where
 * it is still known; without it the sentence says less, never something else.
 */
export function explainLine(facts: EarnedFacts, line: CountedLine, program: Program | null): string {
  const rule = program?.rules.find((one) => one.id === facts.rule)
  const name = facts.rule === BASE_RULE ? '' : (facts.rule_name ?? rule?.name ?? facts.rule)
  if (line.points < facts.points) {
    const share = `${groupThousands(line.points)} of ${pointsInWords(facts.points)}`
    return `${share}: ${name === '' ? '' : `${name}; `}${lackOf(facts, line)}.`
  }
  if (facts.rule === BASE_RULE) return byAmount('', program?.kobo_per_point ?? null, facts)
  if (rule?.kind === 'earn') return byEarnRule(name, rule, facts)
  if (rule?.kind === 'bonus') return byBonus(name, rule, facts)
  return `${pointsInWords(facts.points)}: ${name}.`
}

/** "120 points: ₦12,000 at 1 for ₦100. Silver x 1.25 gives 150." */
function byAmount(name: string, koboPerPoint: Kobo | null, facts: EarnedFacts, capSale?: Points): string {
  const { points, base, multiplier_bp, tier, on_kobo } = facts
  const rate = koboPerPoint === null ? '' : ` at 1 for ${formatNaira(koboPerPoint)}`
  const amount = on_kobo === undefined ? 'the base rate' : `${formatNaira(on_kobo)}${rate}`
  const said = `${pointsInWords(base)}: ${name === '' ? '' : `${name}, `}${amount}.`
  const full =
    on_kobo === undefined || koboPerPoint === null
      ? points
      : mulDivFloor(on_kobo, multiplier_bp, koboPerPoint * BASIS_POINTS_ONE)
  const byTier =
    multiplier_bp === BASIS_POINTS_ONE
      ? ''
      : ` ${tier} x ${multiplierText(multiplier_bp)} gives ${groupThousands(full)}.`
  return `${said}${byTier}${ofSale(points, full, capSale)}`
}

function byEarnRule(name: string, { gives, caps }: EarnRule, facts: EarnedFacts): string {
  if ('kobo_per_point' in gives) return byAmount(name, gives.kobo_per_point, facts, caps.sale)
  const { points, base } = facts
  const pieces = groupThousands(Math.trunc(base / gives.points))
  const what = gives.per === 'visit' ? 'for the visit' : `${pieces} at ${pointsInWords(gives.points)}`
  return `${pointsInWords(points)}: ${name}, ${what}.${ofSale(points, base, caps.sale)}`
}

function byBonus(name: string, { gives, caps }: BonusRule, facts: EarnedFacts): string {
  const { points, base, on_kobo } = facts
  if (gives.points !== undefined) {
    const said = `${pointsInWords(points)}: ${name}${FOR[gives.on]}.`
    return `${said}${ofSale(points, base, caps.sale)}`
  }
  const on = on_kobo === undefined ? '' : ` on ${formatNaira(on_kobo)}`
  const said = `${pointsInWords(points)}: ${name}, x ${multiplierText(gives.multiplier_bp)}${on}.`
  return `${said}${ofSale(points, base, caps.sale)}`
}

const FOR: Readonly<Record<BonusOn, string>> = {
  sale: '',
  threshold: ', for the size of the bill',
  sign_up: ', for signing up',
  first_purchase: ', for the first purchase',
  birthday: ', for the birthday',
  anniversary: ', for the anniversary',
  referral_new: ', for coming by recommendation',
  referral_by: ', for a recommendation',
}

const ofSale = (points: Points, full: Points, cap: Points | undefined): string =>
  cap === points && full > points ? ` The most in one sale is ${groupThousands(cap)}.` : ''

function lackOf({ once }: EarnedFacts, { why }: CountedLine): string {
  if (why === 'sale_reversed') return 'the sale was undone before they arrived'
  if (why === 'once') return 'it was given before'
  const caps = (once === undefined ? [] : 'key' in once ? [once] : once).flatMap(({ key, cap }) =>
    cap === 'once' ? [] : [`${groupThousands(cap)}${PERIOD[key.split(':')[0] ?? ''] ?? ''}`],
  )
  const [only, ...others] = caps
  if (only === undefined) return 'a cap was reached'
  return others.length === 0 ? `the cap of ${only} was reached` : `a cap was reached (${caps.join(', ')})`
}

/** By the beginning of a once-key. */
const PERIOD: Readonly<Record<string, string>> = { day: ' a day', month: ' a month', all: ' a customer' }
