import { byExpiry, type Draft } from './post-draft.ts'

/**
 * Activity where points lapse for want of it: what is open at its effective time, in lots or in pots, lasts until
 * `extendTo` (ms) at the least. What has lapsed at it stays lapsed, and what is booked has left the lots. An activity
 * that arrives late carries on to what a later one, known already, made of such points. Answers how far it carries; 0
 * where the program has no such terms.
 *
 * Two lots that come to one expiry stay two, for the lines of their earns name them; what is earned from then on joins
 * one of them.
 */
export function extendOpen(draft: Draft, extendTo: number | undefined): number {
  if (extendTo === undefined) return 0
  const { effective } = draft.posting
  const later = draft.extended && draft.extended.at > effective ? draft.extended : null
  const until = later && extendTo > later.at ? Math.max(extendTo, later.to) : extendTo
  if (!later) draft.extended = { at: effective, to: extendTo }
  const moves = ({ expiry }: { readonly expiry: number }): boolean => expiry > effective && expiry < until
  if (draft.lots.some(moves)) {
    draft.lots = draft.lots
      .map((lot) => (moves(lot) ? { ...lot, expiry: until } : lot))
      .toSorted((a, b) => byExpiry({ ...a, lot: a.id }, { ...b, lot: b.id }))
  }
  if (draft.pots.some((pot) => pot.slices.some(moves))) {
    draft.pots = draft.pots.map((pot) => ({
      ...pot,
      slices: pot.slices
        .map((slice) => (moves(slice) ? { ...slice, expiry: until } : slice))
        .toSorted(byExpiry),
    }))
  }
  return until
}
