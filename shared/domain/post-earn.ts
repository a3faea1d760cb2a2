import type { Points } from '../base/money.ts'
import type { OnceTerm } from '../protocol/payload.ts'
import type { Line, OnceKey, PostContext, Posting } from './account.ts'
import { addLine, bringIn, type Draft, raiseFlag } from './post-draft.ts'
import { extendOpen } from './post-extend.ts'

type Earn = Extract<Posting, { kind: 'earn' }>
type Adjust = Extract<Posting, { kind: 'adjust' }>

/** Points come in and make a lot, or join the lot of the same expiry and rule. */
export function postEarn(draft: Draft, earn: Earn, context: PostContext): void {
  const { points, why } = countedOf(draft, earn, context)
  if (points < earn.points) {
    raiseFlag(draft, context.saleReversed ? 'sale_reversed' : 'capped', earn.event, earn.points - points)
  }
  const lastsUntil = context.saleReversed
    ? earn.expiry
    : Math.max(earn.expiry, extendOpen(draft, earn.extend_to))
  draft.totals.earned += points
  const forTiers = earn.tier_counts !== false
  if (forTiers) {
    draft.lifetime += points
    draft.months = withMonth(draft.months, earn.month, points)
  }
  const counted = points > 0 ? termsOf(earn) : []
  for (const { key, cap, until } of counted) {
    const { used = 0, lines = 0 } = onceOf(draft, key) ?? {}
    draft.once = { ...draft.once, [key]: { cap, used: used + points, lines: lines + 1, until } }
  }
  addLine(draft, {
    kind: 'earn',
    points,
    rule: earn.rule,
    sale: earn.sale,
    why,
    ...(forTiers ? { month: earn.month } : {}),
    ...openLot(draft, earn.rule, lastsUntil, points),
    ...(counted.length === 0 ? {} : { onceKey: counted.map(({ key }) => key).join(KEY_BREAK) }),
  })
}

/** A positive adjustment: points come in without counting for tiers. */
export function postAdjustUp(draft: Draft, adjust: Adjust, context: PostContext): void {
  const points = context.saleReversed ? 0 : adjust.points
  if (context.saleReversed) raiseFlag(draft, 'sale_reversed', adjust.event, adjust.points)
  draft.totals.adjustedUp += points
  addLine(draft, {
    kind: 'adjust',
    points,
    rule: 'adjust',
    sale: adjust.sale,
    why: context.saleReversed ? 'sale_reversed' : '',
    ...openLot(draft, 'adjust', adjust.expiry, points),
  })
}

/** What a reversal takes back of an earn no longer counts for tiers, and frees its share for later lines. */
export function uncountEarn(draft: Draft, line: Line, points: Points): void {
  if (line.month !== undefined) {
    draft.lifetime -= points
    draft.months = withMonth(draft.months, line.month, -points)
  }
  const whole = line.reversed + points === line.points
  for (const key of keysOf(draft, line)) {
    const once = onceOf(draft, key)
    if (!once) continue
    const left: OnceKey = { ...once, used: once.used - points, lines: once.lines - (whole ? 1 : 0) }
    draft.once =
      left.used === 0 && left.lines === 0 ? without(draft.once, key) : { ...draft.once, [key]: left }
  }
}

/** Between the keys of a line. An event of version 1 has one key, which may be any text. */
const KEY_BREAK = '\n'
const keysOf = (draft: Draft, { onceKey }: Line): readonly string[] =>
  onceKey === undefined ? [] : onceOf(draft, onceKey) ? [onceKey] : onceKey.split(KEY_BREAK)

/** The terms of an earn, one a key. */
function termsOf({ once }: Earn): readonly OnceTerm[] {
  if (once === undefined) return []
  return 'key' in once ? [once] : [...new Map(once.map((term) => [term.key, term])).values()]
}

/** Keys whose period is over, also for the posting at hand: a clock put right must not empty today's cap. */
export function dropOnceKeys(draft: Draft): void {
  for (const [key, { until }] of Object.entries(draft.once)) {
    if (until !== null && until < Math.min(draft.settledUntil, draft.posting.effective)) {
      draft.once = without(draft.once, key)
    }
  }
}

function countedOf(draft: Draft, earn: Earn, context: PostContext): { points: Points; why: string } {
  if (context.saleReversed) return { points: 0, why: 'sale_reversed' }
  let counted = { points: earn.points, why: '' }
  for (const { key, cap } of termsOf(earn)) {
    const { used = 0, lines = 0 } = onceOf(draft, key) ?? {}
    const left = cap === 'once' ? (lines === 0 ? counted.points : 0) : Math.max(0, cap - used)
    if (left < counted.points) counted = { points: left, why: cap === 'once' ? 'once' : 'cap' }
  }
  return counted
}

/** Keys come from events: `constructor` and the like are keys as any other. */
const onceOf = ({ once }: Draft, key: string): OnceKey | undefined =>
  Object.hasOwn(once, key) ? once[key] : undefined

function openLot(draft: Draft, rule: string, expiry: number, points: Points): { lot: string | null } {
  if (points === 0) return { lot: null }
  const sibling = draft.lots.find((one) => one.expiry === expiry && one.rule === rule)
  const lot = sibling?.id ?? draft.posting.event
  bringIn(draft, { lot, rule, expiry, points })
  return { lot }
}

function withMonth(
  months: Readonly<Record<string, Points>>,
  month: string,
  points: Points,
): Readonly<Record<string, Points>> {
  if (points === 0) return months
  const sum = (months[month] ?? 0) + points
  return sum === 0 ? without(months, month) : { ...months, [month]: sum }
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _gone, ...rest } = record
  return rest
}
