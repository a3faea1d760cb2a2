import { defineConfig } from 'vitest/config'
import { LongestFirst } from './build/longest-first.ts'

/**
 * Tests that drive a till in a browser. Each file has a till of its own; three at a time, as they mostly wait.
 * What fails is tried once more, and named by the test command.
 */
export default defineConfig({
  test: {
    include: ['tests/e2e/**/*.test.ts'],
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    retry: 1,
    globalSetup: ['tests/support/browser-set-up.ts', 'tests/support/postgres-set-up.ts'],
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
