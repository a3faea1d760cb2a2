import { BrokenInvariant } from '../../shared/base/result.ts'
import type { Account } from '../../shared/domain/account.ts'
import type { EventKind } from '../../shared/protocol/event.ts'
import { appliedKey } from '../../shared/sync/rows.ts'
import type { Tx } from '../db/database.ts'
import type { AccountBook, PostingRow } from '../ledger/books.ts'
import { type ReplayStep, replayAccount } from '../ledger/replay.ts'
import { sameJson } from '../ledger/same.ts'
import { type LineRow, lineOf } from './lines.ts'
import type { Findings } from './verify.ts'

const PAGE = 500

interface AccountRow {
  readonly customer: string
  readonly program: string
  readonly state: Account
}

/** Posts every account anew by the numbers of its postings, and compares state and lines. Answers how many there are. */
export async function verifyAccounts(tx: Tx, findings: Findings): Promise<number> {
  await verifyPostings(tx, findings)
  let accounts = 0
  let after = { customer: '', program: '' }
  for (;;) {
    const page = await tx.query<AccountRow>(
      `SELECT customer, program, state FROM hq.account WHERE (customer, program) > ($1, $2)
       ORDER BY customer, program LIMIT ${PAGE}`,
      [after.customer, after.program],
    )
    for (const row of page) await verifyAccount(tx, row, findings)
    accounts += page.length
    const last = page.at(-1)
    if (page.length < PAGE || !last) return accounts
    after = last
  }
}

/** Every event that moves points was posted once, and nothing else was. */
async function verifyPostings(tx: Tx, findings: Findings): Promise<void> {
  const rows = await tx.query<{ event: string; missing: boolean }>(
    `SELECT coalesce(e.id, p.event) AS event, p.event IS NULL AS missing
     FROM (SELECT id FROM hq.event WHERE outcome = 'posted' AND customer IS NOT NULL AND program IS NOT NULL
             AND (kind LIKE 'points.%' OR kind LIKE 'lease.%')) e
     FULL JOIN (SELECT event FROM hq.posting WHERE what = 'event') p ON p.event = e.id
     WHERE e.id IS NULL OR p.event IS NULL LIMIT 100`,
  )
  for (const { event, missing } of rows) {
    findings.add(
      `Event ${event} ${missing ? 'counts and was never posted' : 'was posted and does not count'}.`,
    )
  }
}

async function verifyAccount(tx: Tx, row: AccountRow, findings: Findings): Promise<void> {
  const name = `The account of customer ${row.customer} (${row.program})`
  let book: AccountBook
  try {
    book = await replay(tx, row.customer, row.program)
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error
    findings.add(`${name} cannot be posted anew: ${error.message}.`)
    return
  }
  if (!sameJson(book.state, row.state)) findings.add(`${name} is not what its postings make of it.`)
  const lines = await tx.query<LineRow>(
    'SELECT * FROM hq.line WHERE customer = $1 AND program = $2 ORDER BY line_no',
    [row.customer, row.program],
  )
  const wrong = lines.find(
    (line, i) => line.line_no !== i + 1 || !sameJson(lineOf(line), book.lines.get(line.event)),
  )
  if (wrong) findings.add(`${name}: the line of ${wrong.event} is not what its postings make of it.`)
  if (lines.length !== book.lines.size) {
    findings.add(`${name} has ${lines.length} lines, its postings make ${book.lines.size}.`)
  }
}

interface StepRow extends PostingRow {
  readonly kind: EventKind | null
  readonly bytes: Buffer | null
  readonly device: string | null
  readonly epoch: number | null
}

async function replay(tx: Tx, customer: string, program: string): Promise<AccountBook> {
  const rows = await tx.query<StepRow>(
    `SELECT p.customer, p.program, p.post_no, p.what, p.event, p.effective, p.settled_until, p.sale_reversed,
            e.kind, e.bytes, e.device, e.epoch
     FROM hq.posting p LEFT JOIN hq.event e ON e.tenant_id = p.tenant_id AND e.id = p.event AND e.outcome = 'posted'
     WHERE p.customer = $1 AND p.program = $2 ORDER BY p.post_no`,
    [customer, program],
  )
  const joined = new Map<string, AccountBook>()
  for (const { what, event } of rows) {
    if (what === 'merge') joined.set(event, await replay(tx, event, program))
  }
  return replayAccount(customer, program, rows.map(stepOf), (id) => {
    const book = joined.get(id)
    if (!book) throw new BrokenInvariant(`the account of ${id} that was joined is missing`)
    return book
  })
}

function stepOf({ kind, bytes, device, epoch, ...posting }: StepRow): ReplayStep {
  if (kind === null || bytes === null || device === null || epoch === null) return { posting, event: null }
  const { payload } = JSON.parse(bytes.toString('utf8')) as { payload: unknown }
  return { posting, event: { kind, payload, holder: appliedKey(device, epoch) } }
}
