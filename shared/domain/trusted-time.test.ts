import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClockReading } from '../base/ports.ts'
import {
  confirmedUntil,
  confirmTime,
  initialTime,
  nextHlc,
  readTime,
  resumeTime,
  type TimeState,
} from './trusted-time.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 86_400_000
const NOON = Date.parse('2026-12-01T12:00:00Z')

const clock = (wallMs: number, monotonicMs = 0, bootId = 'a'): ClockReading => ({
  wallMs,
  monotonicMs,
  bootId,
})
const confirmed = (wallMs = NOON): TimeState => confirmTime(clock(wallMs), NOON)

describe('a wall clock', () => {
  it.each<[string, number, number, number, readonly string[]]>([
    ['that runs with time is believed', NOON + DAY, DAY, NOON + DAY, []],
    ['that a machine kept while it was off is believed', NOON + 59 * DAY, 0, NOON + 59 * DAY, []],
    ['of 1970 is not', 20 * SECOND, 3 * MINUTE, NOON + 3 * MINUTE, ['wall_untrusted', 'skewed']],
    ['of 2099 is not', Date.parse('2099-01-01'), MINUTE, NOON + MINUTE, ['wall_untrusted', 'skewed']],
    ['61 days ahead is not', NOON + 61 * DAY, 0, NOON, ['wall_untrusted', 'skewed']],
    ['a millisecond behind is worth no mark', NOON + MINUTE - 1, MINUTE, NOON + MINUTE - 1, []],
    ['a minute behind is followed, but never back', NOON - MINUTE, SECOND, NOON, []],
    ['three minutes behind is not believed', NOON - 3 * MINUTE, SECOND, NOON + SECOND, ['wall_untrusted']],
    ['six minutes behind is marked as skewed too', NOON - 6 * MINUTE, 0, NOON, ['wall_untrusted', 'skewed']],
  ])('%s', (_, wall, monotonic, trusted, marks) => {
    const reading = readTime(confirmed(), clock(wall, monotonic))
    expect([reading.trusted, reading.marks]).toEqual([trusted, marks])
  })

  it('is asked for again after 60 days', () => {
    const state = confirmed()
    expect(confirmedUntil(state)).toBe(NOON + 60 * DAY)
    let last = state
    for (const days of [30, 60]) last = readTime(last, clock(NOON + days * DAY, days * DAY)).state
    expect(readTime(last, clock(NOON + 60 * DAY, 60 * DAY)).marks).toEqual([])
    expect(readTime(last, clock(NOON + 60 * DAY + 1, 60 * DAY + 1)).marks).toEqual(['unconfirmed'])
    expect(confirmedUntil(initialTime(NOON))).toBeNull()
    expect(readTime(initialTime(NOON), clock(NOON)).marks).toEqual(['unconfirmed'])
  })
})

describe('a confirmed date', () => {
  it('holds against a clock that goes on being wrong, on the same day and after a night', () => {
    for (const error of [9 * DAY, -9 * DAY, 400 * DAY]) {
      const state = confirmed(NOON + error)
      const soon = readTime(state, clock(NOON + error + MINUTE, MINUTE))
      expect(soon.trusted - NOON).toBe(MINUTE)
      const tomorrow = readTime(soon.state, clock(NOON + error + DAY, 0, 'b'))
      expect(tomorrow.trusted - NOON).toBe(DAY)
      expect(tomorrow.marks).toEqual(['skewed'])
    }
  })

  it('does not stand in the way of a clock that is set right later', () => {
    for (const error of [9 * DAY, -9 * DAY]) {
      const reading = readTime(confirmed(NOON + error), clock(NOON + 2 * MINUTE, 2 * MINUTE))
      expect([reading.trusted - NOON, reading.marks]).toEqual([2 * MINUTE, []])
    }
  })

  it('goes back as well', () => {
    const ahead = readTime(confirmed(), clock(NOON + 50 * DAY)).state
    expect(readTime(ahead, clock(NOON)).trusted).toBe(NOON + 50 * DAY)
    expect(readTime(confirmTime(clock(NOON), NOON), clock(NOON + 5)).trusted).toBe(NOON + 5)
  })
})

describe('time', () => {
  it('goes on after a start with a dead clock although nothing is booked', () => {
    const state = resumeTime(confirmed(), clock(0, 7_000, 'b'))
    expect(readTime(state, clock(SECOND, 7_000 + MINUTE, 'b')).trusted).toBe(NOON + MINUTE)
    expect(resumeTime(state, clock(0, 9_000, 'b'))).toBe(state)
  })

  it('never goes back, whatever the clocks do, and never runs ahead of both', () => {
    const step = fc.record({
      passes: fc.integer({ min: 0, max: 3 * DAY }),
      wall: fc.oneof(
        { weight: 6, arbitrary: fc.constant<number | null>(null) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: Date.parse('2099-12-31') }) },
      ),
      reboot: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state = confirmed()
        let now = { wall: NOON, monotonic: 0, boot: 0 }
        for (const { passes, wall, reboot } of steps) {
          now = {
            wall: wall ?? now.wall + passes,
            monotonic: reboot ? 0 : now.monotonic + passes,
            boot: now.boot + (reboot ? 1 : 0),
          }
          const reading = readTime(state, clock(now.wall, now.monotonic, `boot ${now.boot}`))
          expect(reading.trusted).toBeGreaterThanOrEqual(state.floorMs)
          const most = state.floorMs + (reboot ? 0 : passes) + 60 * DAY
          expect(reading.trusted).toBeLessThanOrEqual(most)
          expect(Number.isSafeInteger(reading.trusted)).toBe(true)
          state = reading.state
        }
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})

describe('stamps', () => {
  it('sort as text in the order they were made, also when time stands still or goes back', () => {
    let last = ''
    for (const at of [0, 5, 5, 5, 3, NOON, NOON - DAY, NOON, Date.parse('9999-12-31')]) {
      const next = nextHlc(last, at)
      expect(next > last).toBe(true)
      expect(next).toMatch(/^[0-9a-f]{16}$/)
      last = next
    }
  })

  it('go to the next millisecond when the counter is full', () => {
    expect(nextHlc('00000000000affff', 3)).toBe('00000000000b0000')
  })
})
