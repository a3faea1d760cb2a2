import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { readCursor, writeCursor } from './cursor.ts'

export type Exception = Answered<'exceptions.list'>['rows'][number]

interface Stored extends Omit<Exception, 'till' | 'customer' | 'event' | 'facts' | 'names'> {
  facts: Readonly<Record<string, unknown>>
  device: string | null
  till_name: string | null
  store_name: string
  customer: string | null
  customer_name: string
  event_device: string | null
  event_epoch: number | null
  event_seq: number | null
  event_kind: string | null
}

/** What needs a person, or needed one: the newest first. */
export async function listExceptions(
  tx: Tx,
  tenant: string,
  asked: Asked<'exceptions.list'> & { readonly id?: string },
): Promise<Answered<'exceptions.list'>> {
  const after = readCursor(asked.cursor, ['number', 'text'])
  const rows = await tx.query<Stored>(
    `SELECT i.id, i.kind, i.device, d.name AS till_name, coalesce(s.name, '') AS store_name, i.customer,
       coalesce(c.name, '') AS customer_name, i.facts, i.at, i.times, i.state, i.closed_at, i.closed_by, i.closed_how,
       e.device AS event_device, e.epoch AS event_epoch, e.seq AS event_seq, e.kind AS event_kind
     FROM hq.inbox i
     LEFT JOIN hq.device d ON d.tenant_id = i.tenant_id AND d.id = i.device
     LEFT JOIN hq.store s ON s.tenant_id = d.tenant_id AND s.id = d.store
     LEFT JOIN hq.alias a ON a.tenant_id = i.tenant_id AND a.id = i.customer
     LEFT JOIN hq.customer c ON c.tenant_id = i.tenant_id AND c.id = coalesce(a.root, i.customer)
     LEFT JOIN LATERAL (SELECT device, epoch, seq, kind FROM hq.event e WHERE e.tenant_id = i.tenant_id
       AND e.id = i.event ORDER BY e.device = i.device DESC, e.outcome IN ('quarantined', 'withheld') DESC LIMIT 1) AS e ON true
     WHERE i.tenant_id = $1 AND ($2::text IS NULL OR i.state = $2) AND ($3::text IS NULL OR i.kind = $3)
       AND ($4::text IS NULL OR i.device = $4) AND ($5::text IS NULL OR i.id = $5)
       AND ($6::bigint IS NULL OR (i.at, i.id) < ($6, $7))
     ORDER BY i.at DESC, i.id DESC LIMIT $8`,
    [
      tenant,
      asked.id === undefined ? asked.state : null,
      asked.kind ?? null,
      asked.till ?? null,
      asked.id ?? null,
      after?.[0] ?? null,
      after?.[1] ?? '',
      asked.limit + 1,
    ],
  )
  const shown = rows.slice(0, asked.limit)
  const last = rows.length > asked.limit ? shown.at(-1) : undefined
  return { rows: shown.map(exceptionOf), next: last ? writeCursor([last.at, last.id]) : null }
}

function exceptionOf(row: Stored): Exception {
  const { device, till_name, store_name, customer, customer_name, facts } = row
  const { event_device, event_epoch, event_seq, event_kind } = row
  const place = placeOf(facts)
  return {
    id: row.id,
    kind: row.kind,
    till: device === null ? null : { id: device, name: till_name ?? '', store_name },
    customer: customer === null ? null : { id: customer, name: customer_name },
    // The place that the entry is about; its event may stand in another one too, where it was written again.
    event:
      device !== null && place
        ? { device, ...place, kind: event_kind ?? String(facts['kind'] ?? '') }
        : event_device !== null && event_epoch !== null && event_seq !== null
          ? { device: event_device, epoch: event_epoch, seq: event_seq, kind: event_kind ?? '' }
          : null,
    facts: Object.fromEntries(
      Object.entries(facts).filter(
        (one): one is [string, string | number] => typeof one[1] === 'string' || typeof one[1] === 'number',
      ),
    ),
    names:
      row.kind === 'two_names'
        ? [facts['before'], facts['after']].filter((name) => typeof name === 'string')
        : [],
    at: row.at,
    times: row.times,
    state: row.state,
    closed_at: row.closed_at,
    closed_by: row.closed_by,
    closed_how: row.closed_how,
  }
}

/** An entry whose bytes cannot be read has no id, and is known by its place alone. */
function placeOf(facts: Readonly<Record<string, unknown>>): { epoch: number; seq: number } | null {
  const { epoch, seq } = facts
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(seq)
    ? { epoch: epoch as number, seq: seq as number }
    : null
}
