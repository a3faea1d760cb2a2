import { BASIS_POINTS_ONE, type Kobo, mulDivFloor, POINTS_MAX, type Points } from '../../base/money.ts'
import { earnFor } from './base-earn.ts'
import { type EarningBill, earningBill } from './bill.ts'
import { bonusLines } from './bonus.ts'
import { type Circumstances, holds, isMember, isOf, isOfLines } from './conditions.ts'
import { type CustomerFacts, momentOf, type Rater, type SaleFacts } from './facts.ts'
import type { Program } from './program.ts'
import { isAsked, type RatedLine, ruleLine } from './rated-line.ts'
import type { EarnRule } from './rule.ts'

/** The id under which the program's own rate stands. */
export const BASE_RULE = 'base'

/**
 * The points of a sale, line by line: the base first, then what earn rules give, then the bonuses that stack. Each
 * line is rounded once, down. Lines without points are left out, but for the base. Empty where the program gives this
 * customer nothing: a vip program to who is no member.
 *
 * Earn rules about items or categories take the place of the base for their lines; of two that match a line the first
 * has it. Amounts earn at the tier's multiplier; points for pieces, visits and bonuses are what they say.
 */
export function rate(
  program: Program,
  sale: SaleFacts,
  customer: CustomerFacts,
  rater: Rater,
): readonly RatedLine[] {
  if (!isMember(program, customer)) return []
  const bill = earningBill(program, sale)
  const rules = program.rules
  if (rules.length === 0)
    return program.type === 'referral' ? [] : [baseLine(program, customer, sale, bill.kobo)]
  const moment = momentOf(sale.occurred, sale.timeZone)
  const about: Circumstances = { sale, customer, moment, lines: bill.lines }
  const bonuses = bonusLines(program, about, bill, rater)
  if (program.type === 'referral') return bonuses
  if (sale.gross < program.earn_min_kobo) return [baseLine(program, customer, sale, bill.kobo), ...bonuses]
  const earned = earnLines(program, about, bill, rater)
  return [baseLine(program, customer, sale, earned.baseKobo), ...earned.lines, ...bonuses]
}

function baseLine(program: Program, customer: CustomerFacts, sale: SaleFacts, kobo: Kobo): RatedLine {
  const { tier } = customer
  const onKobo = sale.gross < program.earn_min_kobo ? 0 : kobo
  const { points, base, multiplier_bp } = earnFor(program, tier, onKobo)
  return {
    rule: BASE_RULE,
    rule_name: program.name,
    points,
    base,
    on_kobo: onKobo,
    multiplier_bp,
    tier: tier.name,
    once: [],
    tier_counts: true,
    counts: points,
  }
}

function earnLines(
  program: Program,
  about: Circumstances,
  bill: EarningBill,
  rater: Rater,
): { readonly lines: readonly RatedLine[]; readonly baseKobo: Kobo } {
  const lines: RatedLine[] = []
  /** Lines that a rule has in place of the base. */
  const taken = new Set<number>()
  let baseKobo = bill.kobo
  for (const rule of program.rules) {
    if (rule.kind !== 'earn' || !isAsked(rule, rater) || !holds(rule, about)) continue
    const share = { kobo: bill.kobo, pieces: 0 }
    if (isOfLines(rule) && rule.gives.per !== 'visit') {
      share.kobo = 0
      for (const [at, line] of bill.lines.entries()) {
        if (taken.has(at) || !isOf(rule, line)) continue
        taken.add(at)
        share.kobo += line.kobo
        share.pieces += line.quantity
      }
      baseKobo -= share.kobo
    }
    const line = earnLine(rule, share, about)
    if (line && line.points > 0) lines.push(line)
  }
  return { lines, baseKobo }
}

interface Share {
  readonly kobo: Kobo
  readonly pieces: number
}

function earnLine(rule: EarnRule, share: Share, about: Circumstances): RatedLine | null {
  const { gives } = rule
  if (gives.per === 'amount' || gives.per === 'category') {
    const { multiplier_bp } = about.customer.tier
    const base = mulDivFloor(share.kobo, 1, gives.kobo_per_point)
    const points = mulDivFloor(share.kobo, multiplier_bp, gives.kobo_per_point * BASIS_POINTS_ONE)
    return ruleLine(rule, { points, base, on_kobo: share.kobo, multiplier_bp }, about)
  }
  const times = gives.per === 'visit' ? 1 : share.pieces
  const points = pointsFor(gives.points, times)
  return ruleLine(rule, { points, base: points, on_kobo: share.kobo, multiplier_bp: BASIS_POINTS_ONE }, about)
}

/** So many points so many times, and never more than one event may move. */
const pointsFor = (points: Points, times: number): Points =>
  times > 0 && points > POINTS_MAX / times ? POINTS_MAX : points * times
