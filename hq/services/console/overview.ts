import { addDays, businessDate, startOfDate } from '../../../shared/base/business-date.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import { EXCEPTION_KINDS } from '../../../shared/hq/exceptions.ts'
import type { Tx } from '../../db/database.ts'
import { listEvents } from './events.ts'
import { tenantOf } from './tenant.ts'

/** A till not heard of for so long is shown as silent. Ms. */
const SILENT_MS = 15 * 60_000
const LATEST_ROWS = 8

/** The business at a glance. */
export async function overview(tx: Tx, tenant: string, now: number): Promise<Answered<'overview'>> {
  const { time_zone } = await tenantOf(tx, tenant)
  const today = businessDate(now, time_zone)
  const [from, to] = [startOfDate(today, time_zone), startOfDate(addDays(today, 1), time_zone)]
  const [tills] = await tx.query<{
    active: number
    silent: number
    skewed: number
    waiting: number
    unsent: number
    last_contact: number | null
    stores: number
    last_received: number | null
  }>(
    `SELECT count(*) AS active,
       count(*) FILTER (WHERE last_contact IS NULL OR last_contact < $2::bigint - ${SILENT_MS}) AS silent,
       count(*) FILTER (WHERE abs(clock_skew_ms) > ${LIMITS.clockSkewShownMs}) AS skewed,
       count(*) FILTER (WHERE waiting > 0) AS waiting, coalesce(sum(waiting), 0) AS unsent,
       max(last_contact) AS last_contact,
       (SELECT count(*) FROM hq.store WHERE tenant_id = $1) AS stores,
       (SELECT max(received_at) FROM hq.event WHERE tenant_id = $1) AS last_received
     FROM hq.device WHERE tenant_id = $1 AND kind = 'till' AND state = 'active'`,
    [tenant, now],
  )
  const [sales] = await tx.query<{ sales: number; gross: number }>(
    `SELECT count(*) AS sales, coalesce(sum(gross_kobo), 0)::bigint AS gross FROM hq.sale
     WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND void_event IS NULL AND device <> '' AND NOT imported`,
    [tenant, from, to],
  )
  const [moved] = await tx.query<{ given: number; used: number; enrolled: number }>(
    `SELECT coalesce(sum(l.points) FILTER (WHERE l.kind = 'earn'), 0)::bigint AS given,
       coalesce(sum(l.points) FILTER (WHERE l.kind = 'redeem'), 0)::bigint AS used,
       (SELECT count(*) FROM hq.customer c WHERE c.tenant_id = $1 AND c.joined >= $2 AND c.joined < $3
          AND c.merged_into IS NULL) AS enrolled
     FROM hq.event e JOIN hq.line l ON l.tenant_id = e.tenant_id AND l.event = e.id
     WHERE e.tenant_id = $1 AND e.kind IN ('points.earned', 'points.redeemed') AND e.received_at >= $2
       AND e.effective_at >= $2 AND e.effective_at < $3 AND e.outcome = 'posted'`,
    [tenant, from, to],
  )
  const open = await tx.query<Answered<'overview'>['exceptions'][number]>(
    `SELECT kind, count(*) AS open FROM hq.inbox WHERE tenant_id = $1 AND state = 'open' GROUP BY kind`,
    [tenant],
  )
  const latest = await listEvents(tx, tenant, { kind: LATEST_KINDS, limit: LATEST_ROWS })
  return {
    now,
    tills: {
      active: tills?.active ?? 0,
      silent: tills?.silent ?? 0,
      skewed: tills?.skewed ?? 0,
      waiting: tills?.waiting ?? 0,
    },
    stores: tills?.stores ?? 0,
    unsent: tills?.unsent ?? 0,
    open_exceptions: open.reduce((sum, one) => sum + one.open, 0),
    last_contact: tills?.last_contact ?? null,
    last_received: tills?.last_received ?? null,
    today: {
      sales: sales?.sales ?? 0,
      gross_kobo: sales?.gross ?? 0,
      points_given: moved?.given ?? 0,
      points_used: moved?.used ?? 0,
      new_customers: moved?.enrolled ?? 0,
    },
    exceptions: open.toSorted((a, b) => EXCEPTION_KINDS.indexOf(a.kind) - EXCEPTION_KINDS.indexOf(b.kind)),
    latest: latest.rows,
  }
}

/** What somebody did with a customer; not what a sale was made of. */
const LATEST_KINDS = 'sale.recorded,points.redeemed,points.adjusted,points.reversed,customer.enrolled'

/** Marks that change when what they stand for changed: cheap enough to ask every second. */
export async function pulse(tx: Tx, tenant: string, now: number): Promise<Answered<'pulse'>> {
  const [row] = await tx.query<{
    received: number | null
    entries: number
    contact: number | null
    devices: string | null
    open: number
    inbox: number | null
    audit: number | null
    reports: string | null
  }>(
    `SELECT (SELECT max(received_at) FROM hq.event WHERE tenant_id = $1) AS received,
       (SELECT coalesce(sum(cursor), 0)::bigint FROM hq.device_epoch WHERE tenant_id = $1) AS entries,
       (SELECT max(last_contact) FROM hq.device WHERE tenant_id = $1) AS contact,
       (SELECT md5(string_agg(id || state || name || coalesce(store, '') || waiting, ',' ORDER BY id))
          FROM hq.device WHERE tenant_id = $1) AS devices,
       (SELECT count(*) FROM hq.inbox WHERE tenant_id = $1 AND state = 'open') AS open,
       (SELECT max(at + times) FROM hq.inbox WHERE tenant_id = $1 AND state = 'open') AS inbox,
       (SELECT max(no) FROM hq.audit WHERE tenant_id = $1) AS audit,
       (SELECT md5(string_agg(id || state || compared, ',' ORDER BY id)) FROM hq.reconciliation
          WHERE tenant_id = $1 AND state IN ('asked', 'running')) AS reports`,
    [tenant],
  )
  return {
    ledgers: `${row?.received ?? 0}/${row?.entries ?? 0}`,
    tills: `${row?.contact ?? 0}/${row?.devices ?? ''}/${row?.reports ?? ''}`,
    inbox: `${row?.open ?? 0}/${row?.inbox ?? 0}`,
    audit: String(row?.audit ?? 0),
    open_exceptions: row?.open ?? 0,
    now,
  }
}
