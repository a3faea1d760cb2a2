import { z } from 'zod'
import { KEEPABLE } from '../../base/keepable.ts'
import { PROGRAM_LIMITS } from '../../base/limits.ts'
import { AMOUNT_KOBO_MAX, POINTS_MAX } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import { RULE_LIMITS } from './limits.ts'
import type { Program } from './program.ts'
import type { Rule } from './rule.ts'

/**
 * A program as it is stored and sent. Every object is strict: a field that this build does not know may change what a
 * program means, so such a program is not followed by half. What shops without rules never wrote has its default.
 */

const { benefitCharsMax, listMax, wordCharsMax, graceDaysMax, spendDaysMax } = RULE_LIMITS
const Id = z.string().regex(/^[\w-]{1,40}$/)
/** The name of a thing of somebody else's: an item, a category, a channel, a segment. */
const Word = z.string().min(1).max(wordCharsMax)
const Words = z.array(Word).max(listMax).readonly()
/** Stands in entries, which head office keeps. */
const Name = z.string().max(PROGRAM_LIMITS.nameCharsMax).regex(KEEPABLE)
const Kobo = z.int().min(0).max(AMOUNT_KOBO_MAX)
const Points = z.int().min(0).max(POINTS_MAX)
const BasisPoints = z.int().min(0)
const Months = z.int().min(1).max(PROGRAM_LIMITS.lotMonthsMax)
const Day = z.iso.date()
const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)

const Condition = z.discriminatedUnion('field', [
  z.strictObject({ field: z.literal('dates'), from: Day, to: Day }),
  z.strictObject({ field: z.literal('weekdays'), in: z.array(z.int().min(1).max(7)).max(7).readonly() }),
  z.strictObject({ field: z.literal('hours'), from: TimeOfDay, to: TimeOfDay }),
  z.strictObject({ field: z.literal('channel'), in: Words }),
  z.strictObject({ field: z.literal('tier'), in: Words }),
  z.strictObject({ field: z.literal('segment'), in: Words }),
  z.strictObject({ field: z.literal('bill'), min_kobo: Kobo, max_kobo: Kobo.exactOptional() }),
  z.strictObject({ field: z.literal('items'), in: Words }),
  z.strictObject({ field: z.literal('categories'), in: Words }),
  z.strictObject({ field: z.literal('spend'), days: z.int().min(1).max(spendDaysMax), min_kobo: Kobo }),
])

const EarnGives = z.discriminatedUnion('per', [
  z.strictObject({ per: z.literal('amount'), kobo_per_point: Kobo }),
  z.strictObject({ per: z.literal('item'), points: Points }),
  z.strictObject({ per: z.literal('category'), kobo_per_point: Kobo }),
  z.strictObject({ per: z.literal('visit'), points: Points }),
])

const on = z.enum([
  'sale',
  'sign_up',
  'first_purchase',
  'birthday',
  'anniversary',
  'referral_new',
  'referral_by',
  'threshold',
])
const BonusGives = z.union([
  z.strictObject({ on, points: Points, min_kobo: Kobo.exactOptional() }),
  z.strictObject({ on, multiplier_bp: BasisPoints, min_kobo: Kobo.exactOptional() }),
])

const RedeemGives = z.strictObject({
  max_share_bp: BasisPoints.max(10_000).exactOptional(),
  min_points: Points.exactOptional(),
  step_points: z.int().min(1).max(PROGRAM_LIMITS.redeemStepPointsMax).exactOptional(),
})

const ruleParts = {
  id: Id,
  name: Name,
  active: z.boolean().default(true),
  for_tills: z.boolean().default(true),
  when: z.array(Condition).max(RULE_LIMITS.conditionsMax).readonly().default([]),
  stack: z.enum(['add', 'alone']).default('add'),
  caps: z
    .strictObject({
      sale: Points.exactOptional(),
      day: Points.exactOptional(),
      month: Points.exactOptional(),
      customer: Points.exactOptional(),
    })
    .default({}),
  tier_counts: z.boolean().default(true),
}

const RuleSettings = z.discriminatedUnion('kind', [
  z.strictObject({ ...ruleParts, kind: z.literal('earn'), gives: EarnGives }),
  z.strictObject({ ...ruleParts, kind: z.literal('bonus'), gives: BonusGives }),
  z.strictObject({ ...ruleParts, kind: z.literal('redeem'), gives: RedeemGives }),
]) satisfies z.ZodType<Rule>

const Reward = z.strictObject({
  id: Id,
  name: Name,
  points: Points,
  gives: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('amount'), kobo: Kobo }),
    z.strictObject({ kind: z.literal('item'), item: Word, worth_kobo: Kobo }),
  ]),
  stock: z.int().nullable().default(null),
  active: z.boolean().default(true),
})

const Tier = z.strictObject({
  id: z.string().regex(KEEPABLE),
  name: z.string().regex(KEEPABLE),
  threshold: z.int(),
  multiplier_bp: z.int(),
  benefits: z.array(z.string().max(benefitCharsMax)).max(RULE_LIMITS.benefitsMax).readonly().default([]),
})

const Expiry = z.strictObject({ kind: z.enum(['months', 'month_end', 'inactivity']), months: Months })

const Qualification = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lifetime') }),
  z.strictObject({ kind: z.literal('rolling'), months: z.int().min(1).max(RULE_LIMITS.rollingMonthsMax) }),
])

const Settings = z.strictObject({
  id: z.string().regex(KEEPABLE),
  name: z.string(),
  version: z.int().min(0),
  kobo_per_point: z.int(),
  point_worth_kobo: z.int(),
  redeem_min_points: z.int(),
  redeem_step_points: z.int(),
  redeem_max_share_bp: z.int(),
  lot_months: z.int(),
  tiers: z.array(Tier).readonly(),
  type: z.enum(['points', 'tier', 'referral', 'vip']).default('points'),
  members: Words.default([]),
  earn_on: z.enum(['net', 'gross']).default('net'),
  earn_min_kobo: Kobo.default(0),
  excludes: z
    .strictObject({ items: Words.default([]), categories: Words.default([]) })
    .default({ items: [], categories: [] }),
  expiry: Expiry.exactOptional(),
  qualification: Qualification.default({ kind: 'lifetime' }),
  grace_days: z.int().min(0).max(graceDaysMax).default(0),
  rules: z.array(RuleSettings).max(RULE_LIMITS.rulesMax).readonly().default([]),
  stacking: z.enum(['add', 'best']).default('add'),
  rewards: z.array(Reward).max(RULE_LIMITS.rewardsMax).readonly().default([]),
  proof: z.strictObject({ from_kobo: Kobo.nullable().default(null) }).default({ from_kobo: null }),
})

/** A program of which every part is said. */
export const WholeProgram = Settings.extend({ expiry: Expiry })

/** A program as stored: what stands beside the base may be absent. */
const ProgramSettings = Settings.transform((settings): Program => {
  // Where only the months of lots are said, lots last so many months.
  const expiry = settings.expiry ?? { kind: 'months', months: settings.lot_months }
  return { ...settings, expiry }
})

/**
 * Reads a program as it was stored, of today or of the time before there were rules. Refuses setting_invalid, naming
 * the place, where it is no program that this build can follow; whether it makes sense is `programRefusal`'s question.
 */
export function readProgram(stored: unknown): Result<Program, Refusal> {
  const read = ProgramSettings.safeParse(stored)
  if (read.success) return ok(read.data)
  const [issue] = read.error.issues
  const field = issue && issue.path.length > 0 ? placeOf(stored, issue.path) : 'Program'
  return refuse(refusal('setting_invalid', { field, why: plainWords(issue?.message ?? '') }))
}

/** "Rule "Books twice", caps, day": as a person would point at it. */
function placeOf(stored: unknown, path: readonly PropertyKey[]): string {
  const [first, at, ...rest] = path
  if ((first === 'rules' || first === 'rewards' || first === 'tiers') && typeof at === 'number') {
    const called = nameOf(stored, first, at)
    const kind = { rules: 'Rule', rewards: 'Reward', tiers: 'Tier' }[first]
    return [`${kind} ${called === '' ? at + 1 : `"${called}"`}`, ...rest.map(wordOf)].join(', ')
  }
  return path.map(wordOf).join(', ')
}

const wordOf = (key: PropertyKey): string =>
  typeof key === 'number' ? String(key + 1) : String(key).replaceAll('_', ' ')

function nameOf(stored: unknown, list: string, at: number): string {
  const named = z.object({ name: z.string() })
  const found = z.record(z.string(), z.unknown()).safeParse(stored)
  const all = z.array(z.unknown()).safeParse(found.data?.[list])
  return named.safeParse(all.data?.[at]).data?.name.trim() ?? ''
}

const plainWords = (message: string): string => {
  const text = message.replace(/^Invalid input: /, '')
  return text === '' ? 'this app does not know it' : text.charAt(0).toLowerCase() + text.slice(1)
}
