import { addDays, businessDate } from '../../shared/base/business-date.ts'

/** Words for instants and days. Nothing here reads a clock: `now` comes in, ms since 1970. */

const made = new Map<string, Intl.DateTimeFormat>()

function formatter(
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale}|${timeZone}|${JSON.stringify(options)}`
  let one = made.get(key)
  if (!one) {
    one = new Intl.DateTimeFormat(locale, { timeZone, ...options })
    made.set(key, one)
  }
  return one
}

/** "14:32" on the shop's wall. */
export function timeText(atMs: number, locale: string, timeZone: string): string {
  return formatter(locale, timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(atMs)
}

/** "14:32:07", for what is looked at again and again. */
export function secondsText(atMs: number, locale: string, timeZone: string): string {
  return formatter(locale, timeZone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(atMs)
}

/** "21 Nov 2026, 14:32". */
export function momentText(atMs: number, locale: string, timeZone: string): string {
  return formatter(locale, timeZone, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(atMs)
}

/**
 * A day near `nowMs` as a person says it: the time when it is today, the weekday within the last six days, day
 * and month within this year, else with the year.
 */
export function recentText(atMs: number, nowMs: number, locale: string, timeZone: string): string {
  const day = businessDate(atMs, timeZone)
  const today = businessDate(nowMs, timeZone)
  if (day === today) return timeText(atMs, locale, timeZone)
  if (day < today && day > addDays(today, -7)) {
    return formatter(locale, timeZone, { weekday: 'short' }).format(atMs)
  }
  return dayText(day, locale, day.slice(0, 4) === today.slice(0, 4) ? 'short' : 'year')
}

/** A calendar day (yyyy-mm-dd): "30 Nov", "30 Nov 2026" or "Monday 30 November 2026". */
export function dayText(day: string, locale: string, form: 'short' | 'year' | 'full'): string {
  const options: Intl.DateTimeFormatOptions =
    form === 'full'
      ? { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }
      : form === 'year'
        ? { day: 'numeric', month: 'short', year: 'numeric' }
        : { day: 'numeric', month: 'short' }
  return formatter(locale, 'UTC', options).format(Date.parse(`${day}T00:00:00Z`))
}

/** "Lagos" of Africa/Lagos. */
export const placeOfZone = (timeZone: string): string =>
  (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ')

/** "GMT+1": how far the clocks of a zone are from those of Greenwich at an instant. */
export function offsetText(atMs: number, locale: string, timeZone: string): string {
  const parts = formatter(locale, timeZone, { timeZoneName: 'shortOffset' }).formatToParts(atMs)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}
