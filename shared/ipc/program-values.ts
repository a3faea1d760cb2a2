import { z } from 'zod'
import { PROGRAM_LIMITS } from '../base/limits.ts'
import { AMOUNT_KOBO_MAX, POINTS_MAX } from '../base/money.ts'

/** The loyalty program of the shop. */

export const Tier = z.object({
  id: z.string(),
  name: z.string(),
  threshold: z.int(),
  multiplier_bp: z.int(),
})

/** Settings of the base program. `kobo_per_point`: net kobo for one point at 1x. */
export const Program = z.object({
  id: z.string(),
  name: z.string(),
  version: z.int(),
  kobo_per_point: z.int().min(1).max(AMOUNT_KOBO_MAX),
  point_worth_kobo: z.int().min(1).max(PROGRAM_LIMITS.pointWorthKoboMax),
  redeem_min_points: z.int().min(0).max(POINTS_MAX),
  redeem_step_points: z.int().min(1).max(PROGRAM_LIMITS.redeemStepPointsMax),
  redeem_max_share_bp: z.int().min(0).max(10_000),
  lot_months: z.int().min(1).max(PROGRAM_LIMITS.lotMonthsMax),
  tiers: z.array(Tier).min(1).max(PROGRAM_LIMITS.tiersMax),
})
