import { invariant } from '../base/result.ts'
import type { Account, Debt, Line, Lot, OnceKey, Posted, Posting, Pot, Totals } from './account.ts'
import { expireLineId } from './line.ts'
import { checkAccount, POST_VERSION, repayFromOpen, settle } from './post.ts'
import { beginDraft, bringIn, byExpiry, type Draft, finishDraft } from './post-draft.ts'
import { reverseWaitingForJoined } from './post-reverse.ts'

/**
 * Joins two accounts of one person into one: never by posting anew, always state with state. Lots keep their ids, so
 * every line still names the lot its points went to. What only became known by joining is then booked as after any
 * posting: lots that lapsed by the later settled time, pots whose grant ended on the other account, reversals that
 * waited for a line of the other account, and debts, which open points repay.
 *
 * The value date is the later of the two accounts' last: a merge needs no clock. `lines`: what `linesForMerge` finds.
 * Throws BrokenInvariant when the books of the joined account do not balance (K7).
 */
export function mergeAccounts(into: Account, from: Account, lines: readonly Line[]): Omit<Posted, 'flags'> {
  for (const { fn } of [into, from]) invariant(fn <= POST_VERSION, `account was posted by version ${fn}`)
  const joined = joinStates(into, from, lines)
  const posting: Posting = {
    kind: 'reverse',
    event: 'merge',
    effective: joined.lastEffective,
    targets: [],
    sale: null,
  }
  const draft = beginDraft(joined, posting, lines)
  settle(draft, joined.settledUntil)
  closeEndedPots(draft)
  reverseWaitingForJoined(draft)
  repayFromOpen(draft)
  const { account, added, changed } = finishDraft(draft, POST_VERSION)
  checkAccount(account, account.lastEffective)
  return { account, added, changed }
}

/**
 * The lines `mergeAccounts` must be given: of every debt, and of every target that a reversal waits for with the
 * expire line of its lot. `find` knows the lines of both accounts by event.
 */
export function linesForMerge(
  into: Account,
  from: Account,
  find: (event: string) => Line | undefined,
): readonly Line[] {
  const found = new Map<string, Line>()
  const add = (event: string): Line | undefined => {
    const line = find(event)
    if (line) found.set(event, line)
    return line
  }
  for (const account of [into, from]) {
    for (const debt of account.debts) add(debt.event)
    for (const { target } of account.pending) {
      const lot = add(target)?.lot
      if (lot) add(expireLineId(lot))
    }
  }
  return [...found.values()]
}

function joinStates(into: Account, from: Account, lines: readonly Line[]): Account {
  return {
    fn: POST_VERSION,
    postNo: into.postNo,
    lots: joinLots(into.lots, from.lots),
    pots: joinPots(into.pots, from.pots),
    closedGrants: [...new Set([...into.closedGrants, ...from.closedGrants])],
    debts: joinDebts(into.debts, from.debts, lines),
    totals: joinTotals(into.totals, from.totals),
    once: joinOnceKeys(into.once, from.once),
    lifetime: into.lifetime + from.lifetime,
    months: joinMonths(into.months, from.months),
    pending: [...into.pending, ...from.pending],
    settledUntil: Math.max(into.settledUntil, from.settledUntil),
    lastEffective: Math.max(into.lastEffective, from.lastEffective),
    ...joinExtensions(into, from),
  }
}

/** In the order of use. One id on both sides can only be one lot, of which each side holds a part. */
function joinLots(into: readonly Lot[], from: readonly Lot[]): readonly Lot[] {
  const lots = new Map(into.map((lot) => [lot.id, lot]))
  for (const lot of from) lots.set(lot.id, { ...lot, rest: lot.rest + (lots.get(lot.id)?.rest ?? 0) })
  const place = ({ expiry, id }: Lot): { expiry: number; lot: string } => ({ expiry, lot: id })
  return [...lots.values()].toSorted((a, b) => byExpiry(place(a), place(b)))
}

/** A grant names one account, so no grant has a pot on both sides. */
function joinPots(into: readonly Pot[], from: readonly Pot[]): readonly Pot[] {
  for (const { grant } of from) {
    invariant(!into.some((pot) => pot.grant === grant), `grant ${grant} stands open on both accounts`)
  }
  return [...into, ...from]
}

/**
 * Oldest first, as far as that is known: numbers of postings count on each account alone, so the value dates of the
 * lines that made the debts decide between the two, and each account's own order stays as it is. Where a line is not
 * known, or on one date, the account that stays comes first.
 */
function joinDebts(into: readonly Debt[], from: readonly Debt[], lines: readonly Line[]): readonly Debt[] {
  const dates = new Map(lines.map((line) => [line.event, line.effective]))
  const dateOf = (debt: Debt): number => dates.get(debt.event) ?? 0
  const debts: Debt[] = []
  let next = 0
  for (const debt of into) {
    for (let other = from[next]; other && dateOf(other) < dateOf(debt); other = from[next]) {
      debts.push(other)
      next += 1
    }
    debts.push(debt)
  }
  return [...debts, ...from.slice(next)]
}

function joinTotals(into: Totals, from: Totals): Totals {
  return {
    earned: into.earned + from.earned,
    adjustedUp: into.adjustedUp + from.adjustedUp,
    adjustedDown: into.adjustedDown + from.adjustedDown,
    advanced: into.advanced + from.advanced,
    redeemed: into.redeemed + from.redeemed,
    returned: into.returned + from.returned,
    consumed: into.consumed + from.consumed,
    lapsed: into.lapsed + from.lapsed,
    cancelled: into.cancelled + from.cancelled,
    clawedBack: into.clawedBack + from.clawedBack,
  }
}

/** What both counted stays counted, also beyond the cap: nothing that was given is taken back by a merge. */
function joinOnceKeys(
  into: Readonly<Record<string, OnceKey>>,
  from: Readonly<Record<string, OnceKey>>,
): Readonly<Record<string, OnceKey>> {
  // A map: a key may be called `__proto__`.
  const once = new Map(Object.entries(into))
  for (const [key, one] of Object.entries(from)) {
    const there = once.get(key)
    const both = there
      ? {
          cap: there.cap,
          used: there.used + one.used,
          lines: there.lines + one.lines,
          until: there.until === null || one.until === null ? null : Math.max(there.until, one.until),
        }
      : one
    once.set(key, both)
  }
  return Object.fromEntries(once)
}

function joinMonths(
  into: Readonly<Record<string, number>>,
  from: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const months: Record<string, number> = { ...into }
  for (const [month, points] of Object.entries(from)) months[month] = (months[month] ?? 0) + points
  return months
}

/** The later activity of the two; what the other account held keeps the expiry it had. */
function joinExtensions(into: Account, from: Account): Pick<Account, 'extended'> {
  const [one, other] = [into.extended, from.extended]
  const extended = one && other && other.at > one.at ? other : (one ?? other)
  return extended ? { extended } : {}
}

/** The end of a grant may have been posted on the other account: a pot does not outlive its grant. */
function closeEndedPots(draft: Draft): void {
  const ended = draft.pots.filter((pot) => draft.closedGrants.includes(pot.grant))
  draft.pots = draft.pots.filter((pot) => !ended.includes(pot))
  for (const pot of ended) for (const slice of pot.slices) bringIn(draft, slice)
}
