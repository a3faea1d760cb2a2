import { describe, expect, it } from 'vitest'
import { naira, programWith } from '../../../tests/support/program-facts.ts'
import { rewardInWords, ruleInWords } from './rule-words.ts'

const said = (rule: object): string | undefined => {
  const { rules, tiers } = programWith({ rules: [{ id: 'r', name: 'R', ...rule }] })
  return rules.map((one) => ruleInWords(one, tiers))[0]
}

describe('a rule in words', () => {
  it.each<[object, string]>([
    [
      {
        kind: 'earn',
        gives: { per: 'category', kobo_per_point: naira(50) },
        when: [{ field: 'categories', in: ['books', 'toys'] }],
      },
      'R: 1 point for ₦50, on books and toys.',
    ],
    [
      { kind: 'earn', gives: { per: 'item', points: 5 }, when: [{ field: 'items', in: ['cola'] }] },
      'R: 5 points for each piece, on cola.',
    ],
    [{ kind: 'earn', gives: { per: 'visit', points: 1 } }, 'R: 1 point for a visit, once a day.'],
    [
      {
        kind: 'bonus',
        gives: { on: 'sale', multiplier_bp: 20_000 },
        when: [
          { field: 'weekdays', in: [6, 7] },
          { field: 'hours', from: '08:00', to: '12:00' },
        ],
      },
      'R: points x 2, on Saturday and Sunday, from 08:00 to 12:00.',
    ],
    [
      {
        kind: 'bonus',
        gives: { on: 'threshold', points: 50, min_kobo: naira(10_000) },
        caps: { day: 100, month: 1_000 },
      },
      'R: 50 points on a bill from ₦10,000, at most 100 a day and 1,000 a month.',
    ],
    [
      {
        kind: 'bonus',
        gives: { on: 'birthday', points: 100 },
        when: [{ field: 'tier', in: ['gold', 'platinum'] }],
      },
      'R: 100 points with a purchase on the birthday, for Gold and Platinum.',
    ],
    [
      { kind: 'redeem', gives: { max_share_bp: 10_000, min_points: 10 } },
      'R: points pay up to 100 % of the bill, from 10 points.',
    ],
    [
      {
        kind: 'bonus',
        gives: { on: 'sale', points: 5 },
        when: [{ field: 'items', in: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] }],
      },
      'R: 5 points, on a, b, c, d, e, f and 2 more.',
    ],
    [
      {
        kind: 'bonus',
        gives: { on: 'sale', points: 5 },
        when: [
          { field: 'dates', from: '2026-12-01', to: '2026-12-24' },
          { field: 'bill', min_kobo: naira(500), max_kobo: naira(900) },
          { field: 'channel', in: ['online'] },
        ],
      },
      'R: 5 points, from 2026-12-01 to 2026-12-24, on a bill from ₦500 to ₦900, sold by online.',
    ],
    [
      { kind: 'bonus', gives: { on: 'referral_new', points: 20 } },
      'R: 20 points with the first purchase, to whoever was recommended.',
    ],
    [
      {
        kind: 'bonus',
        gives: { on: 'referral_by', points: 20 },
        when: [{ field: 'spend', min_kobo: naira(5_000), days: 30 }],
      },
      'R: 20 points to whoever recommended somebody, with their first purchase, for whoever spent ₦5,000 in 30 days.',
    ],
  ])('%#: %s', (rule, words) => expect(said(rule)).toBe(words))

  it('and a reward with its price', () => {
    const { rewards } = programWith({
      rewards: [
        {
          id: 'a',
          name: 'A mug',
          points: 500,
          gives: { kind: 'item', item: 'mug', worth_kobo: naira(1_500) },
          stock: 20,
        },
        { id: 'b', name: '₦1,000 off', points: 900, gives: { kind: 'amount', kobo: naira(1_000) } },
      ],
    })
    expect(rewards.map(rewardInWords)).toEqual([
      'A mug: 500 points, worth ₦1,500, 20 in all.',
      '₦1,000 off: 900 points, worth ₦1,000.',
    ])
  })
})
