import { describe, expect, it } from 'vitest'
import { customerOf, naira, programWith, saleOf } from '../../../tests/support/program-facts.ts'
import { redeemLimits } from './redeem.ts'
import { redeemTerms } from './redeem-terms.ts'
import { rewardTerms } from './reward.ts'

const rule = (id: string, gives: object, when: object[] = []) => ({
  id: id.replaceAll(' ', '-'),
  name: id,
  kind: 'redeem',
  gives,
  when,
})
const termsOf = (program: object, ...given: Parameters<typeof saleOf>) => {
  const result = redeemTerms(programWith(program), saleOf(...given), customerOf({ tier: 'Gold' }), 'till')
  return result.ok ? result.value : result.refusal.code
}

describe('what a redemption is held to', () => {
  const friday = [{ field: 'weekdays', in: [5] }]
  const tobacco = [{ field: 'categories', in: ['tobacco'] }]
  const rules = [
    rule('none on tobacco', { max_share_bp: 0 }, tobacco),
    rule('all on Friday', { max_share_bp: 10_000, min_points: 1 }, friday),
    rule('gold', { step_points: 50 }, [{ field: 'tier', in: ['gold'] }]),
    rule('never reached', { min_points: 5 }),
  ]
  const own = {
    point_worth_kobo: 100,
    redeem_min_points: 100,
    redeem_step_points: 1,
    redeem_max_share_bp: 5_000,
  }

  it.each([
    ['its own limits where there is no rule', {}, saleWords(), own],
    ['the first rule that holds', { rules }, saleWords(), { ...own, redeem_step_points: 50 }],
    [
      'another day',
      { rules },
      saleWords('2026-11-20 12:00'),
      { ...own, redeem_max_share_bp: 10_000, redeem_min_points: 1 },
    ],
    [
      'a line that is excluded from earning counts',
      { rules, excludes: { categories: ['tobacco'] } },
      saleWords('2026-11-20 12:00', 'tobacco'),
      { ...own, redeem_max_share_bp: 0 },
    ],
    ['nothing, where points are a standing', { type: 'tier' }, saleWords(), 'points_pay_nothing'],
  ])('%s', (_, program, words, terms) => {
    expect(termsOf(program, 1_000, words)).toEqual(terms)
  })

  it('is what the most of a bill is reckoned by', () => {
    const terms = termsOf({ rules }, 1_000, saleWords('2026-11-20 12:00'))
    if (typeof terms === 'string') throw new Error(terms)
    expect(redeemLimits(terms, naira(1_000), 5_000).max).toBe(1_000)
  })
})

function saleWords(on = '2026-11-21 12:00', category = 'food'): Parameters<typeof saleOf>[1] {
  return { on, lines: [['X', category, 1, 1_000]] }
}

describe('a reward', () => {
  const program = {
    rewards: [
      {
        id: 'mug',
        name: 'A mug',
        points: 500,
        gives: { kind: 'item', item: 'MUG', worth_kobo: 250_000 },
        stock: 3,
      },
      { id: 'off', name: 'Old', points: 1, gives: { kind: 'amount', kobo: 1 }, active: false },
      { id: 'cash', name: '₦1,000 off', points: 800, gives: { kind: 'amount', kobo: 100_000 } },
    ],
  }
  const ask = (reward: string, more: object = {}, whole: object = program) => {
    const wanted = { reward, gross: null, available: 800, name: 'Ada', given: 0, ...more }
    const result = rewardTerms(programWith(whole), wanted)
    return result.ok ? `${result.value.points} pay ${result.value.pays}` : result.refusal.sentence
  }

  it.each([
    ['mug', {}, '500 pay 250000'],
    ['mug', { available: 500, gross: 250_000, given: 2 }, '500 pay 250000'],
    ['cash', { gross: 100_000 }, '800 pay 100000'],
    ['mug', { available: 499 }, 'A mug takes 500 points. Ada has 499 points.'],
    ['mug', { given: 3 }, 'A mug: all of them are given out. Choose another reward.'],
    ['off', {}, 'Old is not given at the moment. Choose another reward.'],
    ['gone', {}, 'That reward is not in the catalogue any more. Choose another one.'],
    [
      'cash',
      { gross: 99_999 },
      '₦1,000 off is worth ₦1,000, more than this bill. Add to the bill, or choose another reward.',
    ],
  ])('%s %j: %s', (reward, more, said) => {
    expect(ask(reward, more)).toBe(said)
  })

  it('is not given for a standing', () => {
    expect(ask('mug', {}, { ...program, type: 'tier' })).toContain('pay for nothing')
  })
})
