import { groupThousands } from '../base/money.ts'
import type { PauseWhy, StateName, SyncState } from './state.ts'

/** What the strip says and the colour it has. */
interface SyncWords {
  readonly doing: 'off' | 'connecting' | 'offline' | 'sending' | 'receiving' | 'up_to_date' | 'stopped'
  readonly sentence: string
}

/** What the machine is doing, for a cashier: what happens, and that nothing is lost. */
export function wordsOf(state: SyncState): SyncWords {
  // Trying again after a failure is no news: the sentence stays until head office has answered well.
  if (state.pause !== null && WHILE_TRYING[state.name]) {
    return { doing: 'offline', sentence: PAUSES[state.pause](state) }
  }
  return SAYS[state.name](state)
}

/** The same beside what the ledger counts now: a batch under way may be older than the last sale. */
export function wordsBeside(words: SyncWords, waiting: number): SyncWords {
  return words.doing === 'up_to_date' && waiting > 0 ? sendingWords(waiting) : words
}

/** States in which a failure that is not yet over is what a person wants to know. */
const WHILE_TRYING: Record<StateName, boolean> = {
  starting: true,
  off: false,
  enrolling: true,
  connecting: true,
  sending: true,
  reporting: true,
  rotating: true,
  checking: true,
  following: true,
  pausing: true,
  stopped: false,
  asleep: false,
}

const SAYS: Record<StateName, (state: SyncState) => SyncWords> = {
  starting: () => ({ doing: 'connecting', sentence: 'Getting ready to reach head office.' }),
  off: () => ({ doing: 'off', sentence: 'This till works alone. Everything is kept here.' }),
  enrolling: () => ({ doing: 'connecting', sentence: 'Head office is checking the code.' }),
  connecting: () => ({ doing: 'connecting', sentence: 'Calling head office.' }),
  sending: (state) => (state.waiting > 0 ? sendingWords(state.waiting) : received(state)),
  reporting: () => ({ doing: 'sending', sentence: 'Comparing the records with head office.' }),
  checking: received,
  rotating: () => ({ doing: 'sending', sentence: 'Renewing the key of this till with head office.' }),
  following: received,
  pausing: (state) => ({ doing: 'offline', sentence: PAUSES.network(state) }),
  stopped: (state) => ({
    doing: 'stopped',
    sentence:
      state.stopped?.sentence ??
      'Head office has stopped taking sales from this till. You can go on selling: all is kept here. Call a manager.',
  }),
  asleep: () => ({ doing: 'offline', sentence: 'This computer is asleep. All is kept here.' }),
}

const PAUSES: Record<PauseWhy, (state: SyncState) => string> = {
  network: (state) => `No connection to head office. ${kept(state)}`,
  server: (state) => `Head office has a problem and cannot answer now. ${kept(state)}`,
  asked: (state) => `Head office asks for a short wait. ${kept(state)}`,
  access: (state) => `Head office does not let this till in yet. It tries again. ${kept(state)}`,
  ledger: (state) => `This till is busy and sends again in a moment. ${kept(state)}`,
}

function received(state: SyncState): SyncWords {
  if (state.tokenUntil !== null && !state.mayFollow) return { doing: 'stopped', sentence: SHUT_OUT }
  if (state.loading === null) return { doing: 'up_to_date', sentence: 'Everything is sent.' }
  const rows = groupThousands(state.loading.rows)
  return {
    doing: 'receiving',
    sentence: `Receiving the list of ${listName(state.loading.shape)}: ${rows} so far.`,
  }
}

const SHUT_OUT =
  'Head office has shut this till out. You can go on selling: what is sold is kept and sent, and head office decides about it. Call the manager.'

const NAMES: Readonly<Record<string, string>> = { account: 'accounts', customer: 'customers' }
const listName = (shape: string): string => NAMES[shape] ?? 'rules'

function kept({ waiting }: SyncState): string {
  if (waiting === 0) return 'New sales are kept here and will be sent.'
  return `${counted(waiting)} ${waiting === 1 ? 'is' : 'are'} kept here and will be sent.`
}

const sendingWords = (waiting: number): SyncWords => ({
  doing: 'sending',
  sentence: `Sending ${counted(waiting)} to head office.`,
})

const counted = (count: number): string => `${groupThousands(count)} ${count === 1 ? 'entry' : 'entries'}`
