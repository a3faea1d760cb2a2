import type { Reply } from '../../shared/ipc/message.ts'
import type { Timers } from '../platform/timers.ts'

/** A shift is over when nobody has done anything for this long, signed out or not. */
export const SHIFT_IDLE_MS = 2 * 3_600_000

/** Screens ask these by themselves, with nobody there. */
const NOBODY = new Set(['system.status', 'health.get', 'session.sign_out'])

/** Knows whether somebody works at this till, from what the screens ask. */
export class Shift {
  readonly #timers: Timers
  #lastWorkMs: number

  constructor(timers: Timers) {
    this.#timers = timers
    // Somebody has just started the till.
    this.#lastWorkMs = timers.monotonicMs()
  }

  isOpen(): boolean {
    return this.#timers.monotonicMs() - this.#lastWorkMs < SHIFT_IDLE_MS
  }

  /** Watches a door without changing what passes. */
  watch(call: (raw: unknown) => Promise<Reply>): (raw: unknown) => Promise<Reply> {
    return (raw) => {
      const method = typeof raw === 'object' && raw !== null && 'method' in raw ? raw.method : null
      if (typeof method === 'string' && !NOBODY.has(method)) this.#lastWorkMs = this.#timers.monotonicMs()
      return call(raw)
    }
  }
}
