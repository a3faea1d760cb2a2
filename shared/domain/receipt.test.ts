import { describe, expect, it } from 'vitest'
import { type Receipt, type ReceiptFacts, receiptOf } from './receipt.ts'

const SALE = {
  sale_id: '1'.repeat(32),
  customer_id: '2'.repeat(32),
  gross_kobo: 1_250_000,
  net_kobo: 1_250_000,
  earned: 156,
  redeemed: 0,
  pays_kobo: 0,
  balance: 2_480,
  balance_worth_kobo: 248_000,
  tier: 'Silver',
  expiring: null,
  at: Date.parse('2026-11-22T13:32:05Z'),
}
const FACTS: ReceiptFacts = {
  sale: SALE,
  store: 'Balogun Market',
  till: 'Till 2',
  timeZone: 'Africa/Lagos',
  number: 'A-1043',
  staff: 'Chidi',
  customer: 'Ada Obi',
  reasons: ['125 base x 1.25 Silver'],
  isUndone: false,
  qr: 'KSR1',
  code: null,
}

/** Rows as a person reads them, a blank line between groups. */
const shown = ({ groups }: Receipt): string =>
  groups
    .map((rows) => rows.map(({ label, value }) => (value ? `${label}: ${value}` : label)).join('\n'))
    .join('\n\n')

describe('a receipt', () => {
  it('says the bill, what was earned and why, and what the customer has', () => {
    const receipt = receiptOf(FACTS)
    expect(receipt.at).toBe('22 Nov 2026, 14:32')
    expect(shown(receipt)).toBe(`Receipt: A-1043
Served by: Chidi

Amount: ₦12,500

Customer: Ada Obi
Points earned: 156
125 base x 1.25 Silver
Points now: 2,480
Worth: ₦2,480
Tier: Silver`)
  })

  it('stands on the calendar of the shop: past midnight in Lagos it is tomorrow', () => {
    const late = { ...SALE, at: Date.parse('2026-12-31T23:30:00Z') }
    expect(receiptOf({ ...FACTS, sale: late }).at).toBe('1 Jan 2027, 00:30')
  })

  it.each<[string, Partial<ReceiptFacts>, string]>([
    [
      'points that paid a part',
      { sale: { ...SALE, redeemed: 500, pays_kobo: 50_000, net_kobo: 1_200_000 } },
      'Amount: ₦12,500\nPaid with 500 points: -₦500\nTo pay: ₦12,000',
    ],
    [
      'what lapses next, and its last day',
      { sale: { ...SALE, expiring: { points: 120, last_day: '2026-11-30' } } },
      'Use 120 points by 30 Nov 2026: then they lapse.',
    ],
    [
      'that a balance is not known, never zero',
      { sale: { ...SALE, balance: null, balance_worth_kobo: null, tier: '' } },
      'Points earned: 156\n125 base x 1.25 Silver\nHow many points there are in all is not known',
    ],
    [
      'that the sale was undone, and no balance of then',
      { isUndone: true },
      'Customer: Ada Obi\nIts points were taken back',
    ],
  ])('says %s', (_, part, text) => {
    expect(shown(receiptOf({ ...FACTS, ...part }))).toContain(text)
  })

  it('without a customer speaks of no points', () => {
    const sale = { ...SALE, customer_id: null, earned: 0, balance: 0, balance_worth_kobo: 0, tier: '' }
    const text = shown(receiptOf({ ...FACTS, sale, customer: '', reasons: [] }))
    expect(text).toContain('Amount: ₦12,500')
    expect(text).not.toMatch(/point/i)
  })

  it('of an undone sale promises no balance', () => {
    expect(shown(receiptOf({ ...FACTS, isUndone: true }))).not.toContain('2,480')
  })
})
