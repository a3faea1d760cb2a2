import { invariant } from '../../shared/base/result.ts'
import type { Database } from '../db/database.ts'
import type { ShapeCaller } from './definitions.ts'

/** What the token of a till says, with what its business has decided about accounts. */
export async function shapeCaller(
  db: Database,
  device: Pick<ShapeCaller, 'tenant' | 'store' | 'may'>,
): Promise<ShapeCaller> {
  const [row] = await db.tenant(device.tenant, (tx) =>
    tx.query<{ account_scope: ShapeCaller['accountScope'] }>('SELECT account_scope FROM hq.tenant'),
  )
  invariant(row, 'the tenant of a token is there')
  return { ...device, accountScope: row.account_scope }
}
