import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Statement } from 'better-sqlite3'
import { argon2Verify } from 'hash-wasm'
import type { Database } from '../../electron/ledger/database.ts'
import type { Platform } from '../../electron/ledger/ledger.ts'
import type { AdminOp, AdminOps, Blocked, ImportSale } from '../../electron/ledger/messages.ts'
import { createService, type Service } from '../../electron/ledger/service.ts'
import type { Till } from '../../electron/ledger/till.ts'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import type { Input, MethodName, Output } from '../../shared/ipc/contract.ts'
import { eventId } from '../../shared/protocol/event.ts'
import { memoryKeys } from '../support/till.ts'
import type { Dice } from './dice.ts'
import { MachineClock } from './machine-clock.ts'
import { isMutant } from './mutants.ts'
import type { Network } from './network.ts'
import { type Schedule, unlessWaiting } from './schedule.ts'
import { type FreshTill, newFolder, simulatedPlatform } from './shop-floor.ts'
import { Kill, unwatched } from './statements.ts'
import { type SyncLife, startSync } from './sync-life.ts'

interface TillParts {
  readonly name: string
  readonly fresh: FreshTill
  readonly schedule: Schedule
  readonly network: Network
  readonly dice: Dice
}

/** Where the process is struck down: before its n-th statement, or before it hears its n-th answer. */
interface KillAt {
  readonly what: 'statement' | 'answer'
  readonly in: number
}

/** The first event that a command makes; of an imported row, the sale. */
export const eventOf = (command: string): string =>
  command.startsWith('import ') ? command.slice('import '.length) : eventId(nodeDigest, command, 0)

/** A computer with a till on it: the real ledger and the real sync driver, on simulated clocks, chance and lines. */
export class SimulatedTill {
  readonly name: string
  readonly clock: MachineClock
  readonly keys: ReturnType<typeof memoryKeys>
  readonly admin: string
  readonly phrase: string
  dir: string
  /** Why the last command was not done. */
  refused = ''
  /** Counted since the process was started: what an exhaustive run kills at. */
  statements = 0
  answers = 0
  /** A fault has struck it down, and somebody is to start it again. */
  struck = false
  /** Bugs of the product that nobody caught. */
  readonly errors: unknown[] = []
  readonly #schedule: Schedule
  readonly #network: Network
  readonly #dice: Dice
  readonly #platform: Platform
  #service: Service | null = null
  #sync: SyncLife | null = null
  #life = 0
  #killAt: KillAt | null = null
  #dead = false
  #imports = 0
  /** Of this life: what it does later, unless it is stopped. */
  readonly #timers = new Set<object>()
  #end: () => void = () => undefined
  #ended: Promise<void> = Promise.resolve()
  readonly #looks = new Map<string, Statement>()
  /** Commands whose answer the cashier did not see: the screen sends them again, with their ids. */
  #unanswered: (() => Promise<void>)[] = []

  constructor({ name, fresh, schedule, network, dice }: TillParts) {
    this.name = name
    this.dir = fresh.dir
    this.admin = fresh.admin
    this.phrase = fresh.phrase
    this.keys = memoryKeys(fresh.secrets)
    this.#schedule = schedule
    this.#network = network
    this.#dice = dice
    this.clock = new MachineClock(schedule)
    this.#platform = simulatedPlatform(this.clock, dice.of(name))
  }

  get platform(): Platform {
    return this.#platform
  }
  get up(): boolean {
    return this.#service !== null && !this.#dead
  }
  get open(): Till {
    const till = this.#service?.till()
    if (!till) throw new Error(`${this.name} has no open ledger`)
    return till
  }
  get db(): Database {
    return this.open.ledger.db
  }
  get enrolled(): boolean {
    return this.up && this.look<number>('SELECT 1 FROM connection') !== undefined
  }
  /** The code with which sending stopped; null: it goes on. */
  get stopped(): string | null {
    return this.look<string | null>('SELECT stopped_code FROM connection') ?? null
  }
  /** Its life, and rows changed in it: while this stays the same, so does everything in the ledger. */
  get version(): string {
    return `${this.#life} ${this.look<number>('SELECT total_changes()')}`
  }

  /** The first value of the first row, seen from outside; it is asked for after every event, so it is prepared once. */
  look<T>(sql: string): T | undefined {
    const { db } = this
    return unwatched(() => {
      const known = this.#looks.get(sql)
      const asked = known?.database === db ? known : db.prepare<[], T>(sql).pluck()
      this.#looks.set(sql, asked)
      return asked.get() as T | undefined
    })
  }

  /** The computer is switched on, or the processes are started anew. Throws when the ledger cannot be opened. */
  async boot(): Promise<void> {
    if (this.#service) return
    this.#life += 1
    const life = this.#life
    this.#dead = false
    this.#timers.clear()
    this.#ended = new Promise((end) => {
      this.#end = end
    })
    const service = createService({
      dir: this.dir,
      platform: this.#platform,
      host: 'test',
      keyStore: 'file',
      mode: 'write',
      saveSecrets: (secrets) => this.keys.save(secrets),
      sendToPrinter: null,
      notify: () => undefined,
      signal: (what) => {
        if (this.#hears(life)) this.#sync?.changed(what)
      },
      after: (ms, work) => this.#after(life, ms, work),
    })
    this.#service = service
    let blocked: Blocked | null
    try {
      blocked = service.open(this.keys.secrets)
    } catch (error) {
      return this.#failed(error)
    }
    if (blocked) throw new Error(`${this.name} is blocked: ${blocked.why}: ${blocked.detail}`)
    this.#sync = startSync({
      service,
      schedule: this.#schedule,
      clock: this.clock,
      dice: this.#dice.of(`${this.name} sync ${life}`),
      fetch: this.#network.fetchOf(this.name, () => this.#hears(life)),
      alive: () => this.#hears(life),
      answered: () => this.#answered(life),
      failed: (error) => this.#failed(error),
    })
    for (const again of this.#unanswered.splice(0)) await again()
  }

  /** Switched off in good order: a strike that waits is for the next life. */
  async shutDown(): Promise<void> {
    const service = this.#service
    const killAt = this.#killAt
    this.#killAt = null
    this.#sync?.close()
    this.#sync = null
    this.#service = null
    this.#life += 1
    this.#end()
    service?.close()
    this.#killAt = killAt
  }

  /** Struck down here and now: what was committed stands, and nothing else does. */
  kill(): void {
    if (!this.#service) return
    this.#dead = true
    this.struck = true
    this.#schedule.note(`${this.name} is killed`)
    this.#killAt = null
    this.#bury()
  }

  /** Struck down later. */
  killLater(at: KillAt): void {
    this.#killAt = at
  }
  get killWaits(): boolean {
    return this.#killAt !== null
  }
  spare(): void {
    this.#killAt = null
  }

  /** Called before each statement of this till's database. */
  statement(): void {
    this.statements += 1
    if (this.#dead || this.#strikes('statement')) {
      this.#dead = true
      throw new Kill(`${this.name} is killed`)
    }
  }

  owns(database: Database): boolean {
    return database.name.startsWith(`${this.dir}/`)
  }

  /** A command by the person in charge. Null: refused (`refused` says why), or the process died: then it is repeated. */
  async command<M extends MethodName>(
    method: M,
    input: Input<M>,
    said: (output: Output<M>) => void,
  ): Promise<Output<M> | null> {
    const reply = await this.#ask(method, input)
    if (reply === 'killed') {
      this.#unanswered.push(async () => void (await this.command(method, input, said)))
      return null
    }
    if (reply !== null) said(reply)
    return reply
  }

  async query<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M> | null> {
    const reply = await this.#ask(method, input)
    return reply === 'killed' ? null : reply
  }

  /** Asked and not waited for: its answer depends on what comes over the network. */
  begin<M extends MethodName>(method: M, input: Input<M>): void {
    void this.#ask(method, input)
  }

  /** The customer who has this number, or null. */
  async customerOf(person: string): Promise<string | null> {
    const found = await this.query('customer.search', { text: person })
    return found?.results[0]?.id ?? null
  }

  /** Books rows of a purchase history, without points, each with a receipt of its own. Answers what was booked now: sale and row. */
  async importSales(
    rows: readonly ImportSale[],
  ): Promise<readonly { readonly row: number; readonly sale: string; readonly kobo: number }[]> {
    try {
      this.#imports += 1
      const mark = isMutant('a file is imported as often as it is read')
        ? ` ${this.name} ${this.#imports}`
        : ''
      const batch = rows.map((row) => ({ ...row, key: row.key + mark }))
      const done = await this.#service?.admin('import_sales', { batch, earn: false })
      if (!done?.ok) return []
      const saleOf = this.db
        .prepare<[string], string>('SELECT id FROM sale WHERE imported = 1 AND receipt = ?')
        .pluck()
      return rows.flatMap(({ receipt, amount_kobo: kobo }, row) => {
        const sale = saleOf.get(receipt)
        return sale !== undefined && done.value.outcomes[row]?.outcome === 'booked'
          ? [{ row, sale, kobo }]
          : []
      })
    } catch (error) {
      this.#failed(error)
      return []
    }
  }

  async backup(file: string): Promise<boolean> {
    return (await this.work('backup', { file })) !== null
  }

  /** A file of everything that was not sent, as a person carries it. Null: none was written. */
  async exportUnsent(): Promise<string | null> {
    let text = ''
    for (let cursor: string | null = null; ; ) {
      const page: AdminOps['export_unsent']['output'] | null = await this.work('export_unsent', { cursor })
      if (page === null) return null
      text += page.text
      if (page.next === null) return text
      cursor = page.next
    }
  }

  /** Its manager wants a new signing key. */
  async rotateKey(): Promise<boolean> {
    return (await this.work('rotate_key', {})) !== null
  }

  /** Whether this PIN opens the till to this person. */
  async signsIn(staff: string, pin: string): Promise<boolean> {
    const known = this.db
      .prepare<[string], string>('SELECT pin_hash FROM staff WHERE id = ?')
      .pluck()
      .get(staff)
    return known !== undefined && argon2Verify({ password: pin, hash: known })
  }

  /** A file of head office's; false: it was refused. */
  async importPackage(file: string): Promise<boolean> {
    return (await this.work('import_package', { file })) !== null
  }

  /** Work of the command line. Null: refused, or the process died. */
  async work<O extends AdminOp>(op: O, input: AdminOps[O]['input']): Promise<AdminOps[O]['output'] | null> {
    try {
      const done = await this.#service?.admin(op, input)
      if (done?.ok) return done.value
      this.refused = done?.refusal.code ?? ''
    } catch (error) {
      this.#failed(error)
    }
    return null
  }

  async #ask<M extends MethodName>(method: M, input: Input<M>): Promise<Output<M> | 'killed' | null> {
    const service = this.#service
    if (!service) return null
    const life = this.#life
    try {
      const session = this.open.openSession(this.admin).token
      const asked = service.call({ id: 1, method, session, input })
      const reply = await unlessWaiting(Promise.race([asked, this.#ended]), () => this.#timers.size > 0)
      if (!reply) return this.#cut()
      if (!this.#hears(life)) return this.#cut()
      if (reply.outcome === 'done') return reply.value as Output<M>
      this.refused = reply.outcome === 'refused' ? reply.refusal.code : reply.message
      return null
    } catch (error) {
      this.#failed(error)
      return this.#cut()
    }
  }

  /** The machine's timers, on virtual time. */
  #after(life: number, ms: number, work: () => void): () => void {
    const timer = {}
    this.#timers.add(timer)
    const forget = this.#schedule.after(ms, '', () => {
      this.#timers.delete(timer)
      if (this.#hears(life)) work()
    })
    return () => {
      this.#timers.delete(timer)
      forget()
    }
  }

  #cut(): 'killed' {
    this.refused = 'cut off'
    return 'killed'
  }

  /** A kill ends the process; anything else is a mistake of the product. */
  #failed(error: unknown): void {
    if (error instanceof Kill) this.kill()
    else this.errors.push(error)
  }

  #answered(life: number): boolean {
    if (!this.#hears(life)) return false
    this.answers += 1
    if (!this.#strikes('answer')) return true
    this.kill()
    return false
  }

  #hears(life: number): boolean {
    return life === this.#life && !this.#dead
  }

  #strikes(what: KillAt['what']): boolean {
    const at = this.#killAt
    if (at?.what !== what) return false
    if (at.in > 1) {
      this.#killAt = { what, in: at.in - 1 }
      return false
    }
    this.#killAt = null
    return true
  }

  /** The files as the killed process left them; what its handles still held is gone. */
  #bury(): void {
    const service = this.#service
    this.#service = null
    this.#sync = null
    this.#life += 1
    this.#end()
    if (!service) return
    const before = this.dir
    const after = path.join(newFolder(), 'till')
    cpSync(before, after, { recursive: true, filter: (file) => !file.endsWith('-shm') })
    this.#dead = true
    try {
      service.close()
    } catch (error) {
      if (!(error instanceof Kill)) throw error
    }
    this.dir = after
    rmSync(before, { recursive: true, force: true })
  }
}
