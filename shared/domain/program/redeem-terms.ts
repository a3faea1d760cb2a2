import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import { holds } from './conditions.ts'
import { type CustomerFacts, momentOf, type Rater, type SaleFacts } from './facts.ts'
import type { Program, RedeemTerms } from './program.ts'
import { isAsked } from './rated-line.ts'

/**
 * What a redemption on this bill is held to: the program's own limits, or those of the first redeem rule that holds.
 * Conditions about lines look at all lines of the bill, excluded ones too. Refuses points_pay_nothing where points
 * are a standing.
 */
export function redeemTerms(
  program: Program,
  sale: SaleFacts,
  customer: CustomerFacts,
  rater: Rater,
): Result<RedeemTerms, Refusal> {
  if (program.type === 'tier') return refuse(refusal('points_pay_nothing', { program: program.name }))
  const { point_worth_kobo, redeem_min_points, redeem_step_points, redeem_max_share_bp } = program
  const own = { point_worth_kobo, redeem_min_points, redeem_step_points, redeem_max_share_bp }
  if (program.rules.length === 0) return ok(own)
  const about = { sale, customer, moment: momentOf(sale.occurred, sale.timeZone), lines: sale.lines }
  for (const rule of program.rules) {
    if (rule.kind !== 'redeem' || !isAsked(rule, rater) || !holds(rule, about)) continue
    const { max_share_bp, min_points, step_points } = rule.gives
    return ok({
      point_worth_kobo,
      redeem_min_points: min_points ?? redeem_min_points,
      redeem_step_points: step_points ?? redeem_step_points,
      redeem_max_share_bp: max_share_bp ?? redeem_max_share_bp,
    })
  }
  return ok(own)
}
