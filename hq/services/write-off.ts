import type { Tx } from '../db/database.ts'
import { removeGrantsOfClosedEpochs } from './grants.ts'
import { loadBooks, tenantRow } from './load-books.ts'
import { openLeases, writeOffLeases } from './own-events.ts'
import { nowOf, type Parts } from './parts.ts'
import { saveBooks } from './save-books.ts'

/**
 * Sends back at once what was set aside for a till that will never come back. What it still sends under those grants is
 * accepted later and counts as unsecured, because they are closed. The till is locked by the caller. `who`: the person;
 * `before`: only of epochs before this one.
 */
export async function writeOffRest(
  parts: Parts,
  tx: Tx,
  wanted: { readonly tenant: string; readonly device: string; readonly who: string; readonly now: number },
  before: number | null = null,
): Promise<{ readonly leases: number }> {
  const { now, who } = wanted
  const leases = await openLeases(tx, wanted.device, before)
  if (leases.length === 0) return { leases: 0 }
  const tenant = await tenantRow(tx, wanted.tenant)
  const { books } = await loadBooks(
    parts,
    tx,
    tenant,
    [],
    leases.map(({ customer }) => customer),
  )
  await writeOffLeases(parts, tx, tenant, books, leases, { staff: who, now })
  await saveBooks(tx, tenant, books, now)
  return { leases: leases.length }
}

/**
 * The same of every till that was written off and has something set aside again, and of every epoch that is closed: head
 * office was put back from a backup of before, or such a till has brought a grant that the backup lacks. Answers how many
 * grants ended.
 */
export async function writeOffStray(parts: Parts, tenant: string): Promise<{ readonly leases: number }> {
  const tills = await parts.db.tenant(tenant, (tx) =>
    tx.query<{ id: string }>(
      `SELECT DISTINCT d.id FROM hq.lease l
       JOIN hq.device d ON d.tenant_id = l.tenant_id AND d.id = split_part(l.holder, '/', 1)
       LEFT JOIN hq.device_epoch e ON e.tenant_id = d.tenant_id AND e.device = d.id AND l.holder = e.device || '/' || e.epoch
       WHERE l.tenant_id = $1 AND l.closed_by IS NULL AND (d.state = 'written_off' OR e.closed_at IS NOT NULL)
       ORDER BY d.id`,
      [tenant],
    ),
  )
  let leases = 0
  for (const { id } of tills) leases += await writeOffOf(parts, tenant, id)
  return { leases }
}

function writeOffOf(parts: Parts, tenant: string, device: string): Promise<number> {
  const by = { tenant, device, who: 'head office', now: nowOf(parts) }
  return parts.db.tenant(tenant, async (tx) => {
    const [till] = await tx.query<{ state: string; open: number | null }>(
      `SELECT state, (SELECT min(epoch) FROM hq.device_epoch e WHERE e.tenant_id = d.tenant_id AND e.device = d.id
         AND e.closed_at IS NULL) AS open FROM hq.device d WHERE d.id = $1 FOR UPDATE`,
      [device],
    )
    // Of one that has no epoch left, all of them.
    const before = till?.state === 'written_off' ? null : (till?.open ?? null)
    const done = await writeOffRest(parts, tx, by, before)
    await removeGrantsOfClosedEpochs(tx, device)
    return done.leases
  })
}
