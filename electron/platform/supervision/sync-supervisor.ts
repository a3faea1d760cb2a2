import type { Port } from '../../ledger/messages.ts'
import type { FromSync, ToSync } from '../../ledger/sync-port.ts'
import type { Timers } from '../timers.ts'
import type { LedgerSupervisor } from './supervisor.ts'

export const SYNC_SUPERVISION = {
  restartDelayMs: 1_000,
  restartDelayMaxMs: 60_000,
  /** A process that lived this long starts a new count. */
  soundAfterMs: 60_000,
  closeMs: 2_000,
} as const

/** One running sync process, however the shell started it. */
export interface SyncProcess {
  readonly port: Port<ToSync, FromSync>
  /** Called once; `how` is for the log. */
  onExit(listener: (how: string) => void): void
  kill(): void
}

interface SyncSupervisorOptions {
  readonly spawn: () => SyncProcess
  readonly ledger: LedgerSupervisor
  readonly timers: Timers
  readonly log: (line: string) => void
}

export interface SyncSupervisor {
  /** The computer goes to sleep, or has woken. */
  suspend(): void
  resume(): void
  /** Resolves when the process is gone, at the latest after `closeMs`. */
  close(): Promise<void>
}

/**
 * Keeps one sync process running and carries what it and the ledger process say to each other, unread. It may die at
 * any moment: the till goes on selling, and it is started again, later each time, without end.
 */
export function superviseSync(options: SyncSupervisorOptions): SyncSupervisor {
  const supervisor = new Supervisor(options)
  supervisor.start()
  return supervisor
}

class Supervisor implements SyncSupervisor {
  readonly #options: SyncSupervisorOptions
  readonly #ledger: ReturnType<LedgerSupervisor['relay']>
  #child: SyncProcess | null = null
  /** It has said that it listens. */
  #ready = false
  #asleep = false
  #closed = false
  #failures = 0
  #startedMs = 0
  #cancelTimer: () => void = () => undefined

  constructor(options: SyncSupervisorOptions) {
    this.#options = options
    this.#ledger = options.ledger.relay({
      ledgerIs: (up) => this.#tell({ type: 'ledger_state', up }),
      fromLedger: (message) => this.#tell({ type: 'ledger', message }),
    })
  }

  start(): void {
    if (this.#closed) return
    this.#startedMs = this.#options.timers.monotonicMs()
    let child: SyncProcess
    try {
      child = this.#options.spawn()
    } catch (error) {
      this.#exited(error instanceof Error ? error.message : String(error))
      return
    }
    this.#child = child
    child.port.onMessage((message) => {
      if (child === this.#child) this.#heard(child, message)
    })
    child.onExit((how) => {
      if (child === this.#child) this.#exited(how)
    })
  }

  suspend(): void {
    this.#asleep = true
    this.#tell({ type: 'suspend' })
  }

  resume(): void {
    this.#asleep = false
    this.#tell({ type: 'resume' })
  }

  async close(): Promise<void> {
    const child = this.#child
    if (!child) this.#cancelTimer()
    if (this.#closed || !child) {
      this.#closed = true
      return child ? new Promise((resolve) => child.onExit(() => resolve())) : undefined
    }
    this.#closed = true
    const gone = new Promise<void>((resolve) => child.onExit(() => resolve()))
    // One that has not begun to listen has nothing to end in order.
    if (this.#ready) child.port.post({ type: 'close' })
    else child.kill()
    const cancel = this.#options.timers.after(SYNC_SUPERVISION.closeMs, () => child.kill())
    await gone
    cancel()
  }

  #heard(child: SyncProcess, message: FromSync): void {
    switch (message.type) {
      case 'started':
        this.#ready = true
        if (this.#asleep) this.#tell({ type: 'suspend' })
        this.#tell({ type: 'ledger_state', up: this.#ledger.isUp() })
        break
      case 'ledger':
        this.#ledger.post(message.message)
        break
      case 'closed':
        child.kill()
    }
  }

  #tell(message: ToSync): void {
    if (this.#ready) this.#child?.port.post(message)
  }

  #exited(how: string): void {
    this.#child = null
    this.#ready = false
    if (this.#closed) return
    const { timers, log } = this.#options
    log(`the sync process stopped: ${how}`)
    const lived = timers.monotonicMs() - this.#startedMs
    this.#failures = lived > SYNC_SUPERVISION.soundAfterMs ? 0 : this.#failures
    const delayMs = SYNC_SUPERVISION.restartDelayMs * 2 ** Math.min(this.#failures, 10)
    this.#failures += 1
    this.#cancelTimer = timers.after(Math.min(delayMs, SYNC_SUPERVISION.restartDelayMaxMs), () =>
      this.start(),
    )
  }
}
