import { expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

/** A few worlds in every run, the same ones; `npm run sim` runs as many as one likes, the soak for hours. */
const SEEDS = [2, 3]
const AGAIN = 1
/** Twice the same is soon seen: the replay needs no long life. */
const ACTS = { once: 25, again: 12 }
const live = (seed: number, acts: number) => runSeed(place(), { seed, acts })

it.each(SEEDS)('seed %i comes to rest, and everybody agrees', { timeout: 180_000 }, async (seed) => {
  const { why, story } = await live(seed, ACTS.once)
  expect(why, story.join('\n')).toBeNull()
})

it('another one does too, and replays exactly', { timeout: 180_000 }, async () => {
  const one = await live(AGAIN, ACTS.again)
  expect(one.why, one.story.join('\n')).toBeNull()
  expect(await live(AGAIN, ACTS.again)).toEqual(one)
})
