import { LIMITS } from '../../shared/base/limits.ts'
import { type Problem, type PushBatch, SYNC_LIMITS } from '../../shared/sync/wire.ts'
import type { Sent } from '../ledger/arrival.ts'
import { problem } from './problem.ts'

const SMALLER = 'The batch is too large. Nothing was changed; the till sends it again in smaller parts.'

/**
 * Why a batch is not looked at, or null. An event beyond `eventTakenBytesMax`, or with more beside it than
 * `personalBytesMax`, is named: sending less at once does not help. Between that and `eventBytesMax` an event is
 * quarantined by its bytes, like any other.
 */
export function sizeProblem(batch: PushBatch, sent: readonly Sent[]): Problem | null {
  const large = sent.find(
    ({ bytes, personal }) =>
      bytes.length > LIMITS.eventTakenBytesMax ||
      Buffer.byteLength(personal?.json ?? '') > LIMITS.personalBytesMax,
  )
  if (large) {
    const { seq } = large
    const detail = `Event ${seq} of this till is larger than any that head office takes. Nothing was changed, and everything on the till is safe. Ask a manager to run verify on the till, and call support.`
    return problem('too_large', detail, { at: { epoch: batch.epoch, seq } })
  }
  const bytes = sent.reduce((sum, one) => sum + one.bytes.length, 0)
  return bytes > SYNC_LIMITS.pushBytesMax && sent.length > 1 ? problem('too_large', SMALLER) : null
}
