import { describe, expect, it } from 'vitest'
import {
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
} from '../../tests/support/statement.ts'

describe('leases', () => {
  it('points in a pot do not lapse for their holder', () => {
    const { flags } = run([
      ['1 Jan', earn('e', 500, { until: '6 Jan' }), 'open 500'],
      ['2 Jan', grant('g', 500), 'leased 500'],
      ['7 Jan', redeem('r', 500, HELD_BY_A), 'nothing', { settled: '7 Jan' }],
    ])
    expect(flags).toEqual([])
  })

  it('what another till spends without a right is its own debt, never the holder’s', () => {
    const { book, flags } = run([
      ['1 Jan', earn('e', 500), 'open 500'],
      ['2 Jan', grant('g', 500), 'leased 500'],
      ['5 Jan', redeem('other', 100), 'leased 500, owed 100'],
      ['6 Jan', redeem('holder', 500, HELD_BY_A), 'owed 100'],
    ])
    expect(debtsOf(book)).toEqual(['other 100'])
    expect(flags).toEqual([{ flag: 'shortage', event: 'other', points: 100 }])
  })

  it('a refund stamped before the grant that arrives after the pot was spent is owed by the refund', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['3 Jan', grant('g', 100), 'leased 100'],
      ['4 Jan', redeem('r', 100, HELD_BY_A), 'nothing'],
      ['2 Jan', reverse('refund', 'e'), 'owed 100'],
    ])
    expect(debtsOf(book)).toEqual(['refund 100'])
  })

  it('a void of a leased redemption goes back to the lease, by whichever till, and only once', () => {
    run([
      ['1 Jan', earn('e', 500), 'open 500'],
      ['2 Jan', grant('g', 500), 'leased 500'],
      ['3 Jan', redeem('r', 100, HELD_BY_A), 'leased 400'],
      ['4 Jan', reverse('by-other', 'r'), 'leased 500'],
      ['5 Jan', reverse('by-holder', 'r'), 'leased 500'],
      ['6 Jan', redeem('all', 500, HELD_BY_A), 'nothing'],
    ])
  })

  it('a void after the lease has ended goes back to the lots with their own expiry', () => {
    const { book } = run([
      ['1 Jan', earn('soon', 100, { until: '1 Jun' }), 'open 100'],
      ['1 Jan', earn('late', 100, { until: '1 Sep' }), 'open 200'],
      ['2 Jan', grant('g', 200), 'leased 200'],
      ['3 Jan', redeem('r', 150, HELD_BY_A), 'leased 50'],
      ['4 Jan', endGrant('end'), 'open 50'],
      ['5 Jan', reverse('undo', 'r'), 'open 200'],
    ])
    expect(lotsOf(book)).toEqual(['soon 100', 'late 100'])
  })

  it('the grant as HQ wrote it and as the holder booked it move the points once', () => {
    const { book } = run([
      ['1 Jan', earn('e', 500), 'open 500'],
      ['2 Jan', grant('by-hq', 300), 'open 200, leased 300'],
      ['2 Jan', grant('by-holder', 300), 'open 200, leased 300'],
    ])
    expect(lineOf(book, 'by-holder').points).toBe(0)
  })

  it('a written-off lease that is returned later comes back once', () => {
    const { book } = run([
      ['1 Jan', earn('e', 500), 'open 500'],
      ['2 Jan', grant('g', 200), 'open 300, leased 200'],
      ['3 Jan', endGrant('lost', 'written_off'), 'open 500'],
      ['9 Jan', endGrant('came-home'), 'open 500'],
    ])
    expect(lineOf(book, 'lost').points).toBe(200)
    expect(lineOf(book, 'came-home').points).toBe(0)
    expect(book.account.closedGrants).toEqual(['G'])
  })

  it('a booking that arrives after the end fills no pot', () => {
    run([
      ['1 Jan', earn('e', 500), 'open 500'],
      ['2 Jan', endGrant('end'), 'open 500'],
      ['3 Jan', grant('late-file', 500), 'open 500'],
      ['4 Jan', redeem('r', 100, HELD_BY_A), 'open 400'],
    ])
  })

  it('a till that was written off and goes on spending takes from the lots', () => {
    const { book, flags } = run([
      ['1 Jan', earn('e', 500), 'open 500'],
      ['2 Jan', grant('g', 500), 'leased 500'],
      ['3 Jan', endGrant('lost', 'written_off'), 'open 500'],
      ['4 Jan', redeem('r', 600, HELD_BY_A), 'owed 100'],
    ])
    expect(flags).toEqual([{ flag: 'shortage', event: 'r', points: 100 }])
    expect(lineOf(book, 'r').slices[0]).not.toHaveProperty('pot')
  })

  it('another holder cannot spend a pot', () => {
    run([
      ['1 Jan', earn('e', 500), 'open 500'],
      ['2 Jan', grant('g', 300), 'open 200, leased 300'],
      ['3 Jan', redeem('r', 250, { grant: 'G', holder: 'B' }), 'leased 300, owed 50'],
    ])
  })

  it('an unknown grant is filled in full, and what the lots lack is owed by the grant', () => {
    const { book, flags } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', grant('g', 300), 'leased 300, owed 200'],
      ['3 Jan', redeem('r', 300, HELD_BY_A), 'owed 200'],
    ])
    expect(flags).toEqual([])
    expect(book.account.debts).toEqual([{ event: 'g', points: 200, by: 'grant' }])
    expect(book.account.totals.advanced).toBe(200)
    expect(lineOf(book, 'r').slices.map((slice) => slice.lot)).toEqual(['adv:G', 'e'])
  })

  it('the return of an advanced lease repays what it advanced', () => {
    run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', grant('g', 300), 'leased 300, owed 200'],
      ['3 Jan', endGrant('end'), 'open 100'],
    ])
  })

  it('pays from an overspent pot what it holds, and the open lots repay the rest at once', () => {
    const { flags } = run([
      ['1 Jan', earn('e', 150), 'open 150'],
      ['2 Jan', grant('g', 100), 'open 50, leased 100'],
      ['3 Jan', redeem('r', 120, HELD_BY_A), 'open 30'],
    ])
    expect(flags).toEqual([{ flag: 'shortage', event: 'r', points: 20 }])
  })

  it('a void of an overspent lease strikes its own debt before the pot is filled again', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100), 'open 100'],
      ['2 Jan', grant('g', 100), 'leased 100'],
      ['3 Jan', redeem('other', 30), 'leased 100, owed 30'],
      ['4 Jan', redeem('overspent', 150, HELD_BY_A), 'owed 80'],
      ['5 Jan', reverse('part', ['overspent', 50]), 'owed 30'],
      ['6 Jan', reverse('rest', 'overspent'), 'leased 100, owed 30'],
    ])
    expect(debtsOf(book)).toEqual(['other 30'])
  })

  it('points that come back to a pot do not repay debts', () => {
    run([
      ['1 Jan', earn('e', 50), 'open 50'],
      ['2 Jan', grant('g', 50), 'leased 50'],
      ['3 Jan', redeem('leased', 50, HELD_BY_A), 'nothing'],
      ['4 Jan', redeem('unsecured', 100), 'owed 100'],
      ['5 Jan', reverse('undo', 'leased'), 'leased 50, owed 100'],
    ])
  })

  it('lapsed points of a returned lease lapse', () => {
    const { book } = run([
      ['1 Jan', earn('e', 100, { until: '1 Feb' }), 'open 100'],
      ['2 Jan', grant('g', 60), 'open 40, leased 60'],
      ['1 Mar', earn('z', 0), 'leased 60, lapsed 40', { settled: '1 Mar' }],
      ['2 Mar', endGrant('end'), 'lapsed 100'],
      ['3 Mar', earn('y', 0), 'lapsed 100', { settled: '3 Mar' }],
    ])
    expect(lineOf(book, 'x:e').points).toBe(100)
  })
})
