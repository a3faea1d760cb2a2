/** What may lie in the inbox, in the order of how much it matters. */
export const EXCEPTION_KINDS = [
  'fork',
  'chain_broken',
  'receipt_ahead',
  'conflict',
  'withheld',
  'quarantine',
  'overdraft',
  'refunded_twice',
  'tier_refunded',
  'two_names',
  'personal_differs',
  'silent_till',
  'skew',
  'refused',
] as const
type ExceptionKind = (typeof EXCEPTION_KINDS)[number]

/** What a person can decide. Each is one press, some with a reason. */
export const DECISIONS = [
  /** Counts the entry now, at the time that was fixed when it came. */
  'release',
  /** The entry stays where it is and never counts. */
  'dismiss',
  /** Reads what could not be read once more. */
  'rerun',
  /** A one-time code for the till, which then continues with all it has. */
  'code',
  /** The till will not come back: what was set aside for it returns. */
  'write_off',
  /** Looked at, and nothing more is to be done. */
  'noted',
  /** The name that stands from now on. */
  'choose',
] as const
export type Decision = (typeof DECISIONS)[number]

/** The decisions that each kind offers, the usual one first. */
export const DECISIONS_OF: Record<ExceptionKind, readonly Decision[]> = {
  fork: ['code', 'noted'],
  chain_broken: ['code', 'noted'],
  receipt_ahead: ['noted'],
  conflict: ['dismiss'],
  withheld: ['release', 'dismiss'],
  quarantine: ['rerun', 'noted'],
  overdraft: ['noted'],
  refunded_twice: ['noted'],
  tier_refunded: ['noted'],
  two_names: ['choose', 'noted'],
  personal_differs: ['noted'],
  silent_till: ['noted', 'write_off'],
  skew: ['noted'],
  refused: ['noted'],
}

/** A reason must be given for these. */
export const NEEDS_REASON: ReadonlySet<Decision> = new Set(['release', 'dismiss', 'write_off'])
