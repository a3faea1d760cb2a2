/** Every named limit that more than one room must know. The unit stands last. */
export const LIMITS = {
  eventBytesMax: 16 * 1024,
  /** Head office takes no event above this, so that a newer till may write larger ones before it is updated. */
  eventTakenBytesMax: 64 * 1024,
  /** Of the personal values beside one event, as JSON. */
  personalBytesMax: 16 * 1024,
  searchResultsMax: 20,
  searchTextCharsMax: 80,
  nameCharsMax: 120,
  receiptCharsMax: 32,
  reasonCharsMax: 200,
  storeNameCharsMax: 60,
  consentCharsMax: 500,
  pageRowsMax: 200,
  idleLockMs: 5 * 60_000,
  signInFailuresMax: 5,
  signInLockFirstMs: 30_000,
  signInLockMaxMs: 60 * 60_000,
  pinDigitsMin: 4,
  pinDigitsManagerMin: 6,
  pinDigitsMax: 8,
  clockConfirmDays: 60,
  clockSkewShownMs: 2 * 60_000,
  clockSkewMarkedMs: 5 * 60_000,
  /** Under this a till should be looked after before it stops: a day of sales, a backup and the log fit in it. */
  diskLowBytes: 1_000_000_000,
  importTransactionRows: 500,
  /** Where nobody can sell meanwhile: the process that imports holds the till's lock. */
  importAloneTransactionRows: 5_000,
  requestHashChars: 32,
} as const

/** Characters of each personal value that a till or the console keeps, as Unicode counts them; of any other field `otherMax`. */
export const PERSONAL_CHARS = {
  name: LIMITS.nameCharsMax,
  phone: 40,
  phone_typed: LIMITS.searchTextCharsMax,
  email: 254,
  card: 40,
  birth: 10,
  note: 500,
  reason: 300,
  pin_hash: 200,
  otherMax: 500,
} as const

/** What a base program may be: said by the form, refused by the domain, held by the contract. */
export const PROGRAM_LIMITS = {
  nameCharsMax: 60,
  tierNameCharsMax: 40,
  tierIdCharsMax: 40,
  tiersMax: 20,
  pointWorthKoboMax: 1_000_000,
  redeemStepPointsMax: 1_000_000,
  lotMonthsMax: 120,
  multiplierBpMin: 1_000,
  multiplierBpMax: 100_000,
} as const

/** Of one sale: so that all of its events stay far below what an event may be. */
export const SALE_LIMITS = {
  linesMax: 60,
  /** Of the lines as JSON: they stand in one event with what is answered. */
  linesBytesMax: 8 * 1024,
  /** Of what is answered about each line of points, as JSON. */
  toldBytesMax: 4 * 1024,
  quantityMax: 1_000_000,
  /** Of the name of an item or a category. */
  wordCharsMax: 60,
  onceTermsMax: 6,
} as const
