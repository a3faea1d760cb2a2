import { invariant } from '../../shared/base/result.ts'
import { linesFor } from '../../shared/domain/line.ts'
import { linesForMerge, mergeAccounts } from '../../shared/domain/merge-accounts.ts'
import { post } from '../../shared/domain/post.ts'
import { postingOf } from '../../shared/domain/posting-of.ts'
import type { EventKind } from '../../shared/protocol/event.ts'
import { carry, emptyBook } from './book-account.ts'
import type { AccountBook, PostingRow } from './books.ts'

/** One posting as it was booked, with the event it came from. */
export interface ReplayStep {
  readonly posting: PostingRow
  /** Null of a merge. */
  readonly event: {
    readonly kind: EventKind
    readonly payload: unknown
    /** `device/epoch` of the writer. */
    readonly holder: string
  } | null
}

/**
 * An account from its postings alone, in the order of their numbers. `joined`: the account of another customer as it
 * was when it was merged into this one. Throws BrokenInvariant when a number is missing or the books do not balance.
 */
export function replayAccount(
  customer: string,
  program: string,
  steps: readonly ReplayStep[],
  joined: (customer: string) => AccountBook,
): AccountBook {
  const book = emptyBook(customer, program)
  for (const [i, { posting, event }] of steps.entries()) {
    invariant(posting.post_no === i + 1, `posting ${i + 1} is missing`)
    if (posting.what === 'merge') joinInto(book, joined(posting.event))
    else {
      const own = event && postingOf({ id: posting.event, effective: posting.effective, ...event })
      invariant(own, `the event ${posting.event} of posting ${i + 1} moves no points`)
      const { settled_until: settledUntil, sale_reversed: saleReversed } = posting
      const lines = linesFor(own, (id) => book.lines.get(id))
      carry(book, post(book.state, own, { lines, settledUntil, saleReversed }))
    }
  }
  return book
}

function joinInto(book: AccountBook, from: AccountBook): void {
  for (const line of from.lines.values()) book.lines.set(line.event, line)
  book.lastLineNo += from.lastLineNo
  const find = (event: string) => book.lines.get(event)
  carry(book, mergeAccounts(book.state, from.state, linesForMerge(book.state, from.state, find)))
}
