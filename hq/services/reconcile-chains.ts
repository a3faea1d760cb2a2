import type { z } from 'zod'
import type { ReconcileRequest } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'

type Chain = z.output<typeof ReconcileRequest>['chains'][number]
type Figures = Readonly<Record<string, string | number | null>>

/** What the till says and what stands here, side by side. `what` beginning with "waits": not comparable yet. */
export interface Difference {
  readonly what:
    | 'chain'
    | 'waits_chain'
    | 'account'
    | 'account_unknown'
    | 'account_restored'
    | 'waits_account'
  readonly customer: string | null
  readonly program: string | null
  readonly till: Figures
  readonly hq: Figures
}

/**
 * A chain of a till against the same length of it here: where it ends, and the sums of its points (given less used,
 * adjusted as signed) and sales (before points). Null: the same.
 */
export async function chainDifference(
  tx: Tx,
  tenant: string,
  device: string,
  chain: Chain,
): Promise<Difference | null> {
  const { epoch, ...till } = chain
  const as = (what: 'chain' | 'waits_chain', hq: Figures): Difference => ({
    what,
    customer: null,
    program: null,
    till: { epoch, ...till },
    hq,
  })
  const [known] = await tx.query<{ cursor: number }>(
    'SELECT cursor FROM hq.device_epoch WHERE tenant_id = $1 AND device = $2 AND epoch = $3',
    [tenant, device, epoch],
  )
  if (!known) return as('chain', { epoch, events: null })
  if (chain.events === 0) return null
  if (chain.events > known.cursor) return as('waits_chain', { epoch, events: known.cursor })
  const [sums] = await tx.query<{
    events: number
    points: number
    sales_kobo: number
    head_hash: string | null
    unread: number
  }>(
    `SELECT count(*) AS events,
       coalesce(sum(points) FILTER (WHERE outcome <> 'quarantined'
         AND kind IN ('points.earned', 'points.adjusted', 'points.redeemed')), 0)::bigint AS points,
       coalesce(sum(gross_kobo) FILTER (WHERE outcome <> 'quarantined'), 0)::bigint AS sales_kobo,
       max(hash) FILTER (WHERE seq = $4) AS head_hash,
       count(*) FILTER (WHERE outcome = 'quarantined') AS unread
     FROM hq.event WHERE tenant_id = $1 AND device = $2 AND epoch = $3 AND seq <= $4`,
    [tenant, device, epoch, chain.events],
  )
  const hq = {
    epoch,
    events: sums?.events ?? 0,
    head_hash: sums?.head_hash ?? '',
    points: sums?.points ?? 0,
    sales_kobo: sums?.sales_kobo ?? 0,
  }
  const same =
    hq.events === till.events &&
    hq.head_hash === till.head_hash &&
    // What cannot be read here yet is in no sum; the hash holds for it too.
    ((sums?.unread ?? 0) > 0 || (hq.points === till.points && hq.sales_kobo === till.sales_kobo))
  return same ? null : as('chain', hq)
}
