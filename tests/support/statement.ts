import { expect } from 'vitest'
import type { PostFlag, Posting } from '../../shared/domain/account.ts'
import { lapsedUnbooked, leased, open, owed } from '../../shared/domain/post.ts'
import { type AccountBook, emptyBook, postInBook } from './account-book.ts'

/*
 * Accounts as bank statements: the day, what happened, what the account holds that evening. A row is posted at its
 * own day; a row that arrives late stands below a later day and is looked at on the latest day so far.
 */

export const day = (text: string): number =>
  Date.parse(/\d{4}$/.test(text) ? `${text} UTC` : `${text} 2026 UTC`)

type Happening = (effective: number) => Posting
type Row = readonly [
  date: string,
  what: Happening,
  balance: string,
  context?: { settled?: string; saleReversed?: true },
]

export const YEAR_END = '31 Dec'

export const earn =
  (
    event: string,
    points: number,
    more: {
      until?: string
      rule?: string
      sale?: string
      once?: { key: string; cap: number | 'once'; until: string | null }
      /** Points lapse for want of use: what is open lasts until this day. */
      active?: string
      tierCounts?: false
    } = {},
  ): Happening =>
  (effective) => ({
    kind: 'earn',
    event,
    effective,
    points,
    expiry: day(more.until ?? YEAR_END),
    rule: more.rule ?? 'base',
    sale: more.sale ?? null,
    month: new Date(effective).toISOString().slice(0, 7),
    ...(more.once
      ? { once: { ...more.once, until: more.once.until === null ? null : day(more.once.until) } }
      : {}),
    ...(more.active ? { extend_to: day(more.active) } : {}),
    ...(more.tierCounts === false ? { tier_counts: false } : {}),
  })

export const redeem =
  (event: string, points: number, from?: { grant: string; holder: string }, active?: string): Happening =>
  (effective) => ({
    kind: 'redeem',
    event,
    effective,
    points,
    sale: null,
    right: from ? 'lease' : 'unsecured',
    ...(from ? { lease: from } : {}),
    ...(active ? { extend_to: day(active) } : {}),
  })

export const adjust =
  (event: string, points: number, until = YEAR_END): Happening =>
  (effective) => ({ kind: 'adjust', event, effective, points, expiry: day(until), sale: null })

/** Targets are events, or [event, points] for a part. */
export const reverse =
  (event: string, ...targets: (string | readonly [string, number])[]): Happening =>
  (effective) => ({
    kind: 'reverse',
    event,
    effective,
    sale: null,
    targets: targets.map((target) =>
      typeof target === 'string'
        ? { event: target, points: 'all' as const }
        : { event: target[0], points: target[1] },
    ),
  })

export const grant =
  (event: string, points: number, to = { grant: 'G', holder: 'A' }): Happening =>
  (effective) => ({ kind: 'grant', event, effective, points, expiry: day(YEAR_END), ...to })

export const endGrant =
  (event: string, how: 'returned' | 'written_off' = 'returned', id = 'G'): Happening =>
  (effective) => ({ kind: 'grant_end', event, effective, grant: id, how })

export const HELD_BY_A = { grant: 'G', holder: 'A' }

function balanceOf(book: AccountBook, asOf: number): string {
  const { account } = book
  const parts = {
    open: open(account, asOf),
    leased: leased(account),
    owed: owed(account),
    lapsed: account.totals.lapsed + lapsedUnbooked(account, asOf),
  }
  const words = Object.entries(parts).filter(([, points]) => points !== 0)
  return words.map(([word, points]) => `${word} ${points}`).join(', ') || 'nothing'
}

/** Posts the rows, and compares what the account holds after each with what the row says. */
export function run(rows: readonly Row[]): { book: AccountBook; flags: PostFlag[] } {
  let book = emptyBook()
  let latest = 0
  const flags: PostFlag[] = []
  const actual: string[] = []
  const wanted: string[] = []
  for (const [date, what, balance, context] of rows) {
    const posting = what(day(date))
    latest = Math.max(latest, day(date))
    const result = postInBook(book, posting, {
      settledUntil: context?.settled ? day(context.settled) : 0,
      saleReversed: context?.saleReversed ?? false,
    })
    book = result.book
    flags.push(...result.posted.flags)
    const row = `${date}: ${posting.kind} ${posting.event}`
    actual.push(`${row} -> ${balanceOf(book, latest)}`)
    wanted.push(`${row} -> ${balance}`)
    expect(worth(book), `${row}: lines add up to what the account is worth`).toBe(
      open(book.account, latest) +
        leased(book.account) +
        book.account.totals.lapsed +
        lapsedUnbooked(book.account, latest) -
        owed(book.account),
    )
  }
  expect(actual).toEqual(wanted)
  return { book, flags }
}

/** Sum of the signed lines of the statement. */
function worth({ lines }: AccountBook): number {
  let sum = 0
  for (const { kind, points } of lines.values()) {
    if (kind === 'earn' || kind === 'adjust' || kind === 'reverse') sum += points
    else if (kind === 'redeem') sum -= points
  }
  return sum
}

export const lotsOf = ({ account }: AccountBook): string[] =>
  account.lots.map((lot) => `${lot.id} ${lot.rest}`)
export const debtsOf = ({ account }: AccountBook): string[] =>
  account.debts.map((debt) => `${debt.event} ${debt.points}`)
export const lineOf = ({ lines }: AccountBook, event: string) => {
  const line = lines.get(event)
  if (!line) throw new Error(`no line ${event}`)
  return line
}
