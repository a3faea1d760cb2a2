import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { customerOf, LAGOS, programWith } from '../../../tests/support/program-facts.ts'
import { AMOUNT_KOBO_MAX } from '../../base/money.ts'
import type { SoldLine } from '../../protocol/payload.ts'
import { earnFor } from './base-earn.ts'
import { earningBill, shareOut } from './bill.ts'
import type { SaleFacts } from './facts.ts'
import { DEFAULT_PROGRAM } from './program.ts'
import { rate } from './rate.ts'
import type { Rule } from './rule.ts'

const runs = { seed: 41, numRuns: 1_000 }
const words = ['a', 'b', 'c', ''] as const
const line: fc.Arbitrary<SoldLine> = fc.record({
  item: fc.constantFrom(...words),
  category: fc.constantFrom(...words),
  quantity: fc.integer({ min: 1, max: 1_000_000 }),
  kobo: fc.oneof(
    fc.integer({ min: 0, max: 100_000 }),
    fc.integer({ min: 0, max: Math.floor(AMOUNT_KOBO_MAX / 60) }),
  ),
})
/** A bill whose lines say all of it, more (a discount on the whole), or less; paid with points in part. */
const sale: fc.Arbitrary<SaleFacts> = fc
  .tuple(
    fc.array(line, { maxLength: 12 }),
    fc.integer({ min: 0, max: 20_000 }),
    fc.integer({ min: 0, max: 10_000 }),
  )
  .map(([lines, ofLinesBp, paidBp]) => {
    const sum = lines.reduce((all, one) => all + one.kobo, 0)
    const gross =
      lines.length === 0
        ? ofLinesBp * 1_000
        : Math.min(AMOUNT_KOBO_MAX, Math.floor((sum * ofLinesBp) / 10_000))
    const pays = Math.floor((gross * paidBp) / 10_000)
    return { gross, pays, lines, channel: 'pos', occurred: 1_795_000_000_000, timeZone: LAGOS }
  })
const tier = fc.constantFrom('Bronze', 'Silver', 'Gold', 'Platinum')
const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 })
const conditions = fc.array(
  fc.oneof(
    fc.record({ field: fc.constantFrom('items' as const, 'categories' as const), in: list }),
    fc.record({ field: fc.constant('bill' as const), min_kobo: fc.integer({ min: 0, max: 1_000_000 }) }),
  ),
  { maxLength: 2 },
)
const parts = {
  when: conditions,
  stack: fc.constantFrom('add', 'alone'),
  caps: fc.record({ sale: fc.integer({ min: 1, max: 1_000 }) }, { requiredKeys: [] }),
}
const gives = {
  earn: fc.oneof(
    fc.record({
      per: fc.constantFrom('amount', 'category'),
      kobo_per_point: fc.integer({ min: 1, max: 1e6 }),
    }),
    fc.record({ per: fc.constantFrom('item', 'visit'), points: fc.integer({ min: 1, max: 1e9 }) }),
  ),
  bonus: fc.oneof(
    fc.record({ on: fc.constant('sale'), points: fc.integer({ min: 1, max: 1e9 }) }),
    fc.record({ on: fc.constant('sale'), multiplier_bp: fc.integer({ min: 10_001, max: 100_000 }) }),
  ),
}
const rules = fc
  .array(
    fc.oneof(
      fc.record({ kind: fc.constant('earn'), gives: gives.earn, ...parts }),
      fc.record({ kind: fc.constant('bonus'), gives: gives.bonus, ...parts }),
    ),
    { maxLength: 6 },
  )
  .map((all) => all.map((one, n) => ({ id: `r${n}`, name: `rule ${n}`, ...one })))

describe('any sale', () => {
  it('of a program without rules earns what it always earned', () => {
    fc.assert(
      fc.property(sale, tier, ({ lines: _, ...bill }, name) => {
        const customer = customerOf({ tier: name })
        const rated = rate(programWith(), { ...bill, lines: [] }, customer, 'till')
        const { points, base, multiplier_bp } = earnFor(
          DEFAULT_PROGRAM,
          customer.tier,
          bill.gross - bill.pays,
        )
        expect(rated).toMatchObject([{ rule: 'base', points, base, multiplier_bp, tier: name, once: [] }])
      }),
      runs,
    )
  })

  it('has lines that sum to what earns, each within a kobo of its share', () => {
    fc.assert(
      fc.property(sale, fc.constantFrom('net', 'gross'), (bill, on) => {
        const earns = on === 'net' ? bill.gross - bill.pays : bill.gross
        const { kobo, lines } = earningBill(programWith({ earn_on: on }), bill)
        expect(kobo).toBe(earns)
        const whole = Math.max(
          bill.gross,
          bill.lines.reduce((all, one) => all + one.kobo, 0),
        )
        if (lines.length === 0 || whole === 0) return
        expect(lines.reduce((all, one) => all + one.kobo, 0)).toBe(earns)
        for (const [n, given] of bill.lines.entries()) {
          const part = BigInt(lines[n]?.kobo ?? -1) * BigInt(whole) - BigInt(given.kobo) * BigInt(earns)
          expect(part > -BigInt(whole) && part < BigInt(whole)).toBe(true)
        }
      }),
      runs,
    )
  })

  it('is shared out to the last kobo, and equal weights differ by one at most', () => {
    const weights = fc.array(fc.integer({ min: 0, max: AMOUNT_KOBO_MAX }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: AMOUNT_KOBO_MAX }), (all, total) => {
        const shares = shareOut(all, total)
        const something = all.some((weight) => weight > 0)
        expect(shares.reduce((sum, one) => sum + one, 0)).toBe(something ? total : 0)
        for (const [n, weight] of all.entries()) if (weight === 0) expect(shares[n]).toBe(0)
      }),
      runs,
    )
  })

  it('gives whole points within every cap, no kobo of it earns by two rules, and bonuses alone stand alone', () => {
    fc.assert(
      fc.property(sale, tier, rules, fc.constantFrom('add', 'best'), (bill, name, given, stacking) => {
        const program = programWith({ rules: given, stacking })
        const rated = rate(program, bill, customerOf({ tier: name }), 'till')
        const byId = new Map<string, Rule>(program.rules.map((one) => [one.id, one]))
        expect(rated[0]?.rule).toBe('base')
        const replacing = rated.filter((one) => {
          const rule = byId.get(one.rule)
          if (rule?.kind !== 'earn' || rule.gives.per === 'visit') return one.rule === 'base'
          return rule.when.some(({ field }) => field === 'items' || field === 'categories')
        })
        const onKobo = replacing.reduce((sum, one) => sum + one.on_kobo, 0)
        expect(onKobo <= bill.gross - bill.pays).toBe(true)
        const bonuses: Rule[] = []
        for (const { rule: id, points, counts } of rated) {
          const rule = byId.get(id)
          expect(Number.isSafeInteger(points) && points >= (rule ? 1 : 0)).toBe(true)
          expect(counts).toBe(points)
          expect(points <= (rule?.caps.sale ?? 1e15)).toBe(true)
          if (rule?.kind === 'bonus') bonuses.push(rule)
        }
        const single = stacking === 'best' || bonuses.some((rule) => rule.stack === 'alone')
        if (single) expect(bonuses.length).toBeLessThanOrEqual(1)
      }),
      runs,
    )
  })

  it('is given the better side of its bonuses', () => {
    fc.assert(
      fc.property(sale, rules, (bill, given) => {
        const only = given.filter((one) => one.kind === 'bonus')
        const pointsOf = (some: typeof only): number =>
          rate(programWith({ rules: some }), bill, customerOf(), 'till')
            .slice(1)
            .reduce((sum, one) => sum + one.points, 0)
        const alone = only.filter((one) => one.stack === 'alone').map((one) => pointsOf([one]))
        const joined = only
          .filter((one) => one.stack === 'add')
          .reduce((sum, one) => sum + pointsOf([one]), 0)
        expect(pointsOf(only)).toBe(Math.max(0, joined, ...alone))
      }),
      runs,
    )
  })

  it('at a multiplier gives what exact arithmetic gives', () => {
    const kobo = fc.integer({ min: 0, max: AMOUNT_KOBO_MAX })
    fc.assert(
      fc.property(
        kobo,
        fc.integer({ min: 1, max: 1e6 }),
        tier,
        fc.integer({ min: 10_001, max: 100_000 }),
        (gross, per, name, bp) => {
          const rule = { id: 'x', name: 'x', kind: 'bonus', gives: { on: 'sale', multiplier_bp: bp } }
          const program = programWith({ kobo_per_point: per, rules: [rule] })
          const customer = customerOf({ tier: name })
          const bill = { gross, pays: 0, lines: [], channel: 'pos', occurred: 0, timeZone: LAGOS }
          const tierBp = BigInt(customer.tier.multiplier_bp)
          const exact = (BigInt(gross) * tierBp * BigInt(bp - 10_000)) / (BigInt(per) * 100_000_000n)
          const given = rate(program, bill, customer, 'till')[1]?.points ?? 0
          expect(given).toBe(Number(exact > 1_000_000_000n ? 1_000_000_000n : exact))
        },
      ),
      runs,
    )
  })
})
