import { expect, test } from 'vitest'
import { afterRight, afterWrong, heldUntil, NO_GUESSES } from './guesses.ts'

const START = 1_700_000_000_000
const DAY = 86_400_000

test('guesses from ever new networks are few a day, and each wait is short', () => {
  let [strangersUntil, tries, longest] = [0, 0, 0]
  for (let now = START; now < START + DAY; ) {
    const until = heldUntil(NO_GUESSES, strangersUntil, now)
    if (until > now) {
      longest = Math.max(longest, until - now)
      now = until
      continue
    }
    strangersUntil = afterWrong(NO_GUESSES, strangersUntil, now).strangersUntil
    tries += 1
  }
  expect(tries).toBeGreaterThan(2_400)
  expect(tries).toBeLessThanOrEqual(2_500)
  expect(longest).toBeLessThanOrEqual(36_000)
})

test('a network the person came in from waits for no stranger, but for its own wrong passwords', () => {
  const shut = START + 30 * DAY
  const known = afterRight(START)
  expect(heldUntil(NO_GUESSES, shut, START)).toBeGreaterThan(START)
  expect(heldUntil(known, shut, START)).toBe(0)
  expect(heldUntil(known, START + 200 * DAY, START + 91 * DAY)).toBeGreaterThan(START + 91 * DAY)
  let counted = { guesses: known, strangersUntil: 0 }
  for (let n = 0; n < 5; n += 1) counted = afterWrong(counted.guesses, counted.strangersUntil, START)
  expect(counted).toMatchObject({ guesses: { lockedUntil: START + 30_000 }, strangersUntil: 0 })
  for (let n = 0; n < 20; n += 1) counted = afterWrong(counted.guesses, counted.strangersUntil, START)
  expect(counted.guesses.lockedUntil).toBe(START + 3_600_000)
})
