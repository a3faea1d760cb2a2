import { z } from 'zod'
import type { Digest } from '../base/ports.ts'
import { type RowVersion, SHAPES, type ShapeName } from './rows.ts'

/**
 * The digest of a list: what head office has and what a till keeps, as figures of a few hundred bytes. A row counts by
 * its key and its version, which head office raises with every change: what the columns hold is not read. A row falls
 * into a bucket by SHA-256 of its mark, which also gives the two numbers that are added up there.
 */

export const DIGEST_BUCKETS = 128

/** How many rows, and the sums of two numbers of 24 bits of each. */
export const DigestBucket = z.tuple([z.int(), z.int(), z.int()])
export type DigestBucket = z.infer<typeof DigestBucket>

/** `GET /sync/v1/digest`: of the list as it was at this place. */
export const DigestAsked = z.object({
  shape: z.enum(SHAPES),
  handle: z.string().max(200),
  offset: z.string().max(50),
})
export type DigestAsked = z.infer<typeof DigestAsked>

export const DigestReply = z.discriminatedUnion('state', [
  z.object({ state: z.literal('counted'), buckets: z.array(DigestBucket).length(DIGEST_BUCKETS) }),
  z.object({
    state: z.literal('not_comparable'),
    /** `moved`: too much has changed since, or the place is none of this head office. `source`: its places are of another service. */
    why: z.enum(['moved', 'source']),
  }),
])
export type DigestReply = z.infer<typeof DigestReply>

/** The columns that tell the rows of a list apart, beside the tenant and the scope, which a till has one of. */
export const DIGEST_KEYS = {
  deny: ['customer'],
  policy: ['store', 'key'],
  grant: ['id'],
  program: ['id'],
  account: ['customer', 'program'],
  customer: ['id'],
} as const satisfies Record<ShapeName, readonly string[]>

/** What a row is hashed as. Head office writes the same in SQL. */
const markOf = (key: readonly string[], { hq_epoch, version }: RowVersion): string =>
  [...key, hq_epoch, version].join('\n')

export interface ShapeDigest {
  add(key: readonly string[], version: RowVersion): void
  buckets(): DigestBucket[]
}

/** Counts rows in whatever order they come. */
export function shapeDigest(digest: Pick<Digest, 'sha256' | 'utf8'>): ShapeDigest {
  const sums = new Float64Array(DIGEST_BUCKETS * 3)
  const number = (hash: Uint8Array, at: number): number =>
    ((hash[at] ?? 0) << 16) | ((hash[at + 1] ?? 0) << 8) | (hash[at + 2] ?? 0)
  const raise = (at: number, by: number): void => {
    sums[at] = (sums[at] ?? 0) + by
  }
  return {
    add(key, version) {
      const hash = digest.sha256(digest.utf8(markOf(key, version)))
      const at = ((hash[0] ?? 0) % DIGEST_BUCKETS) * 3
      raise(at, 1)
      raise(at + 1, number(hash, 1))
      raise(at + 2, number(hash, 4))
    },
    buckets: () =>
      Array.from(
        { length: DIGEST_BUCKETS },
        (_, i): DigestBucket => [sums[i * 3] ?? 0, sums[i * 3 + 1] ?? 0, sums[i * 3 + 2] ?? 0],
      ),
  }
}

/** How many buckets are not alike. */
export function bucketsApart(ours: readonly DigestBucket[], theirs: readonly DigestBucket[]): number {
  const unlike = theirs.filter((bucket, i) => bucket.some((value, j) => value !== ours[i]?.[j]))
  return unlike.length + Math.max(0, ours.length - theirs.length)
}
