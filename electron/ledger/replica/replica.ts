import type { Refusal } from '../../../shared/base/refusal.ts'
import type { Result } from '../../../shared/base/result.ts'
import type { PackageReceipt } from '../../../shared/sync/files.ts'
import type { ShapeCursor, ShapeName } from '../../../shared/sync/rows.ts'
import type { SyncOps } from '../sync-port.ts'
import type { ChainPlace } from './applied.ts'

type Asked<O extends keyof SyncOps> = SyncOps[O]['input']
type Answer<O extends keyof SyncOps> = SyncOps[O]['output']

/** A list of head office, for the page about the connection. */
interface ReplicaList {
  readonly name: ShapeName
  /** Of customers: people, however many ids head office knows them by. */
  readonly here: number
  /** The first load is through. */
  readonly complete: boolean
  /** Trusted time at which it was last complete, ms. */
  readonly as_of: number | null
}

/** What the floor limit is decided by. All in points and ms. */
export interface AccountFacts {
  /** `present` also for an own account from before the enrolment that no row of head office has replaced yet. */
  readonly row: 'none' | 'present'
  /** When the row was last known to be the latest one; null where there is none. */
  readonly seen_at: number | null
  /** Head office holds events of this account. */
  readonly held: boolean
  readonly denied: { readonly reason: string } | null
  /** Own unsecured points that no row covers yet: of this customer, and of this till. */
  readonly own_unsecured_points_customer: number
  readonly own_unsecured_points_till: number
  /** The same by a second person's word beyond the limits; not among those. */
  readonly own_overridden_points_till: number
  /** The row was made by a newer posting function: its balance is shown, nothing is redeemed from it. */
  readonly newer_fn: boolean
}

/** A question to head office for one customer; `answered` comes true when their rows are here. */
export interface Wanted {
  readonly answered: Promise<true>
  /** Nobody waits any more. */
  cancel(): void
}

/** What a package that was put in place held. */
export interface ImportedPackage {
  readonly rows: number
  readonly made_at: number
  /** What head office has of tills' chains: those of this till's own are for its outbox. */
  readonly receipts: readonly PackageReceipt[]
}

/** What is known of the last comparison, for the page about the connection. */
export interface ListCheck {
  /** Trusted time at which a list was last compared, ms. */
  readonly at: number
  /** How often a list was found different and loaded anew. */
  readonly mended: number
  /** The last one of them. */
  readonly last: { readonly list: ShapeName; readonly at: number } | null
  /** Why the last comparison was left out; null: it was made. */
  readonly skipped: 'moved' | 'source' | 'unanswered' | null
}

/** Everything that comes from head office into this till's ledger. */
export interface Replica {
  /** Several transactions of at most 200 rows, the cursor in the last. Rejects with ReplicaRefused. */
  shapeChunk(chunk: Asked<'shape_chunk'>): Promise<ShapeCursor>
  /** Rejects with ReplicaRefused where the disk has no room for a load from the start. */
  shapeReset(ask: Asked<'shape_reset'>): ShapeCursor
  fetched(ask: Asked<'fetched'>): void
  /** Asks head office for a customer. `changed` of the options is called so that somebody looks at `wanted()`. */
  want(customer: string): Wanted
  wanted(): readonly string[]
  /** Head office asked for this report; `reconcilePage` answers from here on until `reconciled`. */
  askReconcile(report: string): void
  reconcilePage(ask: Asked<'reconcile_page'>): Promise<Answer<'reconcile_page'>>
  reconciled(ask: Asked<'reconciled'>): void
  /** Whether a list is to be compared with head office now. */
  listCheckDue(): boolean
  /** Has all lists compared soon, whenever that was done last. */
  askListCheck(): void
  listFigures(): Promise<Answer<'list_figures'>>
  /** True: the list is not what head office has, and is loaded anew. */
  listCompared(ask: Asked<'list_compared'>): boolean
  lastListCheck(): ListCheck | null
  shapes(): readonly ShapeCursor[]
  lists(): readonly ReplicaList[]
  factsFor(customer: string): AccountFacts
  /** Reads in slices, between sales, what the next `factsFor` would read at once: after a start, all that was not sent. */
  prepareFacts(): Promise<void>
  /** The customer behind an id: an alias leads to its root. */
  rootOf(id: string): string
  /**
   * Puts a package of head office in place, after all of it was checked. `lines`: of the file from its beginning, as
   * often as asked. Refuses file_wrong_kind, file_newer, file_damaged, invalid while another one is put in place.
   */
  importPackage(lines: () => Iterable<string>): Promise<Result<ImportedPackage, Refusal>>
  /** At enrolment, inside the caller's transaction: ids of this till's own customers that are known by another one now. */
  adoptAliases(aliases: Iterable<{ readonly id: string; readonly root: string }>): void
  /**
   * At enrolment, inside the caller's transaction: these events count at other places now, so what rows cover of their
   * customers is computed anew. The places are the old ones.
   */
  showAgain(events: readonly (ChainPlace & { readonly customer: string | null })[]): void
}

/** What came does not fit, or cannot be kept; the sentence says why. Nothing was changed by the part refused. */
export class ReplicaRefused extends Error {
  override readonly name = 'ReplicaRefused'
}
