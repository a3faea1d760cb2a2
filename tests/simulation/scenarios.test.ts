import { describe, it } from 'vitest'
import { playScenario } from './scenario.ts'
import { CHAINS } from './scenarios/chains.ts'
import { DAMAGE } from './scenarios/damage.ts'
import { OFFICE } from './scenarios/office.ts'
import { PEOPLE } from './scenarios/people.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

describe('named scenarios', () => {
  it.each([...CHAINS.all, ...DAMAGE.all, ...PEOPLE.all, ...OFFICE.all])(
    '$what',
    { timeout: 180_000 },
    (scenario) => playScenario(place(), scenario),
  )
})
