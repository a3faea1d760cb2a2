import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type AccountBook, emptyBook, postInBook } from '../../tests/support/account-book.ts'
import type { Posting } from './account.ts'

/*
 * Lives of accounts that must post to the same record and lines, to the letter, in every release: tills and their
 * headquarters compare these records. A file is never changed; a new meaning of `post` is a new version with files
 * of its own. To add one, write `about` and `steps` and take the rest from what the test says it got.
 */

interface Golden {
  readonly about: string
  readonly steps: readonly {
    readonly posting: Posting
    readonly settledUntil: number
    readonly saleReversed?: true
    /** "shortage e2 50" */
    readonly flags?: readonly string[]
  }[]
  readonly account: unknown
  readonly lines: readonly unknown[]
}

const folder = new URL('./golden/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

describe('golden accounts', () => {
  it('are there', () => expect(files.length).toBeGreaterThanOrEqual(8))

  it.each(files)('%s', (name) => {
    const golden: Golden = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    let book: AccountBook = emptyBook()
    for (const { posting, settledUntil, saleReversed = false, flags = [] } of golden.steps) {
      const result = postInBook(book, posting, { settledUntil, saleReversed })
      const raised = result.posted.flags.map(({ flag, event, points }) => `${flag} ${event} ${points}`)
      expect(raised, posting.event).toEqual(flags)
      book = result.book
    }
    const lines = [...book.lines.values()]
    expect({ account: book.account, lines }).toEqual({ account: golden.account, lines: golden.lines })
    // The record is stored and compared as text: the order of its keys counts too.
    expect(JSON.stringify([book.account, lines])).toBe(JSON.stringify([golden.account, golden.lines]))
  })
})
