import type { Problem, ProblemCode } from '../../shared/sync/wire.ts'

/** The status of each code, once. */
const STATUS: Readonly<Record<ProblemCode, number>> = {
  malformed: 400,
  protocol_unknown: 400,
  token_missing: 401,
  token_stale: 401,
  challenge_used: 401,
  signature_wrong: 401,
  unknown_device: 401,
  code_wrong: 403,
  wrong_tenant: 403,
  device_revoked: 403,
  epoch_unknown: 403,
  epoch_closed: 403,
  not_found: 404,
  shape_refused: 403,
  gap: 409,
  fork: 409,
  too_large: 413,
  chain_broken: 422,
  throttled: 429,
  internal: 500,
  unavailable: 503,
}

const TITLE: Readonly<Record<ProblemCode, string>> = {
  malformed: 'The request is not understood',
  protocol_unknown: 'Another version is spoken here',
  token_missing: 'Not signed in',
  token_stale: 'The access has run out',
  challenge_used: 'The challenge was used or is too old',
  signature_wrong: 'The signature does not fit',
  unknown_device: 'This till is not known here',
  code_wrong: 'The code is not valid',
  wrong_tenant: 'This belongs to another business',
  device_revoked: 'This till was stopped',
  epoch_unknown: 'This till has to be enrolled again',
  epoch_closed: 'A newer copy of this till took over',
  not_found: 'Not found',
  shape_refused: 'Not for this till',
  gap: 'Events are missing in between',
  fork: 'Two tills claim the same place',
  too_large: 'The request is too large',
  chain_broken: 'The chain is broken',
  throttled: 'Too many requests',
  internal: 'Something failed at head office',
  unavailable: 'Head office cannot answer now',
}

const DETAIL: Partial<Readonly<Record<ProblemCode, string>>> = {
  token_missing: 'Sign in with a challenge first. Nothing was changed.',
  token_stale: 'Ask for a new challenge. Nothing was changed.',
  challenge_used: 'Ask for a new challenge. Nothing was changed.',
  signature_wrong: 'The request was not signed by the key of this till. Nothing was changed.',
  unknown_device: 'Head office does not know this till. Everything on it is safe. Enrol it with a code.',
  epoch_unknown:
    'Head office does not know the key of this till: it was restored or copied. Everything on it is safe. Enrol it again with a code.',
  epoch_closed:
    'This till was enrolled again since, here or on another machine. Everything on it is safe. Enrol it again with a code.',
  device_revoked: 'This till was stopped by head office. What it sends is kept for a person to look at.',
  throttled: 'Too many requests at once. Everything is safe; it is tried again.',
  internal: 'Head office could not do this because of a mistake of its own. Everything on the till is safe.',
  unavailable: 'Head office cannot reach its database. Everything on the till is safe; it is tried again.',
}

type More = Pick<Problem, 'expected' | 'at' | 'hq_epoch'>

/** A refusal as it is answered. `detail` says what happened, what is safe and what to do. */
export function problem(code: ProblemCode, detail = DETAIL[code], more: Partial<More> = {}): Problem {
  return {
    type: `urn:kasuwa:problem:${code}`,
    title: TITLE[code],
    status: STATUS[code],
    code,
    detail: detail ?? `${TITLE[code]}. Nothing was changed.`,
    ...more,
  }
}
