import fc from 'fast-check'
import { expect, it } from 'vitest'
import { effectiveTimes, receivedAt, settledAt } from './effective.ts'

const ask = { previous: 0, receivedAt: 1_000, receipts: new Map<number, number>() }

it('takes the trusted time, clipped to the arrival and never before the event before it', () => {
  expect(effectiveTimes({ ...ask, trusted: [10, 30, 20, 5_000, 40] })).toEqual([10, 30, 30, 1_000, 1_000])
  expect(effectiveTimes({ ...ask, previous: 50, trusted: [10] })).toEqual([50])
})

it('takes what an earlier receipt says, also where the clock says otherwise', () => {
  expect(effectiveTimes({ ...ask, trusted: [10, 20, 30], receipts: new Map([[1, 500]]) })).toEqual([
    10, 500, 500,
  ])
})

it('never goes back and never lies after the arrival, whatever the clocks say', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.nat(), fc.nat(), (trusted, previous, now) => {
      const received = receivedAt(now, previous)
      const times = effectiveTimes({ trusted, previous, receivedAt: received, receipts: new Map() })
      for (const [i, time] of times.entries()) {
        expect(time).toBeLessThanOrEqual(received)
        expect(time).toBeGreaterThanOrEqual(times[i - 1] ?? previous)
      }
    }),
  )
})

it('believes no promise about the future, and takes none back', () => {
  expect(settledAt(100, 500, 300)).toBe(300)
  expect(settledAt(400, 200, 1_000)).toBe(400)
})
