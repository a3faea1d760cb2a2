/** The value dates of events that arrive together. All ms since 1970. */
interface EffectiveAsk {
  /** Trusted times, in the order of the chain. */
  readonly trusted: readonly number[]
  /** Effective time of the event before in the same (device, epoch); 0: none. */
  readonly previous: number
  readonly receivedAt: number
  /** By place in `trusted`: what an earlier receipt of head office says. It holds also after a restore. */
  readonly receipts: ReadonlyMap<number, number>
}

/**
 * `min(max(trusted, the one before), received_at)`: a clock that runs ahead is clipped to the arrival, one that was
 * set back does not reorder what a till did. Fixed once: what a receipt says stands.
 */
export function effectiveTimes({ trusted, previous, receivedAt, receipts }: EffectiveAsk): readonly number[] {
  let last = previous
  return trusted.map((ms, i) => {
    last = Math.min(receipts.get(i) ?? Math.max(ms, last), receivedAt)
    return last
  })
}

/** When a batch counts as received: never before the one before it of the same device. Ms. */
export const receivedAt = (now: number, lastReceived: number): number => Math.max(now, lastReceived)

/** What the till promises is never believed beyond the moment it was said, and never taken back. Ms. */
export const settledAt = (before: number, promised: number, received: number): number =>
  Math.max(before, Math.min(promised, received))
