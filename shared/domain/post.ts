import type { Points } from '../base/money.ts'
import { invariant } from '../base/result.ts'
import type { Account, PostContext, Posted, Posting, Totals } from './account.ts'
import { expireLineId } from './line.ts'
import {
  addExpireLine,
  beginDraft,
  type Draft,
  finishDraft,
  repayDebts,
  sumPoints,
  takeOpen,
} from './post-draft.ts'
import { dropOnceKeys, postAdjustUp, postEarn } from './post-earn.ts'
import { postGrant, postGrantEnd } from './post-lease.ts'
import { postAdjustDown, postRedeem } from './post-redeem.ts'
import { postReverse, reverseWaiting } from './post-reverse.ts'

/** Version of the meaning of `post`. A change of meaning is a new version, chosen by effective time. */
export const POST_VERSION = 1

/** No sum of points may pass this: twice as much is still an exact integer. */
export const POINTS_SUM_MAX: Points = Math.floor(Number.MAX_SAFE_INTEGER / 2)

/** An account on which nothing was ever posted. */
export function emptyAccount(): Account {
  return {
    fn: POST_VERSION,
    postNo: 0,
    lots: [],
    pots: [],
    closedGrants: [],
    debts: [],
    totals: {
      earned: 0,
      adjustedUp: 0,
      adjustedDown: 0,
      advanced: 0,
      redeemed: 0,
      returned: 0,
      consumed: 0,
      lapsed: 0,
      cancelled: 0,
      clawedBack: 0,
    },
    once: {},
    lifetime: 0,
    months: {},
    pending: [],
    settledUntil: 0,
    lastEffective: 0,
  }
}

/**
 * Posts one event on an account, as a bank books: in the order of acceptance, with the effective time as value
 * date. Pure and total: nothing that happened in a shop is refused; what was not there becomes a debt. The account
 * given stays as it is. Throws BrokenInvariant when a sum would leave the range of exact integers, when the lines
 * given do not belong to the account, or when the books would not balance (K7).
 */
export function post(account: Account, posting: Posting, context: PostContext): Posted {
  invariant(account.fn <= POST_VERSION, `account was posted by version ${account.fn}`)
  requireWholeNumbers(posting)
  const draft = beginDraft(account, posting, context.lines)
  settle(draft, context.settledUntil)
  apply(draft, posting, context)
  reverseWaiting(draft)
  repayFromOpen(draft)
  const posted = finishDraft(draft, POST_VERSION)
  checkAccount(posted.account, posted.account.lastEffective)
  return posted
}

/** Books as lapsed what lapsed by the settled time, and forgets once-keys whose period is over. */
export function settle(draft: Draft, settledUntil: number): void {
  draft.settledUntil = Math.max(draft.settledUntil, settledUntil)
  // Lots stand in the order of their expiry: what lapsed stands first.
  const standing = draft.lots.findIndex((lot) => lot.expiry > draft.settledUntil)
  const lapsed = standing === -1 ? draft.lots : draft.lots.slice(0, standing)
  if (lapsed.length > 0) draft.lots = draft.lots.slice(lapsed.length)
  for (const lot of lapsed) {
    draft.totals.lapsed += lot.rest
    addExpireLine(draft, expireLineId(lot.id), lot)
  }
  dropOnceKeys(draft)
}

function apply(draft: Draft, posting: Posting, context: PostContext): void {
  if (posting.kind === 'earn') postEarn(draft, posting, context)
  else if (posting.kind === 'redeem') postRedeem(draft, posting, context)
  else if (posting.kind === 'reverse') postReverse(draft, posting)
  else if (posting.kind === 'grant') postGrant(draft, posting)
  else if (posting.kind === 'grant_end') postGrantEnd(draft, posting)
  else if (posting.points > 0) postAdjustUp(draft, posting, context)
  else postAdjustDown(draft, posting, context)
}

/** Nobody owes while points lie open: they repay what the posting itself left of the debts. */
export function repayFromOpen(draft: Draft): void {
  for (const slice of takeOpen(draft, sumPoints(draft.debts)).taken) repayDebts(draft, slice)
}

function requireWholeNumbers(posting: Posting): void {
  const numbers: (Points | 'all')[] = [posting.effective]
  if ('expiry' in posting) numbers.push(posting.expiry)
  if ('extend_to' in posting && posting.extend_to !== undefined) numbers.push(posting.extend_to)
  if ('points' in posting) numbers.push(posting.kind === 'adjust' ? Math.abs(posting.points) : posting.points)
  if ('targets' in posting) numbers.push(...posting.targets.map((target) => target.points))
  for (const one of numbers) {
    invariant(
      one === 'all' || (Number.isSafeInteger(one) && one >= 0),
      `${posting.event}: ${one} is no count`,
    )
  }
}

/** Points that can be used at `asOf` (ms) from the lots. */
export const open = (account: Account, asOf: number): Points =>
  account.lots.reduce((sum, lot) => (lot.expiry > asOf ? sum + lot.rest : sum), 0)

/** Points whose lot has lapsed at `asOf` (ms), not booked yet. */
export const lapsedUnbooked = (account: Account, asOf: number): Points =>
  account.lots.reduce((sum, lot) => (lot.expiry <= asOf ? sum + lot.rest : sum), 0)

/** Points in pots, held for tills. */
export const leased = (account: Account): Points =>
  account.pots.reduce((sum, pot) => sum + sumPoints(pot.slices), 0)

/** Points owed. */
export const owed = (account: Account): Points => sumPoints(account.debts)

/** What lapses after `asOf` and not later than `untilMs` (both ms since 1970), soonest first, one entry an expiry. */
export function expiringWithin(
  account: Account,
  asOf: number,
  untilMs: number,
): readonly { readonly points: Points; readonly expiry: number }[] {
  const byInstant = new Map<number, Points>()
  for (const { expiry, rest } of account.lots) {
    if (expiry > asOf && expiry <= untilMs) byInstant.set(expiry, rest + (byInstant.get(expiry) ?? 0))
  }
  return [...byInstant].map(([expiry, points]) => ({ points, expiry }))
}

/** An account as one looks at it at an instant. All in points. */
interface AccountSummary {
  readonly asOf: number
  readonly open: Points
  readonly leased: Points
  readonly debt: Points
  /** Booked or not. */
  readonly lapsed: Points
  /** Booked as earned, with what was reversed later. */
  readonly earned: Points
  /** Less what was given back. */
  readonly redeemed: Points
  /** Earned and not reversed: what tiers look at. */
  readonly lifetime: Points
}

/** The account at `asOf` (ms), in points. */
export function summary(account: Account, asOf: number): AccountSummary {
  const { totals, lifetime } = account
  return {
    asOf,
    open: open(account, asOf),
    leased: leased(account),
    debt: owed(account),
    lapsed: totals.lapsed + lapsedUnbooked(account, asOf),
    earned: totals.earned,
    redeemed: totals.redeemed - totals.returned,
    lifetime,
  }
}

/**
 * Throws BrokenInvariant when the books of an account do not balance at `asOf` (ms): what came in is somewhere,
 * what was spent is covered or owed, nobody owes while points lie open, and every sum is an exact whole number.
 */
export function checkAccount(account: Account, asOf: number): void {
  const { totals, lots, pots, debts } = account
  const { earned, adjustedUp, advanced, redeemed, returned, clawedBack, consumed, cancelled } = totals
  for (const name of Object.keys(totals) as (keyof Totals)[]) requireSum(name, totals[name])
  for (const month of Object.keys(account.months)) requireSum(month, account.months[month])
  requireSum('lifetime', account.lifetime)
  for (const lot of lots) requirePart(lot.rest)
  for (const pot of pots) for (const slice of pot.slices) requirePart(slice.points)
  for (const one of debts) requirePart(one.points)
  const debt = owed(account)
  const cameIn = earned + adjustedUp + advanced
  invariant(cameIn <= POINTS_SUM_MAX, `${cameIn} points came in`)
  const lapsed = totals.lapsed + lapsedUnbooked(account, asOf)
  const whereabouts = open(account, asOf) + leased(account) + consumed + lapsed + cancelled
  invariant(cameIn === whereabouts, `${cameIn} points came in, ${whereabouts} are accounted for`)
  const spent = redeemed - returned + clawedBack + advanced
  invariant(spent === consumed + debt, `${spent} points were spent, ${consumed} paid and ${debt} owed`)
  const idle = asOf >= account.lastEffective ? Math.min(open(account, asOf), debt) : 0
  invariant(idle === 0, `${idle} points lie open beside a debt`)
}

function requireSum(name: string, sum: Points | undefined): void {
  invariant(
    sum !== undefined && Number.isSafeInteger(sum) && sum >= 0 && sum <= POINTS_SUM_MAX,
    `${name} is ${sum}`,
  )
}

function requirePart(points: Points): void {
  invariant(Number.isSafeInteger(points) && points > 0, `a part of the account holds ${points} points`)
}
