import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { genesisHash } from '../../shared/protocol/event.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import { readEvent } from '../../shared/protocol/payload-schema.ts'
import type { Problem, PushBatch, Signed } from '../../shared/sync/wire.ts'
import { arrivalOf, type ChainIds, hashesOf, type Sent } from '../ledger/arrival.ts'
import { inboxId, placeName } from '../ledger/inbox.ts'
import type { DeviceRow } from './devices.ts'
import { type StandingEvent, standingEvents } from './events.ts'
import { forkOf } from './fork.ts'
import { saveInbox } from './inbox.ts'
import type { TenantRow } from './load-books.ts'
import { problem } from './problem.ts'
import type { Push } from './push.ts'
import { type Receipts, receiptsOf } from './push-receipts.ts'
import { signatureFits } from './signed.ts'

/** The till of a request, locked. */
interface Till {
  readonly store: string | null
  readonly state: DeviceRow['state']
  readonly last_received: number
  readonly settled: number
  readonly keys_from: number
}

interface EpochRow {
  readonly epoch: number
  readonly chain_tenant: string
  readonly chain_device: string
  readonly public_key: string
  readonly closed_at: number | null
  readonly cursor: number
  readonly last_effective: number
}

/** The chain that a batch continues, as it stands. */
export interface Chain extends ChainIds {
  readonly till: Till
  readonly publicKey: string
  /** Whoever signed this request is not trusted: what is new of it waits for a person. */
  readonly stopped: boolean
  readonly closed: boolean
  readonly cursor: number
  readonly lastEffective: number
}

/** The events of a batch with their bytes, from base64. */
export function decodeEvents(batch: PushBatch): readonly Sent[] {
  return batch.events.map(({ seq, bytes, signature, personal }) => ({
    seq,
    bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
    signature: new Uint8Array(Buffer.from(signature, 'base64')),
    personal,
  }))
}

/** Locks the till and finds the chain of the batch. Nothing else is believed before the signature was checked. */
export async function findChain(push: Push, signed: Signed): Promise<Result<Chain, Problem>> {
  const { parts, tx, batch } = push
  const [tills, epochs] = await Promise.all([
    tx.query<Till>(
      `SELECT store, state, last_received, settled, keys_from FROM hq.device WHERE id = $1 AND kind = 'till' FOR UPDATE`,
      [batch.device],
    ),
    // Behind the lock: as the batch before has left them.
    tx.query<EpochRow>(
      `SELECT epoch, chain_tenant, chain_device, public_key, closed_at, cursor, last_effective
       FROM hq.device_epoch WHERE device = $1 AND epoch IN ($2, $3)`,
      [batch.device, batch.signed_by, batch.epoch],
    ),
  ])
  const till = tills[0]
  if (!till) return refuse(problem('unknown_device'))
  const signer = epochs.find(({ epoch }) => epoch === batch.signed_by)
  const row = epochs.find(({ epoch }) => epoch === batch.epoch)
  if (!signer || !row) return refuse(problem('epoch_unknown'))
  if (!signatureFits(parts, signer.public_key, signed.body, signed.signature)) {
    return refuse(problem('signature_wrong'))
  }
  if (signer.closed_at !== null) return refuse(problem('epoch_closed'))
  return ok({
    device: batch.device,
    epoch: row.epoch,
    chainTenant: row.chain_tenant,
    chainDevice: row.chain_device,
    till,
    publicKey: row.public_key,
    stopped: till.state === 'revoked' || signer.epoch < till.keys_from,
    closed: row.closed_at !== null,
    cursor: row.cursor,
    lastEffective: row.last_effective,
  })
}

export interface Continued {
  /** Events of the batch that came before. */
  readonly standing: readonly StandingEvent[]
  readonly fresh: readonly { readonly sent: Sent; readonly hash: string }[]
  /** The first event that does not fit: everything before it is kept. */
  readonly broken: Problem | null
  readonly receipts: Receipts
}

/** Compares what came before, and checks links and signatures of what is new. Refuses with `gap`, `fork`, `malformed`. */
export async function continueChain(
  push: Push,
  tenant: TenantRow,
  chain: Chain,
): Promise<Result<Continued, Problem>> {
  const { parts, tx, batch, sent } = push
  const { from_seq: from } = batch
  const to = from + sent.length - 1
  if (from > chain.cursor + 1) return refuse(gapOf(chain.epoch, chain.cursor + 1))
  if (chain.closed && to > chain.cursor) return refuse(problem('epoch_closed'))
  if (sent.some(({ seq }, i) => seq !== from + i)) {
    return refuse(problem('malformed', 'The events do not stand in order. Nothing was changed.'))
  }
  const near = await standingEvents(tx, batch.device, batch.epoch, from - 1, Math.min(to, chain.cursor))
  const before = near.find(({ seq }) => seq === from - 1)?.hash ?? genesisOf(push, chain)
  if (batch.prev_hash !== before)
    return refuse(await forkOf(push, tenant.tenant_id, chain, Math.max(1, from - 1), []))
  const hashes = hashesOf(parts.digest, batch.prev_hash, sent)
  const standing = near.filter(({ seq }) => seq >= from)
  const other = standing.findIndex(({ hash }, i) => hash !== hashes[i])
  if (other !== -1) {
    const aside = sent.map((one, i) => ({ sent: one, hash: hashes[i] ?? '' })).slice(other)
    return refuse(await forkOf(push, tenant.tenant_id, chain, from + other, aside))
  }
  const fresh = sent
    .slice(standing.length)
    .map((one, i) => ({ sent: one, hash: hashes[standing.length + i] ?? '' }))
  const key = parts.digest.fromHex(chain.publicKey)
  const bad = await parts.firstForgery(
    key,
    fresh.map(({ sent: { signature }, hash }) => ({ message: parts.digest.fromHex(hash), signature })),
  )
  const whole = bad === -1 && batch.head_hash === (hashes.at(-1) ?? batch.prev_hash)
  const good = bad === -1 ? (whole ? fresh : []) : fresh.slice(0, bad)
  const missing = await missingBefore(push, chain, good)
  if (missing) return refuse(missing)
  const broken = whole
    ? null
    : await brokenAt(push, tenant.tenant_id, from + standing.length + Math.max(0, bad))
  const placed = good.map((one) => ({ seq: one.sent.seq, hash: one.hash }))
  const receipts = receiptsOf(push, tenant, [...standing, ...placed], placed)
  return ok({ standing, fresh: good, broken, receipts })
}

const genesisOf = ({ parts: { digest } }: Push, chain: Chain): string =>
  digest.hex(genesisHash(digest, chain.chainTenant, chain.chainDevice, chain.epoch))

const gapOf = (epoch: number, seq: number): Problem =>
  problem('gap', 'Head office wants earlier events first. Nothing is lost; the till sends them.', {
    expected: { epoch, seq },
  })

/** An epoch follows another one as far as that one counts: what is missing of it comes first. */
async function missingBefore(push: Push, chain: Chain, fresh: Continued['fresh']): Promise<Problem | null> {
  const first = fresh[0]
  if (first?.sent.seq !== 1) return null
  const reads = push.parts.reads ?? readEvent
  const { event } = arrivalOf(push.parts.digest, reads, chain, first.sent, first.hash)
  if (event?.envelope.kind !== 'epoch.opened') return null
  const { after } = event.payload as Payloads['epoch.opened']
  if (after === null) return null
  const rows = await push.tx.query<Pick<EpochRow, 'cursor'>>(
    'SELECT cursor FROM hq.device_epoch WHERE device = $1 AND epoch = $2',
    [chain.device, after.epoch],
  )
  const cursor = rows[0]?.cursor
  if (cursor === undefined || cursor >= after.seq) return null
  return gapOf(after.epoch, cursor + 1)
}

async function brokenAt(push: Push, tenant_id: string, seq: number): Promise<Problem> {
  const { parts, tx, batch, now } = push
  const { device, epoch } = batch
  const id = inboxId(parts.digest, 'chain_broken', placeName(device, epoch, seq))
  const entry = {
    id,
    kind: 'chain_broken' as const,
    device,
    customer: null,
    event: null,
    facts: { epoch, seq },
  }
  await saveInbox(tx, tenant_id, [entry], now)
  return problem(
    'chain_broken',
    `Event ${seq} of this till does not follow the one before it, or its signature does not fit. Everything before it is at head office. Ask a manager to repair the till. If that does not help, enrol it again with a new code from head office.`,
    { at: { epoch, seq } },
  )
}
