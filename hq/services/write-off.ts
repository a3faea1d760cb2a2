import type { Tx } from '../db/database.ts'
import { loadBooks, tenantRow } from './load-books.ts'
import { openLeases, writeOffLeases } from './own-events.ts'
import type { Parts } from './parts.ts'
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
