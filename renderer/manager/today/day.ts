import { isDate } from '../../../shared/base/business-date.ts'

/** The day an address of this room asks for; null: today, whichever day that is when it is opened. */
export function readDay(query: string): string | null {
  const day = new URLSearchParams(query).get('day')
  return day !== null && isDate(day) ? day : null
}

/** The query for a day. Today has none, so that a kept address of today is tomorrow's today. */
export const writeDay = (day: string, today: string): string => (day === today ? '' : `day=${day}`)
