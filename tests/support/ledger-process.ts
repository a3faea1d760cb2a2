import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import type { FromLedger, Secrets, ToLedger } from '../../electron/ledger/messages.ts'
import type { SyncOp, SyncOps } from '../../electron/ledger/sync-port.ts'
import type { Reply, Request } from '../../shared/ipc/message.ts'

const ENTRY = path.resolve(import.meta.dirname, '../../electron/ledger/process.ts')

/** The real ledger process, started as the shells start it, to be struck down at any moment. */
export class RunningLedger {
  private readonly child: ChildProcess
  private readonly waiting = new Map<number, (reply: Reply | null) => void>()
  private readonly exited: Promise<void>
  private readonly asked = new Map<number, { resolve(output: unknown): void; reject(error: Error): void }>()
  private calls = 0
  private gone = false

  private constructor(child: ChildProcess) {
    this.child = child
    this.exited = new Promise((resolve) => {
      child.once('exit', () => {
        this.gone = true
        for (const answer of this.waiting.values()) answer(null)
        for (const { reject } of this.asked.values()) reject(new Error('the ledger process is gone'))
        this.waiting.clear()
        resolve()
      })
    })
    child.on('message', (message: FromLedger) => {
      if (message.type === 'sync' && message.message.type === 'answer') {
        const { id } = message.message
        if (message.message.ok) this.asked.get(id)?.resolve(message.message.output)
        else this.asked.get(id)?.reject(new Error(message.message.message))
        this.asked.delete(id)
      }
      if (message.type !== 'reply') return
      this.waiting.get(message.reply.id)?.(message.reply)
      this.waiting.delete(message.reply.id)
    })
  }

  /** Starts and opens; throws when the till is blocked. `clockOffsetMs` moves its wall clock. */
  static async start(dir: string, secrets: Secrets, clockOffsetMs = 0): Promise<RunningLedger> {
    const child = fork(ENTRY, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const opened = new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromLedger) => {
        if (message.type === 'started') {
          const open: ToLedger = {
            type: 'open',
            dir,
            secrets,
            key_store: 'file',
            host: 'test',
            clock_offset_ms: clockOffsetMs,
          }
          child.send(open)
        }
        if (message.type === 'opened') resolve()
        if (message.type === 'blocked')
          reject(new Error(`${message.why}: ${message.sentence} (${message.detail})`))
      })
      child.once('exit', (code, signal) =>
        reject(new Error(`the ledger process ended with ${signal ?? code}`)),
      )
    })
    const running = new RunningLedger(child)
    await opened
    return running
  }

  /** The answer, or null when the process ended before it gave one. */
  call(request: Omit<Request, 'id'>): Promise<Reply | null> {
    if (this.gone) return Promise.resolve(null)
    this.calls += 1
    const id = this.calls
    return new Promise((resolve) => {
      this.waiting.set(id, resolve)
      this.child.send({ type: 'request', request: { ...request, id } } as ToLedger, (error) => {
        if (error) resolve(null)
      })
    })
  }

  /** A question as the sync process asks it. */
  sync<O extends SyncOp>(op: O, input: SyncOps[O]['input']): Promise<SyncOps[O]['output']> {
    this.calls += 1
    const id = this.calls
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve: (output) => resolve(output as SyncOps[O]['output']), reject })
      this.child.send({ type: 'sync', message: { id, op, input } } satisfies ToLedger)
    })
  }

  /** As a power button would. */
  async strike(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.exited
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.child.on('message', (message: FromLedger) => {
        if (message.type === 'closed') resolve()
      })
    })
    this.child.send({ type: 'close' } satisfies ToLedger)
    await closed
    this.child.disconnect()
    await this.exited
  }
}
