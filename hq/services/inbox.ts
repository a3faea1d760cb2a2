import type { Tx } from '../db/database.ts'
import type { InboxEntry, InboxKind } from '../ledger/books.ts'

/** What is a state and not an event: it may come again after somebody has closed it. */
const COMES_AGAIN: ReadonlySet<InboxKind> = new Set([
  'skew',
  'silent_till',
  'fork',
  'chain_broken',
  'receipt_ahead',
  'refused',
])

/** Puts entries before a person. One that is there is counted; what was decided about an event stays decided. */
export async function saveInbox(
  tx: Tx,
  tenant_id: string,
  entries: readonly InboxEntry[],
  at: number,
): Promise<void> {
  if (entries.length === 0) return
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const rows = [...byId.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((entry) => ({ tenant_id, ...entry, at }))
  for (const comesAgain of [false, true]) {
    const some = rows.filter(({ kind }) => COMES_AGAIN.has(kind) === comesAgain)
    if (some.length === 0) continue
    const reopened = comesAgain
      ? `, at = excluded.at, state = 'open', closed_at = NULL, closed_by = NULL, closed_how = NULL`
      : ''
    await tx.query(
      `INSERT INTO hq.inbox (tenant_id, id, kind, device, customer, event, facts, at, times)
       SELECT tenant_id, id, kind, device, customer, event, facts, at, coalesce(times, 1) FROM json_populate_recordset(NULL::hq.inbox, $1::json)
       ON CONFLICT (tenant_id, id) DO UPDATE SET times = hq.inbox.times + excluded.times, facts = excluded.facts${reopened}`,
      [JSON.stringify(some)],
    )
  }
}

/** The same of what nobody has proven: it is counted while it is open, and reopens nothing. */
export async function saveUnproven(
  tx: Tx,
  tenant_id: string,
  entries: readonly InboxEntry[],
  at: number,
): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map((entry) => ({ tenant_id, ...entry, at }))
  await tx.query(
    `INSERT INTO hq.inbox (tenant_id, id, kind, device, customer, event, facts, at, times)
     SELECT tenant_id, id, kind, device, customer, event, facts, at, times FROM json_populate_recordset(NULL::hq.inbox, $1::json)
     ORDER BY id
     ON CONFLICT (tenant_id, id) DO UPDATE SET times = hq.inbox.times + excluded.times WHERE hq.inbox.state = 'open'`,
    [JSON.stringify(rows)],
  )
}

/** Closes an entry whose cause is gone. */
export async function settleInbox(tx: Tx, id: string, at: number, how: string): Promise<void> {
  await tx.query(
    `UPDATE hq.inbox SET state = 'closed', closed_at = $2, closed_by = 'head office', closed_how = $3
     WHERE id = $1 AND state = 'open'`,
    [id, at, how],
  )
}
