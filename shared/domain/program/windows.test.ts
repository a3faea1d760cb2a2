import fc from 'fast-check'
import { expect, it } from 'vitest'
import { at, customerOf, LAGOS, programWith, saleOf } from '../../../tests/support/program-facts.ts'
import { addDays } from '../../base/business-date.ts'
import { holds } from './conditions.ts'
import { momentOf } from './facts.ts'
import type { Condition, Rule } from './rule.ts'
import { canMeetInTime } from './windows.ts'

const START = '2026-11-16'
const DAYS = 14
const day = fc.nat(DAYS - 1).map((n) => addDays(START, n))
const hour = fc.nat(23).map((n) => `${String(n).padStart(2, '0')}:00`)
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(day, day).map(([a, b]) => ({ field: 'dates' as const, from: a < b ? a : b, to: a < b ? b : a })),
  fc.record({
    field: fc.constant('weekdays' as const),
    in: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
  }),
  fc
    .record({ field: fc.constant('hours' as const), from: hour, to: hour })
    .filter(({ from, to }) => from !== to),
)
const moments = Array.from({ length: DAYS * 24 }, (_, n) =>
  momentOf(at(`${START} 00:30`) + n * 3_600_000, LAGOS),
)
const [rule] = programWith({
  rules: [{ id: 'r', name: 'r', kind: 'earn', gives: { per: 'visit', points: 1 } }],
}).rules

it('conditions about time can meet exactly where there is an hour at which all of them hold', () => {
  let never = 0
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 4 }), (when) => {
      if (!rule) throw new Error('there is a rule')
      const asked: Rule = { ...rule, when }
      const about = { sale: saleOf(1), customer: customerOf(), lines: [] }
      const met = moments.some((moment) => holds(asked, { ...about, moment }))
      expect(canMeetInTime(when)).toBe(met)
      if (!met) never += 1
    }),
    { seed: 3, numRuns: 1_500 },
  )
  expect(never).toBeGreaterThan(100)
})
