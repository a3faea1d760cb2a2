import { LIMITS } from '../../shared/base/limits.ts'
import { settledAt } from '../ledger/effective.ts'
import { inboxId } from '../ledger/inbox.ts'
import type { Received } from './events.ts'
import { saveInbox, settleInbox } from './inbox.ts'
import type { TenantRow } from './load-books.ts'
import type { Push } from './push.ts'
import type { Chain } from './push-chain.ts'

/** The settled time of a tenant moves in steps: every push would wait for the one before it otherwise. */
const SETTLED_STEP_MS = 60_000
/** The largest number of the column. */
const INT_MAX = 2_147_483_647
/** A till that is heard of again after more than an hour: from when to when it was not. */
const SILENCE = `silent_from = CASE WHEN $2::bigint - last_contact > 3600000 THEN last_contact ELSE silent_from END,
       silent_to = CASE WHEN $2::bigint - last_contact > 3600000 THEN $2 ELSE silent_to END`
/** NUL and halves of characters: no database keeps them. */
const UNKEEPABLE = /[\0\p{Cs}]/gu

interface Heard {
  readonly tenant: TenantRow
  readonly chain: Chain
  /** When it counts as received, ms. */
  readonly at: number
  readonly cursor: number
  /** The last new event. */
  readonly last: Received | undefined
}

/**
 * Keeps what a contact says of the till: where its chain ends here, how much waits, its clock, and the promise that
 * nothing earlier is still to come. Answers the reconciliation report somebody has asked for.
 */
export async function hear(push: Push, heard: Heard): Promise<string | null> {
  const { tx, batch, online, now } = push
  const { chain, at, cursor, last } = heard
  const skew = online ? batch.clock.wall - now : null
  const [asked] = await Promise.all([
    tx.query<{ id: string }>(
      `SELECT id FROM hq.reconciliation WHERE device = $1 AND state IN ('asked', 'running') ORDER BY asked_at LIMIT 1`,
      [batch.device],
    ),
    last &&
      tx.query(
        'UPDATE hq.device_epoch SET cursor = $3, head_hash = $4, last_effective = $5 WHERE device = $1 AND epoch = $2',
        [batch.device, batch.epoch, cursor, last.arrival.hash, last.effective],
      ),
    tx.query(
      `UPDATE hq.device SET last_contact = $2, last_receipt = $2, ${SILENCE}, last_received = $3, settled = $4, waiting = $5,
         oldest_waiting = $6, app_version = $7, clock_skew_ms = coalesce($8, clock_skew_ms) WHERE id = $1`,
      [
        batch.device,
        now,
        at,
        settledAt(chain.till.settled, batch.settled, at),
        Math.min(batch.waiting, INT_MAX),
        batch.oldest_waiting_at,
        batch.app_version.replace(UNKEEPABLE, ''),
        skew,
      ],
    ),
    skew === null ? null : noteSkew(push, heard.tenant.tenant_id, skew),
    // Behind this till's own figures.
    moveSettled(push, heard.tenant),
  ])
  return asked[0]?.id ?? null
}

async function noteSkew({ parts, tx, batch, now }: Push, tenant: string, skew: number): Promise<void> {
  const id = inboxId(parts.digest, 'skew', batch.device)
  if (Math.abs(skew) <= LIMITS.clockSkewMarkedMs) {
    await settleInbox(tx, id, now, 'the clock is right again')
    return
  }
  const minutes = Math.round(skew / 60_000)
  const entry = {
    id,
    kind: 'skew' as const,
    device: batch.device,
    customer: null,
    event: null,
    facts: { minutes },
  }
  await saveInbox(tx, tenant, [entry], now)
}

/** The least over all tills that may still send: behind it lapsed points may be booked. Never back. */
async function moveSettled({ tx }: Push, tenant: TenantRow): Promise<void> {
  const rows = await tx.query<{ least: number | null }>(
    `SELECT min(settled) AS least FROM hq.device WHERE kind = 'till' AND state = 'active'`,
  )
  const least = rows[0]?.least ?? 0
  if (least < tenant.settled_until + SETTLED_STEP_MS) return
  await tx.query('UPDATE hq.tenant SET settled_until = greatest(settled_until, $2) WHERE tenant_id = $1', [
    tenant.tenant_id,
    least,
  ])
}
