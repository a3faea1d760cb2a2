import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest. A clean machine knows no times, and would begin with the largest files. */
const LONGEST = [
  'tests/simulation/scenarios.test.ts',
  'tests/simulation/scenarios-people.test.ts',
  'tests/integration/import.test.ts',
  'tests/integration/processes/town.test.ts',
  'tests/integration/cli.test.ts',
  'tests/simulation/seeds.test.ts',
  'tests/bench/bench.test.ts',
  'tests/simulation/kills.test.ts',
  'tests/simulation/mutations.test.ts',
  'tests/integration/demo.test.ts',
  'tests/integration/sync-till/enrolment.test.ts',
  'tests/integration/sync-till/outbox.test.ts',
  'shared/domain/post.property.test.ts',
  'tests/integration/host-contract-electron.test.ts',
  'tests/integration/start-hq.test.ts',
  'tests/e2e/accessibility.test.ts',
  'tests/e2e/cashier.test.ts',
  'tests/e2e/crash.test.ts',
]

/** Begins with the longest files, whatever project they are of: no worker is left with one at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`))
      return found === -1 ? LONGEST.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
