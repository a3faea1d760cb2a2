import { invariant } from '../base/result.ts'
import type { PostContext, Posting, Slice } from './account.ts'
import { addDebt, addLine, type Draft, raiseFlag, sumPoints, takeFromSlices, takeOpen } from './post-draft.ts'
import { extendOpen } from './post-extend.ts'

type Redeem = Extract<Posting, { kind: 'redeem' }>
type Adjust = Extract<Posting, { kind: 'adjust' }>
type Taken = { readonly taken: readonly Slice[]; readonly missing: number }

/** Points are spent. A redemption that happened is never refused: what was not there is a debt. */
export function postRedeem(draft: Draft, redeem: Redeem, context: PostContext): void {
  const points = context.saleReversed ? 0 : redeem.points
  if (context.saleReversed) raiseFlag(draft, 'sale_reversed', redeem.event, redeem.points)
  if (!context.saleReversed) extendOpen(draft, redeem.extend_to)
  const { taken, missing } = takeFromPot(draft, redeem, points) ?? takeOpen(draft, points)
  draft.totals.redeemed += points
  draft.totals.consumed += sumPoints(taken)
  addLine(draft, {
    kind: 'redeem',
    points,
    rule: 'redeem',
    sale: redeem.sale,
    slices: taken,
    why: context.saleReversed ? 'sale_reversed' : '',
  })
  if (missing > 0) {
    addDebt(draft, redeem.event, missing, 'redeem')
    raiseFlag(draft, 'shortage', redeem.event, missing)
  }
}

/** A negative adjustment: what is found is cancelled, the rest is owed. Never from a pot. */
export function postAdjustDown(draft: Draft, adjust: Adjust, context: PostContext): void {
  const points = context.saleReversed ? 0 : -adjust.points
  if (context.saleReversed) raiseFlag(draft, 'sale_reversed', adjust.event, -adjust.points)
  const { taken, missing } = takeOpen(draft, points)
  draft.totals.adjustedDown += points
  draft.totals.cancelled += sumPoints(taken)
  addLine(draft, {
    kind: 'adjust',
    points: points === 0 ? 0 : -points,
    rule: 'adjust',
    sale: adjust.sale,
    slices: taken,
    why: context.saleReversed ? 'sale_reversed' : '',
  })
  if (missing > 0) {
    draft.totals.clawedBack += missing
    addDebt(draft, adjust.event, missing, 'adjust')
    raiseFlag(draft, 'shortage', adjust.event, missing)
  }
}

/** From the pot alone while the grant is open and its holder spends; otherwise undefined: the lots pay. */
function takeFromPot(draft: Draft, { lease }: Redeem, points: number): Taken | undefined {
  const at = draft.pots.findIndex((pot) => pot.grant === lease?.grant && pot.holder === lease.holder)
  if (at === -1) return undefined
  const pot = draft.pots[at]
  invariant(pot, 'the pot that was found is there')
  const { taken, left, missing } = takeFromSlices(pot.slices, points)
  draft.pots = draft.pots.with(at, { ...pot, slices: left })
  return { taken: taken.map((slice) => ({ ...slice, pot: pot.grant })), missing }
}
