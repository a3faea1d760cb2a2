import { addDays, businessDate, startOfDate } from '../../../shared/base/business-date.ts'
import { BASIS_POINTS_ONE, mulDivFloor } from '../../../shared/base/money.ts'
import { readKnown } from '../../../shared/domain/phone.ts'
import { lastDayOf } from '../../../shared/domain/program/expiry.ts'
import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { publishedPrograms } from '../programs.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { tenantOf } from './tenant.ts'

type Report = Answered<'programs.report'>
type Moved = Report['total']

/** Where nothing else is asked: as many days, today among them. */
const DAYS = 365
const DAY_MS = 86_400_000

/**
 * What a program gave and took, by the store of the entry and the month of its value date, and what it owes today. What
 * lapsed stands with the store that had given it; lots that lapsed and are not booked yet lapse with the day on which
 * they did, as if they were. Undefined when there is no such program.
 */
export async function programReport(
  tx: Tx,
  tenant: string,
  now: number,
  asked: Asked<'programs.report'>,
): Promise<Report | undefined> {
  const program = (await publishedPrograms(tx, tenant, [asked.id])).get(asked.id)
  if (!program) return undefined
  const { time_zone } = await tenantOf(tx, tenant)
  const today = businessDate(now, time_zone)
  const from = startOfDate(asked.from ?? addDays(today, 1 - DAYS), time_zone)
  const until = startOfDate(addDays(asked.to ?? today, 1), time_zone)
  const rows = await tx.query<Report['rows'][number]>(MOVED, [tenant, asked.id, from, until, now, time_zone])
  const total = rows.reduce<Moved>(sumOf, NOTHING)
  const gone = total.redeemed + total.lapsed
  const [held] = await tx.query<{ open: number; set_aside: number; owed: number }>(HELD, [
    tenant,
    asked.id,
    now,
  ])
  const { open, set_aside, owed } = held ?? { open: 0, set_aside: 0, owed: 0 }
  const worth = program.type === 'tier' ? 0 : program.point_worth_kobo
  return {
    rows,
    total,
    breakage_bp: gone === 0 ? null : mulDivFloor(total.lapsed, BASIS_POINTS_ONE, gone),
    liability: { open, set_aside, owed, kobo: (open + set_aside) * worth },
  }
}

const NOTHING: Moved = { earned: 0, adjusted: 0, redeemed: 0, reversed: 0, lapsed: 0 }

const sumOf = (one: Moved, other: Moved): Moved => ({
  earned: one.earned + other.earned,
  adjusted: one.adjusted + other.adjusted,
  redeemed: one.redeemed + other.redeemed,
  reversed: one.reversed + other.reversed,
  lapsed: one.lapsed + other.lapsed,
})

/** $1 tenant, $2 program, $3 and $4 ms, $5 now, $6 zone. A lot is named by the event that opened it. */
const MOVED = `
  WITH moved AS (
    SELECT coalesce(l.lot, l.event) AS origin, l.event, l.kind, l.points, l.effective AS at FROM hq.line l
    WHERE l.tenant_id = $1 AND l.program = $2 AND l.effective >= $3 AND l.effective < $4
    UNION ALL
    SELECT lot ->> 'id', '', 'expire', (lot ->> 'rest')::bigint, (lot ->> 'expiry')::bigint
    FROM hq.account a, jsonb_array_elements(a.state -> 'lots') AS lot
    WHERE a.tenant_id = $1 AND a.program = $2 AND (lot ->> 'expiry')::bigint >= $3
      AND (lot ->> 'expiry')::bigint < least($4::bigint, $5::bigint + 1)
  ), placed AS (
    SELECT m.*, coalesce(d.store, '') AS store FROM moved m
    LEFT JOIN hq.event e ON e.tenant_id = $1 AND e.outcome = 'posted'
      AND e.id = CASE WHEN m.kind = 'expire' THEN m.origin ELSE m.event END
    LEFT JOIN hq.device d ON d.tenant_id = $1 AND d.id = e.device
  )
  SELECT to_char(to_timestamp(p.at / 1000.0) AT TIME ZONE $6, 'YYYY-MM') AS month, p.store,
    coalesce(s.name, '') AS store_name,
    coalesce(sum(points) FILTER (WHERE kind = 'earn'), 0)::bigint AS earned,
    coalesce(sum(points) FILTER (WHERE kind = 'adjust'), 0)::bigint AS adjusted,
    coalesce(sum(points) FILTER (WHERE kind = 'redeem'), 0)::bigint AS redeemed,
    coalesce(sum(points) FILTER (WHERE kind = 'reverse'), 0)::bigint AS reversed,
    coalesce(sum(points) FILTER (WHERE kind = 'expire'), 0)::bigint AS lapsed
  FROM placed p LEFT JOIN hq.store s ON s.tenant_id = $1 AND s.id = p.store
  WHERE kind IN ('earn', 'adjust', 'redeem', 'reverse', 'expire')
  GROUP BY 1, 2, 3 ORDER BY 1 DESC, 3, 2`

/** $1 tenant, $2 program, $3 now. */
const HELD = `
  SELECT coalesce(sum((SELECT sum((lot ->> 'rest')::bigint) FROM jsonb_array_elements(a.state -> 'lots') lot
      WHERE (lot ->> 'expiry')::bigint > $3)), 0)::bigint AS open,
    coalesce(sum((SELECT sum((slice ->> 'points')::bigint)
      FROM jsonb_array_elements(a.state -> 'pots') pot, jsonb_array_elements(pot -> 'slices') slice)), 0)::bigint AS set_aside,
    coalesce(sum((SELECT sum((debt ->> 'points')::bigint)
      FROM jsonb_array_elements(a.state -> 'debts') debt)), 0)::bigint AS owed
  FROM hq.account a WHERE a.tenant_id = $1 AND a.program = $2`

interface LapsingRow {
  readonly customer: string
  readonly name: string
  readonly phone: string | null
  readonly points: number
  readonly expiry: number
}

/** Who has points that lapse within so many days, those with the most first; undefined when there is no such program. */
export async function lapsingSoon(
  tx: Tx,
  tenant: string,
  now: number,
  asked: Asked<'programs.lapsing'>,
): Promise<Answered<'programs.lapsing'> | undefined> {
  const program = (await publishedPrograms(tx, tenant, [asked.id])).get(asked.id)
  if (!program) return undefined
  const { time_zone } = await tenantOf(tx, tenant)
  const after = readCursor(asked.cursor, ['number', 'text'])
  const rows = await tx.query<LapsingRow>(
    `WITH soon AS (
       SELECT a.customer, sum((lot ->> 'rest')::bigint)::bigint AS points, min((lot ->> 'expiry')::bigint) AS expiry
       FROM hq.account a, jsonb_array_elements(a.state -> 'lots') AS lot
       WHERE a.tenant_id = $1 AND a.program = $2 AND (lot ->> 'expiry')::bigint > $3
         AND (lot ->> 'expiry')::bigint <= $4 AND (lot ->> 'rest')::bigint > 0
       GROUP BY a.customer)
     SELECT soon.*, coalesce(c.name, '') AS name, c.phone FROM soon
     LEFT JOIN hq.customer c ON c.tenant_id = $1 AND c.id = soon.customer
     WHERE $5::bigint IS NULL OR (-points, customer) > (-$5::bigint, $6)
     ORDER BY -points, customer LIMIT $7`,
    [
      tenant,
      asked.id,
      now,
      now + Number(asked.days) * DAY_MS,
      after?.[0] ?? null,
      after?.[1] ?? '',
      asked.limit + 1,
    ],
  )
  const shown = rows.slice(0, asked.limit)
  const last = rows.length > asked.limit ? shown.at(-1) : undefined
  const worth = program.type === 'tier' ? 0 : program.point_worth_kobo
  return {
    rows: shown.map(({ customer, name, phone, points, expiry }) => ({
      customer,
      name,
      phone: phone === null ? '' : readKnown(phone).display,
      points,
      kobo: points * worth,
      last_day: lastDayOf(expiry, time_zone),
    })),
    next: last ? writeCursor([last.points, last.customer]) : null,
  }
}
