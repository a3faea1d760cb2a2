import { expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

/** A few worlds in every run, the same ones; `npm run sim` runs as many as one likes, the soak for hours. */
const SEEDS = [1, 2, 3]

it.each(SEEDS)('seed %i comes to rest, and everybody agrees', { timeout: 180_000 }, async (seed) => {
  const { why, story } = await runSeed(place(), { seed, acts: 25 })
  expect(why, story.join('\n')).toBeNull()
})

it('replays exactly', { timeout: 180_000 }, async () => {
  const [one, other] = [
    await runSeed(place(), { seed: 5, acts: 8 }),
    await runSeed(place(), { seed: 5, acts: 8 }),
  ]
  expect(other).toEqual(one)
})
