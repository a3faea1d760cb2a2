import type { DigestBucket, DigestReply } from '../../shared/sync/digest.ts'
import type { ShapeCursor, ShapeName } from '../../shared/sync/rows.ts'
import type {
  AccountFigures,
  EnrolReply,
  LeaseAsk,
  LeaseReply,
  Problem,
  PushReply,
  RotateRequest,
  Signed,
} from '../../shared/sync/wire.ts'

/**
 * What the sync process may ask of the ledger process. It has no database: it takes the next batch from here, and
 * hands over what came. Every operation is one transaction and may be repeated; killing either process at any moment
 * loses nothing.
 */
export interface SyncOps {
  /** Where this till stands. Asked at every start, and whenever `changed` says `sync`. */
  connection: { input: Record<string, never>; output: ConnectionState }
  /**
   * The next events in order, at most so many; an empty batch is a heartbeat. `waiting`: after this batch. `ahead`: those
   * behind the batch that was given last, while that one is on its way; null where there are none.
   */
  next_batch: {
    input: { events_max: number; bytes_max: number; ahead?: true }
    output: { push: Signed; events: number; waiting: number } | null
  }
  /**
   * Head office has them: one transaction for receipt, held events and cursor. `taken` false: it answers another till,
   * which is as good as no answer. `ahead`: the batch that was given ahead is the next one, and may be sent at once;
   * false: it is to be thrown away.
   */
  pushed: { input: { reply: PushReply }; output: { taken: boolean; waiting: number; ahead: boolean } }
  /** It refused: `gap` moves the cursor, `fork` and the like stop sending until a person has acted. */
  push_refused: { input: { problem: Problem }; output: { next: 'again' | 'stop' } }
  /** Signs text with the key of the present epoch: for the challenge. Answers base64. */
  sign: { input: { text: string }; output: { signature: string } }
  /** A person typed a code; the request is kept until it is answered. */
  enrolled: { input: { url: string; reply: EnrolReply }; output: Record<string, never> }
  enrol_refused: { input: { problem: Problem }; output: Record<string, never> }
  /** The request for a new key. The key is kept before this answers, and the same until `rotated`. Null: none is due. */
  rotation: { input: Record<string, never>; output: { request: RotateRequest | null } }
  /** Head office knows the next key: the next epoch is opened under it. */
  rotated: { input: { epoch: number }; output: Record<string, never> }
  /**
   * One chunk of a shape, with the cursor behind it: rows and cursor commit together. `messages` are the change and
   * control messages as they came, values as Postgres text: JSON arrays, each on a line. Refuses with an error when the
   * cursor it continues from is not the one that stands.
   */
  shape_chunk: { input: ShapeChunk; output: ShapeCursor }
  /** Head office can no longer continue this cursor: from the start, keeping what is shown. */
  shape_reset: { input: { shape: ShapeName; handle: string | null }; output: ShapeCursor }
  /** Rows asked for outside the shapes: one customer with their accounts. */
  fetched: { input: { customer: string; rows: string }; output: Record<string, never> }
  /** What head office is to be asked to set aside for this till now; those first for whom a customer waits. */
  lease_asks: { input: Record<string, never>; output: { asks: readonly LeaseAsk[] } }
  /**
   * What became of these asks. `reply` null: nobody answered; `known` false: this head office does not know the question.
   * What was granted is booked before this answers.
   */
  leased: {
    input: { asked: readonly string[]; reply: LeaseReply | null; known: boolean }
    output: Record<string, never>
  }
  /** One page of what this till holds, for the reconciliation report. Null: none was asked for. */
  reconcile_page: {
    input: { after: string | null; rows: number }
    output: {
      report: string
      as_of: number
      chains: readonly ChainFigures[]
      accounts: readonly AccountFigures[]
      next: string | null
    } | null
  }
  reconciled: {
    input: { report: string; result: 'equal' | 'differs'; differences: number }
    output: Record<string, never>
  }
  /** Figures of the next list to be compared with head office; null: none is due. In slices: no sale waits. */
  list_figures: { input: Record<string, never>; output: ListFigures | null }
  /** What head office counted; null: it could not say. A list found different twice is loaded anew from the start. */
  list_compared: { input: { figures: ListFigures; reply: DigestReply | null }; output: { differs: boolean } }
  /** What the sync process is doing, for the strip. */
  report: { input: SyncReport; output: Record<string, never> }
}
export type SyncOp = keyof SyncOps

/** What this till keeps of a list, as of this place. */
export interface ListFigures {
  readonly shape: ShapeName
  readonly handle: string
  readonly offset: string
  readonly buckets: readonly DigestBucket[]
}

export interface ChainFigures {
  readonly epoch: number
  readonly events: number
  readonly head_hash: string
  readonly points: number
  readonly sales_kobo: number
}

export interface ShapeChunk {
  readonly shape: ShapeName
  /** The cursor it continues. */
  readonly from: { readonly handle: string | null; readonly offset: string }
  readonly handle: string
  readonly offset: string
  readonly messages: string
}

export interface ConnectionState {
  /** Null: this till works alone. */
  readonly connection: {
    readonly url: string
    readonly tenant: string
    readonly store: string
    readonly device: string
    readonly epoch: number
  } | null
  /** Set while a code waits for its answer. The request is signed by a key that is kept already. */
  readonly enrolling: { readonly url: string; readonly request: Signed } | null
  readonly shapes: readonly ShapeCursor[]
  /** Sending stopped; a sentence says why and what to do. */
  readonly stopped: { readonly code: string; readonly sentence: string } | null
  /** Paid by the megabyte: no long polls, rare heartbeats. */
  readonly metered: boolean
  /** Customers whose account a screen asks for; `grants`: head office is to be asked to set points aside. */
  readonly wanted: readonly string[]
  readonly reconcile: boolean
  /** The signing key is to be replaced: somebody asked for it, or it is old. */
  readonly rotate: boolean
  /** A list is to be compared with head office. */
  readonly check: boolean
}

/** In the words of the strip; `doing` is for tests and colours. */
export interface SyncReport {
  readonly doing: 'off' | 'connecting' | 'offline' | 'sending' | 'receiving' | 'up_to_date' | 'stopped'
  readonly sentence: string
  /** Trusted by nobody: only shown. Null: no contact since the start. */
  readonly last_contact_ms: number | null
}

/** A question of the sync process. The shell carries it and does not look inside. */
export interface SyncToLedger {
  readonly id: number
  readonly op: SyncOp
  readonly input: unknown
}

/** `entries`: something waits to be sent; `sync`: ask `connection` anew; `send_now`: do not wait out the pause. */
export type SyncSignal = 'entries' | 'sync' | 'send_now'

export type LedgerToSync =
  | { readonly type: 'answer'; readonly id: number; readonly ok: true; readonly output: unknown }
  /** Nothing was changed: the transaction rolled back. */
  | { readonly type: 'answer'; readonly id: number; readonly ok: false; readonly message: string }
  | { readonly type: 'changed'; readonly what: SyncSignal }

/** What a shell says to the sync process. */
export type ToSync =
  | { readonly type: 'ledger'; readonly message: LedgerToSync }
  /** The ledger process opened its file, or is gone: what was asked of it will not be answered. */
  | { readonly type: 'ledger_state'; readonly up: boolean }
  | { readonly type: 'suspend' }
  | { readonly type: 'resume' }
  /** Stop; answered by `closed`. */
  | { readonly type: 'close' }

export type FromSync =
  | { readonly type: 'started' }
  | { readonly type: 'ledger'; readonly message: SyncToLedger }
  | { readonly type: 'closed' }
