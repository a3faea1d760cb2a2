import { describe, expect, it } from 'vitest'
import { buyerOf } from '../../../tests/support/program-facts.ts'
import { emptyAccount, post } from '../post.ts'
import { plainProgram } from '../program/plain.ts'
import { DEFAULT_PROGRAM } from '../program/program.ts'
import { expiringList } from './expiring.ts'
import { quoteSale } from './quote.ts'
import { decideSale } from './sale.ts'
import type { SaleAsk, SaleContext, SaleCustomer } from './sale-context.ts'

const NOW = Date.parse('2026-12-01T09:00:00Z')
const DAY = 86_400_000
const context: SaleContext = {
  trusted: NOW,
  timeZone: 'Africa/Lagos',
  currency: 'NGN',
  program: plainProgram(DEFAULT_PROGRAM),
  others: [],
  right: { kind: 'own' },
}

function withPoints(...lots: { points: number; days: number }[]): SaleCustomer {
  let account = emptyAccount()
  for (const [i, { points, days }] of lots.entries()) {
    const posting = {
      kind: 'earn',
      event: `e${i}`,
      effective: NOW - 1,
      points,
      expiry: NOW + days * DAY,
      rule: 'base',
      sale: null,
      month: '2026-12',
    } as const
    account = post(account, posting, { lines: [], settledUntil: 0, saleReversed: false }).account
  }
  return buyerOf(account)
}
const ask = (grossKobo: number, more: Partial<SaleAsk> = {}): SaleAsk => ({
  grossKobo,
  redeem: null,
  receipt: '',
  channel: 'pos',
  ...more,
})

describe('a sale', () => {
  it('is recorded, redeemed, earned, in this order: points of a sale never pay for itself', () => {
    const customer = withPoints({ points: 600, days: 300 })
    const decided = decideSale(
      's',
      ask(100_000, { redeem: { unit: 'points', points: 500 }, receipt: ' R 1 ' }),
      customer,
      context,
    )
    if (!decided.ok) throw new Error(decided.refusal.sentence)
    expect(decided.value.drafts.map((d) => [d.n, d.kind])).toEqual([
      [0, 'sale.recorded'],
      [1, 'points.redeemed'],
      [2, 'points.earned'],
    ])
    expect(decided.value.terms).toMatchObject({
      gross: 100_000,
      net: 50_000,
      redeem: { points: 500, pays: 50_000, reward: null },
    })
    expect(decided.value.drafts[0]?.payload).toMatchObject({
      receipt: 'R 1',
      occurred_at: NOW,
      imported: false,
    })
    expect(decided.value.drafts[2]?.payload).toMatchObject({ points: 5, tier: 'Bronze', program_version: 1 })
  })

  it('of nobody, or too small to earn, is recorded alone', () => {
    for (const [who, kobo] of [
      [null, 100_000],
      [withPoints(), 9_999],
    ] as const) {
      const decided = decideSale('s', ask(kobo), who, context)
      expect(decided.ok && decided.value.drafts.map((d) => d.kind)).toEqual(['sale.recorded'])
    }
  })

  it('does not spend what has lapsed', () => {
    const customer = withPoints({ points: 600, days: 0 }, { points: 150, days: 1 })
    const decided = decideSale(
      's',
      ask(100_000, { redeem: { unit: 'points', points: 151 } }),
      customer,
      context,
    )
    expect(!decided.ok && decided.refusal.sentence).toBe(
      'Not enough points. Ada has 150 points. Redeem 150 points or less.',
    )
  })

  it('says that nothing can be redeemed instead of "0 points or less"', () => {
    const redeem = { unit: 'points', points: 100 } as const
    const decided = decideSale('s', ask(500_000, { redeem }), withPoints({ points: 40, days: 10 }), context)
    expect(!decided.ok && decided.refusal.sentence).toBe(
      'Not enough points. Ada has 40 points. Nothing can be redeemed on this bill.',
    )
  })

  it('would not bring a balance over what a till can count', () => {
    const customer = withPoints({ points: 999_999_990, days: 10 })
    const decided = decideSale('s', ask(200_000), customer, context)
    expect(!decided.ok && decided.refusal.code).toBe('balance_over_limit')
  })

  it('gives the first refusal of the registry, and the quote says which field it is about', () => {
    const wrong = ask(0, { receipt: '!', redeem: { unit: 'points', points: 1 } })
    const decided = decideSale('s', wrong, withPoints(), context)
    expect(!decided.ok && decided.refusal.code).toBe('amount_zero')
    expect(quoteSale(wrong, withPoints(), context).refusal).toMatchObject({
      code: 'amount_zero',
      field: 'amount',
    })
    const receipt = ask(100_000, { receipt: 'x'.repeat(33), redeem: { unit: 'points', points: 0 } })
    expect(quoteSale(receipt, withPoints(), context).refusal).toMatchObject({
      code: 'receipt_invalid',
      field: 'receipt',
    })
    const nobody = ask(100_000, { redeem: { unit: 'points', points: 100 } })
    expect(quoteSale(nobody, null, context).refusal).toMatchObject({ field: 'redeem' })
  })
})

describe('points that lapse soon', () => {
  it('are summed by their last day, the soonest first, within 60 days', () => {
    const { account } = withPoints(
      { points: 30, days: 20 },
      { points: 5, days: 3 },
      { points: 7, days: 61 },
      { points: 1, days: 0 },
      { points: 4, days: 20 },
    )
    expect(expiringList(account, NOW, 'Africa/Lagos')).toEqual([
      { points: 5, last_day: '2026-12-04' },
      { points: 34, last_day: '2026-12-21' },
    ])
  })
})
