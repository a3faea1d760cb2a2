import type { Points } from '../../base/money.ts'
import type { BaseTier } from './program.ts'

interface TierPlace<T extends BaseTier> {
  readonly tier: T
  readonly next: T | null
  readonly missing: Points | null
}

/** The tier that a number of lifetime points gives; thresholds are inclusive. */
export function tierOf<T extends BaseTier>(
  program: { readonly tiers: readonly T[] },
  lifetime: Points,
): TierPlace<T> {
  let index = 0
  for (let i = 0; i < program.tiers.length; i++) {
    if (lifetime >= (program.tiers[i]?.threshold ?? Infinity)) index = i
  }
  const tier = program.tiers[index]
  if (!tier) throw new RangeError('a program has at least one tier')
  const next = program.tiers[index + 1] ?? null
  return { tier, next, missing: next ? next.threshold - lifetime : null }
}
