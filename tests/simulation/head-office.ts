import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { randomHex } from '../../electron/platform/random.ts'
import { type AppParts, createApp } from '../../hq/api/app.ts'
import { writeBackup } from '../../hq/db/backup.ts'
import { type Database, type Incarnation, openDatabase } from '../../hq/db/database.ts'
import { type PostgresFeed, postgresFeed } from '../../hq/db/feed.ts'
import { restoreBackup } from '../../hq/services/backup.ts'
import { makeEnrolCode } from '../../hq/services/enrol-code.ts'
import { exportPackage } from '../../hq/services/export-package.ts'
import { importEvents } from '../../hq/services/import-events.ts'
import type { JournalEntry } from '../../hq/services/journal.ts'
import { ownDeviceOf } from '../../hq/services/own-events.ts'
import type { Parts } from '../../hq/services/parts.ts'
import { createStore } from '../../hq/services/stores.ts'
import { createTenant } from '../../hq/services/tenants.ts'
import { verifyTenant } from '../../hq/services/verify.ts'
import { shapeServer } from '../../hq/shapes/server.ts'
import { readEvent } from '../../shared/protocol/payload-schema.ts'
import { BACKUP_KEY } from '../support/hq-app.ts'
import { onServer, urlOf } from '../support/test-postgres.ts'
import type { Dice } from './dice.ts'
import { MachineClock } from './machine-clock.ts'
import type { Answered, Asked } from './network.ts'
import { Refusals } from './refusals.ts'
import type { Schedule } from './schedule.ts'
import { newFolder, simulatedPlatform } from './shop-floor.ts'
import { Kill } from './statements.ts'

/** A Postgres server with an empty, migrated database to copy, to which nobody is connected. */
export interface PostgresPlace {
  readonly server: string
  readonly template: string
}

interface HeadOfficeParts {
  readonly place: PostgresPlace
  readonly schedule: Schedule
  readonly dice: Dice
}

const WHO = 'simulation'
const WRITES = /^\/sync\/v1\/(?:push|enrol|reconcile|rotate)/
/** Tills speak plain http to their own computer alone; here every line is the simulation's. */
export const HQ_URL = 'http://127.0.0.1:1'

/** Head office: the real server over a real Postgres. Requests come one at a time, so that a seed replays exactly. */
export class HeadOffice {
  tenant = ''
  stores: readonly string[] = []
  /** Answers of 5xx that no kill explains. */
  readonly errors: string[] = []
  /** Kinds of events that this head office is too old to know. */
  unknownKinds: readonly string[] = []
  /** What it answered to the last push that it took. */
  lastPush: Answered | null = null
  /** Answers pushes in its place. */
  deaf: ((asked: Asked) => Answered) | null = null
  /** Counted since the beginning: what an exhaustive run kills at. */
  statements = 0
  /** Requests that may have changed something. */
  changes = 0
  /** What it refused, and a person is to hear of. */
  readonly refusals: Refusals
  readonly #parts: HeadOfficeParts
  readonly #clock: MachineClock
  readonly #platform: ReturnType<typeof simulatedPlatform>
  readonly #journal: JournalEntry[] = []
  /** Of the events that each life of it writes itself, newest last. */
  readonly #ownDevices: string[] = []
  readonly #databases: string[] = []
  #database = ''
  #db: Database | null = null
  #feed: PostgresFeed | null = null
  #app: FastifyInstance | null = null
  #reader: pg.Client | null = null
  #killIn: number | null = null
  #killed = false
  #fell = false
  #ids: ReadonlySet<string> = new Set()

  private constructor(parts: HeadOfficeParts) {
    this.#parts = parts
    this.refusals = new Refusals(() => parts.schedule.now)
    this.#clock = new MachineClock(parts.schedule)
    this.#platform = simulatedPlatform(this.#clock, parts.dice)
  }

  /** A head office with one business and two stores, up and running. */
  static async open(parts: HeadOfficeParts): Promise<HeadOffice> {
    const office = new HeadOffice(parts)
    office.#database = await office.#copyOf(parts.place.template)
    await office.start()
    const { tenant } = await createTenant(office.parts, { name: 'Kasuwa', who: WHO })
    office.tenant = tenant
    const stores: string[] = []
    for (const name of ['Ikeja', 'Yaba']) {
      stores.push((await createStore(office.parts, { tenant, name, who: WHO })).store)
    }
    office.stores = stores
    return office
  }

  get up(): boolean {
    return this.#app !== null
  }
  /** True once after it was struck down. */
  get fell(): boolean {
    const fell = this.#fell
    this.#fell = false
    return fell
  }

  /** What its services work with: for what a person does in the console. */
  get parts(): Parts {
    if (!this.#db) throw new Error('head office is down')
    const { digest, random, verify, signer, newSigningKey } = this.#platform
    return {
      db: this.#db,
      clock: this.#clock,
      random,
      digest,
      verify,
      // Not on other threads: what comes of it is the same, and a seed is to go the same way again.
      firstForgery: async (key, all) =>
        all.findIndex(({ message, signature }) => !verify(key, message, signature)),
      ownDevice: this.#ownDevices.at(-1) ?? '',
      reads: (text, bytes) => {
        const reading = readEvent(text, bytes)
        const isNew = reading.ok && this.unknownKinds.includes(reading.event.envelope.kind)
        return isNew ? { ok: false, why: 'unknown_kind', json: reading.event.envelope } : reading
      },
      keys: { generate: newSigningKey, signer },
      journal: {
        append: async (entry) => {
          this.#journal.push(entry)
        },
      },
    }
  }

  async start(): Promise<void> {
    if (this.#app) return
    this.#killed = false
    this.#ownDevices.push(this.#parts.dice.hex(16))
    const url = this.#url
    this.#db = openDatabase({ url, poolMax: 4, onStatement: () => this.#statement() })
    this.#feed = postgresFeed(this.#db, { onTrouble: (error) => this.errors.push(String(error)) })
    const { clock, random, digest } = this.parts
    const shapes = shapeServer({ feed: this.#feed, clock, random, digest })
    const after: AppParts['after'] = (ms, work) => this.#parts.schedule.after(ms, '', () => this.#alone(work))
    this.#app = await createApp({
      ...this.parts,
      shapes,
      after,
      log: null,
      rateLimits: null,
      trustProxy: '',
    })
    this.#reader = new pg.Client({ connectionString: url, types: NUMBERS })
    await this.#reader.connect()
  }

  async stop(): Promise<void> {
    const [app, feed, db, reader] = [this.#app, this.#feed, this.#db, this.#reader]
    this.#app = null
    this.#feed = null
    this.#db = null
    this.#reader = null
    this.#killIn = null
    await app?.close()
    await feed?.close()
    await db?.close()
    await reader?.end()
  }

  /** A request from the network; null: nobody answers. */
  async request(asked: Asked): Promise<Answered | null> {
    const { method, url, headers, body } = asked
    if (!this.#app) return null
    if (this.deaf !== null && url.endsWith('/push')) return this.deaf(asked)
    if (WRITES.test(url)) this.changes += 1
    const answer = await this.#app.inject({
      method: method as 'GET',
      url,
      headers,
      ...(body === null ? {} : { payload: body }),
    })
    if (await this.#died()) return null
    if (answer.statusCode >= 500)
      this.errors.push(`${method} ${url.slice(0, 40)}: ${answer.statusCode} ${answer.body}`)
    const given: Record<string, string> = {}
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) given[name] = Array.isArray(value) ? value.join(', ') : String(value)
    }
    const answered = { status: answer.statusCode, headers: given, body: answer.body }
    if (url.endsWith('/push') && answered.status === 200) this.lastPush = answered
    await this.refusals.heard(asked, answered, (device) => this.#isKnown(device))
    return answered
  }

  /** The process dies before its n-th statement from now: the connection breaks, and Postgres rolls back. */
  killIn(statements: number): void {
    this.#killIn = statements
  }

  /** A backup of everything as it stands, as the command line writes it. Answers the file. */
  async backup(): Promise<string> {
    const file = path.join(newFolder(), 'head-office')
    await writeBackup(this.#url, file, this.#parts.schedule.now, BACKUP_KEY)
    this.refusals.copied(file)
    return file
  }

  /** The database is lost and a backup takes its place, as a new incarnation. */
  async restore(file: string): Promise<void> {
    await this.start()
    const { hqEpoch } = await this.incarnation()
    const { journal } = this.parts
    await this.stop()
    const restored = await restoreBackup({
      url: this.#url,
      file,
      key: BACKUP_KEY,
      journal,
      entries: [...this.#journal],
      present: hqEpoch,
      now: this.#parts.schedule.now,
    })
    if (!restored.ok) throw new Error(restored.refusal)
    this.refusals.restored(file)
    await this.start()
  }

  /** A code for a till; null: none was made, or head office died over it. */
  async code(wanted: { store: string; name: string } | { device: string }): Promise<string | null> {
    const made = await this.person((parts) =>
      makeEnrolCode(parts, { tenant: this.tenant, for: wanted, who: WHO }),
    )
    return made?.ok ? made.value.code : null
  }

  /** What somebody does at its console; null: it is down, or died over it. */
  async person<T>(work: (parts: Parts) => Promise<T>): Promise<T | null> {
    if (!this.up) return null
    this.changes += 1
    try {
      return await work(this.parts)
    } catch (error) {
      if (!(error instanceof Kill)) throw error
      await this.#fall()
      return null
    }
  }

  /** A file with everything that the tills of a store follow; `streamElsewhere`: another service has the stream. */
  async writePackage(
    store: string,
    { tenant = this.tenant, streamElsewhere = false }: { tenant?: string; streamElsewhere?: boolean } = {},
  ): Promise<string> {
    if (!this.#feed) throw new Error('head office is down')
    const file = path.join(newFolder(), 'package')
    const wanted = { tenant, store: { id: store, name: 'Ikeja' }, feed: this.#feed, streamElsewhere, file }
    await exportPackage(this.parts, wanted)
    return file
  }

  /** Takes a till's file of unsent events. Null: it was taken, else why it was not. */
  async takeUnsent(text: string): Promise<string | null> {
    const lines = async function* (): AsyncGenerator<string> {
      yield* text.trimEnd().split('\n')
    }
    const done = await this.person((parts) => importEvents(parts, lines()))
    if (done === null) return 'Head office is down.'
    return done.ok ? null : done.refusal
  }

  /** How much there is of everything that a file could change. */
  async figures(): Promise<unknown> {
    const tables = ['event', 'fork_event', 'inbox', 'posting', 'customer', 'sale', 'audit']
    const counts = tables.map((table) => `(SELECT count(*) FROM hq.${table}) AS ${table}`).join(', ')
    return this.query(`SELECT ${counts}, (SELECT sum(cursor) FROM hq.device_epoch) AS places`)
  }

  /** What its own check finds wrong; null: nothing. */
  async verify(): Promise<string | null> {
    const { findings } = await verifyTenant(this.parts, this.tenant)
    return findings.length === 0 ? null : findings.slice(0, 5).join(' | ')
  }

  /** Events of this device were written by head office itself. */
  wrote(device: string): boolean {
    const { digest } = this.#platform
    return this.#ownDevices.some((ownDevice) => device === ownDeviceOf({ digest, ownDevice }, this.tenant))
  }

  /** The disk of a till was lost: what is here now may be all that is left of its events. */
  async remember(): Promise<void> {
    this.#ids = new Set([...this.#ids, ...(await this.#allIds())])
  }

  /** It was here once, and the till it came from may be lost. */
  mayHave(id: string): boolean {
    return this.#ids.has(id)
  }

  incarnation(): Promise<Incarnation> {
    if (!this.#db) throw new Error('head office is down')
    return this.#db.incarnation()
  }

  async query<R extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    if (!this.#reader) throw new Error('head office is down')
    return (await this.#reader.query<R>(sql, [...values])).rows
  }

  /** Ends it and removes its databases. */
  async close(): Promise<void> {
    await this.stop()
    for (const name of this.#databases) {
      await onServer(this.#parts.place.server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    }
  }

  get #url(): string {
    return urlOf(this.#parts.place.server, this.#database)
  }

  /** Work of its own, that no request waits for. */
  async #alone(work: () => void | Promise<void>): Promise<void> {
    if (!this.#app) return
    await work()
    await this.#died()
  }

  /** It was struck down meanwhile. */
  async #died(): Promise<boolean> {
    if (!this.#killed || !this.#app) return false
    await this.#fall()
    return true
  }

  async #fall(): Promise<void> {
    this.#fell = true
    this.refusals.struck()
    await this.stop()
  }

  async #isKnown(device: string): Promise<boolean> {
    return (await this.query('SELECT 1 FROM hq.device WHERE id = $1', [device])).length > 0
  }

  #statement(): void {
    this.statements += 1
    if (this.#killIn !== null) {
      this.#killIn -= 1
      if (this.#killIn <= 0) this.#killed = true
    }
    if (this.#killed) throw new Kill('head office is killed')
  }

  async #allIds(): Promise<readonly string[]> {
    return (await this.query<{ id: string }>('SELECT DISTINCT id FROM hq.event WHERE id IS NOT NULL')).map(
      ({ id }) => id,
    )
  }

  async #copyOf(template: string): Promise<string> {
    const name = `sim_${randomHex(8)}`
    await onServer(this.#parts.place.server, `CREATE DATABASE ${name} TEMPLATE ${template}`)
    this.#databases.push(name)
    return name
  }
}

/** `int8` as a number: every one of ours is exact. */
const NUMBERS = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): ((value: string) => unknown) =>
    oid === pg.types.builtins.INT8
      ? Number
      : (pg.types.getTypeParser(oid, format ?? 'text') as (value: string) => unknown),
}
