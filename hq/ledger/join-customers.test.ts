import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import type { Posting } from '../../shared/domain/account.ts'
import { lapsedUnbooked, leased, open, owed } from '../../shared/domain/post.ts'
import { accountBook, bookPosting } from './book-account.ts'
import { type Books, emptyCustomer } from './books.ts'
import { joinCustomers } from './join-customers.ts'
import { replayAccount } from './replay.ts'
import { sameJson } from './same.ts'

function emptyBooks(): Books {
  return {
    digest: nodeDigest,
    settledUntil: 0,
    aliases: new Map(),
    customers: new Map(['a', 'b'].map((id) => [id, emptyCustomer(id, id, 1)])),
    changedCustomers: new Set(),
    accounts: new Map(),
    changedAccounts: new Set(),
    sales: new Map(),
    changedSales: new Set(),
    leases: new Map(),
    newLeases: new Set(),
    changedLeases: new Set(),
    grantRows: new Map(),
    readGrant: () => null,
    postings: [],
    posted: new Map(),
    overdrafts: new Map(),
    closedOverdrafts: new Map(),
    newOverdrafts: new Set(),
    strangers: new Set(),
    inbox: [],
    publicIdOf: () => 'p',
    timeZone: 'Africa/Lagos',
    programs: new Map(),
    multiplied: new Map(),
  }
}

const step = fc.record({
  who: fc.constantFrom('a', 'b'),
  points: fc.integer({ min: 1, max: 500 }),
  earn: fc.boolean(),
})
const postingOf = (event: string, points: number, earn: boolean): Posting =>
  earn
    ? {
        kind: 'earn',
        event,
        effective: 1_000,
        points,
        expiry: 9_000,
        rule: 'base',
        sale: null,
        month: '2026-12',
      }
    : { kind: 'redeem', event, effective: 1_000, points, sale: null, right: 'unsecured' }

it('a joined account is worth what both were, and its postings alone make the same again', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.array(step, { maxLength: 5 }), (before, after) => {
      const books = emptyBooks()
      const events = new Map<string, Posting>()
      const book = (who: string, points: number, earn: boolean): void => {
        const posting = postingOf(`e${events.size}`, points, earn)
        events.set(posting.event, posting)
        bookPosting(books, who, 'default', posting)
      }
      for (const { who, points, earn } of before) book(who, points, earn)
      const worth = (who: string): number => {
        const { state } = accountBook(books, who, 'default')
        return open(state, 1_000) + leased(state) + lapsedUnbooked(state, 1_000) - owed(state)
      }
      const both = worth('a') + worth('b')
      const [into, from] = [books.customers.get('a'), books.customers.get('b')]
      if (!into || !from) throw new Error('two customers')
      joinCustomers(books, into, from)
      expect(worth('a')).toBe(both)
      for (const { points, earn } of after) book('a', points, earn)
      const replay = (customer: string): ReturnType<typeof replayAccount> =>
        replayAccount(
          customer,
          'default',
          books.postings
            .filter((posting) => posting.customer === customer)
            .map((posting) => ({ posting, event: payloadOf(events.get(posting.event)) })),
          replay,
        )
      const made = replay('a')
      const kept = accountBook(books, 'a', 'default')
      expect(sameJson(made.state, kept.state)).toBe(true)
      expect(sameJson([...made.lines], [...kept.lines])).toBe(true)
    }),
    { numRuns: 60 },
  )
})

/** The event a posting came from. */
function payloadOf(posting: Posting | undefined) {
  if (!posting) return null
  const { kind, event: _event, effective: _effective, ...rest } = posting
  return {
    kind: kind === 'earn' ? ('points.earned' as const) : ('points.redeemed' as const),
    payload: rest,
    holder: 'd/1',
  }
}
