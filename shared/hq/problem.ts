/** What the console's API answers instead of what was asked (RFC 9457): every code with its status, once. */
export const CONSOLE_PROBLEMS = {
  malformed: 400,
  key_missing: 400,
  not_signed_in: 401,
  sign_in_failed: 401,
  wrong_origin: 403,
  not_allowed: 403,
  password_wrong: 403,
  not_found: 404,
  /** It cannot be done as things stand; the sentence says why and what to do. */
  refused: 409,
  changed_meanwhile: 409,
  key_reused: 409,
  too_large: 413,
  not_json: 415,
  sign_in_locked: 429,
  throttled: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<string, number>

export type ConsoleProblemCode = keyof typeof CONSOLE_PROBLEMS

export interface ConsoleProblem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ConsoleProblemCode
  /** What happened, what is safe and what to do. */
  readonly detail: string
  /** `sign_in_locked`: when to try again, ms from now. */
  readonly retry_ms?: number
}

/** Why something was not done, as a value. `detail` is the sentence a person reads. */
export interface ConsoleRefusal {
  readonly code: ConsoleProblemCode
  readonly detail: string
  readonly retryMs?: number
}

export const consoleRefusal = (code: ConsoleProblemCode, detail: string): ConsoleRefusal => ({ code, detail })
