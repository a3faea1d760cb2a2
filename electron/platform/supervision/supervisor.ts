import type { Refusal } from '../../../shared/base/refusal.ts'
import type { Input, MethodName } from '../../../shared/ipc/contract.ts'
import type { Notice, Reply } from '../../../shared/ipc/message.ts'
import type {
  AdminOp,
  AdminOps,
  Blocked,
  FromLedger,
  HostKind,
  Port,
  Secrets,
  ToLedger,
} from '../../ledger/messages.ts'
import type { LedgerToSync, SyncToLedger } from '../../ledger/sync-port.ts'
import { type KeyStore, KeyStoreProblem } from '../key-store.ts'
import { type ReceiptPrinter, whyNotPrinted } from '../printer.ts'
import type { Timers } from '../timers.ts'
import { answerBlocked } from './blocked.ts'
import { giveUp, mayBeRepeated, messageOf, type Pending, PendingRequests } from './pending.ts'

export const SUPERVISION = {
  startsPerMinuteMax: 3,
  /** Before the second and the third start of a minute. */
  restartDelayMs: 250,
  restartDelayMaxMs: 4_000,
  /** A blocked till looks again by itself: space was freed, a key was put back, the other app was closed. */
  blockedRetryMs: 20_000,
  /** How often one request is given to a ledger process. A request that kills it must not do so for ever. */
  sendsMax: 2,
  requestsWaitingMax: 256,
  /** A ledger process that owes an answer for this long hangs and is replaced. */
  hungAfterMs: 180_000,
  watchEveryMs: 30_000,
  closeMs: 3_000,
} as const

/** One running ledger process, however the shell started it. */
export interface LedgerProcess {
  readonly port: Port<ToLedger, FromLedger>
  /** Called once; `how` is for the log ("exit code 1", "signal SIGKILL"). */
  onExit(listener: (how: string) => void): void
  kill(): void
}

interface SupervisorOptions {
  readonly spawn: () => LedgerProcess
  readonly dir: string
  readonly host: HostKind
  readonly keyStore: KeyStore
  /** Absent: nothing leads to a printer from here. */
  readonly printer?: ReceiptPrinter
  readonly timers: Timers
  /** The machine's clock, only for the status of a till that is blocked. */
  readonly wallMs: () => number
  readonly log: (line: string) => void
  readonly clockOffsetMs?: number
}

export type AdminAnswer<O extends AdminOp = AdminOp> =
  | { readonly ok: true; readonly output: AdminOps[O]['output'] }
  | { readonly ok: false; readonly refusal: Refusal | null; readonly message: string }

export interface LedgerSupervisor {
  /** Always resolves: a lost ledger process is an answer (`failed`), never a rejection. */
  call<M extends MethodName>(method: M, session: string, input: Input<M>): Promise<Reply<M>>
  admin<O extends AdminOp>(op: O, input: AdminOps[O]['input']): Promise<AdminAnswer<O>>
  onNotice(listener: (notice: Notice) => void): () => void
  /** Carries what ledger and sync process say to each other, and tells when the ledger comes and goes. */
  relay(sync: SyncSide): LedgerSide
  state(): 'starting' | 'restarting' | 'up' | 'blocked' | 'closed'
  /** Settles when the till opened for the first time or is blocked: null or why. */
  readonly firstOpen: Promise<Blocked | null>
  /** Checkpoint and stop; resolves when the process is gone, at the latest after `closeMs`. */
  close(): Promise<void>
}

/** Who speaks for the sync process. */
interface SyncSide {
  ledgerIs(up: boolean): void
  fromLedger(message: LedgerToSync): void
}

interface LedgerSide {
  /** Dropped while the ledger is not up: `ledgerIs(false)` has said so. */
  post(message: SyncToLedger): void
  isUp(): boolean
}

/**
 * Keeps one ledger process running for a shell: starts it, opens the till with the secrets of the key store,
 * carries requests, starts it again when it stops, and says so to the screens. Decides nothing about points.
 */
export function superviseLedger(options: SupervisorOptions): LedgerSupervisor {
  const supervisor = new Supervisor(options)
  supervisor.start()
  return supervisor
}

class Supervisor implements LedgerSupervisor {
  readonly firstOpen: Promise<Blocked | null>
  private settleFirstOpen: (blocked: Blocked | null) => void = () => undefined
  private readonly options: SupervisorOptions
  private readonly listeners = new Set<(notice: Notice) => void>()
  private readonly pending = new PendingRequests(SUPERVISION.requestsWaitingMax)
  private readonly starts: number[] = []
  private sync: SyncSide | null = null
  private child: LedgerProcess | null = null
  /** The child answered `open`: requests may go to it. */
  private ready = false
  private phase: ReturnType<LedgerSupervisor['state']> = 'starting'
  private blocked: Blocked | null = null
  private lastId = 0
  private cancelTimer: () => void = () => undefined
  private cancelWatch: () => void = () => undefined

  constructor(options: SupervisorOptions) {
    this.options = options
    this.firstOpen = new Promise((resolve) => {
      this.settleFirstOpen = resolve
    })
  }

  state(): ReturnType<LedgerSupervisor['state']> {
    return this.phase
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  relay(sync: SyncSide): LedgerSide {
    this.sync = sync
    const isUp = (): boolean => this.ready && this.phase === 'up'
    return {
      isUp,
      post: (message) => {
        if (isUp()) this.child?.port.post({ type: 'sync', message })
      },
    }
  }

  call<M extends MethodName>(method: M, session: string, input: Input<M>): Promise<Reply<M>> {
    return new Promise((resolve) => {
      const id = ++this.lastId
      const request = { id, method, session, input }
      const settle = (reply: Reply): void => resolve(reply as Reply<M>)
      this.accept({ kind: 'request', id, request, sends: 0, sentMs: 0, settle })
    })
  }

  admin<O extends AdminOp>(op: O, input: AdminOps[O]['input']): Promise<AdminAnswer<O>> {
    return new Promise((resolve) => {
      const id = ++this.lastId
      const settle = (answer: AdminAnswer): void => resolve(answer as AdminAnswer<O>)
      this.accept({ kind: 'admin', id, op, input, sends: 0, sentMs: 0, settle })
    })
  }

  start(): void {
    this.watch()
    this.begin()
  }

  async close(): Promise<void> {
    const child = this.child
    if (this.phase !== 'closed') {
      this.phase = 'closed'
      this.cancelTimer()
      this.cancelWatch()
      this.settleFirstOpen(this.blocked)
      child?.port.post({ type: 'close' })
      if (child) this.schedule(SUPERVISION.closeMs, () => this.replace(child, 'it did not close in time'))
    }
    if (child) await new Promise<void>((resolve) => child.onExit(() => resolve()))
    this.cancelTimer()
    for (const pending of this.pending.takeWhere(() => true)) giveUp(pending, CLOSING, false)
  }

  // ---- one request --------------------------------------------------------------------------------------------

  private accept(pending: Pending): void {
    if (this.phase === 'closed') giveUp(pending, CLOSING, false)
    else if (this.blocked && !this.ready) this.refuse(pending, this.blocked)
    else if (!this.pending.add(pending)) giveUp(pending, 'The till is busy. Try again in a moment.', true)
    else if (this.ready) this.send(pending)
  }

  private send(pending: Pending): void {
    pending.sends += 1
    pending.sentMs = this.options.timers.monotonicMs()
    this.child?.port.post(messageOf(pending))
  }

  private refuse(pending: Pending, blocked: Blocked): void {
    if (pending.kind === 'admin') pending.settle({ ok: false, refusal: null, message: blocked.sentence })
    else pending.settle(answerBlocked(pending.request, blocked, this.options.host, this.options.wallMs()))
  }

  /** Replaces a process that owes an answer for too long. Long work of the command line is waited for. */
  private watch(): void {
    this.cancelWatch = this.options.timers.after(SUPERVISION.watchEveryMs, () => {
      const latest = this.options.timers.monotonicMs() - SUPERVISION.hungAfterMs
      const sent = this.pending.all().filter(({ sends }) => sends > 0)
      const working = sent.some(({ kind }) => kind === 'admin')
      const owed = sent.some(({ sentMs }) => sentMs < latest)
      if (this.child && this.ready && owed && !working) this.replace(this.child, 'it gives no answer')
      this.watch()
    })
  }

  /** Its `exit` does the rest. */
  private replace(child: LedgerProcess, why: string): void {
    this.options.log(`the ledger process is ended: ${why}`)
    child.kill()
  }

  // ---- the process ----------------------------------------------------------------------------------------------

  private begin(): void {
    this.options.keyStore.load().then(
      (secrets) => this.startWith(secrets),
      (error: unknown) => this.keysFailed(error),
    )
  }

  private startWith(secrets: Secrets | null): void {
    if (this.phase === 'closed') return
    const { dir, host, keyStore, clockOffsetMs } = this.options
    this.starts.push(this.options.timers.monotonicMs())
    let child: LedgerProcess
    try {
      child = this.options.spawn()
    } catch (error) {
      this.exited(textOf(error))
      return
    }
    this.child = child
    child.port.onMessage((message) => {
      if (child !== this.child) return
      if (message.type === 'started') {
        const open = { type: 'open', dir, secrets, key_store: keyStore.kind, host } as const
        child.port.post(clockOffsetMs === undefined ? open : { ...open, clock_offset_ms: clockOffsetMs })
      } else this.receive(child, message)
    })
    child.onExit((how) => {
      if (child === this.child) this.exited(how)
    })
  }

  private receive(child: LedgerProcess, message: Exclude<FromLedger, { type: 'started' }>): void {
    switch (message.type) {
      case 'opened':
        this.opened(null)
        break
      case 'blocked':
        this.opened({ why: message.why, sentence: message.sentence, detail: message.detail })
        break
      case 'reply': {
        const pending = this.pending.take(message.reply.id)
        if (pending?.kind === 'request') pending.settle(message.reply)
        break
      }
      case 'admin_reply': {
        const pending = this.pending.take(message.id)
        if (pending?.kind === 'admin') pending.settle(adminAnswer(message))
        break
      }
      case 'save_secrets':
        this.saveSecrets(child, message.secrets)
        break
      case 'print':
        this.print(child, message)
        break
      case 'notice':
        this.notify(message.notice)
        break
      case 'sync':
        this.sync?.fromLedger(message.message)
        break
      case 'closed':
        child.kill()
    }
  }

  private saveSecrets(child: LedgerProcess, secrets: Secrets): void {
    this.options.keyStore.save(secrets).then(
      () => child.port.post({ type: 'secrets_saved', error: null }),
      (error: unknown) => {
        this.options.log(`the keys could not be kept: ${textOf(error)}`)
        child.port.post({ type: 'secrets_saved', error: textOf(error) })
      },
    )
  }

  /** Its answer goes to whoever asked, if it is still there: a receipt is never printed by itself again. */
  private print(child: LedgerProcess, { id, to, bytes }: Extract<FromLedger, { type: 'print' }>): void {
    whyNotPrinted(this.options.printer, to, bytes).then(
      (problem) => child.port.post({ type: 'printed', id, problem }),
      (error: unknown) => {
        this.options.log(`a receipt could not be printed: ${textOf(error)}`)
        child.port.post({ type: 'printed', id, problem: 'the printer could not be used' })
      },
    )
  }

  /** The process answered `open`. A process that found the till blocked stays and answers for itself. */
  private opened(blocked: Blocked | null): void {
    if (this.phase === 'closed') return
    const before = this.phase
    const waited = this.ready ? [] : this.pending.all()
    this.ready = true
    this.blocked = blocked
    this.phase = blocked ? 'blocked' : 'up'
    this.settleFirstOpen(blocked)
    if (blocked) this.lookAgainLater()
    if (before !== this.phase) this.notify({ notice: 'ledger', state: blocked ? 'blocked' : 'up' })
    for (const pending of waited) this.send(pending)
    this.sync?.ledgerIs(blocked === null)
  }

  private keysFailed(error: unknown): void {
    if (this.phase === 'closed') return
    const sentence =
      error instanceof KeyStoreProblem
        ? error.sentence
        : 'The key of this till could not be read from this computer. Nothing is lost. Restart the computer; if it happens again, run recover with the recovery phrase.'
    this.block({ why: 'key_wrong', sentence, detail: textOf(error) })
  }

  private exited(how: string): void {
    this.child = null
    this.ready = false
    this.sync?.ledgerIs(false)
    if (this.phase === 'closed') return
    this.options.log(`the ledger process stopped: ${how}`)
    const lost = this.pending.takeWhere(
      (one) => one.sends > 0 && (one.sends >= SUPERVISION.sendsMax || !mayBeRepeated(one)),
    )
    for (const one of lost) giveUp(one, 'The till stopped and is starting again. Try once more.', true)
    if (this.phase === 'blocked') this.lookAgainLater()
    else this.startAgain(how)
  }

  private startAgain(how: string): void {
    const minuteAgo = this.options.timers.monotonicMs() - 60_000
    while (this.starts[0] !== undefined && this.starts[0] <= minuteAgo) this.starts.shift()
    if (this.starts.length >= SUPERVISION.startsPerMinuteMax) {
      this.block(crashed(how))
      return
    }
    if (this.phase === 'up') this.notify({ notice: 'ledger', state: 'restarting' })
    this.phase = 'restarting'
    const delayMs = SUPERVISION.restartDelayMs * 4 ** Math.max(0, this.starts.length - 1)
    this.schedule(Math.min(delayMs, SUPERVISION.restartDelayMaxMs), () => this.begin())
  }

  private block(blocked: Blocked): void {
    const before = this.phase
    this.blocked = blocked
    this.phase = 'blocked'
    for (const pending of this.pending.takeWhere(() => true)) this.refuse(pending, blocked)
    this.settleFirstOpen(blocked)
    if (before !== 'blocked') this.notify({ notice: 'ledger', state: 'blocked' })
    this.lookAgainLater()
  }

  private lookAgainLater(): void {
    this.schedule(SUPERVISION.blockedRetryMs, () => {
      const child = this.child
      if (!child) {
        this.begin()
        return
      }
      // Requests to a blocked till are answered at once, so nothing of value is in flight.
      this.child = null
      this.ready = false
      child.onExit(() => {
        if (this.phase !== 'closed') this.begin()
      })
      child.kill()
    })
  }

  private schedule(ms: number, work: () => void): void {
    this.cancelTimer()
    this.cancelTimer = this.options.timers.after(ms, work)
  }

  private notify(notice: Notice): void {
    for (const listener of this.listeners) listener(notice)
  }
}

const CLOSING = 'The till is closing.'

function adminAnswer(message: Extract<FromLedger, { type: 'admin_reply' }>): AdminAnswer {
  return message.ok
    ? { ok: true, output: message.output as AdminOps[AdminOp]['output'] }
    : { ok: false, refusal: message.refusal, message: message.message }
}

function crashed(how: string): Blocked {
  return {
    why: 'crashed',
    sentence:
      'The part of this till that keeps the records stopped three times in a minute. Every sale that was confirmed is safe. The till keeps trying; if this page stays, restart the computer and call the person who looks after the till.',
    detail: how,
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
