import { describe, it } from 'vitest'
import { playScenario } from './scenario.ts'
import { LEASES } from './scenarios/leases.ts'
import { LOST_LEASES } from './scenarios/lost-leases.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

describe('named scenarios of points set aside at tills', () => {
  it.each([...LEASES.all, ...LOST_LEASES.all])('$what', { timeout: 180_000 }, (scenario) =>
    playScenario(place(), scenario),
  )
})
