import i18next from 'i18next'
import { create } from 'zustand'
import type { Input, Output } from '../../../shared/ipc/contract.ts'
import { till } from '../../bridge/till.ts'
import { withApproval } from '../approve/approval.ts'
import { koboOf } from '../flow/amount-text.ts'
import type { SaleLine } from '../flow/flow.ts'
import { announce, focusOn, loadCard, sentenceOf } from '../flow/store.ts'

export type RefundQuote = Output<'sale.refund_quote'>
type SaleNamed = Input<'sale.refund'>['sale']

interface Undo {
  readonly open: boolean
  /** Null while they are being fetched. */
  readonly sales: readonly SaleLine[] | null
  readonly saleId: string | null
  /** The code on a receipt of another till: that sale alone, and no list. */
  readonly code: string | null
  readonly reason: string
  /** How much is given back, as typed; empty: all of it. */
  readonly amount: string
  /** What that does; null while nobody knows. */
  readonly quote: RefundQuote | null
  readonly busy: boolean
  readonly problem: string
}

const CLOSED: Undo = {
  open: false,
  sales: null,
  saleId: null,
  code: null,
  reason: '',
  amount: '',
  quote: null,
  busy: false,
  problem: '',
}
const SALES_SHOWN = 50

export const useUndo = create<Undo>(() => CLOSED)

/** F8: my sales of today, the last one chosen, or the one named. */
export async function openUndo(saleId: string | null = null): Promise<void> {
  useUndo.setState({ ...CLOSED, open: true, saleId })
  const answer = await till.call('sale.list', {
    customer_id: null,
    mine_today: true,
    receipt: '',
    cursor: null,
    limit: SALES_SHOWN,
  })
  if (!useUndo.getState().open) return
  if (answer.outcome !== 'done') return useUndo.setState({ sales: [], problem: sentenceOf(answer) })
  const { sales } = answer.value
  const last = sales.find((sale) => sale.state === 'booked')
  useUndo.setState({ sales, saleId: saleId ?? last?.sale_id ?? null })
  // An amount may have been typed before there was a sale to take it of.
  await ask()
}

/** The sale whose receipt was scanned, of this till or another one. */
export async function openUndoOfReceipt(code: string): Promise<void> {
  useUndo.setState({ ...CLOSED, open: true, sales: [], code })
  await ask()
}

export function closeUndo(): void {
  useUndo.setState(CLOSED)
  focusOn('search')
}

export function chooseSale(saleId: string): void {
  useUndo.setState({ saleId, quote: null, problem: '' })
  void ask()
}

export function giveReason(reason: string): void {
  useUndo.setState({ reason, problem: '' })
}

export function giveAmount(amount: string): void {
  useUndo.setState({ amount, quote: null, problem: '' })
  void ask()
}

/** The sale at hand; null: none is chosen. */
function named({ code, saleId }: Undo): SaleNamed | null {
  if (code !== null) return { by: 'receipt', code }
  return saleId === null ? null : { by: 'sale', sale_id: saleId }
}

/** Kobo as typed; undefined: that is no amount. */
const wanted = ({ amount }: Undo): number | 'all' | undefined =>
  amount.trim() === '' ? 'all' : koboOf(amount)

/** Asks what giving so much back does. The whole of an own sale needs no words. */
async function ask(): Promise<void> {
  const asked = useUndo.getState()
  const [sale, kobo] = [named(asked), wanted(asked)]
  if (!sale || kobo === undefined || (asked.code === null && kobo === 'all')) return
  const answer = await till.call('sale.refund_quote', { sale, kobo })
  const now = useUndo.getState()
  if (!now.open || now.amount !== asked.amount || now.saleId !== asked.saleId || now.code !== asked.code)
    return
  if (answer.outcome === 'done') useUndo.setState({ quote: answer.value })
  else useUndo.setState({ problem: sentenceOf(answer) })
}

/** Undoes the chosen sale, or gives back what was typed of it. */
export async function undoSale(): Promise<void> {
  const state = useUndo.getState()
  const sale = named(state)
  if (!sale || state.busy) return
  const line = state.sales?.find(({ sale_id }) => sale_id === state.saleId)
  if (state.code === null && state.amount.trim() === '') return line && undoWhole(line)
  const kobo = wanted(state)
  if (kobo === undefined) return useUndo.setState({ problem: i18next.t('till:undo.part_not') })
  useUndo.setState({ busy: true, problem: '' })
  const reason = state.reason.trim() || i18next.t('till:undo.reasons.returned')
  const answer = await withApproval((approver) => till.call('sale.refund', { sale, kobo, reason, approver }))
  if (answer.outcome !== 'done') return useUndo.setState({ busy: false, problem: sentenceOf(answer) })
  const name = line?.customer_name ?? state.quote?.customer_name ?? ''
  closeUndo()
  announce({ kind: 'given_back', name, refund: answer.value })
  await loadCard()
}

async function undoWhole(line: SaleLine): Promise<void> {
  const { reason } = useUndo.getState()
  useUndo.setState({ busy: true, problem: '' })
  const answer = await withApproval((approver) =>
    till.call('sale.void', {
      sale_id: line.sale_id,
      // One key less for the most common slip: without a word it is said to be a slip at the till.
      reason: reason.trim() || i18next.t('till:undo.reasons.slip'),
      approver,
    }),
  )
  if (answer.outcome !== 'done') return useUndo.setState({ busy: false, problem: sentenceOf(answer) })
  closeUndo()
  announce({ kind: 'undone', name: line.customer_name, line, undo: answer.value })
  await loadCard()
}
