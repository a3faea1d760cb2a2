import type { Kobo, Points } from '../../base/money.ts'
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

/** An event that moved points for a sale, and whose: of who recommended the customer too, and of every program. */
export interface LineOfSale {
  readonly event: string
  readonly customer: string
  readonly program: string
}

/** A booked sale with the events that moved points for it. */
export interface BookedSale extends SaleToUndo {
  readonly staff: string
  readonly lines: readonly LineOfSale[]
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
  const money = sale.restKobo === null ? {} : { rest: { kobo: sale.restKobo } }
  const lines = sale.lines.map((line) => ({ ...line, points: 'all' as const }))
  return ok(reversalsOf(sale, lines, money, reason))
}

type Target = LineOfSale & { readonly points: Points | 'all' }
/** What goes back in money: a part, or all that parts before it left; without either all of it. */
type Money = { readonly part: { readonly kobo: Kobo } } | { readonly rest: { readonly kobo: Kobo } } | object

/** One event an account. The first is of the sale's own customer and says what goes back in money; others say nothing. */
export function reversalsOf(
  sale: Pick<SaleToUndo, 'id' | 'customer' | 'program'>,
  lines: readonly Target[],
  money: Money,
  reason: string,
): readonly AnyDraft[] {
  const own = { customer: sale.customer, program: sale.program }
  const accounts = [own, ...lines].filter(
    (one, at, all) => all.findIndex((first) => isSameAccount(first, one)) === at,
  )
  const nothing = 'part' in money ? { part: { kobo: 0 } } : { rest: { kobo: 0 } }
  return accounts.map(({ customer, program }, n) => ({
    kind: 'points.reversed',
    n,
    ...(customer === null ? {} : { customer, program }),
    payload: {
      sale: sale.id,
      targets: lines
        .filter((line) => isSameAccount(line, { customer, program }))
        .map(({ event, points }) => ({ event, points })),
      ...(n === 0 ? money : nothing),
    },
    personal: { reason: reason.trim() },
  }))
}

type AccountOf = { readonly customer: string | null; readonly program: string }
export const isSameAccount = (a: AccountOf, b: AccountOf): boolean =>
  a.customer === b.customer && a.program === b.program
