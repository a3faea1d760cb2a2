/** Bounds of the console, each with its unit last. */
export const CONSOLE_LIMITS = {
  pageRowsMax: 200,
  pageRowsDefault: 100,
  fileRowsMax: 100_000,
  bodyBytesMax: 64 * 1024,
  passwordCharsMin: 10,
  passwordCharsMax: 200,
  reasonCharsMax: 300,
  signInFailuresMax: 5,
  signInLockFirstMs: 30_000,
  signInLockMaxMs: 60 * 60_000,
  sessionIdleMs: 8 * 3_600_000,
  /** From signing in, however busy somebody is. */
  sessionAgeMs: 7 * 86_400_000,
  /** An answer to a change is kept so long for whoever asks again with the same key. */
  answerKeptMs: 24 * 3_600_000,
} as const
