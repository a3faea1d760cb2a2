import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Asked } from '../../../shared/hq/contract.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { Tx } from '../../db/database.ts'
import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import type { Person } from './person.ts'

type Outcome = Promise<Result<{ done: true }, ConsoleRefusal>>
const DONE = ok({ done: true as const })
export const NO_STORE = refuse(
  consoleRefusal(
    'not_found',
    'This store is not here. It may belong to another business. Go back to the list and choose again.',
  ),
)
const NO_TILL = refuse(
  consoleRefusal(
    'not_found',
    'This till is not here. It may belong to another business. Go back to the list and choose again.',
  ),
)

/** Undefined: there is no such store. */
export async function storeName(tx: Tx, tenant: string, id: string): Promise<string | undefined> {
  const [row] = await tx.query<{ name: string }>(
    'SELECT name FROM hq.store WHERE tenant_id = $1 AND id = $2',
    [tenant, id],
  )
  return row?.name
}

/** Refuses not_found. */
export function renameStore(parts: Parts, who: Person, { id, name }: Asked<'stores.rename'>): Outcome {
  const { tenant } = who
  return parts.db.tenant(tenant, async (tx) => {
    const before = await storeName(tx, tenant, id)
    if (before === undefined) return NO_STORE
    await tx.query('UPDATE hq.store SET name = $3 WHERE tenant_id = $1 AND id = $2', [tenant, id, name])
    const detail = { before, name }
    await writeAudit(tx, {
      tenant,
      at: nowOf(parts),
      who: who.name,
      what: 'store.renamed',
      about: id,
      detail,
    })
    return DONE
  })
}

/** Another name or another store for a till. Refuses not_found. */
export function changeTill(parts: Parts, who: Person, { id, name, store }: Asked<'tills.change'>): Outcome {
  const { tenant } = who
  return parts.db.tenant(tenant, async (tx) => {
    if ((await storeName(tx, tenant, store)) === undefined) return NO_STORE
    const [before] = await tx.query<{ name: string; store: string }>(
      `SELECT name, store FROM hq.device WHERE tenant_id = $1 AND id = $2 AND kind = 'till' FOR UPDATE`,
      [tenant, id],
    )
    if (!before) return NO_TILL
    await tx.query('UPDATE hq.device SET name = $3, store = $4 WHERE tenant_id = $1 AND id = $2', [
      tenant,
      id,
      name,
      store,
    ])
    const detail = {
      before: before.name,
      name,
      ...(before.store === store ? {} : { from: before.store, to: store }),
    }
    await writeAudit(tx, { tenant, at: nowOf(parts), who: who.name, what: 'till.changed', about: id, detail })
    return DONE
  })
}
