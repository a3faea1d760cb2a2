import type { SyncEvent } from '../../shared/sync/state.ts'
import type { Timers } from '../platform/timers.ts'
import type { LedgerCalls } from './ledger-calls.ts'

/** What a follower of shapes is given. It holds no cursor of its own: it asks the ledger where each shape stands. */
export interface FollowContext {
  /** Of head office, without a path. */
  readonly url: string
  /** `live`: until it is closed. `once`: every shape is read to its end, then `shapes_read` is heard. */
  readonly mode: 'live' | 'once'
  /** The present token, or null. */
  readonly token: () => string | null
  readonly ledger: LedgerCalls
  readonly fetch: typeof globalThis.fetch
  readonly timers: Timers
  /** In [0, 1). */
  readonly random: () => number
  readonly log: (line: string) => void
  /** Takes `contact`, `shape_stale` and `shapes_read`. Not called any more once it is closed. */
  readonly hear: (event: Extract<SyncEvent, { type: 'contact' | 'shape_stale' | 'shapes_read' }>) => void
}

export interface Follower {
  /** Another request has just gone through: what waits after a broken network need not wait longer. */
  reached(): void
  /** Nothing is asked and nothing is handed to the ledger after this. */
  close(): void
}

/**
 * Reads the shapes and hands each batch to the ledger with `shape_chunk`, waiting for each commit. `shapes.ts` does it
 * with the real client; a simulation may put its own in place. Deny list, policy and programs are read to their ends
 * before accounts and customers are begun.
 */
export type FollowShapes = (context: FollowContext) => Follower
