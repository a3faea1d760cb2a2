import { PROGRAM_LIMITS } from '../../base/limits.ts'
import { AMOUNT_KOBO_MAX, formatNaira, POINTS_MAX } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { multiplierText } from './base-earn.ts'
import type { BaseProgram, BaseTier } from './program.ts'

/** What is wrong with the base of a program as edited: setting_invalid with the field and why, or null. */
export function baseProgramRefusal(program: BaseProgram): Refusal | null {
  const bad = (field: string, why: string): Refusal => refusal('setting_invalid', { field, why })
  const whole = (value: number, min: number, max: number): boolean =>
    Number.isSafeInteger(value) && value >= min && value <= max
  const { nameCharsMax, pointWorthKoboMax, redeemStepPointsMax, lotMonthsMax } = PROGRAM_LIMITS
  if (!isLabel(program.name, nameCharsMax))
    return bad('Name', `give it a name of at most ${nameCharsMax} characters`)
  if (!whole(program.kobo_per_point, 1, AMOUNT_KOBO_MAX))
    return bad('Naira for one point', 'type an amount above zero')
  if (!whole(program.point_worth_kobo, 1, pointWorthKoboMax))
    return bad('Worth of one point', `type an amount between 1 kobo and ${formatNaira(pointWorthKoboMax)}`)
  if (!whole(program.redeem_step_points, 1, redeemStepPointsMax))
    return bad('Step', 'type a whole number from 1')
  if (!whole(program.redeem_min_points, 0, POINTS_MAX))
    return bad('Least to redeem', 'type a whole number from 0')
  if (!whole(program.redeem_max_share_bp, 0, 10_000))
    return bad('Share of the bill', 'type a percentage from 0 to 100')
  if (!whole(program.lot_months, 1, lotMonthsMax))
    return bad('Months that points last', `type a whole number from 1 to ${lotMonthsMax}`)
  return tiersRefusal(program.tiers, bad, whole)
}

/** A name as a person may give it: something to read, on one line. */
export const isLabel = (text: string, charsMax: number): boolean =>
  text.trim() !== '' && text.length <= charsMax && !/\p{Cc}/u.test(text)

function tiersRefusal(
  tiers: readonly BaseTier[],
  bad: (field: string, why: string) => Refusal,
  whole: (value: number, min: number, max: number) => boolean,
): Refusal | null {
  const { tiersMax, tierIdCharsMax, tierNameCharsMax, multiplierBpMin, multiplierBpMax } = PROGRAM_LIMITS
  if (tiers.length < 1 || tiers.length > tiersMax)
    return bad('Tiers', `have at least one and at most ${tiersMax}`)
  if (new Set(tiers.map((t) => t.id)).size !== tiers.length) return bad('Tiers', 'two have the same id')
  if (new Set(tiers.map((t) => t.name.trim().toLowerCase())).size !== tiers.length)
    return bad('Tiers', 'two have the same name')
  for (const [i, tier] of tiers.entries()) {
    const name = tier.name.trim() || `tier ${i + 1}`
    if (!/^[\w-]+$/.test(tier.id) || tier.id.length > tierIdCharsMax)
      return bad(`Tier ${i + 1}`, 'take it away and add it again')
    if (!isLabel(tier.name, tierNameCharsMax))
      return bad(`Tier ${i + 1}`, `give it a name of at most ${tierNameCharsMax} characters`)
    if (!whole(tier.multiplier_bp, multiplierBpMin, multiplierBpMax)) {
      const [least, most] = [multiplierText(multiplierBpMin), multiplierText(multiplierBpMax)]
      return bad(name, `the multiplier must be between ${least} and ${most}`)
    }
    if (i === 0 && tier.threshold !== 0) return bad(name, 'the first tier starts at 0 points')
    if (!whole(tier.threshold, 0, POINTS_MAX)) return bad(name, 'the threshold is a whole number of points')
    const before = tiers[i - 1]
    if (before && tier.threshold <= before.threshold)
      return bad(name, `its threshold must be above that of ${before.name}`)
  }
  return null
}
