import { type Kobo, mulDivFloor, type Points } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import type { Line } from '../account.ts'
import type { ReceiptCode } from '../receipt-code.ts'
import { type People, reasonRefusal } from './adjust.ts'
import { reversalOf, type SaleToUndo, undoRefusal } from './void.ts'

/** One event that moved points for a sale, as far as it is known here. */
export interface RefundLine {
  readonly event: string
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
  /** Points of what was earned that go, and of what was redeemed that come back. */
  readonly takenBack: Points
  readonly givenBack: Points
  readonly targets: readonly { readonly event: string; readonly points: Points | 'all' }[]
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
  const parts = sale.lines.map(({ event, moves, points, reversed }) => {
    const until = whole ? points : mulDivFloor(points, by, sale.netKobo)
    return { event, moves, points: Math.max(0, until - reversed) }
  })
  const sum = (moves: RefundLine['moves']): Points =>
    parts.reduce((all, part) => (part.moves === moves ? all + part.points : all), 0)
  return ok({
    kobo: given,
    whole,
    takenBack: sum('earn'),
    givenBack: sum('redeem'),
    targets: whole
      ? parts.map(({ event }) => ({ event, points: 'all' as const }))
      : parts.filter(({ points }) => points > 0).map(({ event, points }) => ({ event, points })),
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
  const lines = sale.lines.map(({ event }) => event)
  const rest = sale.ours && sale.refundedKobo === 0 ? null : kobo
  const all = reversalOf(sale, rest, lines, ask.reason)
  if (whole) return ok({ refund: refund.value, drafts: [all] })
  const payload = { sale: sale.id, targets, part: { kobo } }
  return ok({ refund: refund.value, drafts: [{ ...all, payload }] })
}

/** What a till knows of the points of a sale. */
export interface KnownOfSale {
  /** Lines of the account that name it. */
  readonly lines: readonly Line[]
  /** What this till gave back in parts itself, by the event that did. */
  readonly own: ReadonlyMap<string, Kobo>
}

/** What was given back of it in parts, each once, and whether all of it was: by this till's word or by lines. */
export function givenBack({ lines, own }: KnownOfSale): { readonly kobo: Kobo; readonly whole: boolean } {
  const parts = new Map(own)
  let whole = false
  for (const { event, kind, refund } of lines) {
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
  known: readonly Line[],
  receipt: Pick<ReceiptCode, 'lines'> | null,
  netKobo: Kobo,
  refundedKobo: Kobo,
): readonly RefundLine[] {
  const here = known.flatMap((line): readonly RefundLine[] => {
    if (line.kind !== 'earn' && line.kind !== 'redeem' && line.kind !== 'adjust') return []
    const { event, points, reversed } = line
    const spends = line.kind === 'redeem' || points < 0
    return [{ event, moves: spends ? 'redeem' : 'earn', points: Math.abs(points), reversed }]
  })
  const names = new Set(here.map(({ event }) => event))
  const told = (receipt?.lines ?? [])
    .filter(({ event }) => !names.has(event))
    .map(({ event, kind, points }): RefundLine => {
      const done = netKobo === 0 ? 0 : mulDivFloor(points, Math.min(refundedKobo, netKobo), netKobo)
      return { event, moves: kind, points, reversed: done }
    })
  return [...here, ...told]
}
