import type { ProblemCode } from '../../../shared/sync/wire.ts'

/**
 * What a refusal of head office means for sending: `again` for what passes by itself, else the sentence under which
 * sending stops. It says what is safe and what to do.
 */
export const STOPS: Readonly<Record<ProblemCode, string | null>> = {
  malformed: null,
  protocol_unknown:
    'Head office does not understand this version of Kasuwa. All sales are kept here and you can go on selling. Update the app.',
  token_missing: null,
  token_stale: null,
  challenge_used: null,
  signature_wrong:
    'Head office does not know the key of this till. All sales are kept here and you can go on selling. Ask head office for a code and enrol this till again.',
  unknown_device:
    'Head office does not know this till. All sales are kept here and you can go on selling. Ask head office for a code and enrol this till again.',
  code_wrong: null,
  wrong_tenant:
    'This till belongs to another business than the one that answers. All sales are kept here and you can go on selling. Ask head office for its address and a code, and enrol this till again.',
  device_revoked:
    'Head office has blocked this till. All sales are kept here. If it should go on working for this shop, ask head office for a code and enrol it again.',
  epoch_unknown:
    'This till was restored or copied, and head office does not know it any more. All sales are kept here and you can go on selling. Ask head office for a code and enrol this till again.',
  epoch_closed:
    'Another computer took the place of this till at head office. All sales are kept here and you can go on selling. Ask head office for a code and enrol this till again.',
  not_found: null,
  shape_refused: null,
  gap: null,
  fork: 'Head office has other entries under the numbers of this till: it, or its copy, was restored or runs twice. All sales are kept here and you can go on selling. Ask head office for a code and enrol this till again.',
  // Only of a single entry: a batch is sent again in smaller parts.
  too_large:
    'An entry of this till is larger than head office takes, so nothing more is sent. All sales are kept here and you can go on selling. Ask a manager to run verify on this till, and call head office.',
  chain_broken:
    'Head office could not check the entries of this till. All sales are kept here and you can go on selling. Ask a manager to run verify on this till, then enrol it again with a code from head office.',
  throttled: null,
  internal: null,
  unavailable: null,
}

/** Under which sending stops when head office has more under the numbers of this till than this till wrote. */
export const COPIED_STOP =
  'This till was restored from a copy: head office has later entries of it. All sales are kept here and you can go on selling. Ask head office for a code and enrol this till again.'

/** Under which sending stops when a receipt is not what this till wrote. */
export const RECEIPT_STOP =
  'What head office signed is not what this till wrote, so nothing more is sent. All sales are kept here and you can go on selling. Ask a manager to run verify, and call head office.'

interface HeldWords {
  readonly why: string
  readonly fix: string
}

const UPDATE = 'Nothing to do at this till: it counts by itself when head office is updated.'
const HELP =
  'Ask head office to look at its list of exceptions. If it should count, book it again here by hand and say why.'
const RELEASE_IT = 'Ask head office to release it from its list of exceptions.'

/** Why head office does not count an entry yet, and what a person can do. */
const HELD: Readonly<Record<string, HeldWords>> = {
  unknown_kind: { why: 'Head office does not know this kind of entry yet.', fix: UPDATE },
  newer_version: { why: 'This till is newer than head office.', fix: UPDATE },
  unreadable: { why: 'Head office cannot read this entry.', fix: HELP },
  schema: { why: 'Something in this entry is not as it should be.', fix: HELP },
  place_differs: { why: 'This entry says it comes from another till.', fix: HELP },
  revoked: { why: 'It was sent after this till was blocked.', fix: RELEASE_IT },
  conflict: { why: 'Head office has another entry under the same number.', fix: HELP },
  books: { why: 'The books of head office cannot take this entry as it is.', fix: HELP },
  dismissed: { why: 'Somebody at head office decided that it does not count.', fix: HELP },
  too_large: { why: 'This entry is larger than head office takes.', fix: HELP },
  closed_generation: {
    why: 'The phone number belongs to somebody else by now, or the customer was erased.',
    fix: 'Ask head office whose entry it is. It is given to nobody before that.',
  },
}

/** Words for a reason of head office; a reason this app does not know is said to be one. */
export const heldWords = (why: string): HeldWords =>
  HELD[why] ?? { why: 'Head office looks at this entry first.', fix: RELEASE_IT }
