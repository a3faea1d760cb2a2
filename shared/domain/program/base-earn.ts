import { type BasisPoints, groupThousands, type Kobo, mulDivFloor, type Points } from '../../base/money.ts'
import type { BaseProgram, BaseTier } from './program.ts'

interface EarnQuote {
  readonly points: Points
  readonly base: Points
  readonly multiplier_bp: BasisPoints
  readonly tier: BaseTier
}

/**
 * Points of a sale: floor(net kobo x multiplier / (kobo per point x 10,000)), one rounding, down. The tier before
 * the sale counts. `base` is what 1x would give, for the explanation.
 */
export function earnFor(program: BaseProgram, tier: BaseTier, netKobo: Kobo): EarnQuote {
  return {
    points: mulDivFloor(netKobo, tier.multiplier_bp, program.kobo_per_point * 10_000),
    base: mulDivFloor(netKobo, 1, program.kobo_per_point),
    multiplier_bp: tier.multiplier_bp,
    tier,
  }
}

/** 12500 -> "1.25". */
export function multiplierText(bp: BasisPoints): string {
  const rest = String(bp % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '')
  return `${Math.trunc(bp / 10_000)}${rest ? `.${rest}` : ''}`
}

/** "100 base x 1.25 Silver". */
export function earnText(quote: EarnQuote): string {
  return `${groupThousands(quote.base)} base x ${multiplierText(quote.multiplier_bp)} ${quote.tier.name}`
}
