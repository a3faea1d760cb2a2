import type { Payloads } from '../../shared/protocol/payload.ts'
import type { Tx } from '../db/database.ts'
import type { Arrival } from '../ledger/arrival.ts'
import type { Booked } from '../ledger/book.ts'
import type { Books, Lease } from '../ledger/books.ts'
import { removeGrantsOfClosedEpochs } from './grants.ts'
import type { TenantRow } from './load-books.ts'
import { openLeases, writeOffLeases } from './own-events.ts'
import type { Parts } from './parts.ts'

/** A till that has opened an epoch writes in no other one any more: what was set aside for those before returns. */

/** Grants that end when one of these events opens an epoch: their customers are to be locked with the others. */
export async function leasesEndedBy(tx: Tx, arrivals: readonly Arrival[]): Promise<readonly Lease[]> {
  const opening = arrivals.find(({ event }) => event?.envelope.kind === 'epoch.opened')
  return opening ? openLeases(tx, opening.device, opening.epoch) : []
}

/** Closes the epochs before the one that these events opened, if they did and it counts, and ends its `leases`. */
export async function closeEpochsBefore(
  parts: Parts,
  tx: Tx,
  tenant: TenantRow,
  books: Books,
  given: {
    readonly done: readonly { readonly arrival: Arrival; readonly booked: Booked }[]
    readonly leases: readonly Lease[]
    readonly now: number
  },
): Promise<void> {
  const { done, leases, now } = given
  const opening = done.find(
    ({ arrival, booked }) =>
      arrival.kind === 'epoch.opened' && (booked.outcome === 'posted' || booked.outcome === 'repeated'),
  )
  if (!opening) return
  const { device, epoch, event } = opening.arrival
  const { after } = event?.payload as Payloads['epoch.opened']
  // An opening that could not be read when it came has let the end of its own past wait: that is still taken.
  await tx.query(
    `UPDATE hq.device_epoch SET closed_at = $3 WHERE device = $1 AND epoch < $2 AND closed_at IS NULL
       AND NOT (epoch = $4::int AND cursor < $5::int)`,
    [device, epoch, now, after?.epoch ?? 0, after?.seq ?? 0],
  )
  await removeGrantsOfClosedEpochs(tx, device)
  await writeOffLeases(parts, tx, tenant, books, leases, { staff: 'head office', now })
}
