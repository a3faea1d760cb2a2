import { addDays, addMonths, businessDate, startOfDate } from '../../base/business-date.ts'
import type { BaseProgram } from './program.ts'

/** First instant at which points given now are gone: midnight after the same day `lot_months` later. */
export function lotExpiry(program: BaseProgram, effectiveMs: number, timeZone: string): number {
  const lastDay = addMonths(businessDate(effectiveMs, timeZone), program.lot_months)
  return startOfDate(addDays(lastDay, 1), timeZone)
}

/** The last day on which points with this expiry can be used. */
export function lastDayOf(expiryMs: number, timeZone: string): string {
  return businessDate(expiryMs - 1, timeZone)
}
