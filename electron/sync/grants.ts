import { GRANTS_WANTED, type SyncEvent } from '../../shared/sync/state.ts'
import { LeaseReply, PROTOCOL_VERSION, type ProblemCode, SYNC_LIMITS } from '../../shared/sync/wire.ts'
import { askHq, hqAddress, type Outcome } from './http.ts'
import type { Access } from './requests.ts'

/** Asked again for what was wanted meanwhile, so often at the most. */
const ROUNDS_MAX = 10
/** These pass by themselves; any other says that this head office has no such question. */
const PASSING: ReadonlySet<ProblemCode> = new Set([
  'token_missing',
  'token_stale',
  'throttled',
  'internal',
  'unavailable',
])

/** Asks head office to set points aside, until nothing is wanted or it does not answer. */
export async function askForGrants(access: Access, signal: AbortSignal): Promise<SyncEvent> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const connection = access.standing()?.connection
    const { asks } = connection ? await access.ledger.call('lease_asks', {}) : { asks: [] }
    if (!connection || asks.length === 0) break
    const outcome = await askHq(access, {
      method: 'POST',
      url: hqAddress(connection.url, 'sync/v1/lease'),
      body: { protocol: PROTOCOL_VERSION, asks },
      token: access.token,
      timeoutMs: SYNC_LIMITS.fetchWaitMs,
      signal,
    })
    const read = outcome.kind === 'done' ? LeaseReply.safeParse(outcome.body) : null
    const reply = read?.success ? read.data : null
    await access.ledger.call('leased', {
      asked: asks.map(({ grant }) => grant),
      reply,
      known: reply !== null || isPassing(outcome),
    })
    if (reply === null) break
    access.heardTime(reply.hq_time)
  }
  return { type: 'fetched', customer: GRANTS_WANTED }
}

/** An older head office answers with its page for addresses that are not there. */
function isPassing(outcome: Outcome): boolean {
  if (outcome.kind === 'problem') return PASSING.has(outcome.problem.code)
  return outcome.kind === 'unavailable' ? outcome.status !== 404 : outcome.kind !== 'done'
}
