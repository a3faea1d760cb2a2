/**
 * Guards that can be switched off, one at a time: a simulation that does not notice is blind. The doubles stand in
 * `mutations*.test.ts`; the product knows nothing of them.
 */
export const MUTANTS_OF_EVENTS = {
  'an older row replaces a newer one': 'the version guard of rows',
  'own events that are in the row are posted on it again': 'the applied filter of what is shown',
  'an older id leads nowhere': 'the resolution of aliases',
  'a value date lies in the future': 'the clip of effective times',
  'the cursor moves before its rows': 'rows and cursor in one transaction',
  'a merge forgets the other account': 'joining states, not replacing them',
  'what came before is not looked for': 'the check of duplicates',
  'a taken place is believed to hold the same': 'the check of duplicates by hash: a fork',
  'events may be missing in between': 'the check for gaps',
  'anybody may sign a receipt': 'the check of receipts',
  'a file is imported as often as it is read': 'the ids of imported rows',
  'the outbox forgets an event': 'the cursor of the outbox',
  'whoever owes may redeem': 'the deny list',
  'limits hold nobody back': 'the floor limits',
  'a debt is told to nobody': 'one flag for each debt',
  'what a stopped till sends counts at once': 'withholding what comes from a lost till',
} as const
/** The same of files, of merges, and of what is put before a person. */
export const MUTANTS_OF_CARRIED = {
  'an older leaving takes a newer row away': 'the version guard of what leaves',
  'an altered package is taken': 'hash and signature of a package',
  'a package for somebody else is taken': 'whose package it is',
  'an altered file of events is taken': 'the hash of a file of events',
  'events are taken from whoever signed them': 'the signature of the till',
  'a merge forgets what head office has': 'the places that joined accounts are at',
  'a merge forgets a withdrawal': 'consent of two who are joined',
  'a till may merge customers': 'what a till may not write',
  'two names are told to nobody': 'both names before a person',
  'refusals are told to nobody': 'what tills are refused before a person',
} as const
/** The same of points set aside at tills. */
export const MUTANTS_OF_LEASES = {
  'a pot is not debited': 'what a redemption under a grant is taken from',
  'a grant is booked twice': 'one pot for each grant',
  'whoever signs a grant is believed': 'the signature of a grant',
  'the row says what may be spent': 'spending from the own chain alone',
  'what goes back counts twice': 'one end for each grant',
  'the share of a till is ignored': 'what is left for other tills',
  'a grant of an epoch before is spent': 'the holder of a grant',
} as const
export type Mutant =
  | keyof typeof MUTANTS_OF_EVENTS
  | keyof typeof MUTANTS_OF_CARRIED
  | keyof typeof MUTANTS_OF_LEASES

/** Each with the guard it switches off. */
export const mutantsOf = <M extends Mutant>(group: Readonly<Record<M, string>>): [M, string][] =>
  Object.entries(group) as [M, string][]

let active: Mutant | null = null

export const isMutant = (mutant: Mutant): boolean => active === mutant

/** Runs with one guard switched off. */
export async function asMutant(mutant: Mutant, work: () => Promise<void>): Promise<void> {
  active = mutant
  try {
    await work()
  } finally {
    active = null
  }
}
