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

/** In place of a store: all of them, those with a policy of their own too. */
export const ALL_STORES = '*'

/** What a number of the policy may be, the least and the most. */
export const POLICY_BOUNDS = {
  floor_customer_points: [0, 100_000_000],
  floor_till_points: [0, 100_000_000],
  view_age_hours_max: [1, 8_760],
  override_till_points: [0, 100_000_000],
  lease_points: [0, 100_000_000],
  /** Basis points. */
  lease_share_bp: [0, 10_000],
  lease_seen_days: [0, 365],
  lease_customers_max: [0, 5_000],
  lease_unused_days: [1, 365],
} as const satisfies Readonly<Record<string, readonly [least: number, most: number]>>
