import { describe, expect, it } from 'vitest'
import {
  adjust,
  day,
  debtsOf,
  earn,
  grant,
  lineOf,
  lotsOf,
  redeem,
  reverse,
  run,
  YEAR_END,
} from '../../tests/support/statement.ts'
import { BrokenInvariant } from '../base/result.ts'
import type { Account } from './account.ts'
import {
  checkAccount,
  emptyAccount,
  expiringWithin,
  lapsedUnbooked,
  open,
  POINTS_SUM_MAX,
  post,
  summary,
} from './post.ts'

describe('earning and spending', () => {
  it('uses the points that lapse first, then by lot', () => {
    const { book } = run([
      ['1 Jan', earn('late', 100, { until: '1 Sep' }), 'open 100'],
      ['2 Jan', earn('soon-b', 100, { until: '1 Jun', rule: 'tier' }), 'open 200'],
      ['3 Jan', earn('soon-a', 100, { until: '1 Jun', rule: 'base' }), 'open 300'],
      ['4 Jan', redeem('spend', 150), 'open 150'],
    ])
    expect(lotsOf(book)).toEqual(['soon-b 50', 'late 100'])
    expect(lineOf(book, 'spend').slices.map((slice) => slice.lot)).toEqual(['soon-a', 'soon-b'])
  })

  it('joins points of one expiry and rule in one lot, and of different rules never', () => {
    const { book } = run([
      ['1 Jan', earn('e1', 100), 'open 100'],
      ['1 Jan', earn('e2', 20), 'open 120'],
      ['1 Jan', earn('e3', 5, { rule: 'tier' }), 'open 125'],
    ])
    expect(lotsOf(book)).toEqual(['e1 120', 'e3 5'])
    expect(lineOf(book, 'e2').lot).toBe('e1')
  })

  it('lets points go at the instant of their expiry, not before', () => {
    const { book } = run([['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100']])
    expect(open(book.account, day('1 Feb') - 1)).toBe(100)
    expect(open(book.account, day('1 Feb'))).toBe(0)
    expect(lapsedUnbooked(book.account, day('1 Feb'))).toBe(100)
  })

  it('keeps a line for a purchase that earns nothing', () => {
    const { book } = run([['1 Jan', earn('small', 0), 'nothing']])
    expect(lineOf(book, 'small')).toMatchObject({ points: 0, lot: null, why: '' })
  })

  it('never refuses what happened: the shortage is owed and told once', () => {
    const { book, flags } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', redeem('r', 150), 'owed 50'],
      ['3 Jan', earn('f', 80), 'open 30'],
    ])
    expect(flags).toEqual([{ flag: 'shortage', event: 'r', points: 50 }])
    expect(lineOf(book, 'r').slices).toEqual([
      { lot: 'e', rule: 'base', expiry: day(YEAR_END), points: 100 },
      { lot: 'f', rule: 'base', expiry: day(YEAR_END), points: 50, repaid: true },
    ])
  })

  it('repays the oldest debt first', () => {
    const { book } = run([
      ['1 Jan', redeem('old', 30), 'owed 30'],
      ['2 Jan', redeem('new', 30), 'owed 60'],
      ['3 Jan', earn('e', 40), 'owed 20'],
    ])
    expect(debtsOf(book)).toEqual(['new 20'])
  })

  it('repays debts with points that are late and already lapsed', () => {
    run([
      ['1 Jul', redeem('r', 100), 'owed 100'],
      ['1 Jan', earn('late', 130, { until: '1 Jun' }), 'lapsed 30'],
    ])
  })

  it('lets a late redemption use points whenever they were earned', () => {
    const { book, flags } = run([
      ['2 Jan', earn('posted-first', 100), 'open 100'],
      ['1 Jan', redeem('spent-before', 100), 'nothing'],
    ])
    expect(flags).toEqual([])
    expect(lineOf(book, 'spent-before').slices).toHaveLength(1)
  })

  it('lets a late redemption use points that have lapsed since, as long as they are not booked', () => {
    run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['5 Feb', earn('f', 10), 'open 10, lapsed 100'],
      ['20 Jan', redeem('late', 60), 'open 10, lapsed 40'],
    ])
  })
})

describe('lapsing', () => {
  it('books what lapsed by the settled time, and it stays lapsed', () => {
    const { book, flags } = run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['5 Feb', earn('f', 10), 'open 10, lapsed 100', { settled: '1 Feb' }],
      ['20 Jan', redeem('late', 60), 'owed 50, lapsed 100'],
    ])
    expect(lineOf(book, 'x:e')).toMatchObject({
      kind: 'expire',
      points: 100,
      lot: 'e',
      effective: day('1 Feb'),
    })
    expect(flags).toEqual([{ flag: 'shortage', event: 'late', points: 50 }])
  })

  it('never moves the settled time back', () => {
    const { book } = run([
      ['1 Feb', earn('a', 1), 'open 1', { settled: '1 Feb' }],
      ['2 Feb', earn('b', 1), 'open 2', { settled: '1 Jan' }],
    ])
    expect(book.account.settledUntil).toBe(day('1 Feb'))
  })

  it('adds to the same line what lapses of a lot a second time', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['2 Jan', redeem('r', 60), 'open 40'],
      ['1 Feb', earn('z', 0), 'lapsed 40', { settled: '1 Feb' }],
      ['2 Feb', reverse('undo', 'r'), 'lapsed 100'],
      ['3 Feb', earn('y', 0), 'lapsed 100', { settled: '3 Feb' }],
      ['4 Feb', reverse('refund', 'e'), 'nothing'],
    ])
    expect(lineOf(book, 'x:e')).toMatchObject({ points: 100, reversed: 100 })
    expect(book.account.lots).toEqual([])
  })

  it('takes back a lapse that is booked by the very posting that reverses it', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['1 Mar', reverse('refund', 'e'), 'nothing', { settled: '1 Mar' }],
    ])
    expect(lineOf(book, 'x:e')).toMatchObject({ points: 100, reversed: 100 })
    expect(book.account.totals).toMatchObject({ lapsed: 0, cancelled: 100, clawedBack: 0 })
  })

  it('takes back a second lapse of a lot that is booked by the posting that reverses it', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['2 Jan', redeem('r', 60), 'open 40'],
      ['1 Feb', reverse('undo', 'r'), 'lapsed 100', { settled: '1 Feb' }],
      ['2 Feb', reverse('refund', 'e'), 'nothing', { settled: '2 Feb' }],
    ])
    expect(lineOf(book, 'x:e')).toMatchObject({ points: 100, reversed: 100 })
  })

  it('does not pay for a redemption with what lapsed, booked or not', () => {
    run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['31 Jan', redeem('in-time', 10), 'open 90'],
      ['1 Feb', redeem('too-late', 50), 'owed 50, lapsed 90'],
      ['1 Feb', adjust('minus', -20), 'owed 70, lapsed 90'],
    ])
  })

  it('lists what lapses soon, one entry an expiry', () => {
    const { book } = run([
      ['1 Jan', earn('a', 10, { until: '1 Mar' }), 'open 10'],
      ['1 Jan', earn('b', 20, { until: '1 Mar', rule: 'tier' }), 'open 30'],
      ['1 Jan', earn('c', 40, { until: '1 Feb' }), 'open 70'],
      ['1 Jan', earn('d', 80, { until: '2 Mar' }), 'open 150'],
    ])
    expect(expiringWithin(book.account, day('1 Feb') - 1, day('1 Mar'))).toEqual([
      { points: 40, expiry: day('1 Feb') },
      { points: 30, expiry: day('1 Mar') },
    ])
    expect(expiringWithin(book.account, day('1 Feb'), day('1 Mar') - 1)).toEqual([])
  })
})

describe('what post refuses to believe', () => {
  const context = { lines: [], settledUntil: 0, saleReversed: false }
  const at = day('1 Jan')

  it('numbers that are not whole, or below zero', () => {
    for (const points of [1.5, -1, Number.NaN, Number.MAX_VALUE]) {
      expect(() => post(emptyAccount(), earn('e', points)(at), context)).toThrow(BrokenInvariant)
      expect(() => post(emptyAccount(), redeem('r', points)(at), context)).toThrow(BrokenInvariant)
      expect(() => post(emptyAccount(), reverse('v', ['e', points])(at), context)).toThrow(BrokenInvariant)
    }
    expect(() => post(emptyAccount(), adjust('a', 0.5)(at), context)).toThrow(BrokenInvariant)
    const timeless = { ...earn('e', 1)(at), effective: Number.NaN }
    expect(() => post(emptyAccount(), timeless, context)).toThrow(BrokenInvariant)
  })

  it('sums that leave the range of exact whole numbers', () => {
    const full = post(emptyAccount(), earn('e', POINTS_SUM_MAX)(at), context).account
    expect(open(full, at)).toBe(POINTS_SUM_MAX)
    expect(() => post(full, earn('f', 1)(at), context)).toThrow(BrokenInvariant)
    expect(() => post(full, adjust('f', 1)(at), context)).toThrow(BrokenInvariant)
    expect(() => post(emptyAccount(), redeem('r', POINTS_SUM_MAX + 1)(at), context)).toThrow(BrokenInvariant)
    expect(() => post(emptyAccount(), grant('g', POINTS_SUM_MAX + 1)(at), context)).toThrow(BrokenInvariant)
  })

  it('an account that a newer version posted', () => {
    const newer = { ...emptyAccount(), fn: 2 }
    expect(() => post(newer, earn('e', 1)(at), context)).toThrow('version 2')
  })

  it('lines that do not fit the account', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', redeem('r', 60), 'open 40'],
    ])
    const stale = { ...lineOf(book, 'r'), slices: [] }
    const undo = reverse('undo', 'r')(day('3 Jan'))
    expect(() => post(book.account, undo, { ...context, lines: [stale] })).toThrow(BrokenInvariant)
  })

  it('books that do not balance', () => {
    const { book } = run([['1 Jan', earn('e', 100), 'open 100']])
    const { account } = book
    const check = (change: object) => () => checkAccount({ ...account, ...change }, at)
    expect(check({})).not.toThrow()
    expect(check({ lots: [] })).toThrow('accounted for')
    expect(check({ debts: [{ event: 'r', points: 1, by: 'redeem' }] })).toThrow('owed')
    expect(check({ lifetime: -1 })).toThrow('lifetime')
    expect(check({ lots: [{ id: 'e', rule: 'base', expiry: 1, rest: 0 }] })).toThrow('holds 0')
    const idle: Partial<Account> = {
      debts: [{ event: 'r', points: 5, by: 'redeem' }],
      totals: { ...account.totals, redeemed: 5 },
    }
    expect(check(idle)).toThrow('beside a debt')
    expect(() => checkAccount({ ...account, ...idle, lastEffective: at + 1 }, at)).not.toThrow()
  })
})

it('sums an account up', () => {
  const { book } = run([
    ['1 Jan', earn('e', 500, { until: '1 Feb' }), 'open 500'],
    ['1 Jan', earn('f', 100), 'open 600'],
    ['2 Jan', redeem('r', 200), 'open 400'],
    ['3 Jan', reverse('undo', ['r', 50]), 'open 450'],
    ['4 Jan', grant('g', 150), 'open 300, leased 150'],
    ['5 Jan', reverse('refund', ['f', 10]), 'open 290, leased 150'],
  ])
  expect(summary(book.account, day('2 Feb'))).toEqual({
    asOf: day('2 Feb'),
    open: 90,
    leased: 150,
    debt: 0,
    lapsed: 200,
    earned: 600,
    redeemed: 150,
    lifetime: 590,
  })
})

it('numbers the postings and remembers the latest effective time', () => {
  const { book } = run([
    ['5 Jan', earn('a', 1), 'open 1'],
    ['1 Jan', earn('b', 1), 'open 2'],
  ])
  expect(book.account).toMatchObject({ postNo: 2, lastEffective: day('5 Jan') })
  expect(lineOf(book, 'b').postNo).toBe(2)
})
