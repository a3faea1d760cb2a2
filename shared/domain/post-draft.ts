import type { Points } from '../base/money.ts'
import { invariant } from '../base/result.ts'
import type {
  Account,
  Debt,
  Extension,
  Line,
  LineChange,
  Lot,
  OnceKey,
  PendingReversal,
  Posted,
  PostFlag,
  Posting,
  Pot,
  Slice,
  Totals,
} from './account.ts'
import { changeLine, joinChanges, joinLine } from './line.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * An account while one posting is at work on it. Its fields are replaced, what they point to never changes: the
 * account it began from stays as it was, and shares every part that the posting did not touch.
 */
export interface Draft {
  readonly account: Account
  readonly posting: Posting
  readonly totals: Writable<Totals>
  /** Lines that stand in the ledger, as far as they were given, with what this posting has changed by now. */
  readonly standing: Map<string, Line>
  readonly added: Map<string, Line>
  readonly changed: Map<string, LineChange>
  /** By kind and event: one event raises a kind of flag once. */
  readonly flags: Map<string, PostFlag>
  lots: readonly Lot[]
  pots: readonly Pot[]
  closedGrants: readonly string[]
  debts: readonly Debt[]
  once: Readonly<Record<string, OnceKey>>
  months: Readonly<Record<string, Points>>
  lifetime: Points
  pending: readonly PendingReversal[]
  settledUntil: number
  extended: Extension | undefined
}

/** A draft of an account as it stands before a posting. `lines`: those a reversal may change. */
export function beginDraft(account: Account, posting: Posting, lines: readonly Line[]): Draft {
  const { lots, pots, closedGrants, debts, once, months, lifetime, pending, settledUntil } = account
  return {
    account,
    posting,
    totals: { ...account.totals },
    standing: new Map(posting.kind === 'reverse' ? lines.map((line) => [line.event, line]) : []),
    added: new Map(),
    changed: new Map(),
    flags: new Map(),
    lots,
    pots,
    closedGrants,
    debts,
    once,
    months,
    lifetime,
    pending,
    settledUntil,
    extended: account.extended,
  }
}

/** What a posting made of the account. `version`: of the posting function. */
export function finishDraft(draft: Draft, version: number): Posted {
  const { lots, pots, closedGrants, debts, totals, once, lifetime, months, pending, settledUntil, extended } =
    draft
  return {
    account: {
      fn: version,
      postNo: postNoOf(draft),
      lots,
      pots,
      closedGrants,
      debts,
      totals,
      once,
      lifetime,
      months,
      pending,
      settledUntil,
      lastEffective: Math.max(draft.account.lastEffective, draft.posting.effective),
      ...(extended ? { extended } : {}),
    },
    added: [...draft.added.values()],
    changed: [...draft.changed.values()],
    flags: [...draft.flags.values()],
  }
}

const postNoOf = (draft: Draft): number => draft.account.postNo + 1

/** What a line is made of besides what every line of a posting has in common. */
type LineParts = Pick<Line, 'kind' | 'points' | 'rule'> &
  Partial<Pick<Line, 'slices' | 'lot' | 'sale' | 'why' | 'onceKey' | 'month' | 'refund'>>

/** Adds the line of the posting itself. */
export function addLine(draft: Draft, parts: LineParts): void {
  const { event, effective } = draft.posting
  const { kind, points, rule, ...more } = parts
  putLine(draft, {
    event,
    kind,
    points,
    reversed: 0,
    slices: [],
    lot: null,
    sale: null,
    rule,
    effective,
    postNo: postNoOf(draft),
    why: '',
    ...more,
  })
}

/** Adds the line that books the rest of a lot as lapsed. */
export function addExpireLine(draft: Draft, event: string, lot: Lot): void {
  putLine(draft, {
    event,
    kind: 'expire',
    points: lot.rest,
    reversed: 0,
    slices: [],
    lot: lot.id,
    sale: null,
    rule: lot.rule,
    effective: lot.expiry,
    postNo: postNoOf(draft),
    why: '',
  })
}

function putLine(draft: Draft, line: Line): void {
  draft.added.set(line.event, line)
  const standing = draft.standing.get(line.event)
  if (!standing) return
  invariant(line.kind === 'expire', `event ${line.event} is posted already`)
  draft.standing.set(line.event, joinLine(standing, line))
}

/** A line of this account by its event: one that stands, or one that this posting adds. */
export const lineOf = (draft: Draft, event: string): Line | undefined =>
  draft.standing.get(event) ?? draft.added.get(event)

/** Changes a line: of an earlier posting (known or not), or one that this posting has just added. */
export function amendLine(
  draft: Draft,
  event: string,
  parts: Partial<Pick<LineChange, 'reversedBy' | 'pointsBy' | 'slicesAdded' | 'slices'>>,
): void {
  const change: LineChange = { event, reversedBy: 0, slicesAdded: [], ...parts }
  const standing = draft.standing.get(event)
  const added = draft.added.get(event)
  if (added && !standing) {
    draft.added.set(event, changeLine(added, change))
    return
  }
  if (standing) draft.standing.set(event, changeLine(standing, change))
  const before = draft.changed.get(event)
  draft.changed.set(event, before ? joinChanges(before, change) : change)
}

/** Tells of something out of the ordinary; the points of one kind and event add up. */
export function raiseFlag(draft: Draft, flag: PostFlag['flag'], event: string, points: Points): void {
  const key = `${flag} ${event}`
  draft.flags.set(key, { flag, event, points: points + (draft.flags.get(key)?.points ?? 0) })
}

/** All the points of a list. */
export const sumPoints = (parts: readonly { readonly points: Points }[]): Points =>
  parts.reduce((sum, part) => sum + part.points, 0)

/** The order in which points are used: soonest-expiring first, then by lot. Plain code units, alike everywhere. */
export function byExpiry(a: { expiry: number; lot: string }, b: { expiry: number; lot: string }): number {
  if (a.expiry !== b.expiry) return a.expiry - b.expiry
  if (a.lot === b.lot) return 0
  return a.lot < b.lot ? -1 : 1
}

/** Takes up to `points` from slices in their order. `taken` + `left` hold what `slices` held. */
export function takeFromSlices(
  slices: readonly Slice[],
  points: Points,
): { taken: readonly Slice[]; left: readonly Slice[]; missing: Points } {
  const taken: Slice[] = []
  const left: Slice[] = []
  let missing = points
  for (const slice of slices) {
    const part = Math.min(missing, slice.points)
    missing -= part
    if (part > 0) taken.push({ ...slice, points: part })
    if (part < slice.points) left.push(part === 0 ? slice : { ...slice, points: slice.points - part })
  }
  return { taken, left, missing }
}

/** Takes up to `points` from the lots that are open at the posting's effective time. Lots stand in order of use. */
export function takeOpen(draft: Draft, points: Points): { taken: readonly Slice[]; missing: Points } {
  if (points === 0) return { taken: [], missing: 0 }
  const taken: Slice[] = []
  const lots: Lot[] = []
  let missing = points
  for (const lot of draft.lots) {
    const part = lot.expiry > draft.posting.effective ? Math.min(missing, lot.rest) : 0
    missing -= part
    if (part > 0) taken.push({ lot: lot.id, rule: lot.rule, expiry: lot.expiry, points: part })
    if (part < lot.rest) lots.push(part === 0 ? lot : { ...lot, rest: lot.rest - part })
  }
  draft.lots = lots
  return { taken, missing }
}

/** Puts points into their lot, which is made anew when it had left the account. */
function putIntoLot(draft: Draft, { lot: id, rule, expiry, points }: Slice): void {
  const at = draft.lots.findIndex((lot) => lot.id === id)
  const there = draft.lots[at]
  if (there) {
    draft.lots = draft.lots.with(at, { ...there, rest: there.rest + points })
    return
  }
  const behind = draft.lots.findIndex(
    (lot) => byExpiry({ expiry: lot.expiry, lot: lot.id }, { expiry, lot: id }) > 0,
  )
  const place = behind === -1 ? draft.lots.length : behind
  draft.lots = draft.lots.toSpliced(place, 0, { id, rule, expiry, rest: points })
}

/** Takes up to `points` out of one lot's rest, open or lapsed; answers how many there were. */
export function takeFromLot(draft: Draft, id: string | null, points: Points): Points {
  const at = draft.lots.findIndex((lot) => lot.id === id)
  const lot = draft.lots[at]
  if (!lot) return 0
  const taken = Math.min(points, lot.rest)
  draft.lots =
    taken === lot.rest ? draft.lots.toSpliced(at, 1) : draft.lots.with(at, { ...lot, rest: lot.rest - taken })
  return taken
}

/** Points owed by an event, on top of what it owes already. */
export function addDebt(draft: Draft, event: string, points: Points, by: Debt['by']): void {
  const at = draft.debts.findIndex((debt) => debt.event === event)
  const there = draft.debts[at]
  draft.debts = there
    ? draft.debts.with(at, { ...there, points: there.points + points })
    : [...draft.debts, { event, points, by }]
}

/** Strikes up to `points` from the debt of one event; answers how many were struck. */
export function strikeDebt(draft: Draft, event: string, points: Points): Points {
  const at = draft.debts.findIndex((debt) => debt.event === event)
  const debt = draft.debts[at]
  if (!debt) return 0
  const struck = Math.min(points, debt.points)
  draft.debts =
    struck === debt.points
      ? draft.debts.toSpliced(at, 1)
      : draft.debts.with(at, { ...debt, points: debt.points - struck })
  return struck
}

/**
 * Points that come in or back repay debts, oldest first, even where their lot has lapsed. What repaid a debt is a
 * slice of the event that made it. Answers what is left of the points.
 */
export function repayDebts(draft: Draft, { lot, rule, expiry, points }: Slice): Points {
  let left = points
  while (left > 0) {
    const debt = draft.debts[0]
    if (!debt) break
    const paid = strikeDebt(draft, debt.event, left)
    left -= paid
    draft.totals.consumed += paid
    amendLine(draft, debt.event, { slicesAdded: [{ lot, rule, expiry, points: paid, repaid: true }] })
  }
  return left
}

/** Points come in or back: debts first, the rest into their lot. */
export function bringIn(draft: Draft, slice: Slice): void {
  const left = repayDebts(draft, slice)
  if (left > 0) putIntoLot(draft, { ...slice, points: left })
}
