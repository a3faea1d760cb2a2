import type { Points } from '../../base/money.ts'
import type { Account } from '../account.ts'
import { expiringWithin } from '../post.ts'
import { lastDayOf } from '../program/expiry.ts'

/** Points that lapse within this many days are told to the customer. */
const EXPIRING_SOON_DAYS = 60

/** The next points to lapse within 60 days, summed by day; null when none. */
export function expiringSoon(
  account: Account,
  trusted: number,
  timeZone: string,
): { points: Points; last_day: string } | null {
  const first = expiringList(account, trusted, timeZone)[0]
  return first ?? null
}

/** Points that lapse within 60 days, summed by their last day, soonest first. `trusted`: ms. */
export function expiringList(
  account: Account,
  trusted: number,
  timeZone: string,
): { points: Points; last_day: string }[] {
  const byDay = new Map<string, Points>()
  for (const lot of expiringWithin(account, trusted, trusted + EXPIRING_SOON_DAYS * 86_400_000)) {
    const day = lastDayOf(lot.expiry, timeZone)
    byDay.set(day, (byDay.get(day) ?? 0) + lot.points)
  }
  return [...byDay]
    .map(([last_day, points]) => ({ points, last_day }))
    .sort((a, b) => (a.last_day < b.last_day ? -1 : 1))
}
