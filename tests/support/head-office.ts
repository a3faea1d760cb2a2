import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { generateSigningKey, signerFromPkcs8, verifySignature } from '../../electron/platform/node-signer.ts'
import { type Database, type DatabaseOptions, openDatabase } from '../../hq/db/database.ts'
import type { Parts } from '../../hq/services/parts.ts'
import { push } from '../../hq/services/push.ts'
import { genesisHash } from '../../shared/protocol/event.ts'
import {
  PROTOCOL_VERSION,
  type Problem,
  type PushBatch,
  type PushReply,
  type Signed,
  type WireEvent,
} from '../../shared/sync/wire.ts'
import { type FreshDatabase, freshDatabase } from './postgres.ts'
import { type FakeClock, seededBytes, signWith, type TestTill } from './till.ts'

/** The services of one head office process over a database, with a clock that the test turns. */
export interface HeadOffice {
  readonly fresh: FreshDatabase
  readonly db: Database
  readonly parts: Parts
  readonly clock: FakeClock
  close(): Promise<void>
}

let processes = 0

/** Another process on the same database. */
export function officeOn(
  fresh: FreshDatabase,
  clock: FakeClock,
  options: Omit<DatabaseOptions, 'url'> = {},
): HeadOffice {
  processes += 1
  const bytes = seededBytes(900 + processes)
  const db = openDatabase({ url: fresh.url, ...options })
  const parts: Parts = {
    db,
    clock,
    random: { bytes },
    digest: nodeDigest,
    verify: verifySignature,
    // Not on other threads: what comes of it is the same, and a simulation is to go the same way again.
    firstForgery: async (key, all) =>
      all.findIndex(({ message, signature }) => !verifySignature(key, message, signature)),
    keys: { generate: generateSigningKey, signer: signerFromPkcs8 },
    journal: { append: async () => undefined },
    ownDevice: nodeDigest.hex(bytes(16)),
  }
  return { fresh, db, parts, clock, close: () => db.close() }
}

export async function newOffice(clock: FakeClock): Promise<HeadOffice> {
  return officeOn(await freshDatabase(), clock)
}

interface TenantKeys {
  readonly id: string
  readonly identityKey: string
}

/** A tenant of that id and key of identities: a till set up alone under the same ones has canonical customer ids. */
export async function makeTenant(
  office: HeadOffice,
  keys: TenantKeys,
  scope: 'tenant' | 'store' = 'tenant',
): Promise<string> {
  const signingKey = generateSigningKey()
  await office.db.tenant(keys.id, async (tx) => {
    await tx.query(
      `INSERT INTO hq.tenant (tenant_id, name, identity_key, signing_key, public_key, account_scope, created_at)
       VALUES ($1, 'Kasuwa Test', $2, $3, $4, $5, 1)`,
      [keys.id, keys.identityKey, signingKey, nodeDigest.hex(signerFromPkcs8(signingKey).publicKey), scope],
    )
    await tx.query(`INSERT INTO hq.store (tenant_id, id, name, created_at) VALUES ($1, $2, 'Main', 1)`, [
      keys.id,
      STORE,
    ])
  })
  return keys.id
}
export const STORE = '5'.repeat(32)

/** The keys a till was set up with. */
export const keysOf = (till: TestTill): TenantKeys => ({
  id: settingOf(till, 'tenant'),
  identityKey: settingOf(till, 'identity_key'),
})

const settingOf = (till: TestTill, key: string): string =>
  till.db.prepare<[string], string>('SELECT value FROM till WHERE key = ?').pluck().get(key) ?? ''

/** A till as head office knows it. Every till of the tests is a copy of one, so it may go by another device id. */
export interface Registered {
  readonly till: TestTill
  readonly tenant: string
  readonly device: string
  readonly chainTenant: string
  readonly chainDevice: string
}

export async function registerTill(
  office: HeadOffice,
  tenant: string,
  till: TestTill,
  device = settingOf(till, 'device'),
): Promise<Registered> {
  const chainTenant = settingOf(till, 'tenant')
  const chainDevice = settingOf(till, 'device')
  const epochs = till.db.prepare<[], { epoch: number; public_key: Uint8Array }>('SELECT * FROM epoch').all()
  await office.db.tenant(tenant, async (tx) => {
    await tx.query(
      `INSERT INTO hq.device (tenant_id, id, kind, store, name, enrolled_at, alone_tenant, alone_key)
       VALUES ($1, $2, 'till', $3, 'Till', 1, $4, $5) ON CONFLICT (tenant_id, id) DO NOTHING`,
      [tenant, device, STORE, chainTenant, keysOf(till).identityKey],
    )
    for (const { epoch, public_key } of epochs) {
      await tx.query(
        `INSERT INTO hq.device_epoch (tenant_id, device, epoch, chain_tenant, chain_device, public_key, opened_at, head_hash)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT (tenant_id, device, epoch) DO NOTHING`,
        [
          tenant,
          device,
          epoch,
          chainTenant,
          chainDevice,
          nodeDigest.hex(public_key),
          nodeDigest.hex(genesisHash(nodeDigest, chainTenant, chainDevice, epoch)),
        ],
      )
    }
  })
  return { till, tenant, device, chainTenant, chainDevice }
}

interface EventRow {
  readonly epoch: number
  readonly seq: number
  readonly id: string
  readonly bytes: Uint8Array
  readonly prev_hash: Uint8Array
  readonly hash: Uint8Array
  readonly signature: Uint8Array
  readonly salt: Uint8Array | null
  readonly json: string | null
}

/** Events of the till's newest epoch, from a seq on, as it would send them. */
export function batchOf(
  from: Registered,
  fromSeq: number,
  max = 200,
  more: Partial<PushBatch> = {},
): PushBatch {
  const { till } = from
  const epoch = more.epoch ?? till.till.ledger.writer.head().epoch
  const rows = till.db
    .prepare<[number, number, number], EventRow>(
      `SELECT e.*, p.salt, p.json FROM event e LEFT JOIN personal p ON p.event = e.id
       WHERE e.epoch = ? AND e.seq >= ? ORDER BY e.seq LIMIT ?`,
    )
    .all(epoch, fromSeq, max)
  const before = till.db
    .prepare<[number, number], Uint8Array>('SELECT hash FROM event WHERE epoch = ? AND seq = ?')
    .pluck()
    .get(epoch, fromSeq - 1)
  const prev = nodeDigest.hex(before ?? genesisHash(nodeDigest, from.chainTenant, from.chainDevice, epoch))
  const last = rows.at(-1)
  const { trusted } = till.till.ledger.writer.now()
  return {
    protocol: PROTOCOL_VERSION,
    tenant: from.tenant,
    device: from.device,
    epoch,
    from_seq: fromSeq,
    prev_hash: prev,
    head_hash: last ? nodeDigest.hex(last.hash) : prev,
    events: rows.map(wireEvent),
    settled: trusted,
    clock: { wall: Math.floor(till.clock.wallMs), trusted },
    waiting: 0,
    oldest_waiting_at: null,
    app_version: 'test',
    hq_epoch: 1,
    grants: [],
    receipts: [],
    signed_by: epoch,
    ...more,
  }
}

function wireEvent({ seq, bytes, signature, salt, json }: EventRow): WireEvent {
  return {
    seq,
    bytes: Buffer.from(bytes).toString('base64'),
    signature: Buffer.from(signature).toString('base64'),
    personal: salt && json !== null ? { salt: nodeDigest.hex(salt), json } : null,
  }
}

function signBatch(from: Registered, batch: PushBatch): Signed {
  const { secrets } = from.till.keys
  if (!secrets) throw new Error('this till has no keys')
  const body = JSON.stringify(batch)
  const signature = signWith(secrets, nodeDigest.sha256(nodeDigest.utf8(body)))
  return { body, signature: Buffer.from(signature).toString('base64') }
}

export function send(office: HeadOffice, from: Registered, batch: PushBatch) {
  return push(office.parts, signBatch(from, batch), { tenant: from.tenant, device: from.device })
}

/** Sends a batch that must be taken. */
export async function sent(office: HeadOffice, from: Registered, batch: PushBatch): Promise<PushReply> {
  const reply = await send(office, from, batch)
  if (!reply.ok) throw new Error(`${reply.refusal.code}: ${reply.refusal.detail}`)
  return reply.value
}

export async function refused(office: HeadOffice, from: Registered, batch: PushBatch): Promise<Problem> {
  const reply = await send(office, from, batch)
  if (reply.ok) throw new Error('it was taken')
  return reply.refusal
}

/** Everything the till has that head office has not. */
export async function sendAll(
  office: HeadOffice,
  from: Registered,
  more: Partial<PushBatch> = {},
): Promise<PushReply> {
  const epoch = more.epoch ?? from.till.till.ledger.writer.head().epoch
  const rows = await office.db.tenant(from.tenant, (tx) =>
    tx.query<{ cursor: number }>('SELECT cursor FROM hq.device_epoch WHERE device = $1 AND epoch = $2', [
      from.device,
      epoch,
    ]),
  )
  let next = (rows[0]?.cursor ?? 0) + 1
  for (;;) {
    const batch = batchOf(from, next, 200, more)
    const reply = await sent(office, from, batch)
    if (batch.events.length < 200) return reply
    next = reply.acked.seq + 1
  }
}
