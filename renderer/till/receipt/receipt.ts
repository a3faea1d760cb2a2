import i18next from 'i18next'
import { create } from 'zustand'
import type { Output } from '../../../shared/ipc/contract.ts'
import { till } from '../../bridge/till.ts'
import { saveFile } from '../../ui/save-file.ts'
import { focusOn, sentenceOf, useFlow } from '../flow/store.ts'
import { notify } from '../notice/notice.ts'

type Receipt = Output<'receipt.preview'>

interface ReceiptStore {
  /** Whose receipt is shown; null: none. */
  readonly saleId: string | null
  /** Null while it is being fetched. */
  readonly receipt: Receipt | null
  readonly busy: 'print' | 'save' | null
  readonly isPrinted: boolean
  readonly problem: string
}

const CLOSED: ReceiptStore = { saleId: null, receipt: null, busy: null, isPrinted: false, problem: '' }

export const useReceipt = create<ReceiptStore>(() => CLOSED)

/** F7: the receipt of the last sale of this screen, to look at and print. */
export function openLastReceipt(): void {
  const { last } = useFlow.getState().flow
  if (last?.kind === 'sold') void openReceipt(last.sale.sale_id)
  else notify(i18next.t('till:receipt.no_sale'))
}

export async function openReceipt(saleId: string): Promise<void> {
  useReceipt.setState({ ...CLOSED, saleId })
  const answer = await till.call('receipt.preview', { sale_id: saleId })
  if (useReceipt.getState().saleId !== saleId) return
  if (answer.outcome === 'done') useReceipt.setState({ receipt: answer.value })
  else useReceipt.setState({ problem: sentenceOf(answer) })
}

export function closeReceipt(): void {
  useReceipt.setState(CLOSED)
  focusOn('search')
}

export async function printReceipt(): Promise<void> {
  const { saleId, busy } = useReceipt.getState()
  if (saleId === null || busy) return
  useReceipt.setState({ busy: 'print', isPrinted: false, problem: '' })
  const answer = await till.call('receipt.print', { sale_id: saleId })
  if (useReceipt.getState().saleId !== saleId) return
  const isPrinted = answer.outcome === 'done'
  useReceipt.setState({ busy: null, isPrinted, problem: answer.outcome === 'done' ? '' : sentenceOf(answer) })
}

export async function saveReceipt(): Promise<void> {
  const { saleId, busy } = useReceipt.getState()
  if (saleId === null || busy) return
  useReceipt.setState({ busy: 'save', problem: '' })
  const answer = await till.call('receipt.pdf', { sale_id: saleId })
  if (answer.outcome === 'done') savePdf(answer.value)
  if (useReceipt.getState().saleId !== saleId) return
  useReceipt.setState({ busy: null, problem: answer.outcome === 'done' ? '' : sentenceOf(answer) })
}

/** A file as the till answers with it, handed to the browser. */
export function savePdf({ name, base64 }: Output<'receipt.pdf'>): void {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  saveFile(new Blob([bytes], { type: 'application/pdf' }), name)
}

/** Where this till prints after every sale. Nobody waits for it: what went wrong is said when it did. */
async function printAfterSale(saleId: string): Promise<void> {
  const settings = await till.call('printer.settings', {})
  if (settings.outcome !== 'done' || !settings.value.every_sale) return
  const answer = await till.call('receipt.print', { sale_id: saleId })
  if (answer.outcome !== 'done') notify(sentenceOf(answer))
}

/** Begins to print what is sold from now on, where this till does; gives how to stop. */
export function printSales(): () => void {
  return useFlow.subscribe(({ flow }, before) => {
    const what = flow.told?.what
    if (what?.kind === 'sold' && what !== before.flow.told?.what) void printAfterSale(what.sale.sale_id)
  })
}
