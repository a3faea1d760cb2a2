import { randomBytes } from 'node:crypto'
import { EVENT_COUNTS } from '../../electron/ledger/database.ts'
import type { AdminOp, AdminOps } from '../../electron/ledger/messages.ts'
import { type OpenTill, openTill } from '../../electron/ledger/open.ts'
import { callControl } from '../../electron/platform/control-socket.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import type { Input, MethodName, Output } from '../../shared/ipc/contract.ts'
import { childrenOf, commandOf, type HostProcess, startHost } from './host-process.ts'
import { type LoopbackPage, openPage } from './loopback-page.ts'
import type { Unnamed } from './shop-set-up.ts'

/** What came of a command: `unknown` when whoever was to answer is gone. */
export type Came<T> =
  | { readonly came: 'done'; readonly value: T }
  | { readonly came: 'refused'; readonly code: string }
  | { readonly came: 'unknown'; readonly why: string }

const ENTRIES = { ledger: 'electron/ledger/process.ts', sync: 'electron/sync/process.ts' } as const
export type TillProcess = keyof typeof ENTRIES

/** What leaves an event behind. */
const BOOKED: ReadonlySet<MethodName> = new Set(['sale.record', 'sale.void', 'customer.enrol'])

/** A till of real processes that may be struck down, and what it has answered. */
export class TownTill {
  readonly dir: string
  readonly name: string
  readonly #pin: string
  /** Ids of the commands that are booked by what this till answered. */
  readonly acknowledged = new Set<string>()
  #host: HostProcess | null = null
  #page: LoopbackPage | null = null
  #staff = ''
  #session = ''

  constructor(dir: string, name: string, pin: string) {
    this.dir = dir
    this.name = name
    this.#pin = pin
  }

  /** Starts the host; signs in where a store is there already, else makes one. */
  async start(): Promise<void> {
    this.#host = await startHost(this.dir)
    this.#page = await openPage(this.#host.address)
    if (this.#staff !== '') return this.#signIn()
    const status = await this.ask('system.status', {})
    const made = await this.ask('setup.begin', {
      store_name: 'Balogun Market',
      till_name: this.name,
      admin_name: 'Ada',
      pin: this.#pin,
      date_confirmed: status.now.business_date,
    })
    this.#staff = made.session.staff.id
    this.#session = made.session.token
  }

  async #signIn(): Promise<void> {
    const session = await this.ask('session.sign_in', { staff_id: this.#staff, pin: this.#pin })
    this.#session = session.token
  }

  /** Tries one command. The same id again gets the same answer. */
  async tries<M extends MethodName>(method: M, id: string, input: Unnamed<M>): Promise<Came<Output<M>>> {
    const page = this.#page
    if (!page) return { came: 'unknown', why: 'it is not started' }
    const named = { command_id: id, ...input } as unknown as Input<M>
    try {
      const reply = await page.bridge.call(method, this.#session, named)
      if (reply.outcome === 'refused') return { came: 'refused', code: reply.refusal.code }
      if (reply.outcome === 'failed') return { came: 'unknown', why: reply.message }
      if (BOOKED.has(method)) this.acknowledged.add(id)
      return { came: 'done', value: reply.value }
    } catch (error) {
      // The host went away in the middle.
      return { came: 'unknown', why: error instanceof Error ? error.message : String(error) }
    }
  }

  /** As `tries`, for what must succeed. */
  async ask<M extends MethodName>(method: M, input: Unnamed<M>, id = newId()): Promise<Output<M>> {
    const came = await this.tries(method, id, input)
    if (came.came === 'done') return came.value
    throw new Error(`${this.name}, ${method}: ${came.came === 'refused' ? came.code : came.why}`)
  }

  /** As the command line does it beside a running till. */
  async admin<O extends AdminOp>(op: O, input: AdminOps[O]['input']): Promise<AdminOps[O]['output']> {
    const client = await callControl(this.dir)
    if (!client) throw new Error(`${this.name} has no socket`)
    try {
      const done = await client.call(op, input)
      if (!done.ok) throw new Error(`${this.name}, ${op}: ${done.message}`)
      return done.output
    } finally {
      client.close()
    }
  }

  async health(): Promise<NonNullable<Output<'system.status'>['health']>> {
    const { health } = await this.ask('system.status', {})
    if (!health) throw new Error(`${this.name} is not open`)
    return health
  }

  isUp(): boolean {
    return this.#host !== null
  }

  /** kill -9 of one process of this till; false when it does not run just now. */
  strike(which: TillProcess): boolean {
    const pid = childrenOf(this.#host?.child.pid).find((id) => commandOf(id).includes(ENTRIES[which]))
    if (pid === undefined) return false
    process.kill(pid, 'SIGKILL')
    return true
  }

  /** kill -9 of the host: its children go with it. */
  async strikeHost(): Promise<void> {
    const host = this.#host
    this.#host = null
    this.#page?.close()
    this.#page = null
    if (!host) return
    const gone = new Promise((resolve) => host.child.once('exit', resolve))
    if (host.child.kill('SIGKILL')) await gone
  }

  /** Looks at the ledger beside whoever writes it. */
  async look<T>(what: (opened: OpenTill) => T | Promise<T>): Promise<T> {
    const opened = await openTill({
      dir: this.dir,
      keyStore: fileKeyStore(this.dir),
      mode: 'read',
      host: 'cli',
    })
    if (!opened.ok) throw new Error(opened.refusal.sentence)
    try {
      return await what(opened.value)
    } finally {
      opened.value.close()
    }
  }

  /** Every event that counts, as "epoch:seq:id", in order. */
  events(): Promise<readonly string[]> {
    const sql = `SELECT e.epoch || ':' || e.seq || ':' || e.id FROM event e WHERE ${EVENT_COUNTS} ORDER BY e.place`
    return this.look((opened) => {
      const db = opened.till()?.ledger.db
      if (!db) throw new Error(`${this.name} has no store`)
      return db.prepare<[], string>(sql).pluck().all()
    })
  }

  async stop(): Promise<void> {
    this.#page?.close()
    this.#page = null
    await this.#host?.stop()
    this.#host = null
  }

  said(): string {
    return this.#host?.err() ?? ''
  }
}

export const newId = (): string => randomBytes(16).toString('hex')
