import { pointsInWords } from '../../shared/base/money.ts'
import type { Output } from '../../shared/ipc/contract.ts'
import type { Ledger } from './ledger.ts'
import type { HeadOffice } from './sync/head-office.ts'

type Item = Output<'manager.today'>['attention'][number]

/** What a report must know of head office. */
export type OfficeView = Pick<HeadOffice, 'connection'>

/** So many are named one by one; the room of head office has all. */
const HELD_SHOWN_MAX = 5
const DEBTS_SHOWN_MAX = 5

/** What is out of the ordinary now, whatever day is looked at, in words for the manager. `trusted`: ms. */
export function attentionNow(
  ledger: Ledger,
  office: OfficeView,
  marks: readonly string[],
  trusted: number,
): Item[] {
  return [...officeAttention(office, trusted), ...debts(ledger, trusted), ...clockAttention(marks, trusted)]
}

function officeAttention(office: OfficeView, at: number): Item[] {
  const { stopped, held } = office.connection()
  const items: Item[] = []
  if (stopped) items.push({ kind: 'office_stopped', text: stopped.sentence, event_id: null, at })
  for (const { what, why, event_id, at: when } of held.slice(0, HELD_SHOWN_MAX))
    items.push({ kind: 'office_held', text: `${what}: not counted yet. ${why}`, event_id, at: when })
  const more = held.length - HELD_SHOWN_MAX
  if (more > 0) {
    const text = `${more} more ${more === 1 ? 'entry is' : 'entries are'} not counted by head office yet`
    items.push({ kind: 'office_held', text, event_id: null, at })
  }
  return items
}

/** Customers who owe points, the largest first: as this till counts it, else as head office says. */
function debts(ledger: Ledger, at: number): Item[] {
  const owed = (of: string): string =>
    `(SELECT sum(d.value ->> 'points') FROM json_each(${of}.state, '$.debts') d)`
  const rows = ledger.db
    .prepare<[number], { name: string; debt: number }>(
      `SELECT c.name AS name, o.debt AS debt FROM (
         SELECT a.customer, ${owed('a')} AS debt FROM account a WHERE json_array_length(a.state, '$.debts') > 0
         UNION ALL
         SELECT r.customer, ${owed('r')} FROM replica_account r
         WHERE json_array_length(state, '$.debts') > 0
           AND NOT EXISTS (SELECT 1 FROM account a WHERE a.customer = r.customer AND a.program = r.program)
       ) o JOIN customer c ON c.id = o.customer ORDER BY o.debt DESC LIMIT ?`,
    )
    .all(DEBTS_SHOWN_MAX)
  const because = ledger.settings().headOffice === null ? ' after a sale was undone' : ''
  return rows.map((row) => ({
    kind: 'debt',
    text: `${row.name || 'A customer'} owes ${pointsInWords(row.debt)}${because}`,
    event_id: null,
    at,
  }))
}

function clockAttention(marks: readonly string[], at: number): Item[] {
  const item = (text: string): Item[] => [{ kind: 'clock', text, event_id: null, at }]
  if (marks.includes('wall_untrusted'))
    return item(
      'The clock of this computer is wrong. Sales go on with the date this till trusts. Confirm the date.',
    )
  if (marks.includes('unconfirmed'))
    return item('Nobody has confirmed the date of this till for 60 days. Check the calendar and confirm it.')
  return []
}
