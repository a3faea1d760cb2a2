import { addDays, addMonths, businessDate, startOfDate } from '../../base/business-date.ts'
import type { Expiry } from './program.ts'

/** When points of a program lapse: a program without terms of its own has lots of so many months. */
interface ExpiryTerms {
  readonly lot_months: number
  readonly expiry?: Expiry
}

/**
 * First instant (ms) at which points given now are gone. `months`, `inactivity`: midnight after the same day so many
 * months later, the last day of a month that has no such day. `month_end`: midnight after the last day of that month.
 */
export function lotExpiry(program: ExpiryTerms, effectiveMs: number, timeZone: string): number {
  const { kind, months } = program.expiry ?? { kind: 'months', months: program.lot_months }
  const today = businessDate(effectiveMs, timeZone)
  if (kind === 'month_end') return startOfDate(addMonths(`${today.slice(0, 7)}-01`, months + 1), timeZone)
  return startOfDate(addDays(addMonths(today, months), 1), timeZone)
}

/** How far an earn or a redemption carries what is open, ms; null: points lapse whatever a customer does. */
export function extendTo(program: ExpiryTerms, effectiveMs: number, timeZone: string): number | null {
  return program.expiry?.kind === 'inactivity' ? lotExpiry(program, effectiveMs, timeZone) : null
}

/** The last day on which points with this expiry can be used. */
export function lastDayOf(expiryMs: number, timeZone: string): string {
  return businessDate(expiryMs - 1, timeZone)
}
