import type { z } from 'zod'
import type { EventsAsked } from '../../../shared/hq/contract.ts'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import { csvLine } from './csv.ts'
import { type EventRow, listEvents } from './events.ts'
import type { Person } from './person.ts'

type Filters = z.output<typeof EventsAsked>

/** With the bytes of each entry. */
const PAGE_ROWS = 200
const COLUMNS = [
  'received',
  'effective',
  'till',
  'store',
  'kind',
  'customer',
  'customer_name',
  'staff',
  'points',
  'amount_kobo',
  'receipt',
  'outcome',
  'why',
  'device',
  'epoch',
  'seq',
  'id',
] as const

const iso = (ms: number): string => new Date(ms).toISOString()

const cells = (row: EventRow): Record<(typeof COLUMNS)[number], string | number | null> => ({
  received: iso(row.received_at),
  effective: iso(row.effective_at),
  till: row.till,
  store: row.store_name,
  kind: row.kind,
  customer: row.customer,
  customer_name: row.customer_name,
  staff: row.staff,
  points: row.points,
  amount_kobo: row.amount_kobo,
  receipt: row.receipt,
  outcome: row.outcome,
  why: row.why,
  device: row.device,
  epoch: row.epoch,
  seq: row.seq,
  id: row.id,
})

/** The ledgers as a file, piece by piece, newest first, at most `fileRowsMax` rows. Leaves a line in the audit. */
export async function* eventsFile(
  parts: Parts,
  who: Person,
  format: 'csv' | 'json',
  filters: Filters,
): AsyncGenerator<string> {
  const { tenant } = who
  await parts.db.tenant(tenant, (tx) =>
    writeAudit(tx, {
      tenant,
      at: nowOf(parts),
      who: who.name,
      what: 'ledgers.exported',
      about: filters.till ?? filters.customer ?? '',
      detail: { format, ...filters },
    }),
  )
  yield format === 'csv' ? csvLine(COLUMNS) : '[\n'
  let cursor: string | undefined
  let first = true
  for (let rows = 0; rows < CONSOLE_LIMITS.fileRowsMax; rows += PAGE_ROWS) {
    const page = await parts.db.tenant(tenant, (tx) =>
      listEvents(tx, tenant, { ...filters, cursor, limit: PAGE_ROWS }),
    )
    for (const row of page.rows) {
      const one = cells(row)
      yield format === 'csv'
        ? csvLine(COLUMNS.map((name) => one[name]))
        : `${first ? '' : ',\n'}${JSON.stringify(one)}`
      first = false
    }
    if (page.next === null) break
    cursor = page.next
  }
  if (format === 'json') yield '\n]\n'
}
