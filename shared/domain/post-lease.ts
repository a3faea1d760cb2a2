import type { Posting, Slice } from './account.ts'
import { addDebt, addLine, bringIn, byExpiry, type Draft, sumPoints, takeOpen } from './post-draft.ts'

type Grant = Extract<Posting, { kind: 'grant' }>
type GrantEnd = Extract<Posting, { kind: 'grant_end' }>

/**
 * Moves points out of the lots into a pot for one holder. A known grant is never filled again. An unknown one is
 * filled in full, whatever the lots hold: the holder has a signed right to it; what the lots lack is owed.
 */
export function postGrant(draft: Draft, grant: Grant): void {
  const open = draft.pots.some((pot) => pot.grant === grant.grant)
  if (open || draft.closedGrants.includes(grant.grant)) {
    addLine(draft, { kind: 'lease', points: 0, rule: 'lease' })
    return
  }
  const { taken, missing } = takeOpen(draft, grant.points)
  const slices: Slice[] = [...taken]
  addLine(draft, { kind: 'lease', points: grant.points, rule: 'lease' })
  if (missing > 0) {
    slices.push({ lot: `adv:${grant.grant}`, rule: 'advanced', expiry: grant.expiry, points: missing })
    draft.totals.advanced += missing
    addDebt(draft, grant.event, missing, 'grant')
  }
  const pot = { grant: grant.grant, holder: grant.holder, slices: slices.toSorted(byExpiry) }
  draft.pots = [...draft.pots, pot]
}

/** Closes a grant: all its pot holds goes back to its lots with their own expiry. A second end is nothing. */
export function postGrantEnd(draft: Draft, end: GrantEnd): void {
  const pot = draft.pots.find((one) => one.grant === end.grant)
  addLine(draft, { kind: 'lease_end', points: sumPoints(pot?.slices ?? []), rule: 'lease' })
  if (!draft.closedGrants.includes(end.grant)) draft.closedGrants = [...draft.closedGrants, end.grant]
  if (!pot) return
  draft.pots = draft.pots.filter((one) => one !== pot)
  for (const slice of pot.slices) bringIn(draft, slice)
}
