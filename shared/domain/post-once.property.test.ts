import fc from 'fast-check'
import { expect, it } from 'vitest'
import { linesOf, sum, unreversed, World } from '../../tests/support/account-life.ts'

const CAPS = { day: 90, month: 150, ever: 200 } as const
const line = fc.record({
  points: fc.integer({ min: 1, max: 120 }),
  keys: fc.subarray(['day', 'month', 'ever'] as const),
  order: fc.nat(),
})

it('in whatever order lines arrive, what counts stays within each of their caps, and fills one where it falls short', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 2, maxLength: 12 }), (lines) => {
      for (const arriving of [lines, lines.toSorted((a, b) => a.order - b.order)]) {
        const world = new World(true)
        for (const { points, keys } of arriving) {
          const once = keys.map((key) => ({ key, cap: CAPS[key], until: null }))
          const common = { effective: 40, expiry: 500, rule: 'gift', sale: null, month: '2026-02' }
          world.count += 1
          world.post({ kind: 'earn', event: `e${world.count}`, points, once, ...common })
          const [counted] = linesOf(world.book, 'earn').slice(-1)
          const usedUp = keys.filter((key) => (world.account.once[key]?.used ?? 0) === CAPS[key])
          if ((counted?.points ?? 0) < points) expect(usedUp.length).toBeGreaterThan(0)
        }
        for (const key of ['day', 'month', 'ever'] as const) {
          const under = linesOf(world.book, 'earn').filter((one) => one.onceKey?.split('\n').includes(key))
          expect(sum(under, unreversed)).toBe(world.account.once[key]?.used ?? 0)
          expect(sum(under, unreversed)).toBeLessThanOrEqual(CAPS[key])
        }
      }
    }),
    { seed: 77, numRuns: 500 },
  )
})
