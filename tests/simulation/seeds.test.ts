import { expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

/** A few worlds in every run, the same ones; `npm run sim` runs as many as one likes, the soak for hours. */
const [AGAIN, ...SEEDS] = [1, 2, 3]
const live = (seed: number | undefined) => runSeed(place(), { seed: seed ?? 0, acts: 25 })

it.each(SEEDS)('seed %i comes to rest, and everybody agrees', { timeout: 180_000 }, async (seed) => {
  const { why, story } = await live(seed)
  expect(why, story.join('\n')).toBeNull()
})

it('another one does too, and replays exactly', { timeout: 180_000 }, async () => {
  const one = await live(AGAIN)
  expect(one.why, one.story.join('\n')).toBeNull()
  expect(await live(AGAIN)).toEqual(one)
})
