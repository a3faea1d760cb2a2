import { DigestReply } from '../../shared/sync/digest.ts'
import type { SyncEvent } from '../../shared/sync/state.ts'
import { askHq, hqAddress } from './http.ts'
import { type Access, failureOf } from './requests.ts'

/** Head office reads every row of the list for it. */
const TIMEOUT_MS = 30_000

/** Asks head office for the figures of the next list that is to be compared, and tells the ledger. */
export async function checkList(access: Access, ticket: number, signal: AbortSignal): Promise<SyncEvent> {
  const connection = access.standing()?.connection
  const figures = connection ? await access.ledger.call('list_figures', {}) : null
  if (!connection || !figures) return { type: 'checked', ticket }
  const { shape, handle, offset } = figures
  const url = new URL(hqAddress(connection.url, 'sync/v1/digest'))
  for (const [name, value] of Object.entries({ shape, handle, offset })) url.searchParams.set(name, value)
  const outcome = await askHq(access, {
    method: 'GET',
    url: url.href,
    token: access.token,
    timeoutMs: TIMEOUT_MS,
    signal,
  })
  const failure = failureOf(outcome, ticket, null)
  // A server that does not know the question, or cannot answer it now, is not pressed: there is time until tomorrow.
  if (outcome.kind !== 'done' && (failure.type !== 'failed' || failure.why !== 'server')) return failure
  const reply = outcome.kind === 'done' ? DigestReply.safeParse(outcome.body) : null
  const { differs } = await access.ledger.call('list_compared', { figures, reply: reply?.data ?? null })
  if (differs) access.log(`the list ${shape} is not what head office has: it is loaded anew`)
  return { type: 'checked', ticket }
}
