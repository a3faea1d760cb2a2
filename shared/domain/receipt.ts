import { offsetMs } from '../base/business-date.ts'
import { formatNaira, groupThousands, type Kobo, type Points, pointsInWords } from '../base/money.ts'

/** What the till answered when the sale was kept: the receipt says what the customer was told, not what holds now. */
interface SaleTold {
  readonly sale_id: string
  readonly customer_id: string | null
  readonly gross_kobo: Kobo
  readonly net_kobo: Kobo
  readonly earned: Points
  readonly redeemed: Points
  readonly pays_kobo: Kobo
  /** Null: what the customer has was not known at this till. */
  readonly balance: Points | null
  readonly balance_worth_kobo: Kobo | null
  readonly tier: string
  readonly expiring: { readonly points: Points; readonly last_day: string } | null
  /** Trusted time, ms. */
  readonly at: number
}

export interface ReceiptFacts {
  readonly sale: SaleTold
  readonly store: string
  readonly till: string
  readonly timeZone: string
  /** The number on the shop's own slip; empty where none was typed. */
  readonly number: string
  readonly staff: string
  /** How the paper calls the customer: a paper is lost easily, so never a whole phone number. */
  readonly customer: string
  /** Why each line of earned points is what it is. */
  readonly reasons: readonly string[]
  readonly isUndone: boolean
  /** What the QR code says. */
  readonly qr: string
  /** Proof for the next redemption; null while none is given. */
  readonly code: string | null
}

type RowLook = 'plain' | 'strong' | 'note'

/** `note` is a sentence over the whole width, and has no value. */
export interface ReceiptRow {
  readonly label: string
  readonly value: string
  readonly look: RowLook
}

/** A receipt as every printer, page and file shows it: only the look of it differs. */
export interface Receipt {
  readonly store: string
  readonly till: string
  /** On the shop's calendar and clock: "22 Nov 2026, 14:32". */
  readonly at: string
  readonly groups: readonly (readonly ReceiptRow[])[]
  readonly qr: string
  readonly qr_hint: string
  readonly code: string | null
}

const plain = (label: string, value: string): ReceiptRow => ({ label, value, look: 'plain' })
const strong = (label: string, value: string): ReceiptRow => ({ label, value, look: 'strong' })
const note = (label: string): ReceiptRow => ({ label, value: '', look: 'note' })

/** The receipt of a sale. Groups without a row are left out. */
export function receiptOf(facts: ReceiptFacts): Receipt {
  const { sale, timeZone } = facts
  const groups = [headRows(facts), billRows(sale), pointRows(facts)]
  return {
    store: facts.store,
    till: facts.till,
    at: `${dayText(dateOf(sale.at, timeZone))}, ${timeOf(sale.at, timeZone)}`,
    groups: groups.filter((rows) => rows.length > 0),
    qr: facts.qr,
    qr_hint: 'Keep this receipt. Its code is scanned when goods come back.',
    code: facts.code,
  }
}

function headRows({ number, staff, isUndone }: ReceiptFacts): readonly ReceiptRow[] {
  return [
    ...(isUndone ? [strong('This sale was undone', '')] : []),
    ...(number === '' ? [] : [plain('Receipt', number)]),
    ...(staff === '' ? [] : [plain('Served by', staff)]),
  ]
}

function billRows({ gross_kobo, net_kobo, redeemed, pays_kobo }: SaleTold): readonly ReceiptRow[] {
  if (redeemed === 0) return [strong('Amount', formatNaira(gross_kobo))]
  return [
    plain('Amount', formatNaira(gross_kobo)),
    plain(`Paid with ${pointsInWords(redeemed)}`, formatNaira(-pays_kobo)),
    strong('To pay', formatNaira(net_kobo)),
  ]
}

function pointRows({ sale, customer, reasons, isUndone }: ReceiptFacts): readonly ReceiptRow[] {
  if (sale.customer_id === null) return []
  const rows = [plain('Customer', customer)]
  if (isUndone) return [...rows, note('Its points were taken back, and points that paid were given back.')]
  rows.push(strong('Points earned', groupThousands(sale.earned)), ...reasons.map(note))
  if (sale.balance === null) {
    return [...rows, note('How many points there are in all is not known at this till yet.')]
  }
  rows.push(strong('Points now', groupThousands(sale.balance)))
  if (sale.balance_worth_kobo !== null) rows.push(plain('Worth', formatNaira(sale.balance_worth_kobo)))
  if (sale.tier !== '') rows.push(plain('Tier', sale.tier))
  if (sale.expiring) {
    const { points, last_day } = sale.expiring
    rows.push(note(`Use ${pointsInWords(points)} by ${dayText(last_day)}: then they lapse.`))
  }
  return rows
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const localIso = (atMs: number, timeZone: string): string =>
  new Date(atMs + offsetMs(atMs, timeZone)).toISOString()
const dateOf = (atMs: number, timeZone: string): string => localIso(atMs, timeZone).slice(0, 10)
const timeOf = (atMs: number, timeZone: string): string => localIso(atMs, timeZone).slice(11, 16)

/** "2026-11-22" as "22 Nov 2026". */
function dayText(date: string): string {
  const [year, month, day] = date.split('-').map(Number)
  return `${day} ${MONTHS[(month ?? 1) - 1]} ${year}`
}
