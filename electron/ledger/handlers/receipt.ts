import { Buffer } from 'node:buffer'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Receipt } from '../../../shared/domain/receipt.ts'
import { encodeCardCode } from '../../../shared/domain/receipt-code.ts'
import type { MethodName, Output } from '../../../shared/ipc/contract.ts'
import type { MemberCard } from '../../printing/cards-pdf.ts'
import { threadPress } from '../../printing/press.ts'
import type { Customers } from '../customers.ts'
import { checkPrinter, printerSettings, targetOf } from '../printer-settings.ts'
import type { Receipts } from '../receipts.ts'
import type { TillParts } from '../till.ts'
import type { Handlers } from './handler.ts'

export type ReceiptMethod = Extract<
  MethodName,
  `receipt.${string}` | `printer.${string}` | 'customer.card_qr' | 'customer.card_pdf'
>
type Settings = Output<'printer.settings'>

/** Handlers of receipts, the printer and membership cards. Nothing here books anything. */
export function receiptHandlers(
  { ledger, sendToPrinter }: TillParts,
  receipts: Receipts,
  customers: Customers,
): Pick<Handlers, ReceiptMethod> {
  const printer = printerSettings(ledger.db)

  const print = async (
    receipt: Receipt,
    settings: Settings,
  ): Promise<Result<Record<string, never>, Refusal>> => {
    const to = targetOf(settings)
    if (!to) return refuse(refusal('printer_none'))
    if (!sendToPrinter)
      return refuse(refusal('printer_silent', { why: 'nothing leads to a printer from here' }))
    const bytes = await threadPress({ job: 'escpos', receipt, paper: settings.paper })
    const why = await sendToPrinter(to, bytes)
    return why === null ? ok({}) : refuse(refusal('printer_silent', { why }))
  }
  const cardOf = (id: string): Result<MemberCard, Refusal> => {
    const row = customers.row(id)
    if (!row) return refuse(refusal('not_found', { what: 'This customer' }))
    const number = row.card ?? ''
    return ok({ name: row.name, number, qr: number === '' ? encodeCardCode(row.id) : number })
  }

  return {
    'receipt.preview': (input) => writable(receipts.of(input.sale_id)),
    async 'receipt.print'(input) {
      const receipt = receipts.of(input.sale_id)
      return receipt.ok ? print(receipt.value, printer.get()) : receipt
    },
    async 'receipt.pdf'(input) {
      const receipt = receipts.of(input.sale_id)
      if (!receipt.ok) return receipt
      const bytes = await threadPress({ job: 'receipt_pdf', receipt: receipt.value })
      return ok(fileOf(`Receipt ${receipt.value.at}`, bytes))
    },
    'printer.settings': () => ok(printer.get()),
    'printer.update': (input) => printer.set(input),
    async 'printer.test'(input) {
      const settings = checkPrinter(input)
      return settings.ok ? print(testPage(ledger.settings().store), settings.value) : settings
    },
    'customer.card_qr': (input) => cardOf(input.customer_id),
    async 'customer.card_pdf'(input) {
      const cards: MemberCard[] = []
      for (const id of input.customer_ids) {
        const card = cardOf(id)
        if (!card.ok) return card
        cards.push(card.value)
      }
      const store = ledger.settings().store.store_name
      return ok(fileOf('Membership cards', await threadPress({ job: 'cards_pdf', store, cards })))
    },
  }
}

/** Copies what is for reading alone into the shape of an answer. */
function writable(receipt: Result<Receipt, Refusal>): Result<Output<'receipt.preview'>, Refusal> {
  if (!receipt.ok) return receipt
  return ok({ ...receipt.value, groups: receipt.value.groups.map((rows) => [...rows]) })
}

/** A name without what a file system does not take. */
const fileOf = (name: string, bytes: Uint8Array): Output<'receipt.pdf'> => ({
  name: `${name.replaceAll(':', '.').replaceAll(',', '')}.pdf`,
  base64: Buffer.from(bytes).toString('base64'),
})

const testPage = (store: { store_name: string; till_name: string }): Receipt => ({
  store: store.store_name,
  till: store.till_name,
  at: 'Test of the printer',
  groups: [
    [
      { label: 'Left', value: 'Right', look: 'plain' },
      { label: 'Amount', value: '₦12,500', look: 'strong' },
    ],
  ],
  qr: 'KASUWA',
  qr_hint: 'This printer can print receipts.',
  code: null,
})
