import { isDate } from '../../../shared/base/business-date.ts'
import { dayText } from '../../ui/dates.ts'
import { readBirth } from '../enrol/birth-text.ts'

/**
 * A day with its year as people type it (21/11/2026, 21 Nov 2026, 2026-11-21) as yyyy-mm-dd; undefined for what
 * is none. Day comes before month, as in Nigeria, whatever the computer's language.
 */
export function readDay(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim()
  const day = isDate(plain) ? plain : readBirth(plain)
  return day !== undefined && isDate(day) ? day : undefined
}

/** A day to put into the field: with the month as a word, where the field can read that back. */
export function dayAsTyped(day: string, locale: string): string {
  const words = dayText(day, locale, 'year')
  return readDay(words) === day ? words : day
}
