/** Calendar arithmetic in a time zone. Pure: the instant is always an argument. */

const formatters = new Map<string, Intl.DateTimeFormat>()

function partsOf(atMs: number, timeZone: string): Record<string, number> {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      era: 'short',
    })
    formatters.set(timeZone, formatter)
  }
  const parts: Record<string, number> = {}
  for (const { type, value } of formatter.formatToParts(atMs)) {
    if (type !== 'literal' && type !== 'era') parts[type] = Number(value)
  }
  return parts
}

/** Africa/Lagos has been UTC+1 without summer time since 1919: no formatter on the sale's path. */
const FIXED_OFFSET_MS: Readonly<Record<string, number>> = { 'Africa/Lagos': 3_600_000, UTC: 0 }

/** Milliseconds to add to UTC for the local time at this instant. */
export function offsetMs(atMs: number, timeZone: string): number {
  const fixed = FIXED_OFFSET_MS[timeZone]
  if (fixed !== undefined) return fixed
  const whole = Math.floor(atMs / 1000) * 1000
  const p = partsOf(whole, timeZone)
  const local = Date.UTC(
    p['year'] ?? 1970,
    (p['month'] ?? 1) - 1,
    p['day'] ?? 1,
    p['hour'] ?? 0,
    p['minute'] ?? 0,
    p['second'] ?? 0,
  )
  return local - whole
}

/** "2026-11-21": the day a shop in this zone calls it. */
export function businessDate(atMs: number, timeZone: string): string {
  return new Date(atMs + offsetMs(atMs, timeZone)).toISOString().slice(0, 10)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** "21 Nov 2026" of "2026-11-21": for sentences. */
export function dateInWords(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-')
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`
}

/** 0..23: the hour on the shop's wall. */
export function businessHour(atMs: number, timeZone: string): number {
  return new Date(atMs + offsetMs(atMs, timeZone)).getUTCHours()
}

/** The instant at which a local day ("2026-11-21") begins. */
export function startOfDate(date: string, timeZone: string): number {
  const utc = Date.parse(`${date}T00:00:00Z`)
  const first = utc - offsetMs(utc, timeZone)
  return utc - offsetMs(first, timeZone)
}

/** A calendar day moved by whole days. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** A calendar day moved by whole months; a day the month does not have becomes its last (31 Jan + 1 = 28 Feb). */
export function addMonths(date: string, months: number): string {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(day, last)))
    .toISOString()
    .slice(0, 10)
}

/** A real calendar day written yyyy-mm-dd. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text
}
