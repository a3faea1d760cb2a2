import { isDate, startOfDate } from '../../../shared/base/business-date.ts'

/** In which order a date with dots, dashes or slashes is written. `auto`: day first, unless the file says otherwise. */
export const DATE_ORDERS = ['ymd', 'dmy', 'mdy', 'auto'] as const
export type DateOrder = (typeof DATE_ORDERS)[number]

type DateReading =
  | { readonly ok: true; readonly date: string; readonly time: string }
  | { readonly ok: false; readonly why: string }

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** Excel's day 1 is 1 Jan 1900, and it believes in a 29 Feb 1900. */
const EXCEL_DAY_ZERO_MS = Date.UTC(1899, 11, 30)
const DAY_MS = 86_400_000

const no = (why: string): DateReading => ({ ok: false, why })

/**
 * A calendar day, with a time of day where one is written: 2026-11-21, 20261121, 21/11/2026, 21 Nov 2026, an Excel
 * day number, each followed by 14:05, 14:05:30 or 2:05 pm; an ISO instant with an offset is kept as `time`.
 * Refused: two-digit years (nobody knows the century), days the calendar does not have.
 */
export function readDate(text: string, order: DateOrder): DateReading {
  const plain = text.normalize('NFKC').trim()
  if (plain === '') return no('the date is empty')
  const [day = '', time = ''] = splitTime(plain)
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(day)
  if (compact) return made(day, compact[1], compact[2], compact[3], time)
  const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(day)
  if (yearFirst) return made(day, yearFirst[1], yearFirst[3], yearFirst[4], time)
  const named = /^(\d{1,2})[-\s/.]*([a-z]{3,9})\.?[-\s/.,]*(\d{2,4})$/i.exec(day)
  const namedFirst = /^([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{2,4})$/i.exec(day)
  if (named ?? namedFirst) {
    const [dayText, monthText, year] = named
      ? [named[1], named[2], named[3]]
      : [namedFirst?.[2], namedFirst?.[1], namedFirst?.[3]]
    const month = MONTHS.indexOf((monthText ?? '').slice(0, 3).toLowerCase()) + 1
    if (month === 0) return no(`"${short(text)}" is not a date`)
    if (year?.length !== 4) return twoDigits(text)
    return made(day, year, String(month), dayText, time)
  }
  const parts = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{2,4})$/.exec(day)
  if (parts) {
    if (parts[4]?.length !== 4) return twoDigits(text)
    if (order === 'ymd') return no(`"${short(text)}" does not begin with the year`)
    const [dayText, month] = order === 'mdy' ? [parts[3], parts[1]] : [parts[1], parts[3]]
    return made(day, parts[4], month, dayText, time)
  }
  const serial = /^(\d{5})(?:\.(\d+))?$/.exec(day)
  if (serial && time === '') {
    const atMs = EXCEL_DAY_ZERO_MS + Math.round(Number(day) * 86_400) * 1000
    const iso = new Date(atMs).toISOString()
    return { ok: true, date: iso.slice(0, 10), time: atMs % DAY_MS === 0 ? '' : iso.slice(11, 19) }
  }
  return no(`"${short(text)}" is not a date; write it like 2026-11-21 or 21/11/2026`)
}

function splitTime(plain: string): [string, string] {
  const iso = /^(\d{4}-\d{2}-\d{2})[T ](.+)$/i.exec(plain)
  if (iso) return [iso[1] ?? '', iso[2] ?? '']
  const spaced = /^(.*?)[\s,T]+(\d{1,2}:\d{2}.*)$/.exec(plain)
  return spaced ? [(spaced[1] ?? '').trim(), spaced[2] ?? ''] : [plain, '']
}

function made(
  text: string,
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  time: string,
): DateReading {
  const date = `${year}-${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`
  if (!isDate(date)) return no(`"${short(text)}" is not a day of the calendar`)
  return { ok: true, date, time }
}

const twoDigits = (text: string): DateReading =>
  no(`the year in "${short(text)}" has two digits; write all four`)

/** The instant a reading means, ms. Without a time: the beginning of that day in the shop. */
export function instantOf(
  date: string,
  time: string,
  timeZone: string,
): { readonly ok: true; readonly atMs: number } | { readonly ok: false; readonly why: string } {
  const dayStart = startOfDate(date, timeZone)
  if (time.trim() === '') return { ok: true, atMs: dayStart }
  const plain = time.normalize('NFKC').trim()
  const match =
    /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap])?\.?(?:m\.?)?\s*(z|[+-]\d{2}:?\d{2})?$/i.exec(
      plain,
    )
  const half = match?.[5]?.toLowerCase()
  const hour = Number(match?.[1])
  const minute = Number(match?.[2])
  const second = Number(match?.[3] ?? 0)
  const wrongHalf = half !== undefined && (hour < 1 || hour > 12)
  if (!match || hour > 23 || minute > 59 || second > 59 || wrongHalf) {
    return { ok: false, why: `"${short(time)}" is not a time of day` }
  }
  const hour24 = half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0)
  const inDayMs =
    ((hour24 * 60 + minute) * 60 + second) * 1000 + Number((match[4] ?? '').padEnd(3, '0').slice(0, 3))
  const offset = match[6]
  if (offset === undefined) return { ok: true, atMs: dayStart + inDayMs }
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(offset) ?? ['', '+', '00', '00']
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return { ok: true, atMs: Date.parse(`${date}T00:00:00Z`) + inDayMs - offsetMs }
}

/** What one date says about the order of day and month. */
export function orderEvidence(text: string): 'none' | 'either' | 'day_first' | 'month_first' {
  const match = /^\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}(?:\D|$)/.exec(text.normalize('NFKC'))
  if (!match) return 'none'
  const first = Number(match[1])
  const second = Number(match[2])
  if (first > 12 && second <= 12) return 'day_first'
  if (second > 12 && first <= 12) return 'month_first'
  return first === second ? 'none' : 'either'
}

/** Birthdays as people files hold them: a whole date, or day and month. Answers yyyy-mm-dd or mm-dd; '' for none. */
export function readBirth(
  text: string,
  order: DateOrder,
): { readonly ok: true; readonly birth: string } | { readonly ok: false; readonly why: string } {
  const plain = text.normalize('NFKC').trim()
  if (plain === '') return { ok: true, birth: '' }
  const iso = /^(?:--)?(\d{2})-(\d{2})$/.exec(plain)
  const slashed = /^(\d{1,2})[/.](\d{1,2})$/.exec(plain)
  const named = /^(\d{1,2})[-\s]+([a-z]{3,9})$/i.exec(plain)
  if (iso) return partial(plain, iso[1], iso[2])
  if (slashed) {
    return order === 'mdy' ? partial(plain, slashed[1], slashed[2]) : partial(plain, slashed[2], slashed[1])
  }
  if (named) {
    const month = MONTHS.indexOf((named[2] ?? '').slice(0, 3).toLowerCase()) + 1
    return partial(plain, String(month), named[1])
  }
  const reading = readDate(plain, order)
  return reading.ok
    ? { ok: true, birth: reading.date }
    : { ok: false, why: reading.why.replace('date', 'birth date') }
}

function partial(
  text: string,
  month: string | undefined,
  day: string | undefined,
): { readonly ok: true; readonly birth: string } | { readonly ok: false; readonly why: string } {
  const birth = `${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`
  // A leap year, so that 29 February is a birthday.
  if (!isDate(`2000-${birth}`)) return { ok: false, why: `"${short(text)}" is not a day of the calendar` }
  return { ok: true, birth }
}

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
