import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { readCursor, writeCursor } from './cursor.ts'

type Report = Answered<'reconciliations.list'>['rows'][number]
type StoredReport = Omit<Report, 'till'> & { device: string; till_name: string; store_name: string }

/** Reconciliation reports, newest first. */
export async function reportsOf(
  tx: Tx,
  tenant: string,
  asked: Asked<'reconciliations.list'> & { readonly id?: string },
): Promise<Answered<'reconciliations.list'>> {
  const after = readCursor(asked.cursor, ['number', 'text'])
  const rows = await tx.query<StoredReport>(
    `SELECT r.id, r.device, d.name AS till_name, coalesce(s.name, '') AS store_name, r.asked_at, r.asked_by, r.as_of,
       r.compared, r.differences, r.state, r.signed_off_by, r.signed_off_at
     FROM hq.reconciliation r JOIN hq.device d ON d.tenant_id = r.tenant_id AND d.id = r.device
     LEFT JOIN hq.store s ON s.tenant_id = d.tenant_id AND s.id = d.store
     WHERE r.tenant_id = $1 AND ($2::text IS NULL OR r.device = $2) AND ($3::text IS NULL OR r.id = $3)
       AND ($4::bigint IS NULL OR (r.asked_at, r.id) < ($4, $5))
     ORDER BY r.asked_at DESC, r.id DESC LIMIT $6`,
    [tenant, asked.till ?? null, asked.id ?? null, after?.[0] ?? null, after?.[1] ?? '', asked.limit + 1],
  )
  const shown = rows.slice(0, asked.limit)
  const last = rows.length > asked.limit ? shown.at(-1) : undefined
  return {
    rows: shown.map(({ device, till_name, store_name, ...report }) => ({
      ...report,
      till: { id: device, name: till_name, store_name },
    })),
    next: last ? writeCursor([last.asked_at, last.id]) : null,
  }
}

/** One report with each difference side by side; undefined when there is none. */
export async function findReport(
  tx: Tx,
  tenant: string,
  id: string,
): Promise<Answered<'reconciliations.one'> | undefined> {
  const { rows } = await reportsOf(tx, tenant, { id, limit: 1 })
  const report = rows[0]
  if (!report) return undefined
  const differences = await tx.query<
    Omit<Answered<'reconciliations.one'>['differences'][number], 'customer'> & {
      customer: string | null
      customer_name: string
    }
  >(
    `SELECT x.no, x.what, x.customer, coalesce(c.name, '') AS customer_name, x.program, x.till, x.hq
     FROM hq.reconciliation_difference x
     LEFT JOIN hq.alias a ON a.tenant_id = x.tenant_id AND a.id = x.customer
     LEFT JOIN hq.customer c ON c.tenant_id = x.tenant_id AND c.id = coalesce(a.root, x.customer)
     WHERE x.tenant_id = $1 AND x.report = $2 ORDER BY x.no LIMIT 1000`,
    [tenant, id],
  )
  return {
    report,
    differences: differences.map(({ customer, customer_name, ...rest }) => ({
      ...rest,
      customer: customer === null ? null : { id: customer, name: customer_name },
    })),
  }
}
