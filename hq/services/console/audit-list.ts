import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { readCursor, writeCursor } from './cursor.ts'

/** Who did what, newest first. */
export async function listAudit(
  tx: Tx,
  tenant: string,
  asked: Asked<'audit.list'>,
): Promise<Answered<'audit.list'>> {
  const after = readCursor(asked.cursor, ['number'])
  const rows = await tx.query<Answered<'audit.list'>['rows'][number]>(
    `SELECT a.no, a.at, a.who, a.what, a.about, a.detail,
       coalesce(d.name, s.name, p.name, nullif(c.name, ''), '') AS about_name
     FROM hq.audit a
     LEFT JOIN hq.device d ON d.tenant_id = a.tenant_id AND d.id = a.about
     LEFT JOIN hq.store s ON s.tenant_id = a.tenant_id AND s.id = a.about
     LEFT JOIN hq.person p ON p.tenant_id = a.tenant_id AND p.id = a.about
     LEFT JOIN hq.customer c ON c.tenant_id = a.tenant_id AND c.id = a.about
     WHERE a.tenant_id = $1 AND ($2::text IS NULL OR a.who = $2) AND ($3::text IS NULL OR a.what LIKE $3 || '%')
       AND ($4::bigint IS NULL OR a.no < $4)
     ORDER BY a.no DESC LIMIT $5`,
    [tenant, asked.who ?? null, asked.what ?? null, after?.[0] ?? null, asked.limit + 1],
  )
  const shown = rows.slice(0, asked.limit)
  const last = rows.length > asked.limit ? shown.at(-1) : undefined
  return { rows: shown, next: last ? writeCursor([last.no]) : null }
}
