import { PROGRAM_LIMITS } from '../../../shared/base/limits.ts'
import {
  AMOUNT_KOBO_MAX,
  formatNaira,
  groupThousands,
  POINTS_MAX,
  parseMajor,
} from '../../../shared/base/money.ts'
import { earnFor, multiplierText } from '../../../shared/domain/program/base-earn.ts'
import type { BaseProgram, BaseTier } from '../../../shared/domain/program/program.ts'
import { redeemLimits } from '../../../shared/domain/program/redeem.ts'
import type { Input } from '../../../shared/ipc/contract.ts'

/** The base program as a person edits it: every number is still text. */
export interface ProgramDraft {
  readonly name: string
  /** Naira that earn one point. */
  readonly nairaPerPoint: string
  /** Naira that one point pays. */
  readonly worth: string
  readonly minimum: string
  readonly step: string
  /** Percent of the bill. */
  readonly share: string
  readonly months: string
  readonly tiers: readonly TierDraft[]
}

export interface TierDraft {
  readonly id: string
  readonly name: string
  readonly threshold: string
  readonly multiplier: string
}

/** What is wrong with one field; the words stand in the catalogue under this name. */
export type FieldProblem =
  | 'name_missing'
  | 'name_long'
  | 'name_twice'
  | 'naira_above_zero'
  | 'worth_range'
  | 'whole_from_0'
  | 'step_range'
  | 'percent_range'
  | 'months_range'
  | 'points_from_0'
  | 'first_tier_zero'
  | 'threshold_twice'
  | 'multiplier_range'

/** A path of the draft ("worth", "tiers.2.name") to what is wrong there. */
type Problems = Readonly<Record<string, FieldProblem>>

export type ProgramInput = NonNullable<Input<'settings.update'>['program']>

/** A program as it is first shown in the form. */
export function draftOf(program: BaseProgram): ProgramDraft {
  return {
    name: program.name,
    nairaPerPoint: majorText(program.kobo_per_point),
    worth: majorText(program.point_worth_kobo),
    minimum: groupThousands(program.redeem_min_points),
    step: groupThousands(program.redeem_step_points),
    share: majorText(program.redeem_max_share_bp),
    months: String(program.lot_months),
    tiers: program.tiers.map((tier) => ({
      id: tier.id,
      name: tier.name,
      threshold: groupThousands(tier.threshold),
      multiplier: multiplierText(tier.multiplier_bp),
    })),
  }
}

export type ProgramReading =
  | { readonly ok: true; readonly program: ProgramInput }
  | { readonly ok: false; readonly problems: Problems }

/**
 * Reads a draft whole, so that every wrong field is named at once. `version` is the one that was loaded: it goes
 * along so that a change made meanwhile by somebody else is refused instead of overwritten. Tiers come out by
 * rising threshold in whatever order they were typed.
 */
export function readProgram(draft: ProgramDraft, version: number): ProgramReading {
  const problems: Record<string, FieldProblem> = {}
  const need = <T>(path: string, value: T | undefined, problem: FieldProblem): T | undefined => {
    if (value === undefined) problems[path] = problem
    return value
  }
  const name = draft.name.trim()
  if (name === '') problems['name'] = 'name_missing'
  else if (name.length > PROGRAM_LIMITS.nameCharsMax) problems['name'] = 'name_long'
  const perPoint = need(
    'nairaPerPoint',
    within(parseMajor(draft.nairaPerPoint), 1, AMOUNT_KOBO_MAX),
    'naira_above_zero',
  )
  const worth = need(
    'worth',
    within(parseMajor(draft.worth), 1, PROGRAM_LIMITS.pointWorthKoboMax),
    'worth_range',
  )
  const minimum = need('minimum', wholeWithin(draft.minimum, 0, POINTS_MAX), 'whole_from_0')
  const step = need('step', wholeWithin(draft.step, 1, PROGRAM_LIMITS.redeemStepPointsMax), 'step_range')
  const share = need('share', within(parseMajor(percentPlain(draft.share)), 0, 10_000), 'percent_range')
  const months = need('months', wholeWithin(draft.months, 1, PROGRAM_LIMITS.lotMonthsMax), 'months_range')
  const tiers = readTiers(draft.tiers, problems)
  if (
    perPoint === undefined ||
    worth === undefined ||
    minimum === undefined ||
    step === undefined ||
    share === undefined ||
    months === undefined ||
    Object.keys(problems).length > 0
  ) {
    return { ok: false, problems }
  }
  return {
    ok: true,
    program: {
      version,
      name,
      kobo_per_point: perPoint,
      point_worth_kobo: worth,
      redeem_min_points: minimum,
      redeem_step_points: step,
      redeem_max_share_bp: share,
      lot_months: months,
      tiers,
    },
  }
}

function readTiers(drafts: readonly TierDraft[], problems: Record<string, FieldProblem>): BaseTier[] {
  const read = drafts.map((draft, index): BaseTier & { readonly index: number } => {
    const name = draft.name.trim()
    if (name === '') problems[`tiers.${index}.name`] = 'name_missing'
    else if (name.length > PROGRAM_LIMITS.tierNameCharsMax) problems[`tiers.${index}.name`] = 'name_long'
    const threshold = wholeWithin(draft.threshold, 0, POINTS_MAX)
    if (threshold === undefined) problems[`tiers.${index}.threshold`] = 'points_from_0'
    const multiplier = within(
      parseMajor(draft.multiplier.replace(/^\s*[x×]|[x×]\s*$/gi, ''), 4),
      PROGRAM_LIMITS.multiplierBpMin,
      PROGRAM_LIMITS.multiplierBpMax,
    )
    if (multiplier === undefined) problems[`tiers.${index}.multiplier`] = 'multiplier_range'
    return { index, id: draft.id, name, threshold: threshold ?? -1, multiplier_bp: multiplier ?? -1 }
  })
  for (const tier of read) {
    const earlier = read.slice(0, tier.index)
    if (tier.name !== '' && earlier.some((t) => t.name.toLowerCase() === tier.name.toLowerCase())) {
      problems[`tiers.${tier.index}.name`] ??= 'name_twice'
    }
    if (tier.threshold >= 0 && earlier.some((t) => t.threshold === tier.threshold)) {
      problems[`tiers.${tier.index}.threshold`] ??= 'threshold_twice'
    }
  }
  const sorted = [...read].sort((a, b) => a.threshold - b.threshold)
  const first = sorted[0]
  if (first && first.threshold > 0) problems[`tiers.${first.index}.threshold`] = 'first_tier_zero'
  return sorted.map(({ id, name, threshold, multiplier_bp }) => ({ id, name, threshold, multiplier_bp }))
}

/** Rows in the order of their thresholds; a row whose threshold is not a number yet stays last. */
export function byThreshold(tiers: readonly TierDraft[]): readonly TierDraft[] {
  const key = (tier: TierDraft): number => wholeWithin(tier.threshold, 0, POINTS_MAX) ?? Infinity
  return [...tiers].sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)))
}

interface TierExample {
  readonly id: string
  readonly tier: string
  /** Earned by the sample sale. */
  readonly points: number
  /** Naira text of what those points will pay one day. */
  readonly worth: string
  /** What the shop gives back of a sale, in percent with two decimals. */
  readonly backPercent: string
}

interface ProgramExample {
  readonly tiers: readonly TierExample[]
  /** The most points that may pay for the sample sale, and what they pay. */
  readonly mostPoints: number
  readonly mostPays: string
  /** The smallest whole-naira bill on which points can be used at all; kobo, null when never. */
  readonly leastBillKobo: number | null
  /** The dearest tier gives back a fifth of each sale or more: worth a second look before saving. */
  readonly generous: boolean
}

const GENEROUS_SHARE_BP = 2_000

/** What the program as typed would do with a sale of `saleKobo`: the same arithmetic as the till's. */
export function exampleOf(input: ProgramInput, saleKobo: number): ProgramExample {
  const program: BaseProgram = { ...input, id: 'example', name: input.name }
  const tiers = input.tiers.map((tier): TierExample => {
    const { points } = earnFor(program, tier, saleKobo)
    return {
      id: tier.id,
      tier: tier.name,
      points,
      worth: formatNaira(points * program.point_worth_kobo),
      backPercent: (backShareBp(program, tier) / 100).toFixed(2),
    }
  })
  const most = redeemLimits(program, saleKobo, POINTS_MAX).max
  return {
    tiers,
    mostPoints: most,
    mostPays: formatNaira(most * program.point_worth_kobo),
    leastBillKobo: leastBillKobo(program),
    generous: input.tiers.some((tier) => backShareBp(program, tier) >= GENEROUS_SHARE_BP),
  }
}

/** The smallest bill on which the least redeemable number of points fits under the share. Kobo. */
function leastBillKobo(program: BaseProgram): number | null {
  if (program.redeem_max_share_bp === 0) return null
  const step = program.redeem_step_points
  const points = Math.max(step, Math.ceil(program.redeem_min_points / step) * step)
  const kobo = Math.ceil((points * program.point_worth_kobo * 10_000) / program.redeem_max_share_bp)
  return kobo > AMOUNT_KOBO_MAX ? null : kobo
}

const backShareBp = (program: BaseProgram, tier: BaseTier): number =>
  Math.round((program.point_worth_kobo * tier.multiplier_bp) / program.kobo_per_point)

/** "50 %" -> "50". */
const percentPlain = (text: string): string => text.replace(/\s*%\s*$/, '')

/** A whole number as a person types it ("1,000"), or undefined. */
export function wholeWithin(text: string, min: number, max: number): number | undefined {
  return within(parseMajor(text, 0), min, max)
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined
}

/** 10050 -> "100.50", 1000000 -> "10,000": as one would type it. */
function majorText(minor: number): string {
  const rest = minor % 100
  return `${groupThousands(Math.trunc(minor / 100))}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`
}
