import { invariant } from '../../shared/base/result.ts'
import type { Account, Line, Posted, Posting } from '../../shared/domain/account.ts'
import { changeLine, joinLine, linesFor } from '../../shared/domain/line.ts'
import { emptyAccount, post } from '../../shared/domain/post.ts'
import { type AccountBook, accountKey, type Books } from './books.ts'

/** The account of a customer in a program, an empty one where nothing was ever posted. */
export function accountBook(books: Books, customer: string, program: string): AccountBook {
  const key = accountKey(customer, program)
  const known = books.accounts.get(key)
  if (known) return known
  const made = emptyBook(customer, program)
  books.accounts.set(key, made)
  return made
}

export const emptyBook = (customer: string, program: string): AccountBook => ({
  customer,
  program,
  state: emptyAccount(),
  applied: {},
  held: [],
  lines: new Map(),
  lastLineNo: 0,
  added: new Map(),
  changed: new Set(),
})

/** Posts on an account under the next number. Throws BrokenInvariant and changes nothing when the books forbid it. */
export function bookPosting(books: Books, customer: string, program: string, posting: Posting): void {
  const book = accountBook(books, customer, program)
  const sale = posting.kind !== 'reverse' && 'sale' in posting ? posting.sale : null
  const saleReversed = sale !== null && (books.sales.get(sale)?.void_event ?? null) !== null
  const posted = post(book.state, posting, {
    lines: linesFor(posting, (event) => book.lines.get(event)),
    settledUntil: books.settledUntil,
    saleReversed,
  })
  carry(book, posted)
  books.changedAccounts.add(accountKey(customer, program))
  books.postings.push({
    customer,
    program,
    post_no: posted.account.postNo,
    what: 'event',
    event: posting.event,
    effective: posting.effective,
    settled_until: books.settledUntil,
    sale_reversed: saleReversed,
  })
}

/** Carries what a posting made into the book of its account: added lines first, then changes. */
export function carry(book: AccountBook, posted: Pick<Posted, 'account' | 'added' | 'changed'>): void {
  const changed = posted.changed.map((change) => {
    const line = book.lines.get(change.event) ?? posted.added.find(({ event }) => event === change.event)
    invariant(line, `the line of ${change.event} is at hand`)
    return change
  })
  for (const line of posted.added) {
    const standing = book.lines.get(line.event)
    book.lines.set(line.event, joinLine(standing, line))
    if (standing && !book.added.has(line.event)) book.changed.add(line.event)
    if (!standing) {
      book.lastLineNo += 1
      book.added.set(line.event, book.lastLineNo)
    }
  }
  for (const change of changed) {
    const line = book.lines.get(change.event)
    invariant(line, `the line of ${change.event} is at hand`)
    book.lines.set(change.event, changeLine(line, change))
    if (!book.added.has(change.event)) book.changed.add(change.event)
  }
  book.state = posted.account
}

/** Lines of so long ago are sent to tills while nothing open depends on them. */
const SHOWN_MS = 90 * 86_400_000

/** The lines that tills are to have: of the last 90 days and of every open lot, pot and debt, in order of posting. */
export function linesToShow(state: Account, lines: Iterable<Line>, now: number): readonly Line[] {
  const lots = new Set(state.lots.map((lot) => lot.id))
  const events = new Set(state.debts.map((debt) => debt.event))
  for (const { event, target } of state.pending) events.add(event).add(target)
  const grants = new Set(state.pots.map((pot) => pot.grant))
  const wanted = (line: Line): boolean =>
    line.effective >= now - SHOWN_MS ||
    (line.lot !== null && lots.has(line.lot)) ||
    events.has(line.event) ||
    line.slices.some((slice) => slice.pot !== undefined && grants.has(slice.pot))
  return [...lines].filter(wanted).sort((a, b) => a.postNo - b.postNo)
}

/** Lots that came back although their line is long gone from what tills have: it must be looked up again. */
export function lotsWithoutLine(book: AccountBook): readonly string[] {
  const known = new Set<string>()
  for (const { lot } of book.lines.values()) if (lot !== null) known.add(lot)
  // What a grant advanced never had a line of its own.
  return book.state.lots.map((lot) => lot.id).filter((lot) => !known.has(lot) && !lot.startsWith('adv:'))
}
