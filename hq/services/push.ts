import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { PAYLOAD_VERSION_MAX, readEvent } from '../../shared/protocol/payload-schema.ts'
import {
  type HeldEvent,
  type Problem,
  PushBatch,
  type PushReply,
  type Receipt,
  type Signed,
} from '../../shared/sync/wire.ts'
import { DUPLICATE_KEY, type Tx } from '../db/database.ts'
import { type Arrival, arrivalOf, type Sent } from '../ledger/arrival.ts'
import { bookEvent, heldEvent } from '../ledger/book.ts'
import { effectiveTimes, receivedAt } from '../ledger/effective.ts'
import { tenantOfDevice } from './devices.ts'
import { closeEpochsBefore, leasesEndedBy } from './epoch-opened.ts'
import { heldOf, insertEvents, type Received } from './events.ts'
import { hqEpochOf } from './hq-epoch.ts'
import { loadBooks, type TenantRow, tenantRow } from './load-books.ts'
import { joinAliases } from './merge.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { type Chain, type Continued, continueChain, decodeEvents, findChain } from './push-chain.ts'
import { hear } from './push-contact.ts'
import { noteGap, noteReceipts } from './push-receipts.ts'
import { sizeProblem } from './push-size.ts'
import { saveBooks } from './save-books.ts'
import { readSigned } from './signed.ts'

/**
 * `POST /sync/v1/push`, and the same batch out of a file (`caller` null): every event gets its place and one outcome,
 * in one transaction under the lock of the till; the receipt is signed after it is durable. The same batch again
 * changes nothing and gets an answer as good. Refuses with `malformed`, `protocol_unknown`, `unknown_device`,
 * `wrong_tenant`, `too_large`, `epoch_unknown`, `epoch_closed`, `signature_wrong`, `gap`, `fork` and `chain_broken`; of
 * the last one everything before the break is kept.
 */
export async function push(
  parts: Parts,
  signed: Signed,
  caller: { readonly tenant: string; readonly device: string } | null,
): Promise<Result<PushReply, Problem>> {
  const read = readSigned(signed, PushBatch)
  if (!read.ok) return read
  const batch = read.value
  const tenant = caller?.tenant ?? (await tenantOfDevice(parts, batch.device))
  if (tenant === null || (caller && caller.device !== batch.device)) return refuse(problem('unknown_device'))
  if (batch.tenant !== tenant) return refuse(problem('wrong_tenant', WRONG_TENANT))
  const sent = decodeEvents(batch)
  const large = sizeProblem(batch, sent)
  if (large) return refuse(large)
  const done = await parts.db.tenant(
    tenant,
    (tx) => receive({ parts, tx, batch, sent, online: caller !== null, now: nowOf(parts) }, tenant, signed),
    // Two batches brought one event at the same moment: the second look sees the first one.
    { retry: [DUPLICATE_KEY] },
  )
  if (!done.ok) return done
  const { receipt, signingKey, ...reply } = done.value
  const body = JSON.stringify(receipt)
  const { digest } = parts
  const signature = parts.keys.signer(signingKey).sign(digest.sha256(digest.utf8(body)))
  return ok({ ...reply, receipt: { body, signature: Buffer.from(signature).toString('base64') } })
}

const WRONG_TENANT =
  'These events are of another business. Nothing was changed; they are safe on the till. Choose the head office they belong to.'

/** One request while it is worked on. */
export interface Push {
  readonly parts: Parts
  readonly tx: Tx
  readonly batch: PushBatch
  readonly sent: readonly Sent[]
  /** False: out of a file, whose clock says nothing about now. */
  readonly online: boolean
  readonly now: number
}

type Unsigned = Omit<PushReply, 'receipt'> & { readonly receipt: Receipt; readonly signingKey: string }

async function receive(push: Push, tenantId: string, signed: Signed): Promise<Result<Unsigned, Problem>> {
  const { tx, batch, now } = push
  const [found, tenant, hq_epoch] = await Promise.all([
    findChain(push, signed),
    tenantRow(tx, tenantId),
    hqEpochOf(tx),
  ])
  if (!found.ok) return found
  const chain = found.value
  const continued = await continueChain(push, tenant, chain)
  if (!continued.ok) {
    if (continued.refusal.code === 'gap') await noteGap(push, tenantId, hq_epoch, continued.refusal)
    return continued
  }
  const at = receivedAt(now, chain.till.last_received)
  const received = await take(push, tenant, chain, continued.value, at)
  const last = received.at(-1)
  const cursor = last?.arrival.seq ?? chain.cursor
  const { broken, receipts } = continued.value
  const [reconcile] = await Promise.all([
    hear(push, { tenant, chain, at, cursor, last }),
    broken === null ? noteReceipts(push, tenantId, receipts, cursor) : undefined,
  ])
  if (broken !== null) return refuse(broken)
  return ok({
    acked: { epoch: batch.epoch, seq: cursor },
    held: [...heldOf(batch.device, batch.epoch, continued.value.standing), ...heldNow(received)],
    hq_time: now,
    hq_epoch,
    payload_version_max: PAYLOAD_VERSION_MAX,
    reconcile,
    signingKey: tenant.signing_key,
    receipt: {
      tenant: tenantId,
      device: batch.device,
      epoch: batch.epoch,
      from_seq: batch.from_seq,
      to_seq: batch.from_seq + batch.events.length - 1,
      head_hash: batch.head_hash,
      effective: [
        ...continued.value.standing.map((event) => event.effective_at),
        ...received.map(({ effective }) => effective),
      ],
      hq_epoch,
      at: now,
    },
  })
}

/** Books what is new of a batch, and keeps it. */
async function take(
  push: Push,
  tenant: TenantRow,
  chain: Chain,
  continued: Continued,
  at: number,
): Promise<readonly Received[]> {
  const { parts, tx, now } = push
  if (continued.fresh.length === 0) return []
  const arrivals = continued.fresh.map(({ sent, hash }) =>
    arrivalOf(parts.digest, parts.reads ?? readEvent, chain, sent, hash),
  )
  const leases = await leasesEndedBy(tx, arrivals)
  const { books, newAliases } = await loadBooks(
    parts,
    tx,
    tenant,
    arrivals,
    leases.map(({ customer }) => customer),
  )
  await joinAliases(tx, tenant, books, newAliases)
  const times = effectiveTimes({
    trusted: arrivals.map(({ trusted }) => trusted),
    previous: chain.lastEffective,
    receivedAt: at,
    receipts: continued.receipts.times,
  })
  const withhold = chain.stopped ? 'revoked' : null
  const received = arrivals.map((arrival, i): Received => {
    const effective = times[i] ?? at
    return {
      arrival,
      effective,
      booked: bookEvent(books, arrival, effective, { store: chain.till.store, withhold }),
    }
  })
  await Promise.all([insertEvents(tx, tenant.tenant_id, at, received), closeAndSave()])
  return received

  async function closeAndSave(): Promise<void> {
    await closeEpochsBefore(parts, tx, tenant, books, { done: received, leases, now })
    await saveBooks(tx, tenant, books, at, newAliases)
  }
}

const heldNow = (received: readonly Received[]): readonly HeldEvent[] =>
  received.flatMap(({ arrival, booked }: { arrival: Arrival; booked: Received['booked'] }) =>
    booked.outcome === 'quarantined' || booked.outcome === 'withheld'
      ? [heldEvent(arrival, booked.outcome, booked.why)]
      : [],
  )
