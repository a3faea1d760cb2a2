import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import { appliedKey } from '../../../shared/sync/rows.ts'
import type { Tx } from '../../db/database.ts'
import { readPolicies } from '../till-policy.ts'
import { POTS } from './pots.ts'
import { reportsOf } from './reports.ts'

type Till = Answered<'tills.one'>['till']

const TILL = `d.id, d.name, d.store, coalesce(s.name, '') AS store_name, d.state, d.state_reason, d.app_version,
  d.enrolled_at, d.last_contact, greatest(0, $2::bigint - d.last_contact) AS lag_ms, d.last_receipt,
  d.waiting AS unsent, d.oldest_waiting AS oldest_unsent, d.clock_skew_ms,
  (SELECT count(*) FROM hq.inbox i WHERE i.tenant_id = d.tenant_id AND i.device = d.id AND i.state = 'open') AS exceptions`
const FROM = `hq.device d LEFT JOIN hq.store s ON s.tenant_id = d.tenant_id AND s.id = d.store`

/** Tills, those that need somebody first. */
export async function listTills(
  tx: Tx,
  tenant: string,
  now: number,
  { store, state }: Asked<'tills.list'>,
): Promise<Answered<'tills.list'>> {
  const tills = await tx.query<Till>(
    `SELECT ${TILL} FROM ${FROM} WHERE d.tenant_id = $1 AND d.kind = 'till'
       AND ($3::text IS NULL OR d.store = $3) AND ($4::text IS NULL OR d.state = $4)
     ORDER BY d.state <> 'active', s.name, d.name, d.id`,
    [tenant, now, store ?? null, state ?? null],
  )
  return { tills, now }
}

/** One till with its chains; undefined when there is none. */
export async function findTill(
  tx: Tx,
  tenant: string,
  now: number,
  id: string,
): Promise<Answered<'tills.one'> | undefined> {
  const [till] = await tx.query<Till>(
    `SELECT ${TILL} FROM ${FROM} WHERE d.tenant_id = $1 AND d.id = $3 AND d.kind = 'till'`,
    [tenant, now, id],
  )
  if (!till) return undefined
  const epochs = await tx.query<Answered<'tills.one'>['epochs'][number]>(
    `SELECT epoch, opened_at, closed_at, cursor AS events, head_hash, chain_tenant <> tenant_id AS alone
     FROM hq.device_epoch WHERE tenant_id = $1 AND device = $2 ORDER BY epoch DESC`,
    [tenant, id],
  )
  const [aside] = await tx.query<{ leases: number; points: number }>(
    `SELECT count(*) AS leases, coalesce(sum(points), 0)::bigint AS points
     FROM (${POTS} AND l.holder = ANY($2)) AS pots`,
    [tenant, epochs.map(({ epoch }) => appliedKey(id, epoch))],
  )
  const [more] = await tx.query<{ stopped: boolean; forked: number }>(
    `SELECT (SELECT state = 'revoked' OR keys_from > (SELECT coalesce(max(epoch), 0) FROM hq.device_epoch
            WHERE tenant_id = $1 AND device = $2)
          FROM hq.device WHERE tenant_id = $1 AND id = $2) AS stopped,
       (SELECT count(*) FROM hq.fork_event WHERE tenant_id = $1 AND device = $2) AS forked`,
    [tenant, id],
  )
  const { rows } = await reportsOf(tx, tenant, { till: id, limit: 1 })
  return {
    till,
    epochs,
    stopped: more?.stopped ?? false,
    leases_open: aside?.leases ?? 0,
    leases_points: aside?.points ?? 0,
    forked: more?.forked ?? 0,
    report: rows[0] ?? null,
    now,
  }
}

/** Every store with what its tills are told. */
export async function listStores(tx: Tx, tenant: string): Promise<Answered<'stores.list'>> {
  const rows = await tx.query<{ id: string; name: string; created_at: number; tills: number }>(
    `SELECT s.id, s.name, s.created_at,
       (SELECT count(*) FROM hq.device d WHERE d.tenant_id = s.tenant_id AND d.store = s.id AND d.kind = 'till'
          AND d.state = 'active') AS tills
     FROM hq.store s WHERE s.tenant_id = $1 ORDER BY s.name, s.id`,
    [tenant],
  )
  const told = await readPolicies(tx, tenant)
  return {
    stores: rows.map((store) => {
      const { policy, mark } = told.of(store.id)
      return { ...store, policy, policy_mark: mark }
    }),
  }
}
