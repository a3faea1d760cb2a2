import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeBooks, postInBook } from '../../tests/support/account-book.ts'
import {
  expectBalanced,
  expectDebtsExplained,
  expectLinesAgree,
  expectOrdered,
  life,
  net,
  step,
  World,
} from '../../tests/support/account-life.ts'
import type { Posting } from './account.ts'
import { linesForMerge, mergeAccounts } from './merge-accounts.ts'
import { emptyAccount, lapsedUnbooked, leased, open, owed } from './post.ts'

const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, seed: 2_357 })
const more = fc.array(step, { minLength: 2, maxLength: 12, size: 'max' })

function expectWhole(world: World): void {
  for (const instant of [world.account.lastEffective, world.today + 5, 1_000])
    expectBalanced(world.book, instant)
  expectLinesAgree(world.book)
  expectDebtsExplained(world)
  expectOrdered(world.account)
}

/** Reversals on one account of what the other booked, or will book: a till did not know that both are one person. */
function crossReversals(world: World, other: World, picks: readonly number[]): void {
  for (const pick of picks) {
    world.count += 1
    const target = `e${other.name}${1 + (pick % (other.count + 5))}`
    const points = pick % 2 ? ('all' as const) : 1 + (pick % 50)
    const event = `e${world.name}${world.count}`
    const targets = [{ event: target, points }]
    world.post({ kind: 'reverse', event, effective: world.today, targets, sale: null })
  }
}

describe('any two accounts joined', () => {
  it('balance, then and after whatever comes later, and owe nothing while points lie open', () => {
    const picks = fc.array(fc.nat(1_000), { maxLength: 3 })
    fc.assert(
      fc.property(life, life, picks, more, (ours, theirs, reversed, later) => {
        const [into, from] = [new World(false, 'a'), new World(false, 'b')]
        for (const one of ours) into.take(one)
        for (const one of theirs) from.take(one)
        crossReversals(into, from, reversed)
        crossReversals(from, into, reversed)
        into.join(from)
        expectWhole(into)
        for (const one of later) {
          into.take(one)
          expectWhole(into)
        }
      }),
      runs(1_200),
    )
  })

  it('hold together what each held: no point is made or lost', () => {
    fc.assert(
      fc.property(life, life, (ours, theirs) => {
        const [into, from] = [new World(false, 'a'), new World(false, 'b')]
        for (const one of ours) into.take(one)
        for (const one of theirs) from.take(one)
        const worth = net(into.book) + net(from.book)
        const { book } = into
        into.join(from)
        const { account } = into
        const at = account.lastEffective
        const held = open(account, at) + leased(account) + account.totals.lapsed + lapsedUnbooked(account, at)
        expect(held - owed(account)).toBe(worth)
        expect(account.postNo).toBe(book.account.postNo + 1)
        // The other way round the same points are there, though other lots may have paid.
        const back = mergeBooks(from.book, book).account
        expect([open(back, at), leased(back), owed(back)]).toEqual([
          open(account, at),
          leased(account),
          owed(account),
        ])
      }),
      runs(1_000),
    )
  })

  it('are the one account where the other is empty', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const world = new World()
        for (const one of steps) world.take(one)
        // A posting first books what lapsed by the settled time: that is done with before.
        world.post({ kind: 'grant_end', event: 'none', effective: 0, grant: 'none', how: 'returned' })
        const { account, lines } = world.book
        const given = linesForMerge(account, emptyAccount(), (event) => lines.get(event))
        const merged = mergeAccounts(account, emptyAccount(), given)
        expect(merged).toEqual({
          account: { ...account, postNo: account.postNo + 1 },
          added: [],
          changed: [],
        })
        const other = mergeAccounts(emptyAccount(), account, given)
        expect(other).toEqual({ account: { ...account, postNo: 1 }, added: [], changed: [] })
      }),
      runs(500),
    )
  })
})

describe('two accounts joined', () => {
  const DAY = 10
  const earn = (event: string, points: number, expiry: number, once?: string): Posting => ({
    kind: 'earn',
    event,
    effective: DAY,
    points,
    expiry,
    rule: 'base',
    sale: null,
    month: '2026-01',
    ...(once ? { once: { key: once, cap: 'once', until: null } } : {}),
  })
  const redeem = (event: string, points: number, effective = DAY): Posting => ({
    kind: 'redeem',
    event,
    effective,
    points,
    sale: null,
    right: 'unsecured',
  })
  const world = (name: string, ...postings: readonly Posting[]): World => {
    const made = new World(false, name)
    for (const posting of postings) made.post(posting)
    return made
  }

  it('keep what each redemption took: a merge is no posting anew', () => {
    // Posted anew, the 50 would come from the lot that lapses first, and 50 points would be made.
    const into = world('x', earn('x1', 100, 120), redeem('x2', 50))
    into.join(world('y', earn('y1', 50, 40)))
    expect([open(into.account, 39), open(into.account, 41)]).toEqual([100, 50])
    into.post({
      kind: 'reverse',
      event: 'v',
      effective: DAY,
      targets: [{ event: 'x2', points: 'all' }],
      sale: null,
    })
    expect([open(into.account, 41), owed(into.account)]).toEqual([100, 0])
  })

  it('repay what one owes from what the other has, as slices of what made the debt', () => {
    const into = world('x', redeem('x1', 30))
    into.join(world('y', earn('y1', 100, 500)))
    expect([open(into.account, DAY), owed(into.account)]).toEqual([70, 0])
    expect(into.book.lines.get('x1')?.slices).toEqual([
      { lot: 'y1', rule: 'base', expiry: 500, points: 30, repaid: true },
    ])
  })

  it('meet a reversal that waited on one with its target on the other', () => {
    const targets = [{ event: 'y1', points: 'all' as const }]
    const void_: Posting = { kind: 'reverse', event: 'x2', effective: DAY, targets, sale: null }
    const into = world('x', earn('x1', 10, 500), void_)
    expect(into.account.pending).toHaveLength(1)
    into.join(world('y', earn('y1', 100, 500)))
    expect([open(into.account, DAY), into.account.pending]).toEqual([10, []])
    expect([into.book.lines.get('y1')?.reversed, into.book.lines.get('x2')?.points]).toEqual([100, -100])
  })

  it('put debts in the order of their value dates and leave the order of each account as it is', () => {
    const into = world('x', redeem('x1', 1, 5), redeem('x2', 2, 20), redeem('x3', 3, 8))
    into.join(world('y', redeem('y1', 4, 5), redeem('y2', 5, 15), redeem('y3', 6, 30)))
    expect(into.account.debts.map((debt) => debt.event)).toEqual(['x1', 'y1', 'y2', 'x2', 'x3', 'y3'])
  })

  it.each(['__proto__', 'constructor'])('count what was given once under the name %s', (key) => {
    const into = world('x', earn('x1', 20, 500, 'other'))
    into.join(world('y', earn('y1', 20, 500, key)))
    into.join(world('z', earn('z1', 20, 500, key)))
    expect(Object.entries(into.account.once)).toMatchObject([
      ['other', { used: 20, lines: 1 }],
      [key, { used: 40, lines: 2 }],
    ])
  })

  it('leave what both were given once, and give it no third time', () => {
    const into = world('x', earn('x1', 20, 500, 'sign-up'))
    into.join(world('y', earn('y1', 20, 500, 'sign-up')))
    into.post(earn('z', 20, 500, 'sign-up'))
    expect(open(into.account, DAY)).toBe(40)
    expect(into.account.once['sign-up']).toMatchObject({ used: 40, lines: 2 })
  })

  it('end a pot whose grant was ended on the other account', () => {
    const into = world('x', earn('x1', 100, 500), {
      kind: 'grant',
      event: 'x2',
      effective: DAY,
      grant: 'g',
      holder: 'A',
      points: 60,
      expiry: 500,
    })
    into.join(world('y', { kind: 'grant_end', event: 'y1', effective: DAY, grant: 'g', how: 'written_off' }))
    expect([open(into.account, DAY), leased(into.account), into.account.closedGrants]).toEqual([
      100,
      0,
      ['g'],
    ])
  })

  it('book what lapsed by the later settled time', () => {
    const into = world('x', earn('x1', 100, 40))
    const from = world('y')
    from.book = postInBook(from.book, earn('y1', 5, 500), { settledUntil: 50, saleReversed: false }).book
    into.join(from)
    expect([into.account.totals.lapsed, into.book.lines.get('x:x1')?.points]).toEqual([100, 100])
  })

  it('remember the later activity, and leave each lot the expiry it had', () => {
    const buys = (name: string, effective: number): World => {
      const world = new World(false, name)
      const common = { sale: null, rule: 'base', month: '2026-01', extend_to: effective + 90 }
      world.post({
        kind: 'earn',
        event: `e${name}`,
        effective,
        points: 10,
        expiry: effective + 90,
        ...common,
      })
      return world
    }
    for (const [first, second] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const at = { a: 40, b: 60 }
      const { account } = mergeBooks(buys(first, at[first]).book, buys(second, at[second]).book)
      expect(account.extended).toEqual({ at: 60, to: 150 })
      expect(account.lots.map(({ expiry }) => expiry)).toEqual([130, 150])
    }
    const alone = mergeBooks(buys('a', 40).book, new World(false, 'c').book)
    expect(alone.account.extended).toEqual({ at: 40, to: 130 })
  })
})
