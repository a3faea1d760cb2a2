import i18next from 'i18next'
import { create } from 'zustand'
import { till } from '../../bridge/till.ts'
import { withApproval } from '../approve/approval.ts'
import type { SaleLine } from '../flow/flow.ts'
import { announce, focusOn, loadCard, sentenceOf } from '../flow/store.ts'

interface Undo {
  readonly open: boolean
  /** Null while they are being fetched. */
  readonly sales: readonly SaleLine[] | null
  readonly saleId: string | null
  readonly reason: string
  readonly busy: boolean
  readonly problem: string
}

const CLOSED: Undo = { open: false, sales: null, saleId: null, reason: '', busy: false, problem: '' }
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
}

export function closeUndo(): void {
  useUndo.setState(CLOSED)
  focusOn('search')
}

export function chooseSale(saleId: string): void {
  useUndo.setState({ saleId, problem: '' })
}

export function giveReason(reason: string): void {
  useUndo.setState({ reason, problem: '' })
}

export async function undoSale(): Promise<void> {
  const { saleId, reason, busy, sales } = useUndo.getState()
  const line = sales?.find((sale) => sale.sale_id === saleId)
  if (!line || busy) return
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
