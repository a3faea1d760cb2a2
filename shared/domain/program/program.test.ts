import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AMOUNT_KOBO_MAX } from '../../base/money.ts'
import { amountRefusal } from './amount.ts'
import { earnFor, earnText, multiplierText } from './base-earn.ts'
import { baseProgramRefusal } from './check-base.ts'
import { lastDayOf, lotExpiry } from './expiry.ts'
import { type BaseProgram, type BaseTier, DEFAULT_PROGRAM } from './program.ts'
import { redeemLimits, redeemPoints, whyNotMore } from './redeem.ts'
import { tierOf } from './tier.ts'

const LAGOS = 'Africa/Lagos'
const tierNamed = (name: string): BaseTier => {
  const tier = DEFAULT_PROGRAM.tiers.find((t) => t.name === name)
  if (!tier) throw new Error(`no tier ${name}`)
  return tier
}
const naira = (amount: number): number => Math.round(amount * 100)

describe('points of a sale', () => {
  it.each([
    [0.01, 'Bronze', 0, '0 base x 1 Bronze'],
    [99.99, 'Bronze', 0, '0 base x 1 Bronze'],
    [100, 'Bronze', 1, '1 base x 1 Bronze'],
    [12_500, 'Bronze', 125, '125 base x 1 Bronze'],
    [10_000, 'Silver', 125, '100 base x 1.25 Silver'],
    [79.99, 'Silver', 0, '0 base x 1.25 Silver'],
    [80, 'Silver', 1, '0 base x 1.25 Silver'],
    [310, 'Silver', 3, '3 base x 1.25 Silver'],
    [66.67, 'Gold', 1, '0 base x 1.5 Gold'],
    [66.66, 'Gold', 0, '0 base x 1.5 Gold'],
    [1_234_567, 'Platinum', 24_691, '12,345 base x 2 Platinum'],
    [1_000_000_000, 'Platinum', 20_000_000, '10,000,000 base x 2 Platinum'],
  ])('₦%d as %s: %d points (%s)', (amount, tier, points, text) => {
    const quote = earnFor(DEFAULT_PROGRAM, tierNamed(tier), naira(amount))
    expect([quote.points, earnText(quote)]).toEqual([points, text])
  })

  it('are floor(kobo x multiplier / kobo a point), one rounding, whatever the size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: AMOUNT_KOBO_MAX }),
        fc.integer({ min: 1, max: AMOUNT_KOBO_MAX }),
        fc.integer({ min: 1_000, max: 100_000 }),
        (kobo, perPoint, bp) => {
          const program: BaseProgram = { ...DEFAULT_PROGRAM, kobo_per_point: perPoint }
          const tier = { id: 't', name: 'T', threshold: 0, multiplier_bp: bp }
          const exact = (BigInt(kobo) * BigInt(bp)) / (BigInt(perPoint) * 10_000n)
          expect(BigInt(earnFor(program, tier, kobo).points)).toBe(exact)
        },
      ),
      { seed: 11, numRuns: 2_000 },
    )
  })

  it('of two sales are at most those of one sale of both, and at most one fewer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e10 }), fc.integer({ min: 0, max: 1e10 }), (a, b) => {
        const of = (kobo: number) => earnFor(DEFAULT_PROGRAM, tierNamed('Silver'), kobo).points
        const lost = of(a + b) - of(a) - of(b)
        expect(lost === 0 || lost === 1).toBe(true)
      }),
      { seed: 12, numRuns: 1_000 },
    )
  })
})

describe('tiers', () => {
  it.each([
    [0, 'Bronze', 'Silver', 1_000],
    [999, 'Bronze', 'Silver', 1],
    [1_000, 'Silver', 'Gold', 4_000],
    [4_999, 'Silver', 'Gold', 1],
    [5_000, 'Gold', 'Platinum', 5_000],
    [10_000, 'Platinum', undefined, null],
    [1e9, 'Platinum', undefined, null],
  ])('%d points are %s', (lifetime, name, next, missing) => {
    const standing = tierOf(DEFAULT_PROGRAM, lifetime)
    expect([standing.tier.name, standing.next?.name, standing.missing]).toEqual([name, next, missing])
  })

  it('are as many as a tenant says', () => {
    const thresholds = [0, 1_000, 5_000, 15_000, 50_000]
    const tiers = thresholds.map((threshold, i) => ({
      id: `t${i}`,
      name: `T${i}`,
      threshold,
      multiplier_bp: 10_000,
    }))
    const program = { ...DEFAULT_PROGRAM, tiers }
    expect(baseProgramRefusal(program)).toBeNull()
    expect(thresholds.map((points) => tierOf(program, points).tier.name)).toEqual([
      'T0',
      'T1',
      'T2',
      'T3',
      'T4',
    ])
  })
})

describe('the last day of points', () => {
  it.each([
    ['2026-12-01T09:00:00Z', '2027-12-01'],
    ['2026-12-01T22:59:59Z', '2027-12-01'],
    // Midnight in Lagos is 23:00 UTC: a sale after it is of the next day.
    ['2026-12-01T23:00:00Z', '2027-12-02'],
    ['2028-02-29T12:00:00Z', '2029-02-28'],
    ['2026-12-31T23:30:00Z', '2028-01-01'],
  ])('of a sale at %s is %s', (at, day) => {
    const expiry = lotExpiry(DEFAULT_PROGRAM, Date.parse(at), LAGOS)
    expect(lastDayOf(expiry, LAGOS)).toBe(day)
    expect(lastDayOf(expiry + 1, LAGOS)).not.toBe(day)
  })
})

describe('what may be redeemed', () => {
  const coarse = { ...DEFAULT_PROGRAM, redeem_step_points: 50, point_worth_kobo: 250 }

  it.each([
    // bill in naira, points there, most
    ['a bill of 1,000 with 700', DEFAULT_PROGRAM, 1_000, 700, 500],
    ['a bill of 1,000 with 300', DEFAULT_PROGRAM, 1_000, 300, 300],
    ['a bill of 199.98 with 300', DEFAULT_PROGRAM, 199.98, 300, 0],
    ['a bill of 200 with 300', DEFAULT_PROGRAM, 200, 300, 100],
    ['a bill of 1,000 with 99', DEFAULT_PROGRAM, 1_000, 99, 0],
    ['a debt', DEFAULT_PROGRAM, 1_000, -20, 0],
    ['steps of 50 worth 2.50, a bill of 1,000 with 190', coarse, 1_000, 190, 150],
    ['steps of 50 worth 2.50, a bill of 1,000 with 500', coarse, 1_000, 500, 200],
  ])('%s', (_, program, bill, available, most) => {
    expect(redeemLimits(program, naira(bill), available).max).toBe(most)
    const asked = redeemPoints(program, { unit: 'points', points: most }, naira(bill), available, 'Ada')
    expect('points' in asked).toBe(most > 0)
  })

  it.each([
    [{ unit: 'points', points: 0.5 }, 'points_invalid'],
    [{ unit: 'kobo', kobo: 10.5 }, 'points_invalid'],
    [{ unit: 'points', points: -1 }, 'points_invalid'],
    [{ unit: 'kobo', kobo: 0 }, 'points_zero'],
    [{ unit: 'kobo', kobo: 10_050 }, 'redeem_not_whole'],
    [{ unit: 'points', points: 1_000_000_001 }, 'points_too_many'],
    [{ unit: 'points', points: 99 }, 'redeem_below_minimum'],
    [{ unit: 'points', points: 501 }, 'redeem_over_share'],
    [{ unit: 'points', points: 601 }, 'balance_short'],
    [{ unit: 'kobo', kobo: 60_100 }, 'balance_short'],
    [{ unit: 'points', points: 999_999 }, 'balance_short'],
  ] as const)('%j on a bill of 1,000 with 600: %s', (ask, code) => {
    const asked = redeemPoints(DEFAULT_PROGRAM, ask, naira(1_000), 600, 'Ada')
    expect('refusal' in asked ? asked.refusal.code : 'done').toBe(code)
  })

  it.each([
    [1_000, 415, 'Not enough points. Ada has 415 points. Redeem 415 points or less.'],
    [600, 415, 'Not enough points. Ada has 415 points. Redeem 300 points or less.'],
    [100, 415, 'Not enough points. Ada has 415 points. Nothing can be redeemed on this bill.'],
  ])('says first that the balance is short, and proposes what a bill of %d and the balance allow', (bill, there, sentence) => {
    const asked = redeemPoints(
      DEFAULT_PROGRAM,
      { unit: 'points', points: 999_999 },
      naira(bill),
      there,
      'Ada',
    )
    expect('refusal' in asked ? asked.refusal.sentence : 'done').toBe(sentence)
  })

  it('keeps to the step', () => {
    const asked = redeemPoints(coarse, { unit: 'points', points: 130 }, naira(1_000), 500, 'Ada')
    expect('refusal' in asked && asked.refusal).toMatchObject({
      code: 'redeem_step',
      sentence: 'Points are redeemed in steps of 50. Redeem 100 points instead.',
    })
  })

  it('never pays more than the share, nor more than is there, and any number up to the most is taken', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 10_000 }),
        (bill, available, worth, step, share) => {
          const program: BaseProgram = {
            ...DEFAULT_PROGRAM,
            point_worth_kobo: worth,
            redeem_step_points: step,
            redeem_max_share_bp: share,
          }
          const { max } = redeemLimits(program, bill, available)
          expect(max % step).toBe(0)
          expect(max).toBeLessThanOrEqual(available)
          expect(BigInt(max) * BigInt(worth) * 10_000n <= BigInt(bill) * BigInt(share)).toBe(true)
          const ask = (points: number) =>
            redeemPoints(program, { unit: 'points', points }, bill, available, 'Ada')
          if (max > 0) expect(ask(max)).toEqual({ points: max })
          expect('refusal' in ask(max + step)).toBe(true)
        },
      ),
      { seed: 13, numRuns: 1_000 },
    )
  })

  it.each([
    [1_000, 0, 'Ada has no points to redeem yet.'],
    [1_000, 60, 'Redeeming starts at 100 points. Ada has 60.'],
    [0, 600, 'Type the amount of the sale first.'],
    [100, 600, 'Points may pay at most 50 % of a bill, and this bill is too small for that.'],
    [1_000, 600, 'Points may pay at most 50 % of the bill: 500 points here.'],
    [1_200, 600, ''],
  ])('a bill of %d with %d points: %j', (bill, available, why) => {
    expect(whyNotMore(DEFAULT_PROGRAM, naira(bill), available, 'Ada')).toBe(why)
  })
})

describe('words and amounts', () => {
  it.each([
    [10_000, '1'],
    [12_500, '1.25'],
    [10_001, '1.0001'],
    [5_000, '0.5'],
    [100_000, '10'],
  ])('%d basis points are x %s', (bp, text) => {
    expect(multiplierText(bp)).toBe(text)
  })

  it.each([
    [1, null],
    [AMOUNT_KOBO_MAX, null],
    [AMOUNT_KOBO_MAX + 1, 'amount_too_large'],
    [0, 'amount_zero'],
    [-1, 'amount_negative'],
    [0.5, 'amount_invalid'],
    [Number.NaN, 'amount_invalid'],
    [Number.POSITIVE_INFINITY, 'amount_invalid'],
  ])('%d kobo: %s', (kobo, code) => {
    expect(amountRefusal(kobo)?.code ?? null).toBe(code)
  })
})
