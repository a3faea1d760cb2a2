import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buyerOf } from '../../../tests/support/program-facts.ts'
import { emptyAccount, post } from '../post.ts'
import { plainProgram } from '../program/plain.ts'
import { DEFAULT_PROGRAM } from '../program/program.ts'
import { floorBar, floorMax, floorRefusal, type RedeemRight } from './floor.ts'
import { quoteSale } from './quote.ts'
import { decideSale } from './sale.ts'
import type { SaleContext, SaleCustomer } from './sale-context.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-12-01T09:00:00Z')
type Floor = Extract<RedeemRight, { kind: 'floor' }>
const FINE: Floor = {
  kind: 'floor',
  leases: [],
  known: true,
  newer: false,
  ageMs: DAY,
  ageMaxMs: 14 * DAY,
  held: false,
  denied: false,
  putBack: false,
  usedByCustomer: 0,
  usedByTill: 0,
  customerMax: 2_000,
  tillMax: 20_000,
  overridden: 0,
  overrideMax: 10_000,
}
const contextWith = (right: RedeemRight): SaleContext => ({
  trusted: NOW,
  timeZone: 'Africa/Lagos',
  currency: 'NGN',
  program: plainProgram(DEFAULT_PROGRAM),
  others: [],
  right,
})
function customerWith(points: number): SaleCustomer {
  const earned = {
    kind: 'earn',
    event: 'e',
    effective: NOW - 1,
    points,
    expiry: NOW + 90 * DAY,
    rule: 'base',
    sale: null,
    month: '2026-12',
  } as const
  const terms = { lines: [], settledUntil: 0, saleReversed: false }
  const account = points === 0 ? emptyAccount() : post(emptyAccount(), earned, terms).account
  return buyerOf(account)
}
const askOf = (points: number, kobo = 100_000_000) => ({
  grossKobo: kobo,
  redeem: { unit: 'points', points } as const,
  receipt: '',
  channel: 'pos',
})

describe('what a till may take without a promise of head office', () => {
  it.each([
    [{ known: false }, 'view_unknown'],
    [{ newer: true }, 'view_newer'],
    [{ ageMs: null }, 'view_too_old'],
    [{ ageMs: 14 * DAY + 1 }, 'view_too_old'],
    [{ held: true }, 'points_waiting'],
    [{ putBack: true, known: false }, 'till_put_back'],
    [{ denied: true, known: false }, 'on_deny_list'],
    [{ usedByCustomer: 1_901 }, 'offline_limit_customer'],
    [{ usedByTill: 19_901 }, 'offline_limit_till'],
  ] satisfies [Partial<Floor>, string][])('%o is refused with %s', (change, code) => {
    const right = { ...FINE, ...change }
    expect(floorRefusal(right, 100, 'Ada')?.code).toBe(code)
    const decided = decideSale('s'.repeat(32), askOf(100), customerWith(5_000), contextWith(right))
    expect(decided.ok ? '' : decided.refusal.code).toBe(code)
    const quote = quoteSale(askOf(100), customerWith(5_000), contextWith(right))
    expect(quote.refusal).toMatchObject({ code, field: 'redeem' })
    expect(quote.redeem.why).not.toBe('')
  })

  it('a sale that takes no points is booked, whatever stands in the way of taking some', () => {
    const right = { ...FINE, known: false, denied: true, held: true }
    const ask = { ...askOf(0), redeem: null }
    const decided = decideSale('s'.repeat(32), ask, customerWith(5_000), contextWith(right))
    expect(decided.ok).toBe(true)
  })

  it('what is taken is marked as unsecured, and as own by a till alone', () => {
    for (const [right, word] of [
      [FINE, 'unsecured'],
      [{ kind: 'own' }, 'own'],
    ] as const) {
      const decided = decideSale('s'.repeat(32), askOf(100), customerWith(5_000), contextWith(right))
      const redeemed = decided.ok ? decided.value.drafts.find((d) => d.kind === 'points.redeemed') : null
      expect(redeemed?.payload).toMatchObject({ right: word, points: 100 })
    }
  })

  const rights: fc.Arbitrary<RedeemRight> = fc.oneof(
    fc.constant<RedeemRight>({ kind: 'own' }),
    fc.record({
      kind: fc.constant('floor' as const),
      leases: fc
        .array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 3 })
        .map((all) => all.map((points, i) => ({ grant: `${i}`.repeat(32), points }))),
      known: fc.boolean(),
      newer: fc.boolean(),
      ageMs: fc.option(fc.integer({ min: 0, max: 30 * DAY })),
      ageMaxMs: fc.constant(14 * DAY),
      held: fc.boolean(),
      denied: fc.boolean(),
      putBack: fc.boolean(),
      usedByCustomer: fc.integer({ min: 0, max: 3_000 }),
      usedByTill: fc.integer({ min: 0, max: 30_000 }),
      customerMax: fc.integer({ min: 0, max: 3_000 }),
      tillMax: fc.integer({ min: 0, max: 30_000 }),
      overridden: fc.integer({ min: 0, max: 12_000 }),
      overrideMax: fc.integer({ min: 0, max: 12_000 }),
    }),
  )

  it('never goes over a limit, and says why exactly where it stops', () => {
    fc.assert(
      fc.property(rights, fc.integer({ min: 1, max: 40_000 }), (right, points) => {
        const refused = floorRefusal(right, points, 'Ada')
        expect(refused === null).toBe(points <= floorMax(right) && floorBar(right, 'Ada') === null)
        if (refused !== null || right.kind === 'own') return
        expect(right.usedByCustomer + points).toBeLessThanOrEqual(right.customerMax)
        expect(right.usedByTill + points).toBeLessThanOrEqual(right.tillMax)
      }),
    )
  })

  it('what the screen offers can be redeemed, and not one step more', () => {
    const some = fc.record({
      right: rights,
      balance: fc.integer({ min: 0, max: 50_000 }),
      kobo: fc.integer({ min: 1, max: 100_000_000 }),
    })
    fc.assert(
      fc.property(some, ({ right, balance, kobo }) => {
        const [customer, context] = [customerWith(balance), contextWith(right)]
        const { max_points } = quoteSale({ ...askOf(0, kobo), redeem: null }, customer, context).redeem
        const accepts = (points: number): boolean =>
          decideSale('s'.repeat(32), askOf(points, kobo), customer, context).ok
        if (max_points > 0) expect(accepts(max_points)).toBe(true)
        const more = Math.max(
          max_points + DEFAULT_PROGRAM.redeem_step_points,
          DEFAULT_PROGRAM.redeem_min_points,
        )
        expect(accepts(more)).toBe(false)
      }),
    )
  })
})
