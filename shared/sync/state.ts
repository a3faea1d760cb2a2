/** What the sync machine knows, hears and asks for. `machine.ts` decides; a driver carries out. Times are ms. */

export const PACE = {
  /** A new entry waits this long for others of the same sale. */
  debounceMs: 200,
  retryMinMs: 1_000,
  /** The first bound of a pause after a lost reply; with a second, a third of all replies lost costs minutes. */
  retryNetworkMs: 500,
  retryNetworkMinMs: 100,
  retryMaxMs: 60_000,
  /** A server that asks for longer than this is asked again anyway. */
  retryAfterMaxMs: 3_600_000,
  /** After so many equal failures of the server one event is sent alone: it may be the one that fails. */
  equalFailuresMax: 3,
  /** A token is renewed this long before its end. */
  tokenMarginMs: 120_000,
  heartbeatMs: 60_000,
  heartbeatMeteredMs: 15 * 60_000,
  batchEventsMax: 200,
  batchBytesMax: 256 * 1024,
  wantedMax: 16,
  /** A shape that refuses fresh tokens is left alone for this long. */
  shapesHoldMs: 60_000,
  /** A comparison that head office has no time for is asked for so often; then it waits until tomorrow. */
  checkTriesMax: 8,
} as const

/** The item among the customers wanted that stands for the question what head office sets aside for this till. */
export const GRANTS_WANTED = 'grants'

/** Why the machine pauses. `network`: nobody answered. `server`: it answered that it cannot. `asked`: with a time. */
export type PauseWhy = 'network' | 'server' | 'asked' | 'ledger' | 'access'

export const STATE_NAMES = [
  /** The ledger process is asked where this till stands. */
  'starting',
  /** This till works alone. */
  'off',
  'enrolling',
  /** A token is asked for. */
  'connecting',
  'sending',
  /** A page of the reconciliation report is on its way. */
  'reporting',
  /** The next key of this till is made known. */
  'rotating',
  /** A list is compared with head office by its figures. */
  'checking',
  /** Nothing to do until a new entry or the next heartbeat. */
  'following',
  'pausing',
  /** Until a person has acted. */
  'stopped',
  'asleep',
] as const
export type StateName = (typeof STATE_NAMES)[number]

/** Where the ledger process says this till stands. */
export interface Standing {
  readonly connection: { readonly url: string; readonly device: string; readonly epoch: number } | null
  readonly enrolling: boolean
  readonly stopped: { readonly code: string; readonly sentence: string } | null
  readonly metered: boolean
  readonly wanted: readonly string[]
  readonly reconcile: boolean
  /** A new key is to be made known. */
  readonly rotate: boolean
  /** A list is to be compared. */
  readonly check: boolean
}

export interface SyncState {
  readonly name: StateName
  readonly standing: Standing | null
  /** A `timer` event is due at this moment; null: none. */
  readonly wakeAt: number | null
  /** Not before this moment, whoever asks. */
  readonly floorAt: number
  /** Number of the request in flight; answers to others are old. 0: none. */
  readonly ticket: number
  readonly lastTicket: number
  /** The token is good until then; null: there is none. */
  readonly tokenUntil: number | null
  /** A revoked till may only send. */
  readonly mayFollow: boolean
  /** A refused token was replaced already, and no request has succeeded since. */
  readonly renewed: boolean
  /** In a row, of any kind. */
  readonly failures: number
  /** In a row, of the same status of the server. */
  readonly equalFailures: { readonly status: number; readonly count: number }
  readonly pause: PauseWhy | null
  readonly batchEvents: number
  /** Something was written since the last batch was taken. */
  readonly dirty: boolean
  /** As of the last batch. */
  readonly waiting: number
  readonly shapes: 'none' | 'live' | 'once'
  readonly loading: { readonly shape: string; readonly rows: number } | null
  /** The customer whose account is being fetched, beside everything else. */
  readonly fetching: string | null
  readonly wanted: readonly string[]
  readonly reconcile: boolean
  readonly reconcileAfter: string | null
  readonly stopped: { readonly code: string; readonly sentence: string } | null
  /** In a row: shapes that did not take a fresh token. They are not opened before `shapesHoldUntil`. */
  readonly shapesRefused: number
  readonly shapesHoldUntil: number
  /** In a row: comparisons that head office could not answer. The next one is not asked for before `checkHoldUntil`. */
  readonly checkFailures: number
  readonly checkHoldUntil: number
  /** The last answer of head office, of any kind. */
  readonly contactAt: number | null
}

/** Answers carry the ticket of their request. */
export type SyncEvent =
  /** The ledger process is there, or gone. */
  | { readonly type: 'ledger_up' }
  | { readonly type: 'ledger_down' }
  | { readonly type: 'standing'; readonly standing: Standing }
  | { readonly type: 'ask_failed' }
  /** The ledger has a new entry. */
  | { readonly type: 'entries' }
  /** What `standing` says has changed. */
  | { readonly type: 'moved' }
  /** A person does not want to wait. */
  | { readonly type: 'send_now' }
  | { readonly type: 'enrolled'; readonly ticket: number }
  /** Head office knows the next key and the ledger signs with it; or there was none to make known. */
  | { readonly type: 'rotated'; readonly ticket: number }
  /** A list was compared, or could not be; the ledger knows what follows. */
  | { readonly type: 'checked'; readonly ticket: number }
  | {
      readonly type: 'token'
      readonly ticket: number
      readonly lifeMs: number
      readonly may: 'all' | 'push'
    }
  /** Head office has the batch and the ledger knows it. `events` 0: it was a heartbeat. */
  | {
      readonly type: 'pushed'
      readonly ticket: number
      readonly events: number
      readonly waiting: number
      readonly reconcile: boolean
    }
  /** The ledger has no batch to give, not even an empty one. */
  | { readonly type: 'nothing'; readonly ticket: number }
  /** Refused by code, and the ledger has decided what follows. */
  | {
      readonly type: 'refused'
      readonly ticket: number
      readonly next: 'again' | 'stop'
      readonly code: string
      readonly sentence: string
    }
  /** The token is not taken. */
  | { readonly type: 'stale'; readonly ticket: number }
  | { readonly type: 'throttled'; readonly ticket: number; readonly retryAfterMs: number }
  | { readonly type: 'too_large'; readonly ticket: number }
  | {
      readonly type: 'failed'
      readonly ticket: number
      readonly why: 'network' | 'timeout' | 'server' | 'ledger'
      /** Of the answer; 0 where there was none, or none of ours. */
      readonly status: number
      readonly retryAfterMs: number
      /** Of the batch that was to be sent. */
      readonly waiting: number | null
    }
  /** A page of the report is over; null: it was the last. */
  | { readonly type: 'reported'; readonly ticket: number; readonly next: string | null }
  | { readonly type: 'fetched'; readonly customer: string }
  | { readonly type: 'timer' }
  /** A shape was answered: the network is there. */
  | {
      readonly type: 'contact'
      readonly loading: { readonly shape: string; readonly rows: number } | null
    }
  /** A shape refused the token. */
  | { readonly type: 'shape_stale' }
  /** All shapes were read to their ends and are closed. */
  | { readonly type: 'shapes_read' }
  | { readonly type: 'suspend' }
  | { readonly type: 'resume' }
export type EventType = SyncEvent['type']

export type SyncEffect =
  | { readonly do: 'ask_standing' }
  | { readonly do: 'enrol'; readonly ticket: number }
  | { readonly do: 'authorise'; readonly ticket: number }
  | {
      readonly do: 'send'
      readonly ticket: number
      readonly eventsMax: number
      readonly bytesMax: number
    }
  | { readonly do: 'reconcile'; readonly ticket: number; readonly after: string | null }
  | { readonly do: 'rotate'; readonly ticket: number }
  /** `last`: where head office cannot answer now, the comparison is given up for today. */
  | { readonly do: 'check'; readonly ticket: number; readonly last: boolean }
  | { readonly do: 'fetch'; readonly customer: string }
  | { readonly do: 'follow'; readonly mode: 'live' | 'once' }
  | { readonly do: 'unfollow' }
  /** Drops the request in flight; its answer would be old. */
  | { readonly do: 'abort' }
  /** The token is thrown away. */
  | { readonly do: 'forget_token' }

export interface Step {
  readonly state: SyncState
  readonly effects: readonly SyncEffect[]
}

/** A sync process that has just been started. The driver sends `ledger_up` first. */
export const BEGINNING: SyncState = {
  name: 'starting',
  standing: null,
  wakeAt: null,
  floorAt: 0,
  ticket: 0,
  lastTicket: 0,
  tokenUntil: null,
  mayFollow: false,
  renewed: false,
  failures: 0,
  equalFailures: { status: 0, count: 0 },
  pause: null,
  batchEvents: PACE.batchEventsMax,
  dirty: false,
  waiting: 0,
  shapes: 'none',
  loading: null,
  fetching: null,
  wanted: [],
  reconcile: false,
  reconcileAfter: null,
  stopped: null,
  shapesRefused: 0,
  shapesHoldUntil: 0,
  checkFailures: 0,
  checkHoldUntil: 0,
  contactAt: null,
}
