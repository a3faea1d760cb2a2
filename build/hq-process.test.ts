import { expect, test } from 'vitest'
import { restartPlan } from './hq-process.ts'

test('head office is started again after a pause that grows, and is left alone when it dies too often', () => {
  const next = restartPlan()
  expect([next(0), next(5_000), next(10_000)]).toEqual([1_000, 2_000, 3_000])
  expect(next(59_999)).toBeNull()
  // The first two deaths are more than a minute ago.
  expect(next(65_001)).toBe(2_000)
})
