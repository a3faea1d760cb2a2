import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Asked } from '../../../shared/hq/contract.ts'
import { ALL_STORES } from '../../../shared/hq/limits.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import { TillPolicy } from '../../../shared/sync/rows.ts'
import type { Tx } from '../../db/database.ts'
import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import { readPolicies } from '../till-policy.ts'
import type { Person } from './person.ts'
import { NO_STORE, storeName } from './store-changes.ts'

const CHANGED = refuse(
  consoleRefusal(
    'changed_meanwhile',
    'Somebody changed what these tills may do since you opened this. Nothing was changed now. Close it, look at what stands there and decide again.',
  ),
)

/**
 * What the tills of a store may do, or those of all stores: then no store keeps a policy of its own. It reaches tills at
 * their next contact. Refuses `not_found`, and `changed_meanwhile` when it is no longer what the person saw.
 */
export function changePolicy(
  parts: Parts,
  who: Person,
  { id, mark, ...wanted }: Asked<'stores.policy'>,
): Promise<Result<{ done: true }, ConsoleRefusal>> {
  const { tenant } = who
  return parts.db.tenant(tenant, async (tx) => {
    // One at a time: the second one sees what the first one made.
    await tx.query('SELECT 1 FROM hq.tenant WHERE tenant_id = $1 FOR UPDATE', [tenant])
    const forAll = id === ALL_STORES
    if (!forAll && (await storeName(tx, tenant, id)) === undefined) return NO_STORE
    const told = await readPolicies(tx, tenant)
    const before = forAll ? told.all : told.of(id)
    if (before.mark !== mark) return CHANGED
    const policy = TillPolicy.parse(wanted)
    await write(tx, tenant, id, policy)
    if (forAll) {
      await tx.query(`DELETE FROM hq.sync_policy_v1 WHERE tenant_id = $1 AND store <> $2 AND key = 'till'`, [
        tenant,
        ALL_STORES,
      ])
    }
    await writeAudit(tx, {
      tenant,
      at: nowOf(parts),
      who: who.name,
      what: forAll ? 'stores.policy' : 'store.policy',
      about: forAll ? tenant : id,
      detail: { before: before.policy, after: policy },
    })
    return ok({ done: true as const })
  })
}

async function write(tx: Tx, tenant: string, store: string, policy: TillPolicy): Promise<void> {
  await tx.query(
    `INSERT INTO hq.sync_policy_v1 (tenant_id, store, key, value) VALUES ($1, $2, 'till', $3)
     ON CONFLICT (tenant_id, store, key) DO UPDATE SET value = excluded.value`,
    [tenant, store, JSON.stringify(policy)],
  )
}
