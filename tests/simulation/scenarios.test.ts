import { describe, it } from 'vitest'
import { playScenario } from './scenario.ts'
import { CHAINS } from './scenarios/chains.ts'
import { DAMAGE } from './scenarios/damage.ts'
import { FILES } from './scenarios/files.ts'
import { LINES } from './scenarios/lines.ts'
import { LISTS } from './scenarios/lists.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

/** Three files of them, so that workers share the time. */
describe('named scenarios of chains, disks, lines, lists and files', () => {
  it.each([...CHAINS.all, ...DAMAGE.all, ...LINES.all, ...LISTS.all, ...FILES.all])(
    '$what',
    { timeout: 180_000 },
    (scenario) => playScenario(place(), scenario),
  )
})
