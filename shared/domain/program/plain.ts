import { invariant } from '../../base/result.ts'
import type { BaseProgram, Program } from './program.ts'
import { readProgram } from './schema.ts'

/** What a base alone means as a program: nothing stands beside it. */
export function plainProgram(base: BaseProgram): Program {
  const { id, name, version, kobo_per_point, point_worth_kobo, lot_months } = base
  const { redeem_min_points, redeem_step_points, redeem_max_share_bp } = base
  const tiers = base.tiers.map(({ id, name, threshold, multiplier_bp }) => ({
    id,
    name,
    threshold,
    multiplier_bp,
  }))
  const limits = { redeem_min_points, redeem_step_points, redeem_max_share_bp }
  const read = readProgram({
    id,
    name,
    version,
    kobo_per_point,
    point_worth_kobo,
    lot_months,
    tiers,
    ...limits,
  })
  invariant(read.ok, 'a base is a program')
  return read.value
}
