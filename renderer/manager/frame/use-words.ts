import { useTranslation } from 'react-i18next'
import { dayText, momentText, timeText } from '../../ui/dates.ts'
import { useManager } from './manager-context.ts'

/** The manager's words, and instants as words in the time zone of the shop. */
export function useWords() {
  const { t, i18n } = useTranslation('manager')
  const { shop } = useManager()
  const locale = i18n.language
  return {
    t,
    locale,
    time: (atMs: number): string => timeText(atMs, locale, shop.time_zone),
    moment: (atMs: number): string => momentText(atMs, locale, shop.time_zone),
    day: (day: string, form: 'short' | 'year' | 'full'): string => dayText(day, locale, form),
  }
}
