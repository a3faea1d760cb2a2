import { describe, expect, it } from 'vitest'
import { postInBook } from '../../tests/support/account-book.ts'
import { day, earn, lineOf, reverse, run } from '../../tests/support/statement.ts'

describe('things given once or capped', () => {
  const cap = { key: 'day:1 Jan', cap: 500, until: '2 Jan' }
  const first = { key: 'first', cap: 'once', until: null } as const

  it('a cap of the day counts what it leaves', () => {
    const { book, flags } = run([
      ['1 Jan', earn('a', 300, { once: cap }), 'open 300'],
      ['1 Jan', earn('b', 300, { once: cap }), 'open 500'],
      ['1 Jan', earn('c', 300, { once: cap }), 'open 500'],
    ])
    expect([...book.lines.values()].map(({ points, why }) => `${points} ${why}`)).toEqual([
      '300 ',
      '200 cap',
      '0 cap',
    ])
    expect(flags.map(({ flag, points }) => `${flag} ${points}`)).toEqual(['capped 100', 'capped 300'])
  })

  it('a bonus given once counts for the first line posted', () => {
    const { book } = run([
      ['1 Jan', earn('at-a', 50, { once: first }), 'open 50'],
      ['1 Jan', earn('at-b', 80, { once: first }), 'open 50'],
    ])
    expect(lineOf(book, 'at-b')).toMatchObject({ points: 0, why: 'once' })
    expect(lineOf(book, 'at-b')).not.toHaveProperty('onceKey')
  })

  it('a refund gives the bonus to the next line, not to the one that came too late', () => {
    const { book } = run([
      ['1 Jan', earn('a', 50, { once: first }), 'open 50'],
      ['2 Jan', earn('b', 50, { once: first }), 'open 50'],
      ['3 Jan', reverse('refund', 'a'), 'nothing'],
      ['4 Jan', earn('c', 50, { once: first }), 'open 50'],
    ])
    expect(lineOf(book, 'b').points).toBe(0)
  })

  it.each(['__proto__', 'constructor'])('a key called %s is a key as any other', (key) => {
    const { book } = run([
      ['1 Jan', earn('a', 300, { once: { ...cap, key } }), 'open 300'],
      ['1 Jan', earn('b', 300, { once: { ...cap, key } }), 'open 500'],
      ['5 Jan', earn('c', 1), 'open 501', { settled: '4 Jan' }],
      ['5 Jan', reverse('refund', 'a'), 'open 201'],
    ])
    expect(Object.keys(book.account.once)).toEqual([])
  })

  it('a partly refunded bonus stays given', () => {
    run([
      ['1 Jan', earn('a', 50, { once: first }), 'open 50'],
      ['2 Jan', reverse('part', ['a', 20]), 'open 30'],
      ['3 Jan', earn('b', 50, { once: first }), 'open 30'],
    ])
  })

  it('a refund frees its share of a cap for later lines', () => {
    run([
      ['1 Jan', earn('a', 400, { once: cap }), 'open 400'],
      ['1 Jan', earn('b', 400, { once: cap }), 'open 500'],
      ['1 Jan', reverse('part', ['a', 150]), 'open 350'],
      ['1 Jan', earn('c', 400, { once: cap }), 'open 500'],
    ])
  })

  it('a line of a reversed sale takes no share', () => {
    run([
      ['1 Jan', earn('a', 50, { once: first }), 'nothing', { saleReversed: true }],
      ['2 Jan', earn('b', 50, { once: first }), 'open 50'],
    ])
  })

  it('keys go when their period is settled, and stay while it is not', () => {
    const { book } = run([
      ['1 Jan', earn('a', 300, { once: cap }), 'open 300', { settled: '1 Jan' }],
      ['2 Jan', earn('b', 1, { once: first }), 'open 301', { settled: '2 Jan' }],
    ])
    expect(Object.keys(book.account.once)).toEqual(['day:1 Jan', 'first'])
    const later = postInBook(book, earn('c', 1)(day('3 Jan')), {
      settledUntil: day('3 Jan'),
      saleReversed: false,
    })
    expect(Object.keys(later.book.account.once)).toEqual(['first'])
  })

  it('a clock that ran ahead and was put right does not empty the cap of the day', () => {
    run([
      ['20 Feb', earn('ahead', 1), 'open 1', { settled: '20 Feb' }],
      ['1 Jan', earn('a', 400, { once: cap }), 'open 401', { settled: '1 Jan' }],
      ['1 Jan', earn('b', 400, { once: cap }), 'open 501', { settled: '1 Jan' }],
    ])
  })

  it('counts tiers by life and month, and a refund no longer counts', () => {
    const { book } = run([
      ['30 Jan', earn('a', 100), 'open 100'],
      ['2 Feb', earn('b', 40), 'open 140'],
      ['3 Feb', reverse('part', ['a', 30], 'b'), 'open 70'],
    ])
    expect(book.account).toMatchObject({ lifetime: 70, months: { '2026-01': 70 } })
    expect(book.account.months).not.toHaveProperty('2026-02')
  })
})
