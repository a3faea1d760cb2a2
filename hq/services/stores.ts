import { TillPolicy } from '../../shared/sync/rows.ts'
import { writeAudit } from './audit.ts'
import { newId, nowOf, type Parts } from './parts.ts'

/** A new store of a business, with the policy that its tills get. Answers its id; one that is there already stays as it is. */
export async function createStore(
  parts: Parts,
  wanted: { readonly tenant: string; readonly name: string; readonly who: string; readonly id?: string },
): Promise<{ readonly store: string }> {
  const store = wanted.id ?? newId(parts)
  const at = nowOf(parts)
  const { tenant, name, who } = wanted
  await parts.db.tenant(tenant, async (tx) => {
    const made = await tx.query(
      `INSERT INTO hq.store (tenant_id, id, name, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id`,
      [tenant, store, name, at],
    )
    if (made.length === 0) return
    // What is said to all stores holds for this one too.
    await tx.query(
      `INSERT INTO hq.sync_policy_v1 (tenant_id, store, key, value) SELECT $1, $2, 'till', $3
       WHERE NOT EXISTS (SELECT FROM hq.sync_policy_v1 WHERE tenant_id = $1 AND store = '*' AND key = 'till')`,
      [tenant, store, JSON.stringify(TillPolicy.parse({}))],
    )
    await writeAudit(tx, { tenant, at, who, what: 'store.created', about: store, detail: { name } })
  })
  return { store }
}
