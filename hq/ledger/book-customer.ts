import { invariant } from '../../shared/base/result.ts'
import type { Payloads, PersonalValues } from '../../shared/protocol/payload.ts'
import { type Arrival, valuesOf } from './arrival.ts'
import { flagTwice, reversedBefore, spentWith } from './book-refund.ts'
import { type Books, type Customer, emptyCustomer, rootOf } from './books.ts'
import { inboxId } from './inbox.ts'

/** The customer an id means, made empty when nobody has told of it yet. */
export function customerOf(books: Books, id: string, joined: number): Customer {
  const root = rootOf(books, id)
  const known = books.customers.get(root)
  if (known) return known
  const made = emptyCustomer(root, books.publicIdOf(root), joined)
  setCustomer(books, made)
  return made
}

export function setCustomer(books: Books, customer: Customer): void {
  books.customers.set(customer.id, customer)
  books.changedCustomers.add(customer.id)
}

/**
 * A second enrolment of a known id is an update of the fields typed: an empty field overwrites nothing, and both names
 * are shown to a person. Under an id that was merged into another one it only adds what is missing, as the merge did:
 * whoever typed it did not know that customer. Throws BrokenInvariant for values of another customer than the one that is known.
 */
export function bookEnrolled(books: Books, arrival: Arrival, id: string): void {
  invariant(!books.strangers.has(id), `the values beside ${arrival.id} are those of another customer`)
  const before = customerOf(books, id, arrival.trusted)
  const values = valuesOf<PersonalValues['customer.enrolled']>(arrival)
  const payload = arrival.event?.payload as Payloads['customer.enrolled']
  const name = values?.name ?? ''
  const isMerged = before.id !== id
  const typed = (now: string | null | undefined, there: string | null): string | null =>
    isMerged ? there || now || null : now || there
  if (name !== '' && before.name !== '' && before.name !== name) {
    books.inbox.push({
      id: inboxId(books.digest, 'two_names', arrival.id ?? ''),
      kind: 'two_names',
      device: arrival.device,
      customer: before.id,
      event: arrival.id,
      facts: { before: before.name, after: name },
    })
  }
  setCustomer(books, {
    ...before,
    generation: Math.max(before.generation, payload.generation),
    name: name || before.name,
    phone: typed(values?.phone, before.phone),
    phone_typed: typed(values?.phone_typed, before.phone_typed) ?? '',
    email: typed(values?.email, before.email),
    card: typed(values?.card, before.card),
    birth: typed(values?.birth, before.birth) ?? '',
    joined: Math.min(before.joined, arrival.trusted),
  })
}

/** Fields typed on purpose, so an empty one empties. */
export function bookUpdated(books: Books, arrival: Arrival, id: string): void {
  const before = customerOf(books, id, arrival.trusted)
  const values = valuesOf<PersonalValues['customer.updated']>(arrival) ?? {}
  setCustomer(books, {
    ...before,
    name: values.name ?? before.name,
    birth: values.birth ?? before.birth,
    note: values.note ?? before.note,
    email: values.email === undefined ? before.email : values.email || null,
    card: values.card === undefined ? before.card : values.card || null,
  })
}

/**
 * Only a consent event changes consent. A withdrawal always counts, whenever it arrives; anything else only when it
 * was said after what stands. Not having asked is no answer: it takes nothing away.
 */
export function bookConsent(books: Books, arrival: Arrival, id: string, effective: number): void {
  const before = customerOf(books, id, arrival.trusted)
  const { marketing, wording } = arrival.event?.payload as Payloads['customer.consent']
  const answered = before.marketing !== 'not_asked'
  if (answered && marketing === 'not_asked') return
  if (answered && marketing !== 'no' && effective <= (before.consent_at ?? -1)) return
  setCustomer(books, { ...before, marketing, consent_at: effective, consent_wording: wording })
}

/**
 * A purchase: counted for its customer unless its reversal came first. Another event under the number of a purchase that
 * is here would take its place, so it throws BrokenInvariant.
 */
export function bookSale(books: Books, arrival: Arrival, store: string | null): void {
  const payload = arrival.event?.payload as Payloads['sale.recorded']
  const known = books.sales.get(payload.sale)
  invariant((known?.device ?? '') === '', `purchase ${payload.sale} was told by another event`)
  const customer = arrival.customer === null ? null : customerOf(books, arrival.customer, arrival.trusted)
  const sale = reversedBefore({
    id: payload.sale,
    customer: customer?.id ?? null,
    store,
    device: arrival.device,
    at: payload.occurred_at,
    gross_kobo: payload.gross,
    net_kobo: payload.net,
    channel: payload.channel,
    receipt: payload.receipt,
    staff: arrival.staff,
    imported: payload.imported,
    void_event: known?.void_event ?? null,
    refunded_kobo: known?.refunded_kobo ?? 0,
  })
  books.sales.set(sale.id, sale)
  books.changedSales.add(sale.id)
  flagTwice(books, arrival, sale, sale.refunded_kobo)
  if (!customer) return
  const joined = Math.min(customer.joined, sale.at)
  const last = Math.max(customer.last_sale ?? sale.at, sale.at)
  setCustomer(books, {
    ...customer,
    joined,
    last_sale: last,
    sale_count: customer.sale_count + (sale.void_event === null ? 1 : 0),
    spend_kobo: customer.spend_kobo + spentWith(sale),
    seen:
      store === null
        ? customer.seen
        : { ...customer.seen, [store]: Math.max(customer.seen[store] ?? 0, sale.at) },
  })
}
