import type { SyncState } from '../../shared/sync/state.ts'
import { wordsOf } from '../../shared/sync/words.ts'
import type { SyncReport } from '../ledger/sync-port.ts'
import type { Timers } from '../platform/timers.ts'
import type { LedgerCalls } from './ledger-calls.ts'

/** The strip reads at most one report a second. */
const REPORT_GAP_MS = 1_000
/** A contact that changes no word is told when the last one told is this old. */
const CONTACT_GAP_MS = 30_000

interface HqClock {
  readonly hqTime: number
  /** Monotonic time of its arrival. */
  readonly at: number
}

/** Tells the ledger what is being done, in the words of the strip, and what head office's clock says. */
export class Reporter {
  readonly #ledger: LedgerCalls
  readonly #timers: Timers
  readonly #log: (line: string) => void
  #clock: HqClock | null = null
  #state: SyncState | null = null
  #told = ''
  #toldClock: HqClock | null = null
  #toldContact = Number.NEGATIVE_INFINITY
  #notBefore = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | null = null

  constructor(ledger: LedgerCalls, timers: Timers, log: (line: string) => void) {
    this.#ledger = ledger
    this.#timers = timers
    this.#log = log
  }

  heardTime(hqTime: number): void {
    this.#clock = { hqTime, at: this.#timers.monotonicMs() }
  }

  /** The monotonic clock may stand still while the computer sleeps: what it says of head office's time ends there. */
  forgetTime(): void {
    this.#clock = null
  }

  /** Takes the newest state; it is told soon, and not more than once a second. */
  show(state: SyncState): void {
    this.#state = state
    if (this.#cancel || !this.#isNews(state)) return
    const waitMs = this.#notBefore - this.#timers.monotonicMs()
    if (waitMs <= 0) this.#tell(state)
    else {
      this.#cancel = this.#timers.after(waitMs, () => {
        this.#cancel = null
        if (this.#state && this.#isNews(this.#state)) this.#tell(this.#state)
      })
    }
  }

  close(): void {
    this.#cancel?.()
  }

  #isNews(state: SyncState): boolean {
    if (keyOf(state) !== this.#told || this.#clock !== this.#toldClock) return true
    return state.contactAt !== null && state.contactAt - this.#toldContact > CONTACT_GAP_MS
  }

  #tell(state: SyncState): void {
    const nowMs = this.#timers.monotonicMs()
    this.#notBefore = nowMs + REPORT_GAP_MS
    this.#told = keyOf(state)
    this.#toldClock = this.#clock
    this.#toldContact = state.contactAt ?? this.#toldContact
    this.#ledger.call('report', this.#reportOf(state)).catch((error: unknown) => {
      this.#told = ''
      this.#log(error instanceof Error ? error.message : String(error))
    })
  }

  #reportOf(state: SyncState): SyncReport {
    const clock = this.#clock
    const { contactAt } = state
    return {
      ...wordsOf(state),
      last_contact_ms: clock && contactAt !== null ? clock.hqTime + (contactAt - clock.at) : null,
    }
  }
}

function keyOf(state: SyncState): string {
  const { doing, sentence } = wordsOf(state)
  return JSON.stringify([doing, sentence])
}
