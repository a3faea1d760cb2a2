import { performance } from 'node:perf_hooks'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import {
  firstForgery,
  generateSigningKey,
  signerFromPkcs8,
  verifySignature,
} from '../../electron/platform/node-signer.ts'
import { randomHex } from '../../electron/platform/random.ts'
import { systemClock } from '../../electron/platform/system-clock.ts'
import { type Database, openDatabase, type Tx } from '../../hq/db/database.ts'
import type { Parts } from '../../hq/services/parts.ts'
import { push } from '../../hq/services/push.ts'
import {
  chainHash,
  type Envelope,
  type EventKind,
  encodeEnvelope,
  genesisHash,
} from '../../shared/protocol/event.ts'
import type { PushBatch, Signed, WireEvent } from '../../shared/sync/wire.ts'
import { copyOf } from '../support/fresh-copy.ts'
import { startTestPostgres } from '../support/test-postgres.ts'
import type { Figure } from './figure.ts'

/** What one head office takes in, against the very rows it writes, written again in the same transactions. */

const CUSTOMERS = 2_000
const SALES = 5_000
const BATCH = 200
const BECAUSE =
  'each event is hashed, its signature checked, read and posted between the two halves of its transaction'
/** As in production: every commit is on the disk. */
const DURABLE = ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on']

export async function benchIngest(): Promise<Figure[]> {
  const server = await startTestPostgres(DURABLE)
  try {
    const till = madeTill()
    const enrolments = batches(
      till,
      Array.from({ length: CUSTOMERS }, (_, i) => enrolled(i)),
    )
    const sales = batches(till, Array.from({ length: SALES }, (_, i) => sale(i)).flat())
    const [ours, raw] = [await copyOf(server.url, server.template), await copyOf(server.url, server.template)]
    const written = recorder()
    const db = openDatabase({ url: ours.url })
    await register(db, till)
    await sendAll(db, till, enrolments)
    const oursMs = await timed(() => sendAll(written.around(db), till, sales, written.cut))
    await db.close()
    const rawDb = openDatabase({ url: raw.url })
    await register(rawDb, till)
    await sendAll(rawDb, till, enrolments)
    const rawMs = await timed(() => written.again(rawDb, till.tenant))
    const plainMs = await plainInserts(rawDb, till.tenant, written.transactions)
    await rawDb.close()
    return figures(oursMs, rawMs, plainMs)
  } finally {
    await server.stop()
  }
}

function figures(oursMs: number, rawMs: number, plainMs: number): Figure[] {
  const rate = (ms: number): number => (SALES * 2 * 1_000) / ms
  return [
    {
      id: 'ingest.events',
      what: 'head office takes in events of tills, one instance',
      unit: 'rows/s',
      value: rate(oursMs),
      raw: rate(rawMs),
      rawIs: 'the same rows of all the tables in the same transactions',
      target: { times: 2 },
      because: BECAUSE,
    },
    {
      id: 'ingest.plain',
      what: 'the rows of the events alone, with their indexes',
      unit: 'rows/s',
      value: rate(plainMs),
      raw: null,
      rawIs: '',
      target: null,
    },
  ]
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

interface MadeTill {
  readonly tenant: string
  readonly device: string
  readonly signingKey: string
  readonly hqKey: string
  seq: number
  hash: Uint8Array
}

function madeTill(): MadeTill {
  const [tenant, device] = [randomHex(16), randomHex(16)]
  const hash = genesisHash(nodeDigest, tenant, device, 1)
  return { tenant, device, signingKey: generateSigningKey(), hqKey: generateSigningKey(), seq: 0, hash }
}

const START_MS = Date.parse('2026-12-01T09:00:00Z')

type Draft = { kind: EventKind; id: string; customer: string; program?: string; payload: unknown }
const hexOf = (what: number, n: number): string => (what * 16_000_000 + n).toString(16).padStart(32, '0')

const enrolled = (i: number): Draft => ({
  kind: 'customer.consent',
  id: hexOf(1, i),
  customer: hexOf(9, i),
  payload: { marketing: 'yes', wording: 'May we write to you?' },
})

/** Customers come by in an order that is none. */
const sale = (i: number): Draft[] => {
  const customer = hexOf(9, (i * 7_919) % CUSTOMERS)
  const id = hexOf(2, i)
  const amount = 250_000 + (i % 900) * 1_000
  return [
    {
      kind: 'sale.recorded',
      id,
      customer,
      payload: {
        sale: id,
        gross: amount,
        net: amount,
        currency: 'NGN',
        channel: 'pos',
        receipt: `R${i}`,
        lines: [],
        occurred_at: START_MS + i * 20_000,
        imported: false,
      },
    },
    {
      kind: 'points.earned',
      id: hexOf(3, i),
      customer,
      program: 'default',
      payload: {
        sale: id,
        points: Math.floor(amount / 10_000),
        base: Math.floor(amount / 10_000),
        multiplier_bp: 10_000,
        tier: 'bronze',
        rule: 'base',
        program_version: 1,
        expiry: START_MS + 365 * 86_400_000,
        month: '2026-12',
      },
    },
  ]
}

function batches(till: MadeTill, drafts: readonly Draft[]): Signed[] {
  const signed: Signed[] = []
  for (let at = 0; at < drafts.length; at += BATCH) signed.push(batch(till, drafts.slice(at, at + BATCH)))
  return signed
}

function batch(till: MadeTill, drafts: readonly Draft[]): Signed {
  const signer = signerFromPkcs8(till.signingKey)
  const from = till.seq + 1
  const prev = nodeDigest.hex(till.hash)
  const events = drafts.map(({ kind, id, customer, program, payload }): WireEvent => {
    till.seq += 1
    const trusted = START_MS + till.seq * 10_000
    const envelope: Envelope = {
      v: 1,
      tenant: till.tenant,
      id,
      device: till.device,
      epoch: 1,
      seq: till.seq,
      kind,
      pv: 1,
      command: id,
      n: 0,
      actor: { staff: 'cashier' },
      customer,
      ...(program === undefined ? {} : { program }),
      hlc: trusted.toString(16).padStart(16, '0'),
      wall: trusted,
      trusted,
      payload,
    }
    const bytes = encodeEnvelope(nodeDigest, envelope)
    till.hash = chainHash(nodeDigest, till.hash, bytes)
    const signature = Buffer.from(signer.sign(till.hash)).toString('base64')
    return { seq: till.seq, bytes: Buffer.from(bytes).toString('base64'), signature, personal: null }
  })
  const trusted = START_MS + till.seq * 10_000
  const body: PushBatch = {
    protocol: 1,
    tenant: till.tenant,
    device: till.device,
    epoch: 1,
    from_seq: from,
    prev_hash: prev,
    head_hash: nodeDigest.hex(till.hash),
    events,
    settled: START_MS,
    // Right, so that nothing is put before a person.
    clock: { wall: systemClock().read().wallMs, trusted },
    waiting: 0,
    oldest_waiting_at: null,
    app_version: 'bench',
    hq_epoch: 1,
    grants: [],
    receipts: [],
    signed_by: 1,
  }
  const text = JSON.stringify(body)
  const signature = signer.sign(nodeDigest.sha256(nodeDigest.utf8(text)))
  return { body: text, signature: Buffer.from(signature).toString('base64') }
}

async function register(db: Database, till: MadeTill): Promise<void> {
  const key = (pkcs8: string): string => nodeDigest.hex(signerFromPkcs8(pkcs8).publicKey)
  await db.tenant(till.tenant, async (tx) => {
    await tx.query(
      `INSERT INTO hq.tenant (tenant_id, name, identity_key, signing_key, public_key, created_at) VALUES ($1, 'Bench', $2, $3, $4, 1)`,
      [till.tenant, '0'.repeat(64), till.hqKey, key(till.hqKey)],
    )
    await tx.query(
      `INSERT INTO hq.device (tenant_id, id, kind, name, enrolled_at) VALUES ($1, $2, 'till', 'Till', 1)`,
      [till.tenant, till.device],
    )
    await tx.query(
      `INSERT INTO hq.device_epoch (tenant_id, device, epoch, chain_tenant, chain_device, public_key, opened_at, head_hash)
       VALUES ($1, $2, 1, $1, $2, $3, 1, '')`,
      [till.tenant, till.device, key(till.signingKey)],
    )
  })
}

function partsOf(db: Database): Parts {
  return {
    db,
    clock: systemClock(),
    random: { bytes: (length) => nodeDigest.fromHex(randomHex(length)) },
    digest: nodeDigest,
    verify: verifySignature,
    firstForgery,
    keys: { generate: generateSigningKey, signer: signerFromPkcs8 },
    journal: { append: async () => undefined },
    ownDevice: randomHex(16),
  }
}

async function sendAll(
  db: Database,
  till: MadeTill,
  all: readonly Signed[],
  each = (): void => undefined,
): Promise<void> {
  const parts = partsOf(db)
  for (const signed of all) {
    const reply = await push(parts, signed, { tenant: till.tenant, device: till.device })
    if (!reply.ok || reply.value.held.length > 0)
      throw new Error(`a batch was not taken: ${JSON.stringify(reply)}`)
    each()
  }
}

interface Statement {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** Remembers what each transaction writes, to write it again without deciding anything. */
function recorder() {
  const transactions: Statement[][] = []
  let present: Statement[] = []
  const around = (db: Database): Database => ({
    ...db,
    tenant: (tenant, work, options) =>
      db.tenant(tenant, (tx) => work(watched(tx, (statement) => present.push(statement))), options),
  })
  return {
    transactions,
    around,
    cut: (): void => {
      transactions.push(present)
      present = []
    },
    async again(db: Database, tenant: string): Promise<void> {
      for (const statements of transactions) {
        await db.tenant(tenant, async (tx) => {
          for (const { sql, values } of statements) await tx.query(sql, values)
        })
      }
    },
  }
}

const watched = (tx: Tx, note: (statement: Statement) => void): Tx => ({
  query: (sql, values = []) => {
    if (/^\s*(INSERT|UPDATE|DELETE)/.test(sql)) note({ sql, values })
    return tx.query(sql, values)
  },
})

/** The event rows alone, under another device. */
async function plainInserts(
  db: Database,
  tenant: string,
  transactions: readonly (readonly Statement[])[],
): Promise<number> {
  const inserts = transactions.flatMap((statements) =>
    statements.filter(({ sql }) => sql.startsWith('INSERT INTO hq.event (')),
  )
  const moved = inserts.map(({ sql, values }) => ({
    sql,
    values: [
      String(values[0])
        .replaceAll('"epoch":1', '"epoch":2')
        .replaceAll('"outcome":"posted"', '"outcome":"repeated"'),
    ],
  }))
  return timed(async () => {
    for (const { sql, values } of moved)
      await db.tenant(tenant, (tx) => tx.query(sql, values).then(() => undefined))
  })
}
