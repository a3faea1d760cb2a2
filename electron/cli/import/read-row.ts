import { isDate } from '../../../shared/base/business-date.ts'
import type { ImportCustomer, ImportSale } from '../../ledger/messages.ts'
import { readAmount } from './amounts.ts'
import { instantOf, readBirth, readDate } from './dates.ts'
import type { Field } from './fields.ts'
import type { Plan } from './plan.ts'
import type { Row } from './row.ts'
import { trimmed } from './table.ts'

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string }

/** Where and when the shop is: needed to place a day on the clock and to see that it has not come yet. */
export interface Shop {
  readonly timeZone: string
  readonly nowMs: number
}

const FIRST_YEAR_MS = 0
/** A till ahead of this one by some hours is no reason to refuse its sales. */
const AHEAD_MAX_MS = 86_400_000

const no = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why })

/** One row of a purchase history as a sale; or why it is none, in words for the reject file. */
export function saleReader(plan: Plan, shop: Shop): (row: Row, key: string) => Reading<ImportSale> {
  const cell = cellReader(plan)
  return (row, key) => {
    const unusable = whyUnusable(plan, row)
    if (unusable) return no(unusable)
    const amount = readAmount(cell(row, 'amount'), plan.decimal)
    if (!amount.ok) return amount
    const day = readDate(cell(row, 'date'), plan.dates)
    if (!day.ok) return day
    const at = instantOf(day.date, cell(row, 'time') || day.time, shop.timeZone)
    if (!at.ok) return at
    if (at.atMs < FIRST_YEAR_MS) return no(`${day.date} is before 1970`)
    if (at.atMs > shop.nowMs + AHEAD_MAX_MS) return no(`${day.date} has not come yet; check the date`)
    const identity = identityOf(row, cell)
    if (!identity) return no('the row has no phone, card or email, so nobody knows whose purchase it is')
    return {
      ok: true,
      value: {
        key,
        ...identity,
        amount_kobo: amount.kobo,
        occurred_ms: at.atMs,
        receipt: cell(row, 'receipt'),
        channel: channelOf(cell(row, 'channel'), plan.channel),
      },
    }
  }
}

/** One row of a people file; or why it is none. */
export function customerReader(plan: Plan, shop: Shop): (row: Row, key: string) => Reading<ImportCustomer> {
  const cell = cellReader(plan)
  return (row, key) => {
    const unusable = whyUnusable(plan, row)
    if (unusable) return no(unusable)
    const identity = identityOf(row, cell)
    if (!identity) return no('the row has no phone, card or email, so the person could never be found')
    const birth = readBirth(cell(row, 'birth'), plan.dates)
    if (!birth.ok) return birth
    if (isDate(birth.birth) && Date.parse(birth.birth) > shop.nowMs) {
      return no(`${birth.birth} has not come yet; check the birth date`)
    }
    const consent = consentOf(cell(row, 'consent'))
    if (!consent)
      return no(`"${cell(row, 'consent').slice(0, 40)}" is not a consent; write yes, no or nothing`)
    return {
      ok: true,
      value: { key, ...identity, name: cell(row, 'name'), birth: birth.birth, consent_marketing: consent },
    }
  }
}

function cellReader(plan: Plan): (row: Row, field: Field) => string {
  return (row, field) => {
    const column = plan.mapping[field]
    return column === undefined ? '' : (row.cells[column] ?? '').trim()
  }
}

function identityOf(
  row: Row,
  cell: (row: Row, field: Field) => string,
): { phone: string; email: string; card: string } | null {
  const identity = { phone: cell(row, 'phone'), email: cell(row, 'email'), card: cell(row, 'card') }
  return identity.phone || identity.email || identity.card ? identity : null
}

/**
 * A row with too many cells has slipped. One with too few is read when only columns at its end are missing that the
 * import can do without (spreadsheets leave empty ones away); the last line of a file without a line end is not.
 */
function whyUnusable(plan: Plan, row: Row): string | null {
  if (row.problem !== null) return row.problem
  const { width } = plan.table
  const count = trimmed(row.cells).length
  if (count > width) return `the row has ${count} cells where ${width} are expected`
  if (row.cells.length < width) {
    if (row.unended) return `the last line is cut off: it has ${row.cells.length} of ${width} cells`
    const needed = plan.kind === 'sales' ? [plan.mapping.date ?? 0, plan.mapping.amount ?? 0] : []
    if (needed.some((column) => column >= row.cells.length)) {
      return `the row has ${row.cells.length} cells where ${width} are expected`
    }
  }
  return null
}

const CHANNELS: Readonly<Record<string, string>> = {
  pos: 'pos',
  store: 'pos',
  shop: 'pos',
  'in-store': 'pos',
  instore: 'pos',
  till: 'pos',
  counter: 'pos',
  online: 'online',
  web: 'online',
  website: 'online',
  app: 'online',
  ecommerce: 'online',
  'e-commerce': 'online',
  marketplace: 'marketplace',
  jumia: 'marketplace',
  konga: 'marketplace',
  phone: 'phone',
  whatsapp: 'phone',
  telephone: 'phone',
}

function channelOf(text: string, otherwise: string): string {
  return text === '' ? otherwise : (CHANNELS[text.toLowerCase()] ?? 'other')
}

function consentOf(text: string): ImportCustomer['consent_marketing'] | null {
  const plain = text.toLowerCase()
  if (['', '-', 'unknown', 'not asked', 'not_asked', 'n/a'].includes(plain)) return 'not_asked'
  if (['yes', 'y', 'true', '1', 'opt in', 'opted in'].includes(plain)) return 'yes'
  if (['no', 'n', 'false', '0', 'opt out', 'opted out'].includes(plain)) return 'no'
  return null
}
