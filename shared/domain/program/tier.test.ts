import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, LAGOS, programWith } from '../../../tests/support/program-facts.ts'
import { tierStanding } from './tier.ts'

const rolling = (months: number, grace_days = 0) =>
  programWith({ qualification: { kind: 'rolling', months }, grace_days })
const standing = (program: ReturnType<typeof programWith>, months: Record<string, number>, on: string) => {
  const lifetime = Object.values(months).reduce((sum, one) => sum + one, 0)
  const { tier, next, missing, points, keeps_until } = tierStanding(
    program,
    { lifetime, months },
    at(on),
    LAGOS,
  )
  const until = keeps_until === null ? '' : ` until ${new Date(keeps_until).toISOString()}`
  return `${tier.name} with ${points}, ${missing ?? 'nothing'} to ${next?.name ?? 'go'}${until}`
}

describe('a tier for life', () => {
  it.each([
    [999, 'Bronze with 999, 1 to Silver'],
    [1_000, 'Silver with 1000, 4000 to Gold'],
    [10_000, 'Platinum with 10000, nothing to go'],
  ])('%d points: %s', (points, said) => {
    expect(standing(programWith({ grace_days: 90 }), { '2020-01': points }, '2026-11-21 12:00')).toBe(said)
  })
})

describe('a tier of a rolling window', () => {
  const bought = { '2026-02': 1_200, '2026-05': 300 }
  it.each([
    ['the month itself', '2026-02-10 09:00', 'Silver with 1200, 3800 to Gold'],
    ['the last month of three', '2026-04-30 23:59', 'Silver with 1200, 3800 to Gold'],
    ['the first minute of the month after', '2026-05-01 00:00', 'Bronze with 300, 700 to Silver'],
    ['long after', '2027-05-01 00:00', 'Bronze with 0, 1000 to Silver'],
  ])('%s', (_, on, said) => {
    expect(standing(rolling(3), bought, on)).toBe(said)
  })

  it.each([
    ['kept', '2026-05-01 00:00', 'Silver with 300, 4700 to Gold until 2026-06-14T23:00:00.000Z'],
    [
      'kept on the last day',
      '2026-06-14 23:59',
      'Silver with 300, 4700 to Gold until 2026-06-14T23:00:00.000Z',
    ],
    ['gone', '2026-06-15 00:00', 'Bronze with 300, 700 to Silver'],
  ])('with 45 days of grace: %s', (_, on, said) => {
    expect(standing(rolling(3, 45), bought, on)).toBe(said)
  })

  it('is reached anew at once, and grace of a higher one goes on beside it', () => {
    const months = { '2026-01': 5_000, '2026-03': 1_000 }
    const program = rolling(1, 60)
    expect(standing(program, months, '2026-02-10 09:00')).toBe(
      'Gold with 0, 10000 to Platinum until 2026-04-01T23:00:00.000Z',
    )
    expect(standing(program, months, '2026-03-20 09:00')).toBe(
      'Gold with 1000, 9000 to Platinum until 2026-04-01T23:00:00.000Z',
    )
    expect(standing(program, months, '2026-04-02 00:00')).toBe(
      'Silver with 0, 5000 to Gold until 2026-05-30T23:00:00.000Z',
    )
  })

  it('kept twice is kept until the later end', () => {
    const months = { '2026-01': 1_000, '2026-02': 1_000 }
    expect(standing(rolling(1, 90), months, '2026-03-02 09:00')).toContain('Silver with 0')
    expect(standing(rolling(1, 90), months, '2026-03-02 09:00')).toContain('until 2026-05-29T23:00:00.000Z')
  })

  it('a refund takes away what it gave', () => {
    expect(standing(rolling(3, 45), { '2026-02': 900 }, '2026-03-01 09:00')).toBe(
      'Bronze with 900, 100 to Silver',
    )
  })

  it('never falls below what the points give, and with more grace never falls earlier', () => {
    const month = fc.integer({ min: 1, max: 24 }).map((n) => {
      const year = 2025 + Math.floor((n - 1) / 12)
      return `${year}-${String(((n - 1) % 12) + 1).padStart(2, '0')}`
    })
    const months = fc.dictionary(month, fc.integer({ min: 1, max: 6_000 }), { maxKeys: 8 })
    const instant = fc.integer({ min: at('2025-06-01 00:00'), max: at('2027-03-01 00:00') })
    fc.assert(
      fc.property(
        months,
        instant,
        fc.integer({ min: 1, max: 12 }),
        fc.nat(400),
        fc.nat(400),
        (bought, asOf, count, a, b) => {
          const of = (grace: number) =>
            tierStanding(rolling(count, grace), { lifetime: 0, months: bought }, asOf, LAGOS)
          const [none, less, more] = [of(0), of(Math.min(a, b)), of(Math.max(a, b))]
          expect(none.keeps_until).toBeNull()
          expect(none.tier.threshold).toBeLessThanOrEqual(none.points)
          expect(less.tier.threshold).toBeGreaterThanOrEqual(none.tier.threshold)
          expect(more.tier.threshold).toBeGreaterThanOrEqual(less.tier.threshold)
          if (more.keeps_until !== null) expect(more.keeps_until).toBeGreaterThan(asOf)
        },
      ),
      { seed: 5, numRuns: 600 },
    )
  })
})
