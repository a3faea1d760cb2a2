import { addDays, startOfDate } from '../../../shared/base/business-date.ts'
import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { linesOf } from './account-lines.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { staffNames } from './staff-names.ts'
import { tenantOf } from './tenant.ts'

export type EventRow = Answered<'events.list'>['rows'][number]
type Filters = Omit<Asked<'events.list'>, 'cursor' | 'limit'>

interface StoredRow {
  device: string
  epoch: number
  seq: number
  id: string | null
  kind: string
  till: string
  store_name: string
  customer: string | null
  customer_name: string
  staff: string
  trusted: number
  received_at: number
  effective_at: number
  outcome: EventRow['outcome']
  why: string
  released_at: number | null
  points: number | null
  line_points: number | null
  bytes: Buffer
}

const COLUMNS = `e.device, e.epoch, e.seq, e.id, e.kind, e.staff, e.trusted, e.received_at, e.effective_at,
  e.outcome, e.why, e.released_at, e.points, e.bytes, d.name AS till, coalesce(s.name, '') AS store_name,
  coalesce(a.root, e.customer) AS customer, coalesce(c.name, '') AS customer_name,
  CASE WHEN e.kind = 'points.reversed' THEN
    (SELECT sum(l.points)::bigint FROM hq.line l WHERE l.tenant_id = e.tenant_id AND l.event = e.id) END AS line_points`
const FROM = `hq.event e
  JOIN hq.device d ON d.tenant_id = e.tenant_id AND d.id = e.device
  LEFT JOIN hq.store s ON s.tenant_id = d.tenant_id AND s.id = d.store
  LEFT JOIN hq.alias a ON a.tenant_id = e.tenant_id AND a.id = e.customer
  LEFT JOIN hq.customer c ON c.tenant_id = e.tenant_id AND c.id = coalesce(a.root, e.customer)`

/** The ledgers as received, newest first. */
export async function listEvents(
  tx: Tx,
  tenant: string,
  asked: Filters & { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Answered<'events.list'>> {
  const values: unknown[] = [tenant]
  const put = (value: unknown): string => `$${values.push(value)}`
  const where = ['e.tenant_id = $1', ...(await conditions(tx, tenant, asked, put))]
  const after = readCursor(asked.cursor, ['number', 'text', 'number', 'number'])
  if (after) {
    const [at, device, epoch, seq] = after.map(put)
    where.push(
      `(e.received_at, e.device, e.epoch, e.seq) < (${at}::bigint, ${device}, ${epoch}::int, ${seq}::int)`,
    )
  }
  const rows = await tx.query<StoredRow>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE ${where.join(' AND ')}
     ORDER BY e.received_at DESC, e.device DESC, e.epoch DESC, e.seq DESC LIMIT ${put(asked.limit + 1)}`,
    values,
  )
  const shown = rows.slice(0, asked.limit)
  const last = rows.length > asked.limit ? shown.at(-1) : undefined
  const names = await staffNames(
    tx,
    tenant,
    shown.map(({ staff }) => staff),
  )
  return {
    rows: shown.map((row) => eventRow(row, names)),
    next: last ? writeCursor([last.received_at, last.device, last.epoch, last.seq]) : null,
  }
}

async function conditions(
  tx: Tx,
  tenant: string,
  { till, store, customer, kind, outcome, from, to }: Filters,
  put: (value: unknown) => string,
): Promise<string[]> {
  const where: string[] = []
  if (till) where.push(`e.device = ${put(till)}`)
  if (store) where.push(`d.store = ${put(store)}`)
  if (customer) {
    const ids = await tx.query<{ id: string }>(
      `WITH root AS (SELECT coalesce((SELECT root FROM hq.alias WHERE tenant_id = $1 AND id = $2), $2) AS id)
       SELECT id FROM root UNION SELECT a.id FROM hq.alias a, root WHERE a.tenant_id = $1 AND a.root = root.id`,
      [tenant, customer],
    )
    where.push(`e.customer = ANY(${put(ids.map(({ id }) => id))})`)
  }
  if (kind) where.push(`e.kind = ANY(${put(kind.split(','))})`)
  if (outcome) where.push(`e.outcome = ${put(outcome)}`)
  if (from || to) {
    const { time_zone } = await tenantOf(tx, tenant)
    if (from) where.push(`e.received_at >= ${put(startOfDate(from, time_zone))}`)
    if (to) where.push(`e.received_at < ${put(startOfDate(addDays(to, 1), time_zone))}`)
  }
  return where
}

/** One place of one chain; undefined when nothing stands there. */
export async function findEvent(
  tx: Tx,
  tenant: string,
  { device, epoch, seq }: { readonly device: string; readonly epoch: number; readonly seq: number },
): Promise<Answered<'events.one'> | undefined> {
  const [row] = await tx.query<
    StoredRow & {
      hash: string
      signature: string
      prev_hash: string | null
      cursor: number
      personal: boolean | null
    }
  >(
    `SELECT ${COLUMNS}, e.hash, encode(decode(e.signature, 'base64'), 'hex') AS signature, de.cursor,
       before.hash AS prev_hash, CASE WHEN p.event IS NOT NULL THEN p.salt IS NOT NULL END AS personal
     FROM ${FROM}
     JOIN hq.device_epoch de ON de.tenant_id = e.tenant_id AND de.device = e.device AND de.epoch = e.epoch
     LEFT JOIN hq.event before ON before.tenant_id = e.tenant_id AND before.device = e.device
       AND before.epoch = e.epoch AND before.seq = e.seq - 1
     LEFT JOIN hq.event_personal p ON p.tenant_id = e.tenant_id AND p.event = e.id
     WHERE e.tenant_id = $1 AND e.device = $2 AND e.epoch = $3 AND e.seq = $4`,
    [tenant, device, epoch, seq],
  )
  if (!row) return undefined
  const names = await staffNames(tx, tenant, [row.staff])
  return {
    event: eventRow(row, names),
    text: textOf(row.bytes),
    hash: row.hash,
    prev_hash: row.prev_hash ?? '',
    signature: row.signature,
    receipted: row.seq <= row.cursor,
    personal: row.personal === null ? 'none' : row.personal ? 'kept' : 'blanked',
    lines: row.id === null ? [] : await linesOf(tx, tenant, 'l.event = $2', row.id),
  }
}

function eventRow(row: StoredRow, names: ReadonlyMap<string, string>): EventRow {
  const { bytes, line_points, released_at, points, ...rest } = row
  const read = figuresOf(row.kind, bytes)
  return {
    device: rest.device,
    epoch: rest.epoch,
    seq: rest.seq,
    id: rest.id,
    kind: rest.kind,
    till: rest.till,
    store_name: rest.store_name,
    customer: rest.customer,
    customer_name: rest.customer_name,
    staff: names.get(rest.staff) ?? rest.staff,
    trusted: rest.trusted,
    received_at: rest.received_at,
    effective_at: rest.effective_at,
    outcome: rest.outcome,
    why: rest.why,
    released: released_at !== null,
    points: line_points ?? read.points ?? points,
    amount_kobo: read.amount,
    receipt: read.receipt,
  }
}

function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** What the bytes themselves say; nothing where they say it in no way that is known here. */
function figuresOf(
  kind: string,
  bytes: Buffer,
): { points: number | null; amount: number | null; receipt: string } {
  const payload = payloadOf(bytes)
  const whole = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null)
  const points = whole(payload['points'])
  const moved: Record<string, number | null> = {
    'points.earned': points,
    'points.redeemed': points === null ? null : -points,
    'points.adjusted': points,
  }
  const receipt = payload['receipt']
  return {
    points: moved[kind] ?? null,
    amount: kind === 'sale.recorded' ? whole(payload['gross']) : null,
    receipt: kind === 'sale.recorded' && typeof receipt === 'string' ? receipt : '',
  }
}

function payloadOf(bytes: Buffer): Readonly<Record<string, unknown>> {
  const text = textOf(bytes)
  if (text === null) return {}
  try {
    const envelope: unknown = JSON.parse(text)
    const payload =
      typeof envelope === 'object' && envelope !== null && 'payload' in envelope ? envelope.payload : null
    return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
