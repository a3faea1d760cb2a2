import { describe, expect, it } from 'vitest'
import { adjust, earn, grant, lineOf, lotsOf, redeem, reverse, run } from '../../tests/support/statement.ts'

describe('adjustments', () => {
  it('a positive one counts for no tier', () => {
    const { book } = run([['1 Jan', adjust('a', 100), 'open 100']])
    expect(book.account).toMatchObject({ lifetime: 0, months: {} })
  })

  it('a negative one cancels what is there, never from a pot, and owes the rest', () => {
    const { book, flags } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', grant('g', 40), 'open 60, leased 40'],
      ['3 Jan', adjust('a', -100), 'leased 40, owed 40'],
    ])
    expect(book.account.totals).toMatchObject({ cancelled: 60, clawedBack: 40, adjustedDown: 100 })
    expect(flags).toEqual([{ flag: 'shortage', event: 'a', points: 40 }])
  })

  it('a negative one is given back: what is owed, what was repaid, what was cancelled', () => {
    const { book } = run([
      ['1 Jan', earn('e', 60, { until: '1 Jun' }), 'open 60'],
      ['2 Jan', adjust('a', -100), 'owed 40'],
      ['3 Jan', earn('f', 10, { until: '1 Jul' }), 'owed 30'],
      ['4 Jan', reverse('part', ['a', 30]), 'nothing'],
      ['5 Jan', reverse('rest', 'a'), 'open 70'],
    ])
    expect(lotsOf(book)).toEqual(['e 60', 'f 10'])
    expect(book.account.totals).toMatchObject({ cancelled: 0, clawedBack: 0, consumed: 0, adjustedDown: 100 })
  })

  it('a positive one is taken back like an earn', () => {
    run([
      ['1 Jan', adjust('a', 100), 'open 100'],
      ['2 Jan', redeem('r', 30), 'open 70'],
      ['3 Jan', reverse('undo', 'a'), 'owed 30'],
    ])
  })

  it('a correction goes with the sale it belongs to', () => {
    run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', adjust('correction', 20), 'open 120'],
      ['3 Jan', reverse('refund', 'e', 'correction'), 'nothing'],
    ])
  })

  it('what arrives for a sale that was reversed counts nothing, and says so', () => {
    const late = { saleReversed: true } as const
    const { book, flags } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', reverse('refund', 'e'), 'nothing'],
      ['3 Jan', adjust('correction', 20), 'nothing', late],
      ['4 Jan', earn('late-line', 30), 'nothing', late],
      ['5 Jan', redeem('late-spend', 30), 'nothing', late],
      ['6 Jan', adjust('late-minus', -5), 'nothing', late],
    ])
    expect(flags.map(({ flag, event, points }) => `${flag} ${event} ${points}`)).toEqual([
      'sale_reversed correction 20',
      'sale_reversed late-line 30',
      'sale_reversed late-spend 30',
      'sale_reversed late-minus 5',
    ])
    for (const event of ['correction', 'late-line', 'late-spend', 'late-minus']) {
      expect(lineOf(book, event)).toMatchObject({ points: 0, why: 'sale_reversed' })
    }
  })
})
