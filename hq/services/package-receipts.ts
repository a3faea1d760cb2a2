import type { Signer } from '../../shared/base/ports.ts'
import type { PackageReceipt } from '../../shared/sync/files.ts'
import { type Receipt, SYNC_LIMITS } from '../../shared/sync/wire.ts'
import { heldOf, type StandingEvent } from './events.ts'
import { nowOf, type Parts } from './parts.ts'

interface Wanted {
  readonly tenant: string
  readonly store: string
  /** Events that came before are not named again. */
  readonly since: number
  readonly signer: Signer
  readonly hqEpoch: number
}

interface EventRow extends StandingEvent {
  readonly released_at: number | null
}

/** Signed receipts for what the tills of a store have sent, in their order, for those that get them by file. */
export async function* receiptsOf(parts: Parts, wanted: Wanted): AsyncGenerator<PackageReceipt> {
  const { tenant } = wanted
  const chains = await parts.db.tenant(tenant, (tx) =>
    tx.query<{ device: string; epoch: number }>(
      `SELECT e.device, e.epoch FROM hq.device d JOIN hq.device_epoch e ON e.tenant_id = d.tenant_id AND e.device = d.id
       WHERE d.tenant_id = $1 AND d.store = $2 AND d.kind = 'till' ORDER BY e.device, e.epoch`,
      [tenant, wanted.store],
    ),
  )
  for (const chain of chains) {
    for (let after = 0; ; ) {
      const events = await eventsAfter(parts, wanted, chain, after)
      const [first, last] = [events[0], events.at(-1)]
      if (!first || !last) break
      yield {
        receipt: sign(parts, wanted, chain, events),
        held: [...heldOf(chain.device, chain.epoch, events)],
      }
      after = last.seq
    }
  }
}

function eventsAfter(
  parts: Parts,
  { tenant, since }: Wanted,
  { device, epoch }: { device: string; epoch: number },
  after: number,
): Promise<EventRow[]> {
  return parts.db.tenant(tenant, (tx) =>
    tx.query<EventRow>(
      `SELECT seq, id, kind, hash, effective_at, outcome, why, points, released_at FROM hq.event
       WHERE tenant_id = $1 AND device = $2 AND epoch = $3 AND seq > $4 AND received_at >= $5 ORDER BY seq LIMIT $6`,
      [tenant, device, epoch, after, since, SYNC_LIMITS.pushEventsMax],
    ),
  )
}

function sign(
  parts: Parts,
  wanted: Wanted,
  { device, epoch }: { device: string; epoch: number },
  events: readonly EventRow[],
): PackageReceipt['receipt'] {
  const receipt: Receipt = {
    tenant: wanted.tenant,
    device,
    epoch,
    from_seq: events[0]?.seq ?? 1,
    to_seq: events.at(-1)?.seq ?? 0,
    head_hash: events.at(-1)?.hash ?? '',
    effective: events.map(({ effective_at }) => effective_at),
    hq_epoch: wanted.hqEpoch,
    at: nowOf(parts),
  }
  const body = JSON.stringify(receipt)
  const signature = wanted.signer.sign(parts.digest.sha256(parts.digest.utf8(body)))
  return { body, signature: Buffer.from(signature).toString('base64') }
}
