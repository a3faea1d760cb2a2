import { expect, it } from 'vitest'
import { spanOf } from './span.ts'

const MINUTE = 60_000

it('is told in one unit, from minutes to decades', () => {
  expect(spanOf(30_000)).toEqual({ unit: 'minutes', count: 1 })
  expect(spanOf(-11 * MINUTE)).toEqual({ unit: 'minutes', count: 11 })
  expect(spanOf(119 * MINUTE)).toEqual({ unit: 'minutes', count: 119 })
  expect(spanOf(120 * MINUTE)).toEqual({ unit: 'hours', count: 2 })
  expect(spanOf(47 * 60 * MINUTE)).toEqual({ unit: 'hours', count: 47 })
  expect(spanOf(56 * 365 * 24 * 60 * MINUTE)).toEqual({ unit: 'days', count: 20_440 })
})
