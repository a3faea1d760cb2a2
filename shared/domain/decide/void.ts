import type { Kobo } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import { leastRole, may } from '../../base/roles.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import { type People, reasonRefusal } from './adjust.ts'

/** What of a sale decides who may take it back. */
export interface SaleToUndo {
  readonly id: string
  /** Who made it; null: made elsewhere. */
  readonly staff: string | null
  readonly customer: string | null
  readonly program: string
  readonly today: boolean
  readonly imported: boolean
  readonly void: boolean
}

/** A booked sale with the events that moved points for it. */
export interface BookedSale extends SaleToUndo {
  readonly staff: string
  readonly lines: readonly string[]
  /** What is left of its net amount where parts were given back before; null: all of it. */
  readonly restKobo: Kobo | null
}

/**
 * Who may take goods and points back: a person of their own sale of today; of any other a supervisor, alone or as the
 * second person. Null: they may. Else void_too_late, approver_same or approver_not_allowed.
 */
export function undoRefusal(sale: SaleToUndo, people: People): Refusal | null {
  const who = leastRole('sale.void_any')
  const own = sale.today && sale.staff === people.staff.id && !sale.imported
  if (own || may(people.staff.role, 'sale.void_any')) return null
  if (!people.approver) return refusal('void_too_late', { who })
  if (people.approver.id === people.staff.id) return refusal('approver_same')
  return may(people.approver.role, 'sale.void_any') ? null : refusal('approver_not_allowed', { who })
}

/**
 * Undoing a whole sale: every line and correction that names it. Refuses already_void, reason_missing,
 * reason_too_long, and whoever may not (`undoRefusal`).
 */
export function decideVoid(
  sale: BookedSale,
  reason: string,
  people: People,
): Result<readonly AnyDraft[], Refusal> {
  if (sale.void) return refuse(refusal('already_void'))
  const bad = reasonRefusal(reason) ?? undoRefusal(sale, people)
  if (bad) return refuse(bad)
  return ok([reversalOf(sale, sale.restKobo, sale.lines, reason)])
}

type ReversedDraft = Extract<AnyDraft, { readonly kind: 'points.reversed' }>

/** Everything of a sale goes back. `restKobo`: the money that goes with it where parts went before; null: all of it. */
export const reversalOf = (
  sale: Pick<SaleToUndo, 'id' | 'customer' | 'program'>,
  restKobo: Kobo | null,
  lines: readonly string[],
  reason: string,
): ReversedDraft => ({
  kind: 'points.reversed',
  n: 0,
  ...(sale.customer ? { customer: sale.customer, program: sale.program } : {}),
  payload: {
    sale: sale.id,
    targets: lines.map((event) => ({ event, points: 'all' as const })),
    ...(restKobo === null ? {} : { rest: { kobo: restKobo } }),
  },
  personal: { reason: reason.trim() },
})
