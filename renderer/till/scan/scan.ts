import i18next from 'i18next'
import { refusal } from '../../../shared/base/refusal.ts'
import { type ReceiptCode, readScan } from '../../../shared/domain/receipt-code.ts'
import { till } from '../../bridge/till.ts'
import { refusalText } from '../../i18n/index.ts'
import { openCustomer, searchAndTake, sentenceOf } from '../flow/store.ts'
import { notify } from '../notice/notice.ts'
import { useShell } from '../shell/shell.ts'
import { openUndo } from '../undo/undo.ts'

/**
 * What a scanner read, from anywhere: a card opens its customer, a receipt the undoing of its sale, and of whatever
 * else it is said what is wrong with it.
 */
export async function scanned(text: string): Promise<void> {
  const scan = readScan(text)
  if (!scan.ok) return notify(refusalText(scan.refusal))
  if (useShell.getState().managerSession) notify(i18next.t('till:scan.behind'))
  if (scan.value.kind === 'receipt') return scannedReceipt(scan.value.receipt)
  if (scan.value.kind === 'customer') return scannedCustomer(scan.value.customer)
  await searchAndTake(scan.value.text)
}

async function scannedCustomer(id: string): Promise<void> {
  const answer = await till.call('customer.card', { customer_id: id })
  if (answer.outcome === 'done') openCustomer(answer.value.id)
  else notify(sentenceOf(answer))
}

async function scannedReceipt({ sale, net_kobo: kobo }: ReceiptCode): Promise<void> {
  const answer = await till.call('sale.list', {
    customer_id: null,
    mine_today: false,
    receipt: '',
    sale_id: sale,
    cursor: null,
    limit: 1,
  })
  if (answer.outcome !== 'done') return notify(sentenceOf(answer))
  const [line] = answer.value.sales
  if (!line) notify(refusalText(refusal('receipt_elsewhere', { kobo })))
  else await openUndo(line.sale_id, line)
}
