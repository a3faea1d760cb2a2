import type { Payloads } from '../../shared/protocol/payload.ts'
import type { Arrival } from './arrival.ts'
import type { Books, Lease } from './books.ts'

/**
 * Keeps a grant that was posted. One that is known says nothing new: its holder has booked it. One that is not comes
 * back with the holder's booking after head office was put back from a backup, with its own signature.
 */
export function noteGrant(
  books: Books,
  customer: string,
  program: string,
  granted: Payloads['lease.granted'],
): void {
  const { grant: id, holder, points, signed } = granted
  if (books.leases.has(id)) return
  addLease(books, {
    id,
    customer,
    program,
    holder,
    points,
    closed_by: null,
    granted_at: signed ? (books.readGrant(signed)?.at ?? 0) : 0,
    body: signed?.body ?? null,
    signature: signed?.signature ?? null,
    why: 'default',
  })
}

/** A grant that is to be kept; its holder follows it from now on. */
export function addLease(books: Books, lease: Lease): void {
  books.leases.set(lease.id, lease)
  books.newLeases.add(lease.id)
  books.grantRows.set(lease.id, 'open')
}

/**
 * Keeps the end of a grant. Ended by head office, its row says so until the holder has booked the end too; then nobody
 * needs the row any more.
 */
export function noteEnd(books: Books, { device, id }: Arrival, { grant }: Payloads['lease.returned']): void {
  const lease = books.leases.get(grant)
  if (!lease) return
  if (lease.closed_by === null) {
    books.leases.set(grant, { ...lease, closed_by: id })
    books.changedLeases.add(grant)
  }
  books.grantRows.set(grant, lease.holder.startsWith(`${device}/`) ? 'gone' : 'closed')
}
