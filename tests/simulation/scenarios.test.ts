import { describe, it } from 'vitest'
import { playScenario } from './scenario.ts'
import { ACCOUNTS } from './scenarios/accounts.ts'
import { CHAINS } from './scenarios/chains.ts'
import { DAMAGE } from './scenarios/damage.ts'
import { LINES } from './scenarios/lines.ts'
import { OFFICE } from './scenarios/office.ts'
import { PEOPLE } from './scenarios/people.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

describe('named scenarios', () => {
  it.each([...CHAINS.all, ...DAMAGE.all, ...PEOPLE.all, ...OFFICE.all, ...LINES.all, ...ACCOUNTS.all])(
    '$what',
    { timeout: 180_000 },
    (scenario) => playScenario(place(), scenario),
  )
})
