import type { Payloads } from '../../shared/protocol/payload.ts'
import type { Arrival } from './arrival.ts'
import { accountKey, type Books, isSaleOf, type Lease, rootOf } from './books.ts'

/**
 * Whether a till may write this event at all. Customers are joined by head office alone. A till books a grant that head
 * office made to it, for as much, and returns its own. One that a head office that was put back does not know counts by
 * its signature; without it, or with another, it waits for a person. A booking that was written anew in a later epoch is
 * as good, and worth nothing there: the pot is that of the epoch before. It takes back with a sale what moved for it.
 */
export function mayWrite(books: Books, arrival: Arrival): boolean {
  const { event, device, epoch } = arrival
  switch (event?.envelope.kind) {
    case 'customer.merged':
      return false
    case 'lease.granted': {
      const granted = event.payload as Payloads['lease.granted']
      if (!isOwn(granted.holder, device, epoch)) return false
      if (!books.leases.has(granted.grant)) return isSignedHere(books, arrival, granted)
      const lease = leaseOf(books, arrival, granted.grant)
      return lease?.holder === granted.holder && lease.points === granted.points
    }
    case 'lease.returned': {
      const { grant } = event.payload as Payloads['lease.returned']
      // Also one of an epoch before, whose end it learns of in the next one.
      return leaseOf(books, arrival, grant)?.holder.startsWith(`${device}/`) ?? false
    }
    case 'points.reversed':
      return isOfOneSale(books, arrival)
    default:
      return true
  }
}

/**
 * What goes back with a sale is what moved for it, and its money goes back to its own customer: the code on a receipt may
 * name points of another sale, or somebody else.
 */
function isOfOneSale(books: Books, { customer, program, event }: Arrival): boolean {
  const { sale, targets, part, rest } = event?.payload as Payloads['points.reversed']
  if (sale === null) return true
  const sold = books.sales.get(sale)
  if (sold && !isSaleOf(books, sold, customer) && (part ?? rest)?.kobo !== 0) return false
  if (customer === null || program === null) return true
  const lines = books.accounts.get(accountKey(rootOf(books, customer), program))?.lines
  return targets.every((target) => (lines?.get(target.event)?.sale ?? sale) === sale)
}

/** Of this till, in this epoch or an earlier one. */
function isOwn(holder: string, device: string, epoch: number): boolean {
  const [whose, of] = holder.split('/')
  return whose === device && Number(of) <= epoch
}

function leaseOf(books: Books, { customer, program }: Arrival, grant: string): Lease | null {
  const lease = books.leases.get(grant)
  if (!lease || customer === null || lease.program !== program) return null
  return rootOf(books, lease.customer) === rootOf(books, customer) ? lease : null
}

/** Head office's own word, to this holder, for this account and for just as much. */
function isSignedHere(
  books: Books,
  { customer, program }: Arrival,
  { grant, holder, points, expiry, signed }: Payloads['lease.granted'],
): boolean {
  const said = signed ? books.readGrant(signed) : null
  if (said === null || customer === null) return false
  return (
    said.grant === grant &&
    said.holder === holder &&
    said.program === program &&
    said.points === points &&
    said.expiry === expiry &&
    rootOf(books, said.customer) === rootOf(books, customer)
  )
}
