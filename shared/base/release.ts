/** What this build is. `builtMs` is the least that a clock may say: no till runs before its own software was made. */
export const RELEASE = {
  version: '0.1.0',
  builtMs: Date.parse('2026-11-21T00:00:00Z'),
} as const
