import { BASIS_POINTS_ONE, type Kobo, type Points } from '../../base/money.ts'
import type { EarningBill } from './bill.ts'
import { type Circumstances, holds, isMember, isOf, isOfLines } from './conditions.ts'
import { momentOf, type Rater } from './facts.ts'
import type { Program } from './program.ts'
import { isAsked, type RatedLine, ruleLine } from './rated-line.ts'
import type { BonusRule } from './rule.ts'

/** A bonus that is due, before it meets others. */
interface Bonus {
  readonly rule: BonusRule
  readonly line: RatedLine
}

/** The bonuses of a sale as they stack. None for a deed that is no sale: `bonusesFor`. */
export function bonusLines(
  program: Program,
  about: Circumstances,
  bill: EarningBill,
  rater: Rater,
): readonly RatedLine[] {
  const due: Bonus[] = []
  for (const rule of program.rules) {
    if (rule.kind !== 'bonus' || !isAsked(rule, rater)) continue
    if (program.type === 'referral' && rule.gives.on !== 'referral_new') continue
    if (!isDue(rule, about) || !holds(rule, about)) continue
    const line = bonusLine(program, rule, about, bill)
    if (line && line.points > 0) due.push({ rule, line })
  }
  return stacked(program.stacking, due)
}

/**
 * What happened beside a sale, at an instant (ms). `sign_up`: to who enrols. `referral_by`: to who brought the new
 * customer `whom`, once for each.
 */
type OtherDeed =
  | { readonly on: 'sign_up'; readonly at: number; readonly timeZone: string; readonly channel: string }
  | {
      readonly on: 'referral_by'
      readonly whom: string
      readonly at: number
      readonly timeZone: string
      readonly channel: string
    }

/** The bonuses for a deed that is no sale, as they stack. Rules that ask for a bill or its lines do not hold. */
export function bonusesFor(
  program: Program,
  deed: OtherDeed,
  customer: Circumstances['customer'],
  rater: Rater,
): readonly RatedLine[] {
  if (!isMember(program, customer)) return []
  const { on, at, timeZone, channel } = deed
  if (program.type === 'referral' && on === 'sign_up') return []
  const sale = { gross: 0, pays: 0, lines: [], channel, occurred: at, timeZone }
  const about: Circumstances = { sale, customer, moment: momentOf(at, timeZone), lines: [] }
  const due: Bonus[] = []
  for (const rule of program.rules) {
    if (rule.kind !== 'bonus' || rule.gives.on !== on || !isAsked(rule, rater) || !holds(rule, about))
      continue
    const points = rule.gives.points ?? 0
    const amounts = { points, base: points, on_kobo: 0, multiplier_bp: BASIS_POINTS_ONE }
    const line = ruleLine(rule, amounts, about, deed.on === 'referral_by' ? deed.whom : undefined)
    if (line && line.points > 0) due.push({ rule, line })
  }
  return stacked(program.stacking, due)
}

/** Whether the day, or the sale, is one that a bonus is given for. */
function isDue({ gives }: BonusRule, { sale, customer, moment }: Circumstances): boolean {
  if (sale.gross < (gives.min_kobo ?? 0)) return false
  switch (gives.on) {
    case 'sale':
    case 'threshold':
      return true
    case 'first_purchase':
      return customer.sales === 0
    case 'referral_new':
      return customer.sales === 0 && customer.referrer !== null
    case 'birthday':
      return isKeptOn(customer.birth.slice(-5), moment.date)
    case 'anniversary': {
      if (customer.joined === null) return false
      const joined = momentOf(customer.joined, sale.timeZone).date
      return joined.slice(0, 4) < moment.date.slice(0, 4) && isKeptOn(joined.slice(5), moment.date)
    }
    case 'sign_up':
    case 'referral_by':
      return false
  }
}

/** Whether a day of the year (mm-dd) is kept on a date; 29 February on 28 in other years. */
function isKeptOn(day: string, date: string): boolean {
  if (day !== '02-29' || isLeap(Number(date.slice(0, 4)))) return day === date.slice(5)
  return date.endsWith('-02-28')
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

function bonusLine(
  program: Program,
  rule: BonusRule,
  about: Circumstances,
  bill: EarningBill,
): RatedLine | null {
  const onKobo = isOfLines(rule) ? matchedKobo(rule, bill) : bill.kobo
  const { points, multiplier_bp } = rule.gives
  if (points !== undefined) {
    return ruleLine(rule, { points, base: points, on_kobo: onKobo, multiplier_bp: BASIS_POINTS_ONE }, about)
  }
  const tierBp = about.customer.tier.multiplier_bp
  const more = Math.max(0, multiplier_bp - BASIS_POINTS_ONE)
  const extra = multiplied(onKobo, tierBp, more, program.kobo_per_point)
  const base = multiplied(onKobo, BASIS_POINTS_ONE, more, program.kobo_per_point)
  return ruleLine(rule, { points: extra, base, on_kobo: onKobo, multiplier_bp }, about)
}

/**
 * What a multiplier adds: floor(kobo x tier's basis points x (multiplier - 1x) / (kobo per point x 10^8)), at the base
 * rate. One rounding, down.
 */
function multiplied(kobo: Kobo, tierBp: number, moreBp: number, koboPerPoint: Kobo): Points {
  const product = kobo * tierBp * moreBp
  const divisor = koboPerPoint * BASIS_POINTS_ONE * BASIS_POINTS_ONE
  if (Number.isSafeInteger(product) && Number.isSafeInteger(divisor)) return Math.floor(product / divisor)
  const one = BigInt(BASIS_POINTS_ONE)
  return Number((BigInt(kobo) * BigInt(tierBp) * BigInt(moreBp)) / (BigInt(koboPerPoint) * one * one))
}

function matchedKobo(rule: BonusRule, bill: EarningBill): Kobo {
  let kobo = 0
  for (const line of bill.lines) if (isOf(rule, line)) kobo += line.kobo
  return kobo
}

/**
 * Bonuses that meet. `add`: all of them; `best`: the one that counts most. A bonus that stands alone is set against
 * all that the others come to, and the better side is given. Where two come to the same, the one that comes first.
 */
function stacked(stacking: Program['stacking'], due: readonly Bonus[]): readonly RatedLine[] {
  if (due.length < 2) return due.map(({ line }) => line)
  const sides: (readonly Bonus[])[] = []
  const joining: Bonus[] = []
  for (const one of due) {
    if (one.rule.stack === 'alone' || stacking === 'best') sides.push([one])
    else {
      if (joining.length === 0) sides.push(joining)
      joining.push(one)
    }
  }
  let best: readonly Bonus[] = []
  let most = -1
  for (const side of sides) {
    const counts = side.reduce((sum, { line }) => sum + line.counts, 0)
    if (counts > most) {
      most = counts
      best = side
    }
  }
  return best.map(({ line }) => line)
}
