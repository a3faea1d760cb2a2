import type { z } from 'zod'
import { businessDate } from '../../shared/base/business-date.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { givenBack, leftOf, refundLines, type SaleToRefund } from '../../shared/domain/decide/refund.ts'
import type { BookedSale } from '../../shared/domain/decide/void.ts'
import { decodeReceiptCode, type ReceiptCode } from '../../shared/domain/receipt-code.ts'
import type { SaleLine, SaleNamed } from '../../shared/ipc/sale-values.ts'
import { decodeEnvelope } from '../../shared/protocol/event.ts'
import type { Ledger } from './ledger.ts'
import { FIXED_ACTORS } from './words.ts'

type View = z.infer<typeof SaleLine>

interface SaleRow {
  readonly id: string
  readonly place: number
  readonly customer: string | null
  readonly at: number
  readonly business_date: string
  readonly gross_kobo: number
  readonly net_kobo: number
  readonly earned: number
  readonly redeemed: number
  readonly receipt: string
  readonly channel: string
  readonly staff: string
  readonly imported: number
  readonly void_event: string | null
  readonly refunded_kobo: number
  readonly customer_name: string | null
  readonly staff_name: string | null
}

/** More than one command writes. */
const EVENTS_OF_A_SALE_MAX = 256

interface SaleFilter {
  readonly customer: string | null
  readonly staff?: string
  /** yyyy-mm-dd. */
  readonly day?: string
  readonly receipt?: string
  readonly cursor: string | null
  readonly limit: number
}

export interface Sales {
  list(filter: SaleFilter): { sales: View[]; next: string | null }
  /** A sale as `decideVoid` takes it; null when unknown. */
  booked(id: string): BookedSale | null
  /**
   * A sale as `decideRefund` takes it: of this till by its id, of any by the code on its receipt, or of another till by
   * the lines of the customer's account and the amount on the paper. Refuses not_found, receipt_unreadable,
   * receipt_newer, receipt_differs.
   */
  toRefund(named: z.infer<typeof SaleNamed>): Result<SaleToRefund, Refusal>
  receiptUsed(day: string, receipt: string): boolean
}

/** The way to the fewest rows. */
function indexFor({ customer, day, receipt }: SaleFilter): string {
  if (customer !== null) return 'INDEXED BY sale_customer'
  if (day !== undefined) return 'INDEXED BY sale_day'
  return receipt ? 'INDEXED BY sale_receipt' : 'INDEXED BY sale_at'
}

const select = (
  index = '',
): string => `SELECT s.*, c.name AS customer_name, t.name AS staff_name FROM sale s ${index}
  LEFT JOIN customer c ON c.id = s.customer LEFT JOIN staff t ON t.id = s.staff`

/** Sales as they were booked, newest first. */
export function createSales(ledger: Ledger): Sales {
  const { db, writer, projector, platform } = ledger
  const one = db.prepare<[string], SaleRow>(`${select()} WHERE s.id = ?`)
  const used = db
    .prepare<[string, string], number>(
      'SELECT 1 FROM sale WHERE business_date = ? AND receipt = ? AND void_event IS NULL AND imported = 0 LIMIT 1',
    )
    .pluck()
  const eventsAfter = db
    .prepare<[number, number], Uint8Array>('SELECT bytes FROM event WHERE place > ? AND place <= ?')
    .pluck()
  const pages = new Map<string, ReturnType<typeof db.prepare<Record<string, unknown>, SaleRow>>>()

  /**
   * Ordered by (at, id) under the index that the filter allows; the cursor names the last row seen. The index is named:
   * by figures that were gathered while the shop was young, reading all sales looks as cheap.
   */
  const page = (filter: SaleFilter): SaleRow[] => {
    const where = ['(s.at, s.id) < (@at, @id)']
    if (filter.customer !== null) where.push('s.customer = @customer')
    if (filter.staff !== undefined) where.push('s.staff = @staff')
    if (filter.day !== undefined) where.push('s.business_date = @day')
    // The index leaves out sales without a receipt, and must be told that this is none of them.
    if (filter.receipt) where.push(`s.receipt = @receipt AND s.receipt <> ''`)
    const sql = `${select(indexFor(filter))} WHERE ${where.join(' AND ')} ORDER BY s.at DESC, s.id DESC LIMIT @limit`
    const statement = pages.get(sql) ?? db.prepare<Record<string, unknown>, SaleRow>(sql)
    pages.set(sql, statement)
    const [at, id] = filter.cursor === null ? [] : filter.cursor.split('~')
    return statement.all({
      at: at === undefined ? Number.MAX_SAFE_INTEGER : Number(at),
      id: id ?? '',
      customer: filter.customer === null ? null : projector.accounts.replica.rootOf(filter.customer),
      staff: filter.staff,
      day: filter.day,
      receipt: filter.receipt,
      limit: filter.limit + 1,
    })
  }

  /** What accounts and this till know of a sale. `customers`: whose points it moved. */
  const known = (id: string, customers: readonly string[]) => {
    const roots = new Set(customers.map(projector.accounts.replica.rootOf))
    const lines = [...roots].flatMap((customer) =>
      projector.accounts.linesOfSale(customer, id).map((one) => ({ customer, ...one })),
    )
    return { lines, given: givenBack({ lines, own: projector.sales.refundsOf(id) }) }
  }
  const ofThisTill = (row: SaleRow): SaleToRefund => {
    const { id, customer, staff, net_kobo: netKobo } = row
    const { place, program } = ledger.settings()
    const { lines, given } = known(id, customer === null ? [] : [customer, ...moved(row)])
    return {
      id,
      staff,
      customer,
      program: mainProgram(lines, program.id),
      today: row.business_date === businessDate(writer.now().trusted, place.time_zone),
      imported: row.imported === 1,
      void: row.void_event !== null || given.whole,
      ours: true,
      netKobo,
      refundedKobo: given.kobo,
      lines: refundLines(lines, null, netKobo, given.kobo),
    }
  }
  /** False: what the code names moved points of another sale, or the other way. What is not known here may be true. */
  const fitsBooks = ({ customer, sale, lines }: ReceiptCode): boolean =>
    customer === null ||
    lines.every(({ event, kind }) => {
      const line = projector.accounts.line(customer, event)
      return line === null || (line.sale === sale && line.kind === kind)
    })
  const ofAnotherTill = (receipt: Omit<ReceiptCode, 'code'>): SaleToRefund => {
    const customer = receipt.customer === null ? null : projector.accounts.replica.rootOf(receipt.customer)
    const { lines, given } = known(receipt.sale, customer === null ? [] : [customer])
    const netKobo = receipt.net_kobo
    return {
      id: receipt.sale,
      staff: null,
      customer,
      program: receipt.program,
      today: false,
      imported: false,
      void: given.whole,
      ours: false,
      netKobo,
      refundedKobo: given.kobo,
      lines: refundLines(lines, { ...receipt, customer }, netKobo, given.kobo),
    }
  }
  /** Customers for whom the command of a sale moved points: who recommended the buyer is one. */
  const moved = ({ id, place }: SaleRow): readonly string[] =>
    eventsAfter.all(place, place + EVENTS_OF_A_SALE_MAX).flatMap((bytes) => {
      const { customer, payload } = decodeEnvelope(platform.digest, bytes)
      return customer !== undefined && (payload as { sale?: unknown }).sale === id ? [customer] : []
    })

  return {
    toRefund(named) {
      const read = named.by === 'receipt' ? decodeReceiptCode(named.code.trim().toUpperCase()) : null
      if (read && !read.ok) return read
      const id = named.by === 'receipt' ? read?.value.sale : named.sale_id
      const row = one.get(id ?? '')
      if (row) return ok(ofThisTill(row))
      if (read)
        return fitsBooks(read.value) ? ok(ofAnotherTill(read.value)) : refuse(refusal('receipt_differs'))
      const unknown = refuse(refusal('not_found', { what: 'This sale' }))
      if (named.by !== 'paper') return unknown
      const { sale_id: sale, customer_id, net_kobo } = named
      const told = { sale, customer: customer_id, program: ledger.settings().program.id, net_kobo, lines: [] }
      const found = ofAnotherTill(told)
      return found.lines.length === 0 ? unknown : ok(found)
    },
    list(filter) {
      const rows = page(filter)
      const last = rows[filter.limit - 1]
      const next = rows.length > filter.limit && last ? `${last.at}~${last.id}` : null
      return { sales: rows.slice(0, filter.limit).map(viewOf), next }
    },
    booked(id) {
      const row = one.get(id)
      if (!row) return null
      const sale = ofThisTill(row)
      return {
        ...sale,
        staff: row.staff,
        restKobo: sale.refundedKobo === 0 ? null : leftOf(sale),
      }
    },
    receiptUsed: (day, receipt) => used.get(day, receipt) !== undefined,
  }
}

/** Of several the shop's own one: its event says what goes back in money. */
const mainProgram = (lines: readonly { readonly program: string }[], ours: string): string =>
  lines.some(({ program }) => program === ours) ? ours : (lines[0]?.program ?? ours)

function viewOf(row: SaleRow): View {
  return {
    sale_id: row.id,
    at: row.at,
    gross_kobo: row.gross_kobo,
    net_kobo: row.net_kobo,
    earned: row.earned,
    redeemed: row.redeemed,
    refunded_kobo: row.refunded_kobo,
    receipt: row.receipt,
    channel: row.channel,
    customer_id: row.customer,
    customer_name: row.customer_name ?? '',
    staff: row.staff_name ?? FIXED_ACTORS[row.staff] ?? '',
    state: row.void_event === null ? 'booked' : 'void',
    imported: row.imported === 1,
  }
}
