import type { Tx } from '../db/database.ts'
import { loadBooks, tenantRow } from './load-books.ts'
import { openLeases, writeOffLeases } from './own-events.ts'
import { nowOf, type Parts } from './parts.ts'
import { saveBooks } from './save-books.ts'

/**
 * Sends back at once what was set aside for a till that will never come back. What it still sends under those grants is
 * accepted later and counts as unsecured, because they are closed. The till is locked by the caller. `who`: the person.
 */
export async function writeOffRest(
  parts: Parts,
  tx: Tx,
  wanted: { readonly tenant: string; readonly device: string; readonly who: string; readonly now: number },
): Promise<{ readonly leases: number }> {
  const { now, who } = wanted
  const leases = await openLeases(tx, wanted.device, null)
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
 * The same of every till that was written off and has something set aside again: head office was put back from a backup
 * of before, or such a till has brought a grant that the backup lacks. Answers how many grants ended.
 */
export async function writeOffStray(parts: Parts, tenant: string): Promise<{ readonly leases: number }> {
  const tills = await parts.db.tenant(tenant, (tx) =>
    tx.query<{ id: string }>(
      `SELECT d.id FROM hq.device d WHERE d.state = 'written_off' AND EXISTS (SELECT FROM hq.lease l
         WHERE l.closed_by IS NULL AND l.holder >= d.id || '/' AND l.holder < d.id || '0') ORDER BY d.id`,
    ),
  )
  let leases = 0
  for (const { id: device } of tills) {
    const done = await parts.db.tenant(tenant, async (tx) => {
      await tx.query('SELECT 1 FROM hq.device WHERE id = $1 FOR UPDATE', [device])
      return writeOffRest(parts, tx, { tenant, device, who: 'head office', now: nowOf(parts) })
    })
    leases += done.leases
  }
  return { leases }
}
