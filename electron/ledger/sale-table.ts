import { businessDate, businessHour } from '../../shared/base/business-date.ts'
import { HOME } from '../../shared/base/home.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import type { Database } from './database.ts'
import type { ProjectedEvent } from './projector.ts'

/** Whose sale an undoing undid. */
interface UndoneSale {
  readonly customer: string | null
  /** What was left of its net amount then. */
  readonly rest_kobo: number
}

/** Sales of this till alone: what other tills sold is in head office's rows as sums. */
export function saleTable(db: Database) {
  const insert = db.prepare(
    `INSERT INTO sale (id, place, customer, at, business_date, hour, gross_kobo, net_kobo, earned, redeemed, receipt,
       channel, staff, imported, void_event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, NULL)`,
  )
  const voidOf = db.prepare<[string], string | null>('SELECT void_event FROM sale WHERE id = ?').pluck()
  const earned = db.prepare('UPDATE sale SET earned = earned + ? WHERE id = ? AND customer = ?')
  const redeemed = db.prepare('UPDATE sale SET redeemed = redeemed + ? WHERE id = ?')
  const mark = db.prepare('UPDATE sale SET void_event = ? WHERE id = ? AND void_event IS NULL')
  const undoneBy = db.prepare<[string, string], UndoneSale>(
    'SELECT customer, net_kobo - refunded_kobo AS rest_kobo FROM sale WHERE id = ? AND void_event = ?',
  )
  const isHere = db.prepare<[string], number>('SELECT 1 FROM sale WHERE id = ?').pluck()
  const refund = db.prepare('INSERT INTO refund (event, sale, kobo) VALUES (?, ?, ?)')
  const refunded = db.prepare('UPDATE sale SET refunded_kobo = refunded_kobo + ? WHERE id = ?')
  const refunds = db.prepare<[string], { event: string; kobo: number }>(
    'SELECT event, kobo FROM refund WHERE sale = ?',
  )
  const timeZone = cachedTimeZone(db)
  return {
    record(e: ProjectedEvent, customer: string | null): void {
      const p = e.payload as Payloads['sale.recorded']
      const zone = timeZone()
      const day = businessDate(p.occurred_at, zone)
      const hour = businessHour(p.occurred_at, zone)
      const what = [p.occurred_at, day, hour, p.gross, p.net, p.receipt, p.channel]
      insert.run(e.id, e.place, customer, ...what, e.staff, p.imported ? 1 : 0)
    },
    /** The event that undid it; null: it stands. */
    voidOf: (sale: string | null): string | null => (sale === null ? null : (voidOf.get(sale) ?? null)),
    /** What the receipt said: whatever head office's row makes of it later. */
    countEarned: (sale: string | null, customer: string, points: number): void => {
      if (sale !== null) earned.run(points, sale, customer)
    },
    countRedeemed: (sale: string | null, points: number): void => {
      if (sale !== null) redeemed.run(points, sale)
    },
    /** A part of it was given back, or all that was left. */
    giveBack: (sale: string, event: string, { part, rest }: Payloads['points.reversed']): void => {
      const here = isHere.get(sale) !== undefined
      if (!part) mark.run(event, sale)
      // The end of a sale made elsewhere has no row here to stand in.
      const kobo = part?.kobo ?? (here ? undefined : rest?.kobo)
      if (!kobo) return
      refund.run(event, sale, kobo)
      refunded.run(kobo, sale)
    },
    /** What this till gave back of it in parts, by event. */
    refundsOf: (sale: string): ReadonlyMap<string, number> =>
      new Map(refunds.all(sale).map(({ event, kobo }) => [event, kobo])),
    isHere: (sale: string): boolean => isHere.get(sale) !== undefined,
    undoneBy: (sale: string, event: string): UndoneSale | null => undoneBy.get(sale, event) ?? null,
    /** The time zone may have changed. */
    forget: () => timeZone.forget(),
  }
}
export type SaleTable = ReturnType<typeof saleTable>

function cachedTimeZone(db: Database): { (): string; forget(): void } {
  const read = db.prepare<[], string>(`SELECT value ->> 'time_zone' FROM setting WHERE key = 'place'`).pluck()
  let zone: string | undefined
  const current = (): string => {
    zone ??= read.get()
    return zone ?? HOME.timeZone
  }
  return Object.assign(current, {
    forget: () => {
      zone = undefined
    },
  })
}
