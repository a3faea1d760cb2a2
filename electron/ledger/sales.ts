import type { z } from 'zod'
import { businessDate } from '../../shared/base/business-date.ts'
import type { BookedSale } from '../../shared/domain/decide/void.ts'
import type { SaleLine } from '../../shared/ipc/sale-values.ts'
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
  readonly customer_name: string | null
  readonly staff_name: string | null
}

interface SaleFilter {
  readonly customer: string | null
  readonly staff?: string
  /** yyyy-mm-dd. */
  readonly day?: string
  readonly receipt?: string
  /** Only this sale. */
  readonly id?: string
  readonly cursor: string | null
  readonly limit: number
}

export interface Sales {
  list(filter: SaleFilter): { sales: View[]; next: string | null }
  /** A sale as `decideVoid` takes it; null when unknown. */
  booked(id: string): BookedSale | null
  receiptUsed(day: string, receipt: string): boolean
}

const select = (
  index = '',
): string => `SELECT s.*, c.name AS customer_name, t.name AS staff_name FROM sale s ${index}
  LEFT JOIN customer c ON c.id = s.customer LEFT JOIN staff t ON t.id = s.staff`

/** Sales as they were booked, newest first. */
export function createSales(ledger: Ledger): Sales {
  const { db, writer, projector } = ledger
  const one = db.prepare<[string], SaleRow>(`${select()} WHERE s.id = ?`)
  const used = db
    .prepare<[string, string], number>(
      'SELECT 1 FROM sale WHERE business_date = ? AND receipt = ? AND void_event IS NULL AND imported = 0 LIMIT 1',
    )
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
    if (filter.receipt) where.push('s.receipt = @receipt')
    if (filter.id !== undefined) where.push('s.id = @sale')
    const index =
      filter.customer !== null ? 'INDEXED BY sale_customer' : filter.day ? 'INDEXED BY sale_day' : ''
    const sql = `${select(index)} WHERE ${where.join(' AND ')} ORDER BY s.at DESC, s.id DESC LIMIT @limit`
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
      sale: filter.id,
      limit: filter.limit + 1,
    })
  }

  return {
    list(filter) {
      const rows = page(filter)
      const last = rows[filter.limit - 1]
      const next = rows.length > filter.limit && last ? `${last.at}~${last.id}` : null
      return { sales: rows.slice(0, filter.limit).map(viewOf), next }
    },
    booked(id) {
      const row = one.get(id)
      if (!row) return null
      const { place, program } = ledger.settings()
      const { customer } = row
      const all = customer === null ? [] : projector.accounts.linesOfSale(customer, id)
      const lines = all.filter(({ line }) => line.kind !== 'reverse')
      return {
        id,
        staff: row.staff,
        customer,
        program: lines[0]?.program ?? program.id,
        today: row.business_date === businessDate(writer.now().trusted, place.time_zone),
        imported: row.imported === 1,
        void: row.void_event !== null,
        lines: lines.map(({ line }) => line.event),
        restKobo: null,
      }
    },
    receiptUsed: (day, receipt) => used.get(day, receipt) !== undefined,
  }
}

function viewOf(row: SaleRow): View {
  return {
    sale_id: row.id,
    at: row.at,
    gross_kobo: row.gross_kobo,
    net_kobo: row.net_kobo,
    earned: row.earned,
    redeemed: row.redeemed,
    receipt: row.receipt,
    channel: row.channel,
    customer_id: row.customer,
    customer_name: row.customer_name ?? '',
    staff: row.staff_name ?? FIXED_ACTORS[row.staff] ?? '',
    state: row.void_event === null ? 'booked' : 'void',
    imported: row.imported === 1,
  }
}
