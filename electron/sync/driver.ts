import { step } from '../../shared/sync/machine.ts'
import {
  BEGINNING,
  GRANTS_WANTED,
  type Standing,
  type SyncEffect,
  type SyncEvent,
  type SyncState,
} from '../../shared/sync/state.ts'
import type { ConnectionState } from '../ledger/sync-port.ts'
import type { Timers } from '../platform/timers.ts'
import { BatchAhead } from './batch-ahead.ts'
import type { Follower, FollowShapes } from './follower.ts'
import { askForGrants } from './grants.ts'
import type { LedgerCalls } from './ledger-calls.ts'
import { checkList } from './list-check.ts'
import { Reporter } from './reporter.ts'
import { type Access, authorise, enrol, fetchCustomer, reconcile, rotate, send } from './requests.ts'

interface DriverParts {
  readonly ledger: LedgerCalls
  readonly fetch: typeof globalThis.fetch
  readonly timers: Timers
  /** In [0, 1). */
  readonly random: () => number
  readonly follow: FollowShapes
  readonly log: (line: string) => void
  /** Sees every step: for tests. */
  readonly watch?: (event: SyncEvent, state: SyncState) => void
}

export interface SyncDriver {
  /** What the shell and the ledger process tell: `ledger_up` first. */
  hear(event: SyncEvent): void
  state(): SyncState
  /** Drops everything at once. Nothing is lost: what was not acknowledged is sent again. */
  close(): void
}

/**
 * Carries out what the machine decides, with one timer and one request at a time. Keeps nothing but the token, and
 * for a moment the batch that comes next.
 */
export function syncDriver(parts: DriverParts): SyncDriver {
  return new Driver(parts)
}

class Driver implements SyncDriver {
  readonly #parts: DriverParts
  readonly #access: Access
  readonly #reporter: Reporter
  readonly #queue: SyncEvent[] = []
  #state = BEGINNING
  #ledgerUp = false
  #standing: ConnectionState | null = null
  #requests = new AbortController()
  #follower: Follower | null = null
  #cancelTimer: () => void = () => undefined
  #stepping = false
  #closed = false

  constructor(parts: DriverParts) {
    this.#parts = parts
    this.#reporter = new Reporter(parts.ledger, parts.timers, parts.log)
    this.#access = {
      fetch: parts.fetch,
      timers: parts.timers,
      ledger: parts.ledger,
      standing: () => this.#standing,
      token: null,
      ahead: new BatchAhead(),
      heardTime: (hqTime) => this.#reporter.heardTime(hqTime),
      log: parts.log,
    }
  }

  state(): SyncState {
    return this.#state
  }

  hear(event: SyncEvent): void {
    if (this.#closed) return
    this.#queue.push(event)
    if (this.#stepping) return
    this.#stepping = true
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#take(next)
    } finally {
      this.#stepping = false
    }
  }

  close(): void {
    this.#closed = true
    this.#cancelTimer()
    this.#requests.abort()
    this.#follower?.close()
    this.#reporter.close()
  }

  #take(event: SyncEvent): void {
    if (event.type === 'ledger_up') this.#ledgerUp = true
    if (event.type === 'ledger_down') this.#ledgerUp = false
    if (event.type === 'suspend') this.#reporter.forgetTime()
    if (event.type === 'pushed') this.#follower?.reached()
    const nowMs = this.#parts.timers.monotonicMs()
    const { state, effects } = step(this.#state, event, nowMs, this.#parts.random())
    this.#state = state
    for (const effect of effects) this.#carryOut(effect)
    // A batch taken ahead is for the request that its acknowledgement has just begun.
    this.#access.ahead.forget()
    this.#arm(nowMs)
    if (this.#ledgerUp && state.standing) this.#reporter.show(state)
    this.#parts.watch?.(event, state)
  }

  #arm(nowMs: number): void {
    this.#cancelTimer()
    this.#cancelTimer = () => undefined
    const { wakeAt } = this.#state
    if (wakeAt === null) return
    this.#cancelTimer = this.#parts.timers.after(Math.max(0, Math.ceil(wakeAt - nowMs)), () =>
      this.hear({ type: 'timer' }),
    )
  }

  #carryOut(effect: SyncEffect): void {
    const { signal } = this.#requests
    switch (effect.do) {
      case 'ask_standing':
        this.#askStanding()
        break
      case 'enrol':
        this.#request(effect.ticket, enrol(this.#access, effect.ticket, signal))
        break
      case 'authorise':
        this.#request(effect.ticket, authorise(this.#access, effect.ticket, signal))
        break
      case 'send':
        this.#request(effect.ticket, send(this.#access, effect.ticket, effect, signal))
        break
      case 'reconcile':
        this.#request(effect.ticket, reconcile(this.#access, effect.ticket, effect.after, signal))
        break
      case 'check':
        this.#request(effect.ticket, checkList(this.#access, effect, signal))
        break
      case 'rotate':
        this.#request(effect.ticket, rotate(this.#access, effect.ticket, signal))
        break
      case 'fetch':
        this.#fetch(effect.customer, signal)
        break
      case 'follow':
        this.#follow(effect.mode)
        break
      case 'unfollow':
        this.#follower?.close()
        this.#follower = null
        break
      case 'abort':
        this.#requests.abort()
        this.#requests = new AbortController()
        break
      case 'forget_token':
        this.#access.token = null
    }
  }

  /** A request rejects when the ledger process refused or is gone, never for the network. */
  #request(ticket: number, work: Promise<SyncEvent>): void {
    work.then(
      (event) => this.hear(event),
      (error: unknown) => {
        this.#parts.log(textOf(error))
        this.hear({ type: 'failed', ticket, why: 'ledger', status: 0, retryAfterMs: 0, waiting: null })
      },
    )
  }

  #fetch(customer: string, signal: AbortSignal): void {
    const asked =
      customer === GRANTS_WANTED
        ? askForGrants(this.#access, signal)
        : fetchCustomer(this.#access, customer, signal)
    asked.then(
      (event) => this.hear(event),
      (error: unknown) => {
        this.#parts.log(textOf(error))
        this.hear({ type: 'fetched', customer })
      },
    )
  }

  #askStanding(): void {
    // It says so itself when it is up.
    if (!this.#ledgerUp) return
    this.#parts.ledger.call('connection', {}).then(
      (standing) => {
        this.#standing = standing
        this.hear({ type: 'standing', standing: standingOf(standing) })
      },
      (error: unknown) => {
        this.#parts.log(textOf(error))
        this.hear({ type: 'ask_failed' })
      },
    )
  }

  #follow(mode: 'live' | 'once'): void {
    const url = this.#standing?.connection?.url
    if (url === undefined) return
    const { follow, ledger, fetch, timers, random, log } = this.#parts
    this.#follower?.close()
    this.#follower = follow({
      url,
      mode,
      token: () => this.#access.token,
      ledger,
      fetch,
      timers,
      random,
      log,
      hear: (event) => this.hear(event),
    })
  }
}

function standingOf(standing: ConnectionState): Standing {
  return {
    connection: standing.connection,
    enrolling: standing.enrolling !== null,
    stopped: standing.stopped,
    metered: standing.metered,
    wanted: standing.wanted,
    reconcile: standing.reconcile,
    rotate: standing.rotate,
    check: standing.check,
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
