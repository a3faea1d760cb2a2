import { describe, expect, it } from 'vitest'
import {
  day,
  debtsOf,
  earn,
  endGrant,
  grant,
  HELD_BY_A,
  lineOf,
  lotsOf,
  redeem,
  reverse,
  run,
  YEAR_END,
} from '../../tests/support/statement.ts'

describe('a refund long after the points were gone', () => {
  it('owes nothing when they lapsed unused', () => {
    run([
      ['1 Jan', earn('e', 100, { until: '1 Jan 2027' }), 'open 100'],
      ['1 Jan 2027', earn('z', 0), 'lapsed 100', { settled: '1 Jan 2027' }],
      ['1 Feb 2027', reverse('refund', 'e'), 'nothing'],
    ])
  })

  it('owes them when they were used', () => {
    const { flags } = run([
      ['1 Jan', earn('e', 100, { until: '1 Jan 2027' }), 'open 100'],
      ['2 Jan', redeem('r', 100), 'nothing'],
      ['1 Jan 2027', earn('z', 0), 'nothing', { settled: '1 Jan 2027' }],
      ['1 Feb 2027', reverse('refund', 'e'), 'owed 100'],
    ])
    expect(flags).toEqual([{ flag: 'clawback', event: 'refund', points: 100 }])
  })

  it('owes the used part only', () => {
    run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['2 Jan', redeem('r', 30), 'open 70'],
      ['1 Mar', earn('z', 0), 'lapsed 70', { settled: '1 Mar' }],
      ['2 Mar', reverse('refund', 'e'), 'owed 30'],
    ])
  })

  it('does nothing when they were reversed already', () => {
    run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', reverse('first', 'e'), 'nothing'],
      ['3 Jan', reverse('second', 'e'), 'nothing'],
    ])
  })

  it('waits for a sale that has not arrived', () => {
    const { book, flags } = run([
      ['3 Jan', reverse('refund', 'e'), 'nothing'],
      ['1 Jan', earn('e', 100), 'nothing'],
    ])
    expect(flags).toEqual([{ flag: 'waiting', event: 'refund', points: 0 }])
    expect(book.account.pending).toEqual([])
    expect(lineOf(book, 'e')).toMatchObject({ points: 100, reversed: 100 })
    expect(lineOf(book, 'refund').points).toBe(-100)
  })
})

describe('debts and points that come back', () => {
  it('a refund of leased points is owed, and the return of the lease repays it', () => {
    run([
      ['1 Jan', earn('e', 500), 'open 500'],
      ['2 Jan', grant('g', 500), 'leased 500'],
      ['3 Jan', reverse('refund', 'e'), 'leased 500, owed 500'],
      ['4 Jan', endGrant('end'), 'nothing'],
    ])
  })

  it('a void gives the points that repaid a debt back to their own lot', () => {
    const { book } = run([
      ['1 Jan', earn('first', 100, { until: '1 Sep' }), 'open 100'],
      ['2 Jan', redeem('r', 150), 'owed 50'],
      ['3 Jan', earn('second', 50, { until: '1 Oct' }), 'nothing'],
      ['4 Jan', reverse('undo', 'r'), 'open 150'],
    ])
    expect(lotsOf(book)).toEqual(['first 100', 'second 50'])
  })

  it('a void in part gives back first what was taken last', () => {
    const { book } = run([
      ['1 Jan', earn('soon', 100, { until: '1 Jun' }), 'open 100'],
      ['1 Jan', earn('late', 100, { until: '1 Sep' }), 'open 200'],
      ['2 Jan', redeem('r', 150), 'open 50'],
      ['3 Jan', reverse('part', ['r', 60]), 'open 110'],
    ])
    expect(lotsOf(book)).toEqual(['soon 10', 'late 100'])
    expect(lineOf(book, 'r').slices.map(({ lot, points }) => `${lot} ${points}`)).toEqual(['soon 90'])
  })

  it('a void strikes its own debt before anything comes back', () => {
    run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', redeem('r', 150), 'owed 50'],
      ['3 Jan', reverse('part', ['r', 50]), 'nothing'],
      ['4 Jan', reverse('rest', 'r'), 'open 100'],
    ])
  })

  it('a void after the expiry of the lot still repays what a refund left owed', () => {
    run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['2 Jan', redeem('r', 100), 'nothing'],
      ['3 Jan', reverse('refund', 'e'), 'owed 100'],
      ['1 Mar', reverse('undo', 'r'), 'nothing', { settled: '1 Mar' }],
    ])
  })

  it('a refund of used points is repaid by other points that lie open', () => {
    const { book } = run([
      ['1 Jan', earn('used', 100, { until: '1 Feb' }), 'open 100'],
      ['2 Jan', redeem('r', 100), 'nothing'],
      ['3 Jan', earn('open', 150), 'open 150'],
      ['4 Jan', reverse('refund', 'used'), 'open 50'],
    ])
    expect(lineOf(book, 'refund').slices).toEqual([
      { lot: 'open', rule: 'base', expiry: day(YEAR_END), points: 100, repaid: true },
    ])
  })

  it('one void gives back what repaid another redemption of the same sale, and both end even', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', redeem('r1', 100), 'nothing'],
      ['2 Jan', redeem('r2', 40), 'owed 40'],
      ['3 Jan', reverse('undo', 'r1', 'r2'), 'open 100'],
    ])
    expect(lineOf(book, 'r1')).toMatchObject({ reversed: 100, slices: [] })
    expect(lineOf(book, 'r2')).toMatchObject({ reversed: 40, slices: [] })
  })

  it('redemptions of a sale are reversed before its earnings, however they are listed', () => {
    const { book, flags } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', redeem('r', 100), 'nothing'],
      ['3 Jan', reverse('undo', 'e', 'r'), 'nothing'],
    ])
    expect(flags).toEqual([])
    expect(book.account.totals).toMatchObject({ clawedBack: 0, cancelled: 100, returned: 100, consumed: 0 })
  })

  it('one earn of a joined lot is refunded out of what its siblings left', () => {
    const { book, flags } = run([
      ['1 Jan', earn('e1', 100), 'open 100'],
      ['1 Jan', earn('e2', 100), 'open 200'],
      ['2 Jan', redeem('r', 100), 'open 100'],
      ['3 Jan', reverse('refund', 'e1'), 'nothing'],
      ['4 Jan', reverse('refund2', 'e2'), 'owed 100'],
      ['5 Jan', reverse('undo', 'r'), 'nothing'],
    ])
    expect(flags).toEqual([{ flag: 'clawback', event: 'refund2', points: 100 }])
    expect(book.account.lots).toEqual([])
  })

  it('of a joined lot that lapsed each refund takes only what is left of the booking', () => {
    run([
      ['1 Jan', earn('e1', 100, { until: '1 Feb' }), 'open 100'],
      ['1 Jan', earn('e2', 100, { until: '1 Feb' }), 'open 200'],
      ['2 Jan', redeem('r', 50), 'open 150'],
      ['2 Feb', earn('z', 0), 'lapsed 150', { settled: '2 Feb' }],
      ['3 Feb', reverse('refund1', 'e1'), 'lapsed 50'],
      ['4 Feb', reverse('refund2', 'e2'), 'owed 50'],
    ])
  })

  it('clips a reversal to what is not reversed yet', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', reverse('a', ['e', 70]), 'open 30'],
      ['3 Jan', reverse('b', ['e', 50]), 'nothing'],
    ])
    expect(lineOf(book, 'b').points).toBe(-30)
  })

  it('posts a reversal whose clock was slow and stands before its target', () => {
    run([
      ['5 Jan', earn('e', 100), 'open 100'],
      ['1 Jan', reverse('undo', 'e'), 'nothing'],
    ])
  })

  it('lets a reversal wait for ever when its target is lost', () => {
    const { book } = run([
      ['1 Jan', reverse('undo', ['lost', 40]), 'nothing'],
      ['2 Jan', earn('other', 10), 'open 10'],
    ])
    expect(book.account.pending).toEqual([{ event: 'undo', target: 'lost', points: 40 }])
  })

  it('applies several waiting reversals to what arrives, and never more than it is', () => {
    const { book } = run([
      ['1 Jan', reverse('a', ['r', 30]), 'nothing'],
      ['2 Jan', reverse('b', ['r', 90]), 'nothing'],
      ['3 Jan', redeem('r', 100), 'nothing'],
    ])
    expect(lineOf(book, 'a').points).toBe(30)
    expect(lineOf(book, 'b').points).toBe(70)
    expect(book.account.pending).toEqual([])
  })

  it('has nothing to reverse in a reversal, a lease or its end', () => {
    run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', grant('g', 40), 'open 60, leased 40'],
      ['3 Jan', reverse('undo', ['e', 10]), 'open 50, leased 40'],
      ['4 Jan', reverse('wrong', 'undo', 'g'), 'open 50, leased 40'],
      ['5 Jan', endGrant('end'), 'open 90'],
      ['6 Jan', reverse('wrong2', 'end'), 'open 90'],
    ])
  })
})

describe('what a debt may be', () => {
  it('a leased redemption that was spent and then lost its purchase is a clawback', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', grant('g', 100), 'leased 100'],
      ['3 Jan', redeem('r', 100, HELD_BY_A), 'nothing'],
      ['4 Jan', reverse('refund', 'e'), 'owed 100'],
    ])
    expect(book.account.debts).toEqual([{ event: 'refund', points: 100, by: 'reverse' }])
  })

  it('a void of one redemption does not hide the debt of another', () => {
    const { book } = run([
      ['1 Jan', earn('e', 50), 'open 50'],
      ['1 Jan', grant('g', 50), 'leased 50'],
      ['2 Jan', redeem('unsecured', 100), 'leased 50, owed 100'],
      ['3 Jan', redeem('leased', 50, HELD_BY_A), 'owed 100'],
      ['4 Jan', reverse('undo', 'leased'), 'leased 50, owed 100'],
    ])
    expect(debtsOf(book)).toEqual(['unsecured 100'])
  })

  it('all of it undone leaves nothing, whatever was short on the way', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', redeem('r', 150), 'owed 50'],
      ['3 Jan', reverse('refund', 'e'), 'owed 150'],
      ['4 Jan', reverse('undo', 'r'), 'nothing'],
    ])
    expect(book.account.lots).toEqual([])
  })

  it('a debt that is left after everything is undone is what lapsed on the way', () => {
    run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['2 Jan', redeem('r', 100), 'nothing'],
      ['3 Jan', earn('f', 100), 'open 100'],
      ['4 Jan', reverse('refund-e', 'e'), 'nothing'],
      ['1 Mar', reverse('undo', 'r'), 'lapsed 100', { settled: '1 Mar' }],
      ['2 Mar', reverse('refund-f', 'f'), 'owed 100, lapsed 100', { settled: '2 Mar' }],
    ])
  })
})
