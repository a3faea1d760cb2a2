import type { Readable } from 'node:stream'
import type { DigestReply } from '../../shared/sync/digest.ts'
import type { ShapeDefinition } from './definitions.ts'
import type { ShapeRequest } from './request.ts'

/** Where shapes come from: HQ's own server, or the real service behind HQ. */
export interface ShapeSource {
  /**
   * Answers a request that was read. Keeps nothing between requests. `signal` ends a long poll at once. Throws
   * FeedUnavailable.
   */
  answer(request: ShapeRequest, signal: AbortSignal): Promise<ShapeReply>
  /** Figures of all rows as they were at a place of the shape. Throws FeedUnavailable. */
  digest(definition: ShapeDefinition, place: ShapePlace): Promise<DigestReply>
}

/** As a client was told it. */
interface ShapePlace {
  readonly handle: string
  readonly offset: string
}

/** An answer of the shape protocol, as it goes over the network. */
export interface ShapeReply {
  readonly status: 200 | 400 | 409
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Readable
}
