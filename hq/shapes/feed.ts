import type { DigestBucket } from '../../shared/sync/digest.ts'

/** A table that tills follow, as rows of text; the shape server reads it through this and knows no database. */
export interface ChangeFeed {
  position(): Promise<FeedPosition>
  /** Rows of a table as they are now, in the order of their row id, behind `after`; and where the feed stood then. */
  page(ask: PageAsk): Promise<PageFound>
  /**
   * Changes behind `after` in commit order, of one tenant and table; how far was looked (the head, unless a limit came
   * first); and where the feed stood then.
   */
  changes(ask: ChangesAsk): Promise<ChangesFound>
  /** Figures of all rows of a list as they were at a place of the log. */
  digest(ask: DigestAt): Promise<DigestCounted>
  /**
   * Resolves when a change of this tenant and table beyond `after` is there, when the feed began anew, after `ms`, or
   * by the signal. May resolve too early, never misses a change, also one that came before the call.
   */
  wait(ask: WaitAsk, signal: AbortSignal): Promise<void>
}

/** All three of one moment. */
export interface FeedPosition {
  /** Part of every handle; another one after a restore or when the log began anew. Letters, digits and points. */
  readonly identity: string
  /** The number of the last change that was committed; 0: none. */
  readonly head: number
  /** Changes up to here are no longer in the log. */
  readonly floor: number
}

/** One value for each column that was asked for, as Postgres writes it as text; null is null. */
export type TextValues = readonly (string | null)[]

interface PageFound {
  readonly at: FeedPosition
  readonly rows: readonly FeedRow[]
  /** No row stands behind these. */
  readonly isLast: boolean
}

/** Both hold, for a row may be large: as many as come to the bytes, the last of them beyond, and at least one. */
interface LookLimits {
  readonly limit: number
  /** Of the values as text. */
  readonly bytesMax: number
}

export interface FeedRow {
  readonly rid: number
  readonly values: TextValues
}

export interface Change {
  readonly seq: number
  readonly txid: string
  readonly before: TextValues | null
  readonly after: TextValues | null
}

export interface ChangesFound {
  readonly at: FeedPosition
  readonly changes: readonly Change[]
  readonly upTo: number
}

export interface DigestAt extends TableAsk {
  /** The columns of the primary key, and those of them that a row is hashed by. */
  readonly keys: readonly string[]
  readonly marks: readonly string[]
  readonly where: RowFilter
  /** Behind this change. */
  readonly at: number
}

/** Null: too much has changed since to tell. */
export interface DigestCounted {
  readonly at: FeedPosition
  readonly buckets: readonly DigestBucket[] | null
}

interface TableAsk {
  readonly tenant: string
  readonly table: string
}

export interface PageAsk extends TableAsk, LookLimits {
  readonly columns: readonly string[]
  /** Every column named here has one of its values. */
  readonly where: RowFilter
  readonly after: number
}
export type RowFilter = Readonly<Record<string, readonly string[]>>

export interface ChangesAsk extends TableAsk, LookLimits {
  readonly columns: readonly string[]
  readonly after: number
}

export interface WaitAsk extends TableAsk {
  readonly after: number
  readonly ms: number
}

/** The database does not answer: the same request may be sent again later. */
export class FeedUnavailable extends Error {}
