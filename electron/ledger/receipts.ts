import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { maskPhone, phoneGroups } from '../../shared/domain/phone.ts'
import { type Receipt, receiptOf } from '../../shared/domain/receipt.ts'
import { encodeReceiptCode, RECEIPT_LINES_MAX, type ReceiptCode } from '../../shared/domain/receipt-code.ts'
import { SaleDone } from '../../shared/ipc/sale-values.ts'
import { decodeEnvelope } from '../../shared/protocol/event.ts'
import type { Customers } from './customers.ts'
import type { Ledger } from './ledger.ts'
import type { Sales } from './sales.ts'
import { FIXED_ACTORS, lineReason } from './words.ts'

/** What of the answer to a sale stands on its receipt: the words of an older app have these too. */
const Told = SaleDone.pick({
  sale_id: true,
  gross_kobo: true,
  net_kobo: true,
  earned: true,
  redeemed: true,
  pays_kobo: true,
  balance: true,
  balance_worth_kobo: true,
  tier: true,
  expiring: true,
  at: true,
})

export interface Receipts {
  /** Refuses not_found, and receipt_none for a sale that came from a file. */
  of(sale: string): Result<Receipt, Refusal>
}

/**
 * What the code has room for, of the program it names: what was taken first. Another till knows the others by the
 * account alone.
 */
const linesInCode = (
  all: ReturnType<Ledger['projector']['accounts']['linesOfSale']>,
  program: string,
): ReceiptCode['lines'] =>
  all
    .filter((one) => one.program === program)
    .flatMap(({ line: { kind, event, points } }) =>
      kind === 'earn' || kind === 'redeem' ? [{ kind, event, points }] : [],
    )
    .toSorted((a, b) => Number(b.kind === 'redeem') - Number(a.kind === 'redeem') || b.points - a.points)
    .slice(0, RECEIPT_LINES_MAX)

/** Receipts of the sales of this till, from what was answered when they were kept. */
export function createReceipts(ledger: Ledger, sales: Sales, customers: Customers): Receipts {
  const { db, platform, projector } = ledger
  const eventOf = db
    .prepare<[string], Uint8Array>('SELECT bytes FROM event WHERE id = ? ORDER BY place DESC LIMIT 1')
    .pluck()
  const rowOf = db.prepare<[string], { receipt: string; staff: string }>(
    'SELECT receipt, staff FROM sale WHERE id = ?',
  )
  const staffName = db.prepare<[string], string>('SELECT name FROM staff WHERE id = ?').pluck()
  const envelopeOf = (event: string) => {
    const bytes = eventOf.get(event)
    return bytes === undefined ? null : decodeEnvelope(platform.digest, bytes)
  }
  const calledOnPaper = (id: string | null): string => {
    const row = id === null ? null : customers.row(id)
    if (!row) return ''
    const number = row.phone === null ? '' : maskPhone(phoneGroups(row.phone).join(' '))
    return row.name || number || row.card || 'Customer'
  }

  return {
    of(id) {
      const booked = sales.booked(id)
      const row = rowOf.get(id)
      if (!booked || !row) return refuse(refusal('not_found', { what: 'This sale' }))
      const told = Told.safeParse(envelopeOf(id)?.answer)
      if (booked.imported || !told.success) return refuse(refusal('receipt_none'))
      const { store, place } = ledger.settings()
      const { customer } = booked
      const all = customer === null ? [] : projector.accounts.linesOfSale(customer, id)
      const lines = all.map(({ line }) => line)
      return ok(
        receiptOf({
          sale: { ...told.data, customer_id: customer },
          store: store.store_name,
          till: store.till_name,
          timeZone: place.time_zone,
          number: row.receipt,
          staff: staffName.get(row.staff) ?? FIXED_ACTORS[row.staff] ?? '',
          customer: calledOnPaper(customer),
          reasons: lines
            .filter(({ kind }) => kind === 'earn')
            .map((line) => lineReason(line, envelopeOf(line.event)?.payload ?? null, '', place.time_zone)),
          isUndone: booked.void,
          qr: encodeReceiptCode({
            sale: id,
            customer,
            program: booked.program,
            net_kobo: told.data.net_kobo,
            lines: linesInCode(all, booked.program),
            code: null,
          }),
          code: null,
        }),
      )
    },
  }
}
