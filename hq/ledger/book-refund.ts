import type { Kobo } from '../../shared/base/money.ts'
import type { Account, Line } from '../../shared/domain/account.ts'
import { tierStanding } from '../../shared/domain/program/tier.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import type { Arrival } from './arrival.ts'
import { type AccountBook, type Books, isSaleOf, rootOf, type Sale } from './books.ts'
import { inboxId } from './inbox.ts'

/**
 * What is taken back of a purchase: a part, or all that is left of it. A reversal whose purchase has not arrived is
 * remembered for it. Money that is given back beyond the net amount was given back twice, and a person is told.
 */
export function bookReversed(books: Books, arrival: Arrival, effective: number): void {
  const { sale, part, rest } = arrival.event?.payload as Payloads['points.reversed']
  if (sale === null || arrival.id === null) return
  const before = books.sales.get(sale) ?? unknownSale(sale, effective)
  // Who recommended the buyer gives points back: that says nothing of the sale.
  if (!isSaleOf(books, before, arrival.customer)) return
  const isKnown = before.device !== ''
  const kobo = part?.kobo ?? rest?.kobo ?? (isKnown ? before.net_kobo : 0)
  const after: Sale = {
    ...before,
    refunded_kobo: before.refunded_kobo + kobo,
    void_event: before.void_event ?? (part ? null : arrival.id),
  }
  books.sales.set(sale, after)
  books.changedSales.add(sale)
  if (!isKnown) return
  countLess(books, before, after)
  flagTwice(books, arrival, after, kobo)
}

/** A purchase whose reversals came first: what they say of it, as if they had come after. */
export function reversedBefore(sale: Sale): Sale {
  // Only the till that made a purchase undoes it without naming the money, and then all of it.
  const isWhole = sale.void_event !== null && sale.refunded_kobo === 0
  return isWhole ? { ...sale, refunded_kobo: sale.net_kobo } : sale
}

/** Money beyond the net amount, as far as this event gave it. */
export function flagTwice(
  books: Books,
  arrival: Arrival,
  { customer, net_kobo, refunded_kobo }: Sale,
  kobo: Kobo,
): void {
  const over = Math.min(kobo, refunded_kobo - net_kobo)
  if (over <= 0 || arrival.id === null) return
  books.inbox.push({
    id: inboxId(books.digest, 'refunded_twice', arrival.id),
    kind: 'refunded_twice',
    device: arrival.device,
    customer: customer === null ? null : rootOf(books, customer),
    event: arrival.id,
    facts: { kobo: over },
  })
}

/** What a customer has spent with a purchase: nothing when it was undone. */
export const spentWith = ({ net_kobo, refunded_kobo, void_event }: Sale): Kobo =>
  void_event === null ? Math.max(0, net_kobo - refunded_kobo) : 0

function countLess(books: Books, before: Sale, after: Sale): void {
  const customer = before.customer === null ? undefined : books.customers.get(rootOf(books, before.customer))
  if (!customer) return
  const undone = before.void_event === null && after.void_event !== null
  books.customers.set(customer.id, {
    ...customer,
    sale_count: customer.sale_count - (undone ? 1 : 0),
    spend_kobo: customer.spend_kobo - spentWith(before) + spentWith(after),
  })
  books.changedCustomers.add(customer.id)
}

const unknownSale = (id: string, at: number): Sale => ({
  id,
  customer: null,
  store: null,
  device: '',
  at,
  gross_kobo: 0,
  net_kobo: 0,
  channel: '',
  receipt: '',
  staff: '',
  imported: false,
  void_event: null,
  refunded_kobo: 0,
})

/** What the tier of an earn gave beyond the base; null: it gave nothing. */
export const multipliedBy = ({ multiplier_bp, tier }: Payloads['points.earned']): string | null =>
  multiplier_bp > 10_000 ? tier : null

/**
 * A reversal that takes the tier away by which points that came later count more: they keep what they count, and a
 * person is told, once a purchase. `before`: the account before the reversal.
 */
export function flagTier(books: Books, book: AccountBook, before: Account, arrival: Arrival): void {
  const program = books.programs.get(book.program)
  const { sale, targets } = arrival.event?.payload as Payloads['points.reversed']
  if (!program || sale === null) return
  const rank = (account: Account): number => {
    const { tier } = tierStanding(
      { ...program, grace_days: 0 },
      account,
      account.lastEffective,
      books.timeZone,
    )
    return program.tiers.findIndex(({ id }) => id === tier.id)
  }
  const [had, has] = [rank(before), rank(book.state)]
  if (has >= had) return
  const taken = targets.flatMap(({ event }) => book.lines.get(event)?.postNo ?? [])
  const isLater = (line: Line): boolean =>
    line.kind === 'earn' &&
    line.sale !== sale &&
    line.reversed < line.points &&
    taken.some((no) => no < line.postNo)
  for (const line of book.lines.values()) {
    const name = isLater(line) ? books.multiplied.get(line.event) : undefined
    const tier = program.tiers.findIndex((one) => one.name === name || one.id === name)
    if (name === undefined || tier <= has) continue
    books.inbox.push({
      id: inboxId(books.digest, 'tier_refunded', `${sale}/${book.customer}/${book.program}`),
      kind: 'tier_refunded',
      device: arrival.device,
      customer: book.customer,
      event: arrival.id,
      facts: { tier: program.tiers[tier]?.name ?? name },
    })
    return
  }
}
