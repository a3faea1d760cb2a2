import type { Account, Line } from '../../shared/domain/account.ts'
import type { Applied } from '../../shared/sync/rows.ts'
import type { HeldEvent } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import { sameJson } from '../ledger/same.ts'
import { type LineRow, lineOf } from './lines.ts'
import type { Findings } from './verify.ts'

const PAGE = 500
const SAID_MAX = 100

/** Compares the rows that tills follow with the truth they are made of. */
export async function verifyRows(tx: Tx, findings: Findings): Promise<void> {
  for (const { sql, words } of DIFFERENCES) {
    const rows = await tx.query<{ id: string }>(`${sql} LIMIT ${SAID_MAX}`)
    for (const { id } of rows) findings.add(words.replace('%', id))
  }
  await verifyAccountRows(tx, findings)
}

/** Each finds the ids of what is not as it must be. */
const DIFFERENCES: readonly { readonly sql: string; readonly words: string }[] = [
  {
    sql: `SELECT c.id FROM hq.customer c LEFT JOIN hq.sync_customer_v1 s ON s.tenant_id = c.tenant_id AND s.id = c.id
    WHERE c.merged_into IS NULL AND (s.id IS NULL OR s.merged_into IS NOT NULL OR
      (c.generation, c.name, c.phone, c.phone_typed, c.email, c.card, c.birth, c.note, c.marketing, c.consent_at,
       c.consent_wording, c.joined, c.sale_count, c.spend_kobo, c.last_sale, c.applied) IS DISTINCT FROM
      (s.generation, s.name, s.phone, s.phone_typed, s.email, s.card, s.birth, s.note, s.marketing, s.consent_at,
       s.consent_wording, s.joined, s.sale_count, s.spend_kobo, s.last_sale, s.applied::jsonb))`,
    words: 'Customer % is not what tills are told.',
  },
  {
    sql: `SELECT a.id FROM hq.alias a LEFT JOIN hq.sync_customer_v1 s ON s.tenant_id = a.tenant_id AND s.id = a.id
    WHERE s.merged_into IS DISTINCT FROM a.root`,
    words: 'Tills are not told whom % means.',
  },
  {
    sql: `SELECT a.id FROM hq.alias a WHERE EXISTS (SELECT FROM hq.alias b WHERE b.tenant_id = a.tenant_id AND b.id = a.root)`,
    words: 'Customer id % means an id that is no customer itself.',
  },
  {
    sql: `SELECT a.id FROM hq.alias a LEFT JOIN hq.customer c ON c.tenant_id = a.tenant_id AND c.id = a.id
    WHERE c.merged_into IS DISTINCT FROM a.root`,
    words: 'Customer id % means another one and is a customer beside it.',
  },
  {
    sql: `SELECT c.id FROM hq.customer c LEFT JOIN (
      SELECT tenant_id, customer, count(*) AS sales,
             sum(greatest(net_kobo - refunded_kobo, 0)) AS spent FROM hq.sale
      WHERE void_event IS NULL GROUP BY tenant_id, customer) s ON s.tenant_id = c.tenant_id AND s.customer = c.id
    WHERE c.merged_into IS NULL AND (c.sale_count, c.spend_kobo) IS DISTINCT FROM (coalesce(s.sales, 0), coalesce(s.spent, 0))`,
    words: 'The purchases of customer % are not counted right.',
  },
  {
    sql: `SELECT coalesce(i.customer, d.customer) AS id FROM
      (SELECT DISTINCT customer FROM hq.inbox WHERE kind = 'overdraft' AND state = 'open') i
    FULL JOIN (SELECT customer FROM hq.sync_deny_v1 WHERE reason = 'overdraft') d ON d.customer = i.customer
    WHERE i.customer IS NULL OR d.customer IS NULL`,
    words: 'The deny list is wrong about customer %.',
  },
  {
    sql: `SELECT coalesce(l.id, s.id) AS id FROM
      (SELECT id, customer, program, holder, points, body, signature FROM hq.lease
       WHERE closed_by IS NULL AND body IS NOT NULL) l
    FULL JOIN (SELECT g.*, coalesce(a.root, g.customer) AS means FROM hq.sync_grant_v1 g
               LEFT JOIN hq.alias a ON a.tenant_id = g.tenant_id AND a.id = g.customer WHERE g.state = 'open') s ON s.id = l.id
    WHERE (l.id, l.customer, l.program, l.points, l.body, l.signature) IS DISTINCT FROM
      (s.id, s.means, s.program, s.points, s.body, s.signature) OR NOT starts_with(l.holder, s.device || '/')`,
    words: 'The till that holds grant % is told something else of it.',
  },
  {
    sql: `SELECT s.id FROM hq.sync_grant_v1 s LEFT JOIN hq.lease l ON l.tenant_id = s.tenant_id AND l.id = s.id
    WHERE l.id IS NULL OR (s.state = 'closed' AND l.closed_by IS NULL)`,
    words: 'A till is told that grant % has ended, and it has not, or never was.',
  },
  {
    sql: `SELECT coalesce(l.id, p.id) AS id FROM
      (SELECT id, customer, program, holder FROM hq.lease WHERE closed_by IS NULL) l
    FULL JOIN (SELECT a.customer, a.program, pot ->> 'grant' AS id, pot ->> 'holder' AS holder
               FROM hq.account a CROSS JOIN jsonb_array_elements(a.state -> 'pots') AS pot) p
      ON (p.id, p.customer, p.program, p.holder) = (l.id, l.customer, l.program, l.holder)
    WHERE l.id IS NULL OR p.id IS NULL`,
    words: 'Grant % and the account it is of say different things.',
  },
]

interface Shown {
  readonly customer: string
  readonly program: string
  readonly scope: string | null
  readonly state: Account
  readonly applied: Applied
  readonly held: readonly HeldEvent[]
  readonly shown_state: string | null
  readonly shown_applied: string | null
  readonly shown_held: string | null
  readonly lines: string | null
}

async function verifyAccountRows(tx: Tx, findings: Findings): Promise<void> {
  let after = { customer: '', program: '' }
  for (;;) {
    const page = await tx.query<Shown>(
      `SELECT a.customer, a.program, s.scope, a.state, a.applied, a.held, s.state AS shown_state,
              s.applied AS shown_applied, s.held AS shown_held, s.lines
       FROM (SELECT * FROM hq.account WHERE (customer, program) > ($1, $2) ORDER BY customer, program LIMIT ${PAGE}) a
       LEFT JOIN hq.sync_account_v1 s ON s.tenant_id = a.tenant_id AND s.customer = a.customer AND s.program = a.program
         AND s.scope = ANY(ARRAY['*'] || (SELECT array_agg(id) FROM hq.store))
       ORDER BY a.customer, a.program`,
      [after.customer, after.program],
    )
    const truth = await linesOf(tx, page)
    for (const row of page) {
      if (!isTrue(row, truth)) {
        findings.add(`The account of customer ${row.customer} (${row.program}) is not what tills are told.`)
      }
    }
    const last = page.at(-1)
    if (!last) return
    after = last
  }
}

async function linesOf(tx: Tx, page: readonly Shown[]): Promise<ReadonlyMap<string, Line>> {
  const rows = await tx.query<LineRow>('SELECT * FROM hq.line WHERE customer = ANY($1)', [
    page.map(({ customer }) => customer),
  ])
  return new Map(rows.map((row) => [`${row.customer} ${row.program} ${row.event}`, lineOf(row)]))
}

function isTrue(row: Shown, truth: ReadonlyMap<string, Line>): boolean {
  // No till of any store has seen this customer lately.
  if (row.scope === null || row.shown_state === null) return true
  const lines = JSON.parse(row.lines ?? '[]') as readonly Line[]
  return (
    sameJson(JSON.parse(row.shown_state), row.state) &&
    sameJson(JSON.parse(row.shown_applied ?? ''), row.applied) &&
    sameJson(JSON.parse(row.shown_held ?? ''), row.held) &&
    lines.every((line) => sameJson(line, truth.get(`${row.customer} ${row.program} ${line.event}`)))
  )
}
