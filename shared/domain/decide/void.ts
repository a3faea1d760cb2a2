import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import { leastRole, may } from '../../base/roles.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import { type People, reasonRefusal } from './adjust.ts'

/** A booked sale with the events that moved points for it. */
export interface BookedSale {
  readonly id: string
  readonly staff: string
  readonly customer: string | null
  readonly program: string
  readonly today: boolean
  readonly imported: boolean
  readonly void: boolean
  readonly lines: readonly string[]
}

/**
 * Undoing a whole sale: every line and correction that names it. A person undoes their own sale of today; any
 * other needs a supervisor, alone or as the second person. Refuses already_void, void_too_late, approver_same,
 * approver_not_allowed, reason_missing, reason_too_long.
 */
export function decideVoid(
  sale: BookedSale,
  reason: string,
  people: People,
): Result<readonly AnyDraft[], Refusal> {
  if (sale.void) return refuse(refusal('already_void'))
  const bad = reasonRefusal(reason)
  if (bad) return refuse(bad)
  const who = leastRole('sale.void_any')
  const own = sale.today && sale.staff === people.staff.id && !sale.imported
  if (!own && !may(people.staff.role, 'sale.void_any')) {
    if (!people.approver) return refuse(refusal('void_too_late', { who }))
    if (people.approver.id === people.staff.id) return refuse(refusal('approver_same'))
    if (!may(people.approver.role, 'sale.void_any')) return refuse(refusal('approver_not_allowed', { who }))
  }
  return ok([
    {
      kind: 'points.reversed',
      n: 0,
      ...(sale.customer ? { customer: sale.customer, program: sale.program } : {}),
      payload: { sale: sale.id, targets: sale.lines.map((event) => ({ event, points: 'all' as const })) },
      personal: { reason: reason.trim() },
    },
  ])
}
