import { invariant } from '../../../shared/base/result.ts'
import type { Tx } from '../../db/database.ts'

interface TenantView {
  readonly id: string
  readonly name: string
  readonly time_zone: string
  readonly currency: string
}

/** The business as the console names it. */
export async function tenantOf(tx: Tx, tenant: string): Promise<TenantView> {
  const [row] = await tx.query<TenantView>(
    'SELECT tenant_id AS id, name, time_zone, currency FROM hq.tenant WHERE tenant_id = $1',
    [tenant],
  )
  invariant(row, 'a session is of a tenant that is there')
  return row
}
