import { describe, it } from 'vitest'
import { playScenario } from './scenario.ts'
import { ACCOUNTS } from './scenarios/accounts.ts'
import { OFFICE } from './scenarios/office.ts'
import { PEOPLE } from './scenarios/people.ts'
import { REFUNDS } from './scenarios/refunds.ts'
import { RESTORES } from './scenarios/restores.ts'
import { RISK } from './scenarios/risk.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

describe('named scenarios of people, points and head office', () => {
  it.each([...PEOPLE.all, ...OFFICE.all, ...ACCOUNTS.all, ...RISK.all, ...RESTORES.all, ...REFUNDS.all])(
    '$what',
    { timeout: 180_000 },
    (scenario) => playScenario(place(), scenario),
  )
})
