import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** Long runs have hours, not half a minute. */
const nightly = process.env['KASUWA_NIGHTLY'] === '1'

/** Everything but the tests that drive a browser (vitest.e2e.config.ts). */
export default defineConfig({
  test: {
    include: ['{shared,electron,hq,renderer,build}/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'tests/e2e/**'],
    // Starts nothing until a test asks for a database.
    globalSetup: ['tests/support/postgres-set-up.ts'],
    // On two cores too: many tests wait for processes more than they work.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: nightly ? 4 * 3_600_000 : 60_000,
    hookTimeout: nightly ? 600_000 : 120_000,
  },
})
