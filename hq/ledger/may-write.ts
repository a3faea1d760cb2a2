import type { Payloads } from '../../shared/protocol/payload.ts'
import { appliedKey } from '../../shared/sync/rows.ts'
import type { Arrival } from './arrival.ts'
import { type Books, type Lease, rootOf } from './books.ts'

/**
 * Whether a till may write this event at all. Customers are joined by head office alone. A till books a grant that head
 * office made to it, in the epoch that it was made to, and returns its own: as long as grants carry no signature, one
 * that head office does not know waits for a person.
 */
export function mayWrite(books: Books, arrival: Arrival): boolean {
  const { event, device, epoch } = arrival
  switch (event?.envelope.kind) {
    case 'customer.merged':
      return false
    case 'lease.granted': {
      const { grant, holder } = event.payload as Payloads['lease.granted']
      const lease = leaseOf(books, arrival, grant)
      return holder === appliedKey(device, epoch) && lease?.holder === holder
    }
    case 'lease.returned': {
      const { grant } = event.payload as Payloads['lease.returned']
      // Also one of an epoch before, whose end it learns of in the next one.
      return leaseOf(books, arrival, grant)?.holder.startsWith(`${device}/`) ?? false
    }
    default:
      return true
  }
}

function leaseOf(books: Books, { customer, program }: Arrival, grant: string): Lease | null {
  const lease = books.leases.get(grant)
  if (!lease || customer === null || lease.program !== program) return null
  return rootOf(books, lease.customer) === rootOf(books, customer) ? lease : null
}
