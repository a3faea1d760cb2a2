import { describe, it } from 'vitest'
import { playScenario } from './scenario.ts'
import { CHAINS } from './scenarios/chains.ts'
import { DAMAGE } from './scenarios/damage.ts'
import { LINES } from './scenarios/lines.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

/** Two files of them, so that two workers share the time. */
describe('named scenarios of chains, disks and lines', () => {
  it.each([...CHAINS.all, ...DAMAGE.all, ...LINES.all])('$what', { timeout: 180_000 }, (scenario) =>
    playScenario(place(), scenario),
  )
})
