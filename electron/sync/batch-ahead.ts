import type { SyncOps } from '../ledger/sync-port.ts'

export type GivenBatch = NonNullable<SyncOps['next_batch']['output']>

/** As much as the machine wants in one request. */
export interface BatchSize {
  readonly eventsMax: number
  readonly bytesMax: number
}

/**
 * The batch behind one that was acknowledged, taken while that one was on its way. It is for the request that follows at
 * once and for no other: whatever happens in between may have changed what is to be sent.
 */
export class BatchAhead {
  #kept: { readonly batch: GivenBatch; readonly size: BatchSize } | null = null

  keep(batch: GivenBatch, size: BatchSize): void {
    this.#kept = { batch, size }
  }

  /** For a request of that size, once; null where there is none: then the ledger is asked. */
  take({ eventsMax, bytesMax }: BatchSize): GivenBatch | null {
    const kept = this.#kept
    this.#kept = null
    if (kept === null || kept.size.eventsMax !== eventsMax || kept.size.bytesMax !== bytesMax) return null
    return kept.batch
  }

  forget(): void {
    this.#kept = null
  }
}
