import { addDays } from '../../base/business-date.ts'
import type { Condition } from './rule.ts'

type Of<F extends Condition['field']> = Extract<Condition, { field: F }>

/** The conditions about one thing. */
export function of<F extends Condition['field']>(conditions: readonly Condition[], field: F): Of<F>[] {
  return conditions.filter((one): one is Of<F> => one.field === field)
}

/** Whether there is a moment at which all conditions about time hold. */
export const canMeetInTime = (conditions: readonly Condition[]): boolean =>
  hasDay(conditions) && hasHour(of(conditions, 'hours'))

const FAR = { from: '0000-01-01', to: '9999-12-31' } as const

function hasDay(conditions: readonly Condition[]): boolean {
  let { from, to }: { from: string; to: string } = FAR
  const windows = of(conditions, 'dates')
  for (const one of windows) {
    if (one.from > from) from = one.from
    if (one.to < to) to = one.to
  }
  if (from > to) return false
  const weekdays = of(conditions, 'weekdays')
  const allowed = [1, 2, 3, 4, 5, 6, 7].filter((day) => weekdays.every((one) => one.in.includes(day)))
  if (windows.length === 0 || allowed.length === 0) return allowed.length > 0
  for (let day = from, n = 0; n < 7 && day <= to; day = addDays(day, 1), n += 1) {
    if (allowed.includes(weekdayOf(day))) return true
  }
  return false
}

const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7

/** Windows of a day meet where one of them begins within all the others. */
const hasHour = (windows: readonly Of<'hours'>[]): boolean =>
  windows.length === 0 || windows.some(({ from }) => windows.every((one) => isWithin(from, one.from, one.to)))

/** Whether a time of day (HH:MM) lies in a window; from inclusive, to exclusive, and a later from crosses midnight. */
export const isWithin = (time: string, from: string, to: string): boolean =>
  from <= to ? time >= from && time < to : time >= from || time < to

/** What all lists about one thing have in common; null: there is no list. */
export function inAllLists(
  conditions: readonly Condition[],
  field: 'items' | 'categories' | 'channel' | 'tier',
): readonly string[] | null {
  const [first, ...rest] = of(conditions, field)
  return first ? first.in.filter((word) => rest.every((one) => one.in.includes(word))) : null
}
