import type { Tx } from '../../db/database.ts'

/** What staff of a till are called, by their ids, from the newest entry about each. */
export async function staffNames(
  tx: Tx,
  tenant: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids)].filter((id) => /^[0-9a-f]{32}$/.test(id))
  if (wanted.length === 0) return new Map()
  const rows = await tx.query<{ staff: string; name: string | null }>(
    `SELECT DISTINCT ON (staff) staff, name FROM (
       SELECT convert_from(e.bytes, 'UTF8')::jsonb #>> '{payload,staff}' AS staff, p.json::jsonb ->> 'name' AS name,
         e.received_at
       FROM hq.event e JOIN hq.event_personal p ON p.tenant_id = e.tenant_id AND p.event = e.id
       WHERE e.tenant_id = $1 AND e.kind = 'staff.changed' AND e.outcome IN ('posted', 'repeated') AND p.json IS NOT NULL OFFSET 0
     ) AS known WHERE staff = ANY($2) ORDER BY staff, received_at DESC`,
    [tenant, wanted],
  )
  return new Map(rows.flatMap(({ staff, name }) => (name ? [[staff, name] as const] : [])))
}
