import { DigestReply } from '../../shared/sync/digest.ts'
import type { SyncEvent } from '../../shared/sync/state.ts'
import { askHq, hqAddress } from './http.ts'
import { type Access, failureOf } from './requests.ts'

/** Head office reads every row of the list for it. */
const TIMEOUT_MS = 30_000

/**
 * Asks head office for the figures of the next list that is to be compared, and tells the ledger. `last`: one that
 * has no time for it now is not asked again today.
 */
export async function checkList(
  access: Access,
  { ticket, last }: { readonly ticket: number; readonly last: boolean },
  signal: AbortSignal,
): Promise<SyncEvent> {
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
  // A server that does not know the question is not pressed, nor one that was asked often enough: there is time until tomorrow.
  const isOver = failure.type === 'failed' && failure.why === 'server' && (last || failure.status < 500)
  if (outcome.kind !== 'done' && !isOver) return failure
  const reply = outcome.kind === 'done' ? DigestReply.safeParse(outcome.body) : null
  const { differs } = await access.ledger.call('list_compared', { figures, reply: reply?.data ?? null })
  if (differs) access.log(`the list ${shape} is not what head office has: it is loaded anew`)
  return { type: 'checked', ticket }
}
