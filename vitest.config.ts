import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './build/longest-first.ts'

/** Long runs have hours, not half a minute. */
const nightly = process.env['KASUWA_NIGHTLY'] === '1'

/**
 * Tests of real processes and sockets: a machine under strain may fail them, so they are tried once more. Never those
 * that look for the one failure in a hundred (crash, races).
 */
const OF_PROCESSES = [
  'electron/host/server.test.ts',
  'electron/platform/control-socket.test.ts',
  'hq/cli/embedded-postgres.test.ts',
  'tests/integration/!(clocks|crash|power-loss|ways-out).test.ts',
  'tests/integration/{hq,processes,shapes,sync-till}/!(*-race).test.ts',
]

/** Everything but the tests that drive a browser (vitest.e2e.config.ts). */
export default defineConfig({
  test: {
    // Starts nothing until a test asks for a database.
    globalSetup: ['tests/support/postgres-set-up.ts'],
    // One more than there are: many tests wait for processes more than they work.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    expect: { poll: { timeout: 20_000 } },
    testTimeout: nightly ? 4 * 3_600_000 : 120_000,
    hookTimeout: nightly ? 600_000 : 120_000,
    projects: [
      { extends: true, test: { name: 'processes', include: OF_PROCESSES, retry: 1 } },
      {
        extends: true,
        test: {
          name: 'logic',
          include: ['{shared,electron,hq,renderer,build}/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'tests/e2e/**', ...OF_PROCESSES],
        },
      },
    ],
  },
})
