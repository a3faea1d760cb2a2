import { expect, it } from 'vitest'
import { liveThirtySteps, momentsToDie } from './kills.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

/** Of each kind in every run; the soak dies at all of them. */
const MOMENTS = 2

it('whoever dies at whatever moment of thirty steps, all is there once in the end', {
  timeout: 180_000,
}, async () => {
  const moments = await liveThirtySteps(place(), null)
  for (const count of Object.values(moments)) expect(count).toBeGreaterThan(50)
  for (const kill of momentsToDie(moments, MOMENTS)) {
    try {
      await liveThirtySteps(place(), kill)
    } catch (error) {
      throw new Error(`killed at ${kill.who} ${kill.at}`, { cause: error })
    }
  }
})
