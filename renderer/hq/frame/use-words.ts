import { useTranslation } from 'react-i18next'
import { dayText, momentText, recentText, secondsText, timeText } from '../../ui/dates.ts'
import { useConsole } from '../api/console-context.ts'

const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** The console's words, and instants as words in the time zone of the business. */
export function useWords() {
  const { t, i18n } = useTranslation('hq')
  const { session, now } = useConsole()
  const locale = i18n.language
  const zone = session.tenant.time_zone
  return {
    t,
    locale,
    zone,
    now,
    time: (atMs: number): string => timeText(atMs, locale, zone),
    seconds: (atMs: number): string => secondsText(atMs, locale, zone),
    moment: (atMs: number): string => momentText(atMs, locale, zone),
    recent: (atMs: number): string => recentText(atMs, now, locale, zone),
    day: (day: string, form: 'short' | 'year' | 'full'): string => dayText(day, locale, form),
    /** "3 minutes ago"; under three seconds "now". */
    ago: (atMs: number): string => agoText(now - atMs, locale),
    /** "3 minutes", without a direction. */
    span: (ms: number): string => spanText(ms, locale),
  }
}

function agoText(ms: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  if (ms < 3_000) return format.format(0, 'second')
  const [unit, size] = stepOf(ms)
  return format.format(-Math.floor(ms / size), unit)
}

function spanText(ms: number, locale: string): string {
  const size = Math.abs(ms)
  const [unit, step] = stepOf(size)
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.floor(size / step),
  )
}

const stepOf = (ms: number): (typeof STEPS)[number] =>
  STEPS.find(([, size]) => ms >= size) ?? ['second', 1_000]
