import type { Account } from '../../shared/domain/account.ts'
import { linesForMerge, mergeAccounts } from '../../shared/domain/merge-accounts.ts'
import type { Applied } from '../../shared/sync/rows.ts'
import { closeRepaid } from './book.ts'
import { accountBook, carry } from './book-account.ts'
import { setCustomer } from './book-customer.ts'
import { type AccountBook, accountKey, type Books, type Customer } from './books.ts'

/** An account that was joined: its lines move behind those of the other one. */
interface JoinedAccount {
  readonly program: string
  /** Added to the number of each of its lines. */
  readonly linesBehind: number
}

/**
 * Makes one customer of two: state with state, never by posting anew. Both are roots and locked. What stays is `into`;
 * its accounts take lots, pots, debts and lines of the other one's.
 */
export function joinCustomers(books: Books, into: Customer, from: Customer): readonly JoinedAccount[] {
  const joined: JoinedAccount[] = []
  for (const [key, book] of [...books.accounts]) {
    if (book.customer !== from.id) continue
    joined.push(joinAccounts(books, accountBook(books, into.id, book.program), book))
    books.accounts.delete(key)
    books.changedAccounts.delete(key)
  }
  setCustomer(books, joinPersons(into, from))
  books.customers.delete(from.id)
  books.changedCustomers.delete(from.id)
  books.aliases.set(from.id, into.id)
  for (const [id, root] of books.aliases) if (root === from.id) books.aliases.set(id, into.id)
  for (const sale of books.sales.values()) {
    if (sale.customer === from.id) books.sales.set(sale.id, { ...sale, customer: into.id })
  }
  for (const lease of books.leases.values()) {
    if (lease.customer === from.id) books.leases.set(lease.id, { ...lease, customer: into.id })
  }
  for (const flag of books.overdrafts.values()) {
    if (flag.customer !== from.id) continue
    books.overdrafts.set(flag.id, { ...flag, customer: into.id })
    books.newOverdrafts.add(flag.id)
  }
  for (const { program } of joined) closeRepaid(books, into.id, program)
  return joined
}

function joinAccounts(books: Books, into: AccountBook, from: AccountBook): JoinedAccount {
  const linesBehind = into.lastLineNo
  for (const line of from.lines.values()) into.lines.set(line.event, line)
  into.lastLineNo += from.lastLineNo
  const find = (event: string) => into.lines.get(event)
  const posted = mergeAccounts(into.state, from.state, linesForMerge(into.state, from.state, find))
  carry(into, posted)
  into.applied = joinApplied(into.applied, from.applied)
  into.held = [...into.held, ...from.held]
  books.changedAccounts.add(accountKey(into.customer, into.program))
  books.postings.push(mergePosting(into, from, posted.account))
  return { program: into.program, linesBehind }
}

const mergePosting = (into: AccountBook, from: AccountBook, account: Account) => ({
  customer: into.customer,
  program: into.program,
  post_no: account.postNo,
  what: 'merge' as const,
  event: from.customer,
  effective: account.lastEffective,
  settled_until: account.settledUntil,
  sale_reversed: false,
})

/** The greater of both, by chain. */
function joinApplied(into: Applied, from: Applied): Applied {
  const joined: Record<string, number> = { ...into }
  for (const [key, seq] of Object.entries(from)) joined[key] = Math.max(joined[key] ?? 0, seq)
  return joined
}

/** What one of them lacks, the other one has; a withdrawal of either holds. */
function joinPersons(into: Customer, from: Customer): Customer {
  const consent =
    into.marketing !== 'no' && (from.marketing === 'no' || (from.consent_at ?? -1) > (into.consent_at ?? -1))
      ? from
      : into
  const lasts = [into.last_sale, from.last_sale].filter((at) => at !== null)
  const seen: Record<string, number> = { ...into.seen }
  for (const [store, at] of Object.entries(from.seen)) seen[store] = Math.max(seen[store] ?? 0, at)
  return {
    ...into,
    name: into.name || from.name,
    phone: into.phone ?? from.phone,
    phone_typed: into.phone_typed || from.phone_typed,
    email: into.email ?? from.email,
    card: into.card ?? from.card,
    birth: into.birth || from.birth,
    note: [into.note, from.note].filter((note) => note !== '').join('\n'),
    marketing: consent.marketing,
    consent_at: consent.consent_at,
    consent_wording: consent.consent_wording,
    joined: Math.min(into.joined, from.joined),
    sale_count: into.sale_count + from.sale_count,
    spend_kobo: into.spend_kobo + from.spend_kobo,
    last_sale: lasts.length === 0 ? null : Math.max(...lasts),
    applied: joinApplied(into.applied, from.applied),
    seen,
  }
}
