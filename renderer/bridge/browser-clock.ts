import { businessDate } from '../../shared/base/business-date.ts'

/**
 * The one file of the screens that reads the browser's clock and randomness. Nothing decided here reaches the
 * ledger but ids: times of sales come from the ledger process.
 */

/** 32 lower-case hex characters from the operating system's randomness. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Milliseconds since the page was loaded; never goes back. For waiting and for animation. */
export function monotonicMs(): number {
  return performance.now()
}

/** The day in that zone by the computer's clock: a proposal for a person to confirm, never believed by itself. */
export function calendarDay(timeZone: string): string {
  return businessDate(Date.now(), timeZone)
}

/** A random whole number from 0 to `below` - 1. */
export function randomBelow(below: number): number {
  const limit = 2 ** 32 - (2 ** 32 % below)
  for (;;) {
    const drawn = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
    if (drawn < limit) return drawn % below
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
