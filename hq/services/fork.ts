import type { Problem } from '../../shared/sync/wire.ts'
import { bytesText, insertRows } from '../db/rows.ts'
import type { Sent } from '../ledger/arrival.ts'
import { inboxId, placeName } from '../ledger/inbox.ts'
import { saveInbox } from './inbox.ts'
import { problem } from './problem.ts'
import type { Push } from './push.ts'

/** Events of another life that are kept aside of one epoch of a till: two batches. More are only counted. */
const FORK_EVENTS_MAX = 400

interface Aside {
  readonly sent: Sent
  readonly hash: string
}

/**
 * Another life of this till has used the same places: its events are kept aside and count nowhere. The same batch again
 * changes nothing. One entry of an epoch lies before a person at a time, with the first place and how many are kept,
 * and at the least how many more came. The till is locked.
 */
export async function forkOf(
  push: Push,
  tenant_id: string,
  { device, epoch }: { readonly device: string; readonly epoch: number },
  seq: number,
  aside: readonly Aside[],
): Promise<Problem> {
  const { parts, tx, now } = push
  const kept = await tx.query<{ seq: number; hash: string }>(
    'SELECT seq, hash FROM hq.fork_event WHERE device = $1 AND epoch = $2',
    [device, epoch],
  )
  const known = new Set(kept.map((event) => `${event.seq} ${event.hash}`))
  const fresh = aside.filter(({ sent, hash }) => !known.has(`${sent.seq} ${hash}`))
  const put = fresh.slice(0, Math.max(0, FORK_EVENTS_MAX - kept.length))
  await insertRows(
    tx,
    'fork_event',
    put.map(({ sent, hash }) => ({
      tenant_id,
      device,
      epoch,
      seq: sent.seq,
      hash,
      received_at: now,
      bytes: bytesText(sent.bytes),
      signature: Buffer.from(sent.signature).toString('base64'),
    })),
  )
  const [open] = await tx.query<{ id: string; seq: number; more: number }>(
    `SELECT id, (facts ->> 'seq')::integer AS seq, (facts ->> 'more')::integer AS more FROM hq.inbox
     WHERE kind = 'fork' AND device = $1 AND state = 'open' AND facts ->> 'epoch' = $2 ORDER BY at, id LIMIT 1`,
    [device, String(epoch)],
  )
  const first = open?.seq ?? seq
  const facts = {
    epoch,
    seq: first,
    kept: kept.length + put.length,
    more: Math.max(open?.more ?? 0, fresh.length - put.length),
  }
  const id = open?.id ?? inboxId(parts.digest, 'fork', placeName(device, epoch, seq))
  await saveInbox(tx, tenant_id, [{ id, kind: 'fork', device, customer: null, event: null, facts }], now)
  return problem(
    'fork',
    'Another copy of this till has already sent something else in this place. Everything on the till is safe, and it goes on selling. Enrol it again with a code.',
    { at: { epoch, seq } },
  )
}
