import { type Kobo, mulDivFloor, type Points } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import type { Line } from '../account.ts'
import type { ReceiptCode } from '../receipt-code.ts'
import { type People, reasonRefusal } from './adjust.ts'
import { isSameAccount, type LineOfSale, reversalsOf, type SaleToUndo, undoRefusal } from './void.ts'

/** One event that moved points for a sale, as far as it is known here. */
export interface RefundLine extends LineOfSale {
  /** Points that a reversal takes back (`earn`) or gives back (`redeem`). Not signed. */
  readonly moves: 'earn' | 'redeem'
  readonly points: Points
  readonly reversed: Points
}

/** A sale of which something may be given back. */
export interface SaleToRefund extends SaleToUndo {
  readonly netKobo: Kobo
  /** What is known to have been given back of the net amount, in parts. */
  readonly refundedKobo: Kobo
  /** Made on this till. */
  readonly ours: boolean
  readonly lines: readonly RefundLine[]
}

/** What goes back and forth. Nothing is refused here but the amount. */
export interface Refund {
  readonly kobo: Kobo
  /** Nothing of the sale is left. */
  readonly whole: boolean
  /** Of the account of the sale: points of what was earned that go, and of what was redeemed that come back. */
  readonly takenBack: Points
  readonly givenBack: Points
  readonly targets: readonly (LineOfSale & { readonly points: Points | 'all' })[]
}

/** What can still be given back, kobo. */
export const leftOf = (sale: Pick<SaleToRefund, 'netKobo' | 'refundedKobo'>): Kobo =>
  Math.max(0, sale.netKobo - sale.refundedKobo)

/**
 * What giving back `kobo` of the net amount, or all that is left, does to the points: of every line the share that the
 * part is of the net. Rounded down over all parts together (floor(points x given back by then / net)), so that parts
 * come to the whole exactly; the part after which nothing is left takes all of every line, those that are yet to come
 * too. Refuses amount_invalid, amount_zero, amount_negative, refund_too_much.
 */
export function refundOf(sale: SaleToRefund, kobo: Kobo | 'all'): Result<Refund, Refusal> {
  const left = leftOf(sale)
  const given = kobo === 'all' ? left : kobo
  const bad = kobo === 'all' ? null : amountRefusal(kobo, left)
  if (bad) return refuse(bad)
  const whole = given === left
  const by = sale.refundedKobo + given
  const parts = sale.lines.map((line) => {
    const until = whole ? line.points : mulDivFloor(line.points, by, sale.netKobo)
    return { ...line, points: Math.max(0, until - line.reversed) }
  })
  const sum = (moves: RefundLine['moves']): Points =>
    parts
      .filter((part) => part.moves === moves && isSameAccount(part, sale))
      .reduce((all, part) => all + part.points, 0)
  const targets = parts.map(({ event, customer, program, points }) => ({ event, customer, program, points }))
  return ok({
    kobo: given,
    whole,
    takenBack: sum('earn'),
    givenBack: sum('redeem'),
    targets: whole
      ? targets.map((target) => ({ ...target, points: 'all' as const }))
      : targets.filter(({ points }) => points > 0),
  })
}

function amountRefusal(kobo: Kobo, left: Kobo): Refusal | null {
  if (!Number.isSafeInteger(kobo)) return refusal('amount_invalid')
  if (kobo === 0) return refusal('amount_zero')
  if (kobo < 0) return refusal('amount_negative')
  return kobo > left ? refusal('refund_too_much', { left }) : null
}

/**
 * Giving back a part of a sale, or all that is left of it. Who may is as of an undoing. Refuses already_void, the
 * amount (`refundOf`), reason_missing, reason_too_long, and whoever may not (`undoRefusal`).
 */
export function decideRefund(
  sale: SaleToRefund,
  ask: { readonly kobo: Kobo | 'all'; readonly reason: string },
  people: People,
): Result<{ readonly refund: Refund; readonly drafts: readonly AnyDraft[] }, Refusal> {
  if (sale.void) return refuse(refusal('already_void'))
  const refund = refundOf(sale, ask.kobo)
  if (!refund.ok) return refund
  const bad = reasonRefusal(ask.reason) ?? undoRefusal(sale, people)
  if (bad) return refuse(bad)
  const { kobo, whole, targets } = refund.value
  const rest = sale.ours && sale.refundedKobo === 0 ? {} : { rest: { kobo } }
  const money = whole ? rest : { part: { kobo } }
  return ok({ refund: refund.value, drafts: reversalsOf(sale, targets, money, ask.reason) })
}

/** A line with whose it is. */
interface KnownLine {
  readonly customer: string
  readonly program: string
  readonly line: Line
}

/** What a till knows of the points of a sale. */
interface KnownOfSale {
  /** Lines of accounts that name it. */
  readonly lines: readonly KnownLine[]
  /** What this till gave back in parts itself, by the event that did. */
  readonly own: ReadonlyMap<string, Kobo>
}

/** What was given back of it in parts, each once, and whether all of it was: by this till's word or by lines. */
export function givenBack({ lines, own }: KnownOfSale): { readonly kobo: Kobo; readonly whole: boolean } {
  const parts = new Map(own)
  let whole = false
  for (const { line } of lines) {
    const { event, kind, refund } = line
    if (kind !== 'reverse') continue
    if (refund === undefined) whole = true
    else parts.set(event, refund)
  }
  return { kobo: [...parts.values()].reduce((sum, one) => sum + one, 0), whole }
}

/**
 * The lines a part is taken of: those that are known, and those that only the receipt names. Of these a share as large as
 * what was given back is taken to be reversed.
 */
export function refundLines(
  known: readonly KnownLine[],
  receipt: Pick<ReceiptCode, 'customer' | 'program' | 'lines'> | null,
  netKobo: Kobo,
  refundedKobo: Kobo,
): readonly RefundLine[] {
  const here = known.flatMap(({ customer, program, line }): readonly RefundLine[] => {
    const { event, kind, points, reversed } = line
    if (kind !== 'earn' && kind !== 'redeem' && kind !== 'adjust') return []
    const moves = kind === 'redeem' || points < 0 ? 'redeem' : 'earn'
    return [{ event, customer, program, moves, points: Math.abs(points), reversed }]
  })
  const names = new Set(here.map(({ event }) => event))
  const { customer = null, program = '', lines = [] } = receipt ?? {}
  if (customer === null) return here
  const told = lines
    .filter(({ event }) => !names.has(event))
    .map(({ event, kind, points }): RefundLine => {
      const done = netKobo === 0 ? 0 : mulDivFloor(points, Math.min(refundedKobo, netKobo), netKobo)
      return { event, customer, program, moves: kind, points, reversed: done }
    })
  return [...here, ...told]
}
