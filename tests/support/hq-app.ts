import type { FastifyInstance } from 'fastify'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import {
  firstForgery,
  generateSigningKey,
  signerFromPkcs8,
  verifySignature,
} from '../../electron/platform/node-signer.ts'
import { osRandom, randomHex } from '../../electron/platform/random.ts'
import { systemTimers } from '../../electron/platform/timers.ts'
import { type AppParts, createApp } from '../../hq/api/app.ts'
import { type Database, openDatabase } from '../../hq/db/database.ts'
import { postgresFeed } from '../../hq/db/feed.ts'
import { makeEnrolCode } from '../../hq/services/enrol-code.ts'
import type { JournalEntry } from '../../hq/services/journal.ts'
import type { Parts } from '../../hq/services/parts.ts'
import { createStore } from '../../hq/services/stores.ts'
import { createTenant } from '../../hq/services/tenants.ts'
import { shapeServer } from '../../hq/shapes/server.ts'
import { genesisHash } from '../../shared/protocol/event.ts'
import type { EnrolBody, EnrolReply, PushBatch, Signed, TokenReply } from '../../shared/sync/wire.ts'
import { type FreshDatabase, freshDatabase } from './postgres.ts'

/** Head office in this process, without a port, under a clock that the test moves. */
export interface HqApp {
  readonly app: FastifyInstance
  readonly db: Database
  readonly parts: AppParts
  /** Every line of the log. */
  readonly lines: string[]
  readonly journal: JournalEntry[]
  /** Moves the clock on. */
  later(ms: number): void
  now(): number
  close(): Promise<void>
}

/** Seals the backups of tests. */
export const BACKUP_KEY = Buffer.alloc(32, 7)

const START_MS = Date.UTC(2026, 10, 20, 9)

/** One instance of head office on a migrated database. */
export async function openHqApp(url: string, more: Partial<AppParts> = {}): Promise<HqApp> {
  const db = openDatabase({ url, poolMax: 8 })
  let now = START_MS
  const lines: string[] = []
  const journal: JournalEntry[] = []
  const clock = { read: () => ({ wallMs: now, monotonicMs: now, bootId: 'test' }) }
  const feed = postgresFeed(db, { onTrouble: (error) => lines.push(String(error)) })
  const parts: AppParts = {
    db,
    clock,
    random: osRandom,
    digest: nodeDigest,
    verify: verifySignature,
    firstForgery,
    keys: { generate: generateSigningKey, signer: signerFromPkcs8 },
    journal: { append: async (entry) => void journal.push(entry) },
    ownDevice: randomHex(16),
    shapes: shapeServer({ feed, clock, random: osRandom, digest: nodeDigest }),
    after: systemTimers.after,
    log: { write: (line) => void lines.push(line) },
    rateLimits: null,
    trustProxy: 'loopback',
    ...more,
  }
  const app = await createApp(parts)
  return {
    app,
    db,
    parts,
    lines,
    journal,
    later: (ms) => {
      now += ms
    },
    now: () => now,
    async close() {
      await app.close()
      await feed.close()
      await db.close()
    },
  }
}

export interface Shop {
  readonly tenant: string
  readonly store: string
}

/** A business with one store. */
export async function openShop({ parts }: { readonly parts: Parts }, name = 'Alheri Stores'): Promise<Shop> {
  const { tenant } = await createTenant(parts, { name, who: 'test' })
  const { store } = await createStore(parts, { tenant, name: 'Main Street', who: 'test' })
  return { tenant, store }
}

/** Head office on a database of its own, with one business in it. */
export interface ShopOffice {
  readonly database: FreshDatabase
  readonly hq: HqApp
  readonly shop: Shop
  /** One statement as head office makes it for the business. */
  rows<R extends object>(sql: string, values?: readonly unknown[]): Promise<R[]>
  close(): Promise<void>
}

export async function openShopOffice(): Promise<ShopOffice> {
  const database = await freshDatabase()
  const hq = await openHqApp(database.url)
  const shop = await openShop(hq)
  return {
    database,
    hq,
    shop,
    rows: <R extends object>(sql: string, values?: readonly unknown[]) =>
      hq.db.tenant(shop.tenant, (tx) => tx.query<R>(sql, values)),
    async close() {
      await hq.close()
      await database.drop()
    },
  }
}

/** How many statements of this database wait for a lock that another one holds. */
export async function waitingForLocks({ db }: Pick<HqApp, 'db'>): Promise<number> {
  const rows = await db.global((tx) =>
    tx.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_database d ON d.datname = current_database()
       WHERE NOT l.granted AND (l.database IS NULL OR l.database = d.oid)`,
    ),
  )
  return rows[0]?.waiting ?? 0
}

/** A code for a new till of the shop, or for one that is known. */
export async function codeFor(
  { parts }: { readonly parts: Parts },
  shop: Shop,
  device?: string,
): Promise<string> {
  const wanted = device === undefined ? { store: shop.store, name: 'Till 1' } : { device }
  const made = await makeEnrolCode(parts, { tenant: shop.tenant, for: wanted, who: 'Amina Bello' })
  if (!made.ok) throw new Error(made.refusal.detail)
  return made.value.code
}

/** What a till says, made by hand: its keys and its requests. */
export class HandTill {
  readonly #signer = signerFromPkcs8(generateSigningKey())
  device: string
  epoch = 1
  tenant = ''
  token = ''

  constructor(device = randomHex(16)) {
    this.device = device
  }

  get publicKey(): string {
    return nodeDigest.hex(this.#signer.publicKey)
  }

  sign(text: string): string {
    const signature = this.#signer.sign(nodeDigest.sha256(nodeDigest.utf8(text)))
    return Buffer.from(signature).toString('base64')
  }

  signed(body: object): Signed {
    const text = JSON.stringify(body)
    return { body: text, signature: this.sign(text) }
  }

  enrolBody(code: string, more: Partial<EnrolBody> = {}): EnrolBody {
    return {
      protocol: 1,
      code,
      device: this.device,
      epoch: this.epoch,
      public_key: this.publicKey,
      epochs: [],
      till_name: 'Till 1',
      app_version: '0.1.0',
      clock: { wall: START_MS, trusted: START_MS },
      ...more,
    }
  }

  /** Enrols and asks for a token; throws on any refusal. */
  async join(hq: Pick<HqApp, 'app'>, code: string): Promise<EnrolReply> {
    const reply = await post(hq, '/sync/v1/enrol', this.signed(this.enrolBody(code)))
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body))
    const enrolled = reply.body as EnrolReply
    this.device = enrolled.device
    this.epoch = enrolled.epoch
    this.tenant = enrolled.tenant.id
    await this.refresh(hq)
    return enrolled
  }

  async tokenRequest(hq: Pick<HqApp, 'app'>): Promise<object> {
    const { device, epoch } = this
    const asked = await post(hq, '/sync/v1/challenge', { device, epoch })
    const { challenge } = asked.body as { challenge: string }
    const signature = this.sign(`kasuwa token 1\n${device}\n${epoch}\n${challenge}`)
    return { device, epoch, challenge, signature }
  }

  async refresh(hq: Pick<HqApp, 'app'>): Promise<TokenReply> {
    const reply = await post(hq, '/sync/v1/token', await this.tokenRequest(hq))
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body))
    const given = reply.body as TokenReply
    this.token = given.token
    return given
  }

  /** A heartbeat before the first event. */
  heartbeat(now: number, more: Partial<PushBatch> = {}): PushBatch {
    const genesis = nodeDigest.hex(genesisHash(nodeDigest, this.tenant, this.device, this.epoch))
    return {
      protocol: 1,
      tenant: this.tenant,
      device: this.device,
      epoch: this.epoch,
      from_seq: 1,
      prev_hash: genesis,
      head_hash: genesis,
      events: [],
      settled: now,
      clock: { wall: now, trusted: now },
      waiting: 0,
      oldest_waiting_at: null,
      app_version: '0.1.0',
      hq_epoch: 0,
      grants: [],
      receipts: [],
      signed_by: this.epoch,
      ...more,
    }
  }
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
}

export async function post(
  { app }: Pick<HqApp, 'app'>,
  url: string,
  body: unknown,
  token?: string,
): Promise<Answer> {
  const said = await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return answerOf(said)
}

export async function get({ app }: Pick<HqApp, 'app'>, url: string, token?: string): Promise<Answer> {
  return answerOf(
    await app.inject({ method: 'GET', url, headers: token ? { authorization: `Bearer ${token}` } : {} }),
  )
}

function answerOf(said: { statusCode: number; body: string; headers: object }): Answer {
  let body: unknown
  try {
    body = JSON.parse(said.body)
  } catch {
    body = null
  }
  return { status: said.statusCode, body, text: said.body, headers: { ...said.headers } }
}
