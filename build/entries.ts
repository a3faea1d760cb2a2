/**
 * Files that something other than an import starts. Each is named by a script of package.json, an input of
 * vite.config.ts, a page, a fork, or a tool that looks for it by name.
 */
export const ENTRIES = {
  'package.json': [
    'build/start.ts',
    'build/test.ts',
    'build/typecheck.ts',
    'build/nightly.ts',
    'build/package.ts',
    'electron/cli/main.ts',
    'hq/cli/main.ts',
    'tests/bench/main.ts',
    'tests/simulation/main.ts',
    'tests/soak/main.ts',
  ],
  'vite.config.ts': [
    'electron/main/main.ts',
    'electron/ledger/process.ts',
    'electron/sync/process.ts',
    'electron/ledger/check-worker.ts',
    'electron/ledger/checkpoint-worker.ts',
    'electron/printing/print-worker.ts',
    'electron/preload/index.ts',
  ],
  'renderer/index.html': ['renderer/till/main.tsx'],
  'renderer/hq.html': ['renderer/hq/main.tsx'],
  'build/bundles.ts': ['build/bundle.ts'],
  'build/start.ts': ['electron/host/main.ts', 'electron/demo/main.ts'],
  'tests/bench/cold-start.ts': ['tests/bench/raw-start.ts'],
  'tests/support/stub-shells.ts': ['tests/support/stub-ledger.ts', 'tests/support/stub-sync.ts'],
  'vitest.config.ts': ['tests/support/postgres-set-up.ts'],
  'vitest.e2e.config.ts': ['tests/support/browser-set-up.ts'],
  'the tools': ['vite.config.ts', 'vitest.config.ts', 'vitest.e2e.config.ts'],
} as const satisfies Record<string, readonly string[]>
