import { describe, expect, it } from 'vitest'
import { at, LAGOS, programWith } from '../../../tests/support/program-facts.ts'
import { extendTo, lastDayOf, lotExpiry } from './expiry.ts'

describe('the last day of points', () => {
  it.each([
    ['months', 12, '2026-11-21 14:30', '2027-11-21'],
    ['months', 3, '2026-11-30 23:59', '2027-02-28'],
    ['month_end', 12, '2026-11-01 00:00', '2027-11-30'],
    ['month_end', 3, '2026-11-30 23:59', '2027-02-28'],
    ['month_end', 1, '2027-01-31 10:00', '2027-02-28'],
    ['month_end', 1, '2026-12-31 23:59', '2027-01-31'],
    ['inactivity', 6, '2026-08-31 10:00', '2027-02-28'],
  ] as const)('%s, %d, from %s: %s', (kind, months, on, last) => {
    const program = programWith({ expiry: { kind, months } })
    const expiry = lotExpiry(program, at(on), LAGOS)
    expect(lastDayOf(expiry, LAGOS)).toBe(last)
    expect(lastDayOf(expiry + 1, LAGOS)).not.toBe(last)
    expect(extendTo(program, at(on), LAGOS)).toBe(kind === 'inactivity' ? expiry : null)
  })
})
