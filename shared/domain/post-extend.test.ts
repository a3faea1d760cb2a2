import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  expectBalanced,
  expectLinesAgree,
  expectOrdered,
  life,
  World,
} from '../../tests/support/account-life.ts'
import {
  adjust,
  earn,
  endGrant,
  grant,
  HELD_BY_A,
  lineOf,
  lotsOf,
  redeem,
  reverse,
  run,
} from '../../tests/support/statement.ts'
import type { Posting } from './account.ts'
import { emptyAccount, lapsedUnbooked, open, post } from './post.ts'

/* Points that lapse three months after the last purchase or redemption. */
const buys = (event: string, points: number, until: string) => earn(event, points, { until, active: until })
const spends = (event: string, points: number, until: string) => redeem(event, points, undefined, until)

describe('activity keeps points alive', () => {
  it('moves what is open to so long after it, and joins what is earned to it', () => {
    const { book } = run([
      ['1 Jan', buys('a', 100, '1 Apr'), 'open 100'],
      ['1 Mar', buys('b', 50, '1 Jun'), 'open 150'],
      ['1 May', spends('c', 30, '1 Aug'), 'open 120'],
      ['31 Jul', adjust('look', 1), 'open 121'],
      ['1 Aug', adjust('look again', 1), 'open 2, lapsed 120'],
    ])
    expect(lotsOf(book)).toEqual(['a 120', 'look 2'])
    expect(lineOf(book, 'b').lot).toBe('a')
    expect(book.account.extended).toEqual({ at: Date.parse('2026-05-01'), to: Date.parse('2026-08-01') })
  })

  it('never brings back what lapsed at it, booked or not', () => {
    run([
      ['1 Jan', buys('a', 100, '1 Apr'), 'open 100'],
      ['1 Apr', buys('b', 50, '1 Jul'), 'open 50, lapsed 100'],
      ['2 Apr', buys('c', 1, '2 Jul'), 'open 51, lapsed 100', { settled: '1 Apr' }],
      // A redemption of March that arrives when the lot is booked.
      ['1 Mar', spends('late', 10, '1 Jun'), 'open 41, lapsed 100', { settled: '1 Apr' }],
    ])
  })

  it('that arrives late carries on to what a later one made of it', () => {
    const { book } = run([
      ['1 Jan', buys('a', 100, '1 Apr'), 'open 100'],
      ['1 Mar', buys('b', 50, '1 Jun'), 'open 150'],
      ['1 Feb', buys('late', 20, '1 May'), 'open 170'],
      ['1 May', adjust('look', 1), 'open 171'],
    ])
    expect(lineOf(book, 'late').lot).toBe('a')
  })

  it('that arrives late saves what it reached, and no later one reaches what had lapsed at it', () => {
    run([
      ['1 Jan', buys('a', 100, '1 Apr'), 'open 100'],
      ['1 May', buys('b', 50, '1 Aug'), 'open 50, lapsed 100'],
      ['15 Mar', spends('late', 10, '15 Jun'), 'open 140'],
      ['31 Jul', adjust('look', 1), 'open 141'],
      ['1 Jan', buys('too late', 7, '1 Apr'), 'open 141, lapsed 7'],
    ])
  })

  it('reaches what lies with a till, so that it comes back alive', () => {
    run([
      ['1 Jan', buys('a', 100, '1 Apr'), 'open 100'],
      ['2 Jan', grant('g', 100), 'leased 100'],
      ['1 Mar', redeem('r', 40, HELD_BY_A, '1 Jun'), 'leased 60'],
      ['1 May', endGrant('back'), 'open 60'],
    ])
  })

  it('gives back what was redeemed as long as it would have lasted', () => {
    run([
      ['1 Jan', buys('a', 100, '1 Apr'), 'open 100'],
      ['1 Mar', spends('r', 100, '1 Jun'), 'nothing'],
      ['1 May', reverse('undo', 'r'), 'open 100'],
    ])
  })

  it('never shortens, and a sale that was undone is none', () => {
    run([
      ['1 Jan', earn('a', 100), 'open 100'],
      ['2 Jan', buys('b', 10, '2 Apr'), 'open 110'],
      ['1 Mar', buys('undone', 10, '1 Jun'), 'open 110', { saleReversed: true }],
      ['3 Apr', adjust('look', 1), 'open 101, lapsed 10'],
    ])
  })

  it('takes back the very points of a sale after others have joined them', () => {
    const { flags } = run([
      ['1 Jan', buys('a', 100, '1 Apr'), 'open 100'],
      ['1 Mar', buys('b', 50, '1 Jun'), 'open 150'],
      ['1 May', reverse('undo', 'b'), 'open 100'],
      ['2 May', reverse('undo too', 'a'), 'nothing'],
    ])
    expect(flags).toEqual([])
  })
})

it('points that no tier asks for count into no month, and a refund takes none away', () => {
  const { book } = run([
    ['30 Jan', earn('a', 100), 'open 100'],
    ['31 Jan', earn('gift', 40, { tierCounts: false }), 'open 140'],
    ['1 Feb', reverse('part', ['gift', 30]), 'open 110'],
  ])
  expect(book.account).toMatchObject({ lifetime: 100, months: { '2026-01': 100 } })
  expect(lineOf(book, 'gift')).not.toHaveProperty('month')
})

describe('any life with activity', () => {
  /** Every earn and redemption of a random life keeps what is open for so many days. */
  const active = (posting: Posting, days: number): Posting =>
    posting.kind === 'earn' || posting.kind === 'redeem'
      ? { ...posting, extend_to: posting.effective + days }
      : posting

  it('balances, keeps its order, and revives nothing that is booked', () => {
    fc.assert(
      fc.property(
        life,
        fc.integer({ min: 2, max: 25 }),
        fc.integer({ min: 0, max: 120 }),
        (steps, days, asOf) => {
          const world = new World()
          for (const one of steps) {
            world.today += one.days
            const settled = one.settle < 0 ? 0 : world.today - one.settle
            const { totals } = world.account
            world.post(active(world.postingOf(one), days), settled)
            for (const instant of [asOf, world.account.lastEffective, 1_000])
              expectBalanced(world.book, instant)
            expectLinesAgree(world.book)
            expectOrdered(world.account)
            if (one.kind === 'earn') expect(world.account.totals.lapsed).toBeGreaterThanOrEqual(totals.lapsed)
          }
        },
      ),
      { numRuns: 1_000, seed: 2_357 },
    )
  })

  it('leaves all that was open at it open until its end, and nothing else', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 2, max: 25 }), (steps, days) => {
        const world = new World()
        for (const one of steps) {
          world.today += one.days
          const before = world.account
          const posting = active(world.postingOf({ ...one, late: 0 }), days)
          world.post(posting)
          if (!('extend_to' in posting) || posting.extend_to === undefined) continue
          const { account } = world
          const at = posting.effective
          expect(open(account, posting.extend_to - 1)).toBe(open(account, at))
          expect(lapsedUnbooked(account, at)).toBe(lapsedUnbooked(before, at))
        }
      }),
      { numRuns: 1_000, seed: 2_358 },
    )
  })
})

it('stays small over ten thousand purchases of two tills of which one is a day behind', () => {
  const DAY = 86_400_000
  let account = emptyAccount()
  let lotsMax = 0
  for (let n = 0; n < 10_000; n += 1) {
    const effective = (n + (n % 2 === 0 ? 2 : 0)) * DAY
    const extend_to = effective + 180 * DAY
    const common = { event: `e${n}`, effective, sale: null, extend_to }
    const posting: Posting =
      n % 7 === 0
        ? { ...common, kind: 'redeem', points: 3, right: 'own' }
        : { ...common, kind: 'earn', points: 5, expiry: extend_to, rule: 'base', month: '2026-01' }
    account = post(account, posting, {
      lines: [],
      settledUntil: effective - 3 * DAY,
      saleReversed: false,
    }).account
    lotsMax = Math.max(lotsMax, account.lots.length)
  }
  expect(lotsMax).toBeLessThanOrEqual(3)
})
