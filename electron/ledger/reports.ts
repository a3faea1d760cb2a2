import { addDays, businessDate, startOfDate } from '../../shared/base/business-date.ts'
import { formatNaira } from '../../shared/base/money.ts'
import type { Output, Parsed } from '../../shared/ipc/contract.ts'
import { decodeEnvelope, EVENT_KINDS, type EventKind } from '../../shared/protocol/event.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import { attentionNow, type OfficeView } from './attention.ts'
import { EVENT_COUNTS } from './database.ts'
import type { Ledger } from './ledger.ts'
import { eventWords, FIXED_ACTORS } from './words.ts'

type Today = Output<'manager.today'>
type EventPage = Output<'manager.events'>

/** How many events one page of a search by text looks at before it hands back what it found: no sale waits long. */
const SCAN_EVENTS_MAX = 2_000

interface Reports {
  today(date: string | null): Today
  events(filter: Parsed<'manager.events'>): EventPage
}

/** What a manager reads. Every figure comes from this till's own ledger. `office`: what head office wants of a person. */
export function createReports(ledger: Ledger, office: OfficeView): Reports {
  return { today: todayReport(ledger, office), events: eventList(ledger) }
}

interface SaleSum {
  readonly staff: string
  readonly hour: number
  readonly sales: number
  readonly gross: number
  readonly known: number
  readonly earned: number
  readonly redeemed: number
  readonly paid: number
  readonly refunded: number
}

function todayReport(ledger: Ledger, office: OfficeView): Reports['today'] {
  const { db, writer, platform } = ledger
  const sums = db.prepare<[string], SaleSum>(
    `SELECT staff, hour, count(*) AS sales, sum(gross_kobo) AS gross, sum(customer IS NOT NULL) AS known,
       sum(earned) AS earned, sum(redeemed) AS redeemed, sum(gross_kobo - net_kobo) AS paid,
       sum(refunded_kobo) AS refunded
     FROM sale WHERE business_date = ? AND void_event IS NULL GROUP BY staff, hour`,
  )
  // The same words as in the index event_notable, which keeps this quick beside a year of sales or a large import.
  const others = db.prepare<
    [number, number],
    { kind: EventKind; staff: string; bytes: Uint8Array; id: string; trusted: number }
  >(
    `SELECT kind, staff, bytes, id, trusted FROM event e INDEXED BY event_notable
     WHERE staff <> 'import' AND kind NOT IN ('sale.recorded', 'points.earned', 'points.redeemed')
       AND kind IN ('customer.enrolled', 'points.adjusted', 'points.reversed', 'override')
       AND trusted >= ? AND trusted < ? AND ${EVENT_COUNTS}`,
  )
  const staffName = db.prepare<[string], string>('SELECT name FROM staff WHERE id = ?').pluck()

  return (asked) => {
    const asOf = writer.now()
    const { time_zone } = ledger.settings().place
    const date = asked ?? businessDate(asOf.trusted, time_zone)
    const figures = {
      sales: 0,
      gross_kobo: 0,
      sales_with_customer: 0,
      earned: 0,
      redeemed: 0,
      redeemed_kobo: 0,
      enrolled: 0,
      voids: 0,
      refunds: 0,
      refunded_kobo: 0,
      adjusted: 0,
    }
    const hours = Array.from({ length: 24 }, (_, hour) => ({
      hour,
      sales: 0,
      gross_kobo: 0,
      earned: 0,
      redeemed: 0,
    }))
    const cashiers = new Map<string, Today['by_cashier'][number]>()
    const cashier = (id: string): Today['by_cashier'][number] => {
      const name = staffName.get(id) ?? FIXED_ACTORS[id] ?? ''
      const known = cashiers.get(id) ?? {
        staff_id: staffId(id),
        name,
        sales: 0,
        gross_kobo: 0,
        earned: 0,
        redeemed: 0,
        enrolled: 0,
        voids: 0,
      }
      cashiers.set(id, known)
      return known
    }
    for (const row of sums.all(date)) {
      figures.sales_with_customer += row.known
      figures.redeemed_kobo += row.paid
      figures.refunded_kobo += row.refunded
      for (const into of [figures, hours[row.hour], cashier(row.staff)]) {
        if (!into) continue
        into.sales += row.sales
        into.gross_kobo += row.gross
        into.earned += row.earned
        into.redeemed += row.redeemed
      }
    }
    const attention: Today['attention'] = []
    for (const row of others.all(startOfDate(date, time_zone), startOfDate(addDays(date, 1), time_zone))) {
      const envelope = () => decodeEnvelope(platform.digest, row.bytes)
      if (row.kind === 'customer.enrolled') {
        figures.enrolled += 1
        cashier(row.staff).enrolled += 1
      } else if (row.kind === 'points.reversed') {
        const { n, payload } = envelope()
        // The first of the command says what was done; others carry it into further accounts.
        if (n > 0) continue
        if ((payload as Payloads['points.reversed']).part) figures.refunds += 1
        else {
          figures.voids += 1
          cashier(row.staff).voids += 1
        }
      } else if (row.kind === 'points.adjusted') {
        figures.adjusted += Math.abs((envelope().payload as Payloads['points.adjusted']).points)
      } else {
        const { what, about } = envelope().payload as Payloads['override']
        attention.push({ kind: 'override', text: `${what}: ${about}`, event_id: row.id, at: row.trusted })
      }
    }
    attention.push(...attentionNow(ledger, office, asOf.marks, asOf.trusted))
    return {
      as_of: asOf.trusted,
      date,
      figures,
      by_hour: hours,
      by_cashier: [...cashiers.values()].sort((a, b) => b.sales - a.sales),
      attention,
    }
  }
}

const staffId = (id: string): string => (/^[0-9a-f]{32}$/.test(id) ? id : '0'.repeat(32))

interface EventRow {
  readonly place: number
  readonly epoch: number
  readonly seq: number
  readonly id: string
  readonly kind: EventKind
  readonly staff: string
  readonly customer: string | null
  readonly trusted: number
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
  readonly customer_name: string | null
  readonly staff_name: string | null
  readonly personal: string | null
  readonly sale_void: number
}

function eventList(ledger: Ledger): Reports['events'] {
  const { db, ids, platform, projector } = ledger
  const select = (
    index: string,
  ): string => `SELECT e.*, c.name AS customer_name, s.name AS staff_name, p.json AS personal,
      EXISTS (SELECT 1 FROM sale v WHERE v.id = CAST(e.bytes AS TEXT) ->> '$.payload.sale' AND v.void_event IS NOT NULL) AS sale_void FROM event e INDEXED BY ${index}
    LEFT JOIN customer c ON c.id = coalesce((SELECT root FROM alias WHERE id = e.customer), e.customer) LEFT JOIN staff s ON s.id = e.staff LEFT JOIN personal p ON p.event = e.id`
  const staffName = db.prepare<[string], string>('SELECT name FROM staff WHERE id = ?').pluck()
  const statements = new Map<string, ReturnType<typeof db.prepare<Record<string, unknown>, EventRow>>>()

  const view = (row: EventRow): EventPage['events'][number] => {
    const { digest } = platform
    const envelope = decodeEnvelope(digest, row.bytes)
    const values =
      row.personal === null ? {} : (JSON.parse(row.personal) as { reason?: string; name?: string })
    const words = eventWords(
      row.kind,
      envelope.payload,
      values.reason ?? '',
      ledger.settings().place.time_zone,
    )
    const { approver } = envelope.actor
    return {
      id: row.id,
      place: row.place,
      device: ids.device,
      epoch: row.epoch,
      seq: row.seq,
      kind: row.kind,
      at: row.trusted,
      wall: envelope.wall,
      marks: [...(envelope.marks ?? [])],
      staff: row.staff_name ?? FIXED_ACTORS[row.staff] ?? '',
      approver: approver ? (staffName.get(approver) ?? '') : '',
      customer_id: row.customer,
      customer_name: row.customer_name ?? '',
      sale_id: (envelope.payload as { sale?: string | null }).sale ?? null,
      sale_void: row.sale_void === 1,
      points: row.kind === 'points.reversed' ? undone(row) : pointsOf(row.kind, envelope.payload),
      amount_kobo:
        row.kind === 'sale.recorded' ? (envelope.payload as Payloads['sale.recorded']).gross : null,
      text: row.kind === 'staff.changed' && values.name ? `${words} (${values.name})` : words,
      hash: digest.hex(row.hash),
    }
  }

  /** What an undoing did to the balance, taken back and given back together; its line knows. */
  const undone = ({ id, customer }: EventRow): number =>
    customer === null ? 0 : (projector.accounts.line(customer, id)?.points ?? 0)

  return (filter) => {
    const { time_zone } = ledger.settings().place
    const kinds = filter.kinds.filter((k) => (EVENT_KINDS as readonly string[]).includes(k))
    const where = ['(e.trusted, e.place) < (@time, @place)', EVENT_COUNTS]
    if (filter.from !== null) where.push('e.trusted >= @from')
    if (filter.to !== null) where.push('e.trusted < @to')
    if (filter.staff_id !== null) where.push('e.staff = @staff')
    if (filter.customer_id !== null)
      where.push('e.customer IN (SELECT @customer UNION ALL SELECT id FROM alias WHERE root = @customer)')
    if (filter.event_id !== undefined) where.push('e.id = @event')
    if (filter.kinds.length > 0) where.push('e.kind IN (SELECT value FROM json_each(@kinds))')
    // In the order of trusted time: it is what the days of the filter are, and what the index is in.
    const by =
      filter.event_id !== undefined
        ? 'event_id'
        : filter.customer_id === null
          ? 'event_trusted'
          : 'event_customer'
    const sql = `${select(by)} WHERE ${where.join(' AND ')} ORDER BY e.trusted DESC, e.place DESC LIMIT @limit`
    const statement = statements.get(sql) ?? db.prepare<Record<string, unknown>, EventRow>(sql)
    statements.set(sql, statement)
    const wanted = filter.text.trim().toLowerCase()
    const [time, place] = filter.cursor === null ? [] : filter.cursor.split('~')
    const rows = statement.iterate({
      time: time === undefined ? Number.MAX_SAFE_INTEGER : Number(time),
      place: place === undefined ? 0 : Number(place),
      from: filter.from === null ? null : startOfDate(filter.from, time_zone),
      to: filter.to === null ? null : startOfDate(addDays(filter.to, 1), time_zone),
      staff: filter.staff_id,
      customer: filter.customer_id === null ? null : projector.accounts.replica.rootOf(filter.customer_id),
      event: filter.event_id ?? null,
      kinds: JSON.stringify(kinds),
      limit: wanted === '' ? filter.limit + 1 : SCAN_EVENTS_MAX,
    })
    const events: EventPage['events'] = []
    let last = ''
    let seen = 0
    for (const row of rows) {
      seen += 1
      if (events.length === filter.limit) return { events, next: last }
      last = `${row.trusted}~${row.place}`
      const event = view(row)
      if (wanted === '' || matches(event, wanted)) events.push(event)
    }
    return { events, next: wanted !== '' && seen === SCAN_EVENTS_MAX ? last : null }
  }
}

const matches = (event: EventPage['events'][number], wanted: string): boolean =>
  `${event.text} ${event.customer_name} ${event.staff} ${event.amount_kobo === null ? '' : formatNaira(event.amount_kobo)}`
    .toLowerCase()
    .includes(wanted)

function pointsOf(kind: EventKind, payload: unknown): number {
  if (kind === 'points.earned') return (payload as Payloads['points.earned']).points
  if (kind === 'points.redeemed') return -(payload as Payloads['points.redeemed']).points
  if (kind === 'points.adjusted') return (payload as Payloads['points.adjusted']).points
  return 0
}
