import i18next from 'i18next'
import { readScan } from '../../../shared/domain/receipt-code.ts'
import { till } from '../../bridge/till.ts'
import { refusalText } from '../../i18n/index.ts'
import { openCustomer, searchAndTake, sentenceOf } from '../flow/store.ts'
import { notify } from '../notice/notice.ts'
import { useShell } from '../shell/shell.ts'
import { openUndoOfReceipt } from '../undo/undo.ts'

/**
 * What a scanner read, from anywhere: a card opens its customer, a receipt what can be given back of its sale,
 * anything else is searched for, and of a code that was read wrong it is said so.
 */
export async function scanned(text: string): Promise<void> {
  const scan = readScan(text)
  if (!scan.ok) return notify(refusalText(scan.refusal))
  if (useShell.getState().managerSession) notify(i18next.t('till:scan.behind'))
  if (scan.value.kind === 'receipt') return openUndoOfReceipt(text)
  if (scan.value.kind === 'customer') return scannedCustomer(scan.value.customer)
  await searchAndTake(scan.value.text)
}

async function scannedCustomer(id: string): Promise<void> {
  const answer = await till.call('customer.card', { customer_id: id })
  if (answer.outcome === 'done') openCustomer(answer.value.id)
  else notify(sentenceOf(answer))
}
