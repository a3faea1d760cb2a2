import type { Account, Line, PostContext, Posted, Posting } from '../../shared/domain/account.ts'
import { changeLine, joinLine, linesFor } from '../../shared/domain/line.ts'
import { linesForMerge, mergeAccounts } from '../../shared/domain/merge-accounts.ts'
import { emptyAccount, post } from '../../shared/domain/post.ts'

/** An account with all its lines: what a ledger stores, in memory. The measure for every store of accounts. */
export interface AccountBook {
  readonly account: Account
  /** In the order in which they were added. */
  readonly lines: ReadonlyMap<string, Line>
}

export const emptyBook = (): AccountBook => ({ account: emptyAccount(), lines: new Map() })

/** Posts on the account and stores what that did to the lines. */
export function postInBook(
  book: AccountBook,
  posting: Posting,
  context: Omit<PostContext, 'lines'>,
): { readonly book: AccountBook; readonly posted: Posted } {
  const find = (event: string): Line | undefined => book.lines.get(event)
  const posted = post(book.account, posting, { ...context, lines: linesFor(posting, find) })
  return { book: { account: posted.account, lines: storeLines(book.lines, posted) }, posted }
}

/** Joins two accounts with their lines. */
export function mergeBooks(into: AccountBook, from: AccountBook): AccountBook {
  const lines = new Map([...into.lines, ...from.lines])
  const given = linesForMerge(into.account, from.account, (event) => lines.get(event))
  const merged = mergeAccounts(into.account, from.account, given)
  return { account: merged.account, lines: storeLines(lines, merged) }
}

function storeLines(
  before: ReadonlyMap<string, Line>,
  posted: Omit<Posted, 'flags'>,
): ReadonlyMap<string, Line> {
  const lines = new Map(before)
  for (const line of posted.added) lines.set(line.event, joinLine(lines.get(line.event), line))
  for (const change of posted.changed) {
    const line = lines.get(change.event)
    if (line) lines.set(change.event, changeLine(line, change))
  }
  return lines
}
