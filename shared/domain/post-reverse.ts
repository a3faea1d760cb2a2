import type { Points } from '../base/money.ts'
import { invariant } from '../base/result.ts'
import type { Line, PendingReversal, Posting, Slice } from './account.ts'
import { expireLineId } from './line.ts'
import {
  addDebt,
  addLine,
  amendLine,
  bringIn,
  byExpiry,
  type Draft,
  lineOf,
  raiseFlag,
  strikeDebt,
  sumPoints,
  takeFromLot,
  takeFromSlices,
} from './post-draft.ts'
import { uncountEarn } from './post-earn.ts'

type Reverse = Extract<Posting, { kind: 'reverse' }>

/**
 * Reverses each target, redemptions first, so that what they give back can pay for what earns take back. A target
 * that has not arrived waits in the account. Lines of other kinds than earn, redeem and adjust have nothing to
 * reverse.
 */
export function postReverse(draft: Draft, reverse: Reverse): void {
  const { event, targets } = reverse
  const refund = reverse.refund === undefined ? {} : { refund: reverse.refund }
  addLine(draft, { kind: 'reverse', points: 0, rule: 'reverse', sale: reverse.sale, ...refund })
  const arrived = targets.filter((target) => lineOf(draft, target.event))
  const spent = (target: { readonly event: string }): boolean => isSpending(lineOf(draft, target.event))
  const ordered = [...arrived.filter(spent), ...arrived.filter((target) => !spent(target))]
  for (const target of ordered) reverseTarget(draft, event, target.event, target.points)
  for (const target of targets) {
    if (arrived.includes(target)) continue
    draft.pending = [...draft.pending, { event, target: target.event, points: target.points }]
    raiseFlag(draft, 'waiting', event, target.points === 'all' ? 0 : target.points)
  }
}

/** Reversals that waited for the line which this posting has added. */
export function reverseWaiting(draft: Draft): void {
  const arrived = draft.posting.event
  const waiting = draft.pending.filter((one) => one.target === arrived)
  if (waiting.length === 0) return
  draft.pending = draft.pending.filter((one) => one.target !== arrived)
  for (const { event, points } of waiting) reverseTarget(draft, event, arrived, points)
}

/** Reversals that waited for lines of the account that has just been joined; redemptions first. */
export function reverseWaitingForJoined(draft: Draft): void {
  const met = draft.pending.filter((one) => lineOf(draft, one.target))
  if (met.length === 0) return
  draft.pending = draft.pending.filter((one) => !met.includes(one))
  const spent = (one: PendingReversal): boolean => isSpending(lineOf(draft, one.target))
  for (const one of [...met.filter(spent), ...met.filter((each) => !spent(each))]) {
    reverseTarget(draft, one.event, one.target, one.points)
  }
}

const isSpending = (line: Line | undefined): boolean =>
  line?.kind === 'redeem' || (line?.kind === 'adjust' && line.points < 0)

/** Reverses one line as far as it is not reversed yet, and adds to the reversing line what that did. */
function reverseTarget(draft: Draft, by: string, target: string, asked: Points | 'all'): void {
  const line = lineOf(draft, target)
  invariant(line, `the line of ${target} is there`)
  if (line.kind !== 'earn' && line.kind !== 'redeem' && line.kind !== 'adjust') return
  const left = Math.abs(line.points) - line.reversed
  const points = asked === 'all' ? left : Math.min(asked, left)
  if (points <= 0) return
  if (isSpending(line)) giveBack(draft, line, points)
  else takeBack(draft, by, line, points)
  amendLine(draft, target, { reversedBy: points })
  amendLine(draft, by, { pointsBy: isSpending(line) ? points : -points })
}

/**
 * Of an earn: the rest of its lot, then what was booked as lapsed of it. Only what was used, or lies in a pot, is
 * owed. Points of a lot that several earns joined are alike: which of them had theirs used does not matter.
 */
function takeBack(draft: Draft, by: string, line: Line, points: Points): void {
  const unused = takeFromLot(draft, line.lot, points)
  const unbooked = unbookLapsed(draft, line.lot, points - unused)
  draft.totals.cancelled += unused + unbooked
  const used = points - unused - unbooked
  if (used > 0) {
    draft.totals.clawedBack += used
    addDebt(draft, by, used, 'reverse')
    raiseFlag(draft, 'clawback', by, used)
  }
  if (line.kind === 'earn') uncountEarn(draft, line, points)
}

function unbookLapsed(draft: Draft, lot: string | null, points: Points): Points {
  const booked = lot === null ? undefined : lineOf(draft, expireLineId(lot))
  if (!booked) return 0
  const cancelled = Math.min(points, booked.points - booked.reversed)
  if (cancelled <= 0) return 0
  draft.totals.lapsed -= cancelled
  amendLine(draft, booked.event, { reversedBy: cancelled })
  return cancelled
}

/** Of a redemption or a negative adjustment: its own open debt, then what was taken for it, last taken first. */
function giveBack(draft: Draft, line: Line, points: Points): void {
  const { totals } = draft
  const struck = strikeDebt(draft, line.event, points)
  if (line.kind === 'redeem') totals.returned += struck
  else totals.clawedBack -= struck
  const { taken, left, missing } = takeFromSlices(line.slices.toReversed(), points - struck)
  invariant(missing === 0, `the slices of ${line.event} do not cover its ${sumPoints(line.slices)} points`)
  if (taken.length === 0) return
  amendLine(draft, line.event, { slices: left.toReversed() })
  for (const slice of taken) {
    if (line.kind === 'redeem') {
      totals.consumed -= slice.points
      totals.returned += slice.points
    } else if (slice.repaid) {
      totals.consumed -= slice.points
      totals.clawedBack -= slice.points
    } else {
      totals.cancelled -= slice.points
    }
    if (!putIntoPot(draft, slice)) bringIn(draft, slice)
  }
}

/** Points of an open grant go back to its pot, whichever till reverses. */
function putIntoPot(draft: Draft, slice: Slice): boolean {
  const at = draft.pots.findIndex((pot) => pot.grant === slice.pot)
  const pot = draft.pots[at]
  if (!pot) return false
  const same = pot.slices.findIndex((one) => one.lot === slice.lot)
  const there = pot.slices[same]
  const { lot, rule, expiry, points } = slice
  const slices = there
    ? pot.slices.with(same, { ...there, points: there.points + points })
    : [...pot.slices, { lot, rule, expiry, points }].toSorted(byExpiry)
  draft.pots = draft.pots.with(at, { ...pot, slices })
  return true
}
