import { BrokenInvariant } from '../../shared/base/result.ts'
import { postingOf } from '../../shared/domain/posting-of.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import { type Applied, appliedKey } from '../../shared/sync/rows.ts'
import type { HeldEvent } from '../../shared/sync/wire.ts'
import type { Arrival } from './arrival.ts'
import { accountBook, bookPosting } from './book-account.ts'
import { bookConsent, bookEnrolled, bookSale, bookUpdated, customerOf, setCustomer } from './book-customer.ts'
import { noteEnd, noteGrant } from './book-lease.ts'
import { bookReversed, flagTier, multipliedBy } from './book-refund.ts'
import { accountKey, type Books, type InboxKind, rootOf } from './books.ts'
import { inboxId, placeName } from './inbox.ts'
import { mayWrite } from './may-write.ts'

type Outcome = 'posted' | 'repeated' | 'quarantined' | 'withheld'
export interface Booked {
  readonly outcome: Outcome
  /** Of the last two: why. */
  readonly why: string
}

/** What is decided about a batch before its events are looked at. */
interface Ruling {
  /** Store of the till; null: none. */
  readonly store: string | null
  /** Every event waits for a person: `revoked`. */
  readonly withhold: string | null
  /** Written by head office: no till waits for its place to come back. */
  readonly own?: boolean
}

/**
 * Gives one event its one outcome and carries it into the books. The place is counted as in, whatever comes of it:
 * `applied` passes what waits, and the row lists it as held.
 */
export function bookEvent(books: Books, arrival: Arrival, effective: number, ruling: Ruling): Booked {
  const booked = decide(books, arrival, effective, ruling)
  if (!ruling.own) advance(books, arrival)
  if (booked.outcome === 'quarantined' || booked.outcome === 'withheld') hold(books, arrival, booked)
  if (arrival.personalDiffers) tell(books, 'personal_differs', arrival, { kind: arrival.kind })
  return booked
}

function decide(books: Books, arrival: Arrival, effective: number, ruling: Ruling): Booked {
  if (arrival.quarantine !== null) return { outcome: 'quarantined', why: arrival.quarantine }
  const { id } = arrival
  const first = id === null ? undefined : books.posted.get(id)
  if (first) {
    // The same file read on two tills: what differs is what each knew of the customer then, and the first one stands.
    const imported = first.staff === 'import' && arrival.staff === 'import'
    return first.content === arrival.content || imported
      ? { outcome: 'repeated', why: '' }
      : { outcome: 'withheld', why: 'conflict' }
  }
  if (ruling.withhold !== null) return { outcome: 'withheld', why: ruling.withhold }
  if (!ruling.own && !mayWrite(books, arrival)) return { outcome: 'withheld', why: 'books' }
  try {
    apply(books, arrival, effective, ruling.store)
  } catch (error) {
    // One event that the books cannot take must not keep a whole till from being heard.
    if (error instanceof BrokenInvariant) return { outcome: 'withheld', why: 'books' }
    throw error
  }
  if (id !== null) books.posted.set(id, { content: arrival.content, staff: arrival.staff })
  return { outcome: 'posted', why: '' }
}

function apply(books: Books, arrival: Arrival, effective: number, store: string | null): void {
  const { event, customer: id } = arrival
  if (!event) return
  const { kind } = event.envelope
  // Points first: it is the one part that can refuse, and then nothing else may have changed.
  postPoints(books, arrival, effective)
  if (kind === 'customer.enrolled' && id !== null) bookEnrolled(books, arrival, id)
  if (kind === 'customer.updated' && id !== null) bookUpdated(books, arrival, id)
  if (kind === 'customer.consent' && id !== null) bookConsent(books, arrival, id, effective)
  if (kind === 'sale.recorded') bookSale(books, arrival, store)
  if (kind === 'points.reversed') bookReversed(books, arrival, effective)
}

function postPoints(books: Books, arrival: Arrival, effective: number): void {
  const { event, id, program, device, epoch } = arrival
  if (!event || id === null || arrival.customer === null || program === null) return
  const { kind } = event.envelope
  const posting = postingOf({
    id,
    kind,
    payload: event.payload,
    effective,
    holder: appliedKey(device, epoch),
  })
  if (!posting) return
  const customer = customerOf(books, arrival.customer, arrival.trusted).id
  const before = accountBook(books, customer, program).state
  bookPosting(books, customer, program, posting)
  if (kind === 'points.earned') {
    const tier = multipliedBy(event.payload as Payloads['points.earned'])
    if (tier !== null) books.multiplied.set(id, tier)
  }
  if (kind === 'points.reversed') flagTier(books, accountBook(books, customer, program), before, arrival)
  if (kind === 'lease.granted')
    noteGrant(books, customer, program, event.payload as Payloads['lease.granted'])
  if (kind === 'lease.returned') noteEnd(books, arrival, event.payload as Payloads['lease.returned'])
  flagDebts(books, customer, program, arrival)
}

/** One flag for an event that redeemed what was not there; it closes by itself when that debt is gone. */
function flagDebts(books: Books, customer: string, program: string, arrival: Arrival): void {
  const { debts } = accountBook(books, customer, program).state
  const own = debts.find(({ event, by }) => event === arrival.id && (by === 'redeem' || by === 'adjust'))
  if (own && arrival.id !== null) {
    const id = inboxId(books.digest, 'overdraft', arrival.id)
    books.overdrafts.set(id, { id, event: arrival.id, customer, program })
    books.newOverdrafts.add(id)
    tell(books, 'overdraft', arrival, { points: own.points, program })
  }
  closeRepaid(books, customer, program)
}

/** Flags of an account whose debt is gone. */
export function closeRepaid(books: Books, customer: string, program: string): void {
  const { debts } = accountBook(books, customer, program).state
  for (const flag of books.overdrafts.values()) {
    if (flag.customer !== customer || flag.program !== program) continue
    if (debts.some((debt) => debt.event === flag.event)) continue
    books.overdrafts.delete(flag.id)
    books.closedOverdrafts.set(flag.id, flag)
  }
}

const raised = (applied: Applied, key: string, seq: number): Applied =>
  (applied[key] ?? 0) >= seq ? applied : { ...applied, [key]: seq }

/**
 * Places of closed epochs stay in `applied` for good: an epoch ends only when a till is enrolled again or its key
 * changes, so there are few of them, and a row that names them all is complete in itself. A till that finds no place
 * takes it that none of its events are here, and counts them twice.
 */
function advance(books: Books, arrival: Arrival): void {
  if (arrival.customer === null) return
  const key = appliedKey(arrival.device, arrival.epoch)
  const customer = customerOf(books, arrival.customer, arrival.trusted)
  setCustomer(books, { ...customer, applied: raised(customer.applied, key, arrival.seq) })
  if (arrival.program === null) return
  const book = accountBook(books, customer.id, arrival.program)
  book.applied = raised(book.applied, key, arrival.seq)
  books.changedAccounts.add(accountKey(customer.id, arrival.program))
}

function hold(books: Books, arrival: Arrival, { outcome, why }: Booked): void {
  tell(books, kindOf(outcome, why), arrival, {
    why,
    kind: arrival.kind,
    seq: arrival.seq,
    epoch: arrival.epoch,
  })
  if (arrival.customer === null || arrival.program === null) return
  const book = accountBook(books, rootOf(books, arrival.customer), arrival.program)
  book.held = [...book.held, heldEvent(arrival, outcome, why)]
}

const kindOf = (outcome: Outcome, why: string): InboxKind =>
  outcome === 'quarantined' ? 'quarantine' : why === 'conflict' ? 'conflict' : 'withheld'

/** An event that has its place and is not posted, as the reply and the row list it. */
export function heldEvent(
  arrival: Pick<Arrival, 'device' | 'epoch' | 'seq' | 'id' | 'kind' | 'points'>,
  outcome: Outcome,
  why: string,
): HeldEvent {
  const { device, epoch, seq, id, kind, points } = arrival
  const held = outcome === 'quarantined' ? outcome : 'withheld'
  return { device, epoch, seq, event: id, kind, outcome: held, why, points }
}

function tell(
  books: Books,
  kind: InboxKind,
  arrival: Arrival,
  facts: Readonly<Record<string, string | number>>,
): void {
  const { device, epoch, seq, customer, id } = arrival
  // A debt belongs to an event, wherever it was re-issued; everything else to a place in a chain.
  const about = kind === 'overdraft' ? (id ?? '') : placeName(device, epoch, seq)
  books.inbox.push({
    id: inboxId(books.digest, kind, about),
    kind,
    device,
    customer: customer === null ? null : rootOf(books, customer),
    event: id,
    facts,
  })
}
