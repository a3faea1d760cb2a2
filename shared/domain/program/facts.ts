import { offsetMs } from '../../base/business-date.ts'
import type { Kobo } from '../../base/money.ts'
import type { SoldLine } from '../../protocol/payload.ts'
import type { OnceKey } from '../account.ts'
import type { BaseTier } from './program.ts'

/** A sale as a program looks at it. */
export interface SaleFacts {
  readonly gross: Kobo
  /** Of that, paid with points. */
  readonly pays: Kobo
  /** Empty where only the sum is known: the bill is then one thing, and no rule about items or categories holds. */
  readonly lines: readonly SoldLine[]
  readonly channel: string
  /** The purchase's own time, ms. */
  readonly occurred: number
  readonly timeZone: string
}

/** Whom it is for, as far as whoever rates it knows them. */
export interface CustomerFacts {
  /** The tier before the sale. */
  readonly tier: BaseTier
  /** When the customer was enrolled, ms; null: not known. */
  readonly joined: number | null
  /** mm-dd, yyyy-mm-dd, or empty. */
  readonly birth: string
  /** Purchases before this one. */
  readonly sales: number
  readonly segments: readonly string[]
  /** Who brought the customer; null: nobody. */
  readonly referrer: string | null
  /** Kobo spent in all stores by days back; null where nobody can say, and no rule about it holds. */
  readonly spend: Readonly<Record<number, Kobo>> | null
  /** What the account has counted under each key. */
  readonly once: Readonly<Record<string, OnceKey>>
}

/** Who rates: a till follows only the rules that are for tills. */
export type Rater = 'till' | 'head_office'

/** The time on the shop's wall. */
export interface Moment {
  /** yyyy-mm-dd */
  readonly date: string
  /** 1 is Monday. */
  readonly weekday: number
  /** HH:MM */
  readonly time: string
}

/** What clock and calendar of a zone say at an instant (ms). */
export function momentOf(atMs: number, timeZone: string): Moment {
  const local = new Date(atMs + offsetMs(atMs, timeZone))
  const text = local.toISOString()
  return { date: text.slice(0, 10), weekday: local.getUTCDay() || 7, time: text.slice(11, 16) }
}
