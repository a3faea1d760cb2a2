import { addDays, addMonths, businessDate, startOfDate } from '../../base/business-date.ts'
import type { Points } from '../../base/money.ts'
import type { Account } from '../account.ts'
import type { BaseTier, Program, ProgramTier } from './program.ts'

interface TierPlace<T extends BaseTier> {
  readonly tier: T
  readonly next: T | null
  readonly missing: Points | null
}

/** The tier that a number of points gives; thresholds are inclusive. */
export function tierOf<T extends BaseTier>(
  program: { readonly tiers: readonly T[] },
  points: Points,
): TierPlace<T> {
  let index = 0
  for (let i = 0; i < program.tiers.length; i++) {
    if (points >= (program.tiers[i]?.threshold ?? Infinity)) index = i
  }
  const tier = program.tiers[index]
  if (!tier) throw new RangeError('a program has at least one tier')
  const next = program.tiers[index + 1] ?? null
  return { tier, next, missing: next ? next.threshold - points : null }
}

/** Where a customer stands at an instant. */
interface TierStanding extends TierPlace<ProgramTier> {
  /** What counts for tiers now. */
  readonly points: Points
  /** A tier that the points no longer give is kept until then, ms; null: the points give it. */
  readonly keeps_until: number | null
}

type TierAccount = Pick<Account, 'lifetime' | 'months'>

/**
 * The tier of an account at `asOf` (ms). Derived, never booked: a purchase that reaches a threshold gives the tier at
 * once, and a refund takes it away.
 *
 * `rolling` counts the points of whole months of the business's zone: the present month and the `months` - 1 before
 * it, by the purchase's own date. When a month leaves this window, a tier that the points no longer give is kept for
 * `grace_days` from the first day of the month in which they fell short. `lifetime` only grows, but for refunds, for
 * which there is no grace.
 */
export function tierStanding(
  program: Pick<Program, 'tiers' | 'qualification' | 'grace_days'>,
  account: TierAccount,
  asOf: number,
  timeZone: string,
): TierStanding {
  const { qualification } = program
  if (qualification.kind === 'lifetime') {
    return { ...tierOf(program, account.lifetime), points: account.lifetime, keeps_until: null }
  }
  const month = businessDate(asOf, timeZone).slice(0, 7)
  const points = windowPoints(account, month, qualification.months)
  const place = tierOf(program, points)
  const kept = keptTier(program, account, { month, months: qualification.months, asOf, timeZone })
  if (!kept || kept.tier.threshold <= place.tier.threshold) return { ...place, points, keeps_until: null }
  const { tier, until } = kept
  const next = program.tiers[program.tiers.indexOf(tier) + 1] ?? null
  return { tier, next, missing: next ? next.threshold - points : null, points, keeps_until: until }
}

interface Window {
  readonly month: string
  readonly months: number
  readonly asOf: number
  readonly timeZone: string
}

/** The highest tier of an earlier month whose grace is not over, and the end of the latest one. */
function keptTier(
  program: Pick<Program, 'tiers' | 'grace_days'>,
  account: TierAccount,
  { month, months, asOf, timeZone }: Window,
): { readonly tier: ProgramTier; readonly until: number } | null {
  let kept: { tier: ProgramTier; until: number } | null = null
  for (let lost = month; ; lost = monthsLater(lost, -1)) {
    const until = startOfDate(addDays(`${lost}-01`, program.grace_days), timeZone)
    if (until <= asOf) return kept
    const { tier } = tierOf(program, windowPoints(account, monthsLater(lost, -1), months))
    if (!kept || tier.threshold > kept.tier.threshold) kept = { tier, until }
  }
}

function windowPoints({ months }: TierAccount, last: string, count: number): Points {
  let sum = 0
  let month = last
  for (let n = 0; n < count; n += 1) {
    sum += months[month] ?? 0
    month = monthsLater(month, -1)
  }
  return sum
}

/** "2026-01" moved by whole months. */
const monthsLater = (month: string, by: number): string => addMonths(`${month}-01`, by).slice(0, 7)
