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

/** Accounts weighed at a time. */
const PAGE = 500
/** What of them stands in memory at once, with all postings and lines; a single account may be larger. */
const BYTES_MAX = 2 * 1024 * 1024
/** What a posting comes to beside the bytes of its event. */
const POSTING_BYTES = 512

interface AccountKey {
  readonly customer: string
  readonly program: string
}

interface AccountRow extends AccountKey {
  readonly state: Account
}

/** Posts every account anew by the numbers of its postings, and compares state and lines. Answers how many there are. */
export async function verifyAccounts(tx: Tx, findings: Findings): Promise<number> {
  await verifyPostings(tx, findings)
  let accounts = 0
  for (let after: AccountKey | undefined = { customer: '', program: '' }; after; ) {
    const page = await weigh(tx, after)
    for (const part of partsOf(page)) await verifyPart(tx, part, findings)
    accounts += page.length
    after = page.length === PAGE ? page.at(-1) : undefined
  }
  return accounts
}

async function verifyPart(tx: Tx, part: readonly AccountKey[], findings: Findings): Promise<void> {
  const rows = await tx.query<AccountRow>(
    `SELECT a.customer, a.program, a.state
     ${OF_WANTED} JOIN hq.account a ON a.customer = w.customer AND a.program = w.program
     ORDER BY a.customer, a.program`,
    namesOf(part),
  )
  const books = await booksOf(tx, part)
  for (const row of rows) verifyAccount(books, row, findings)
}

interface Weighed extends AccountKey {
  /** Of its postings, those of accounts that were joined to it too. */
  readonly bytes: number
}

function weigh(tx: Tx, after: AccountKey): Promise<readonly Weighed[]> {
  return tx.query<Weighed>(
    `WITH RECURSIVE page AS (
       SELECT customer, program FROM hq.account WHERE (customer, program) > ($1, $2)
       ORDER BY customer, program LIMIT ${PAGE}
     ), part (customer, program, of) AS (
       SELECT customer, program, customer FROM page
       UNION SELECT w.customer, w.program, p.event FROM part w
       JOIN hq.posting p ON p.customer = w.of AND p.program = w.program AND p.what = 'merge'
     )
     SELECT w.customer, w.program,
       count(p.event) * ${POSTING_BYTES} + coalesce(sum(octet_length(e.bytes)), 0) AS bytes
     FROM part w LEFT JOIN hq.posting p ON p.customer = w.of AND p.program = w.program
     LEFT JOIN hq.event e ON e.tenant_id = p.tenant_id AND e.id = p.event AND e.outcome = 'posted'
     GROUP BY w.customer, w.program ORDER BY w.customer, w.program`,
    [after.customer, after.program],
  )
}

/** Accounts that may be read together: as many as come to the bytes, and at least one. */
function partsOf(page: readonly Weighed[]): readonly (readonly AccountKey[])[] {
  const parts: AccountKey[][] = []
  let left = 0
  for (const { customer, program, bytes } of page) {
    left -= bytes
    const open = parts.at(-1)
    if (open && left >= 0) open.push({ customer, program })
    else {
      parts.push([{ customer, program }])
      left = BYTES_MAX - bytes
    }
  }
  return parts
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

function verifyAccount(books: Books, row: AccountRow, findings: Findings): void {
  const name = `The account of customer ${row.customer} (${row.program})`
  let book: AccountBook
  try {
    book = replay(books.steps, row)
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error
    findings.add(`${name} cannot be posted anew: ${error.message}.`)
    return
  }
  if (!sameJson(book.state, row.state)) findings.add(`${name} is not what its postings make of it.`)
  const lines = books.lines.get(keyOf(row)) ?? []
  const wrong = lines.find(
    (line, i) => line.line_no !== i + 1 || !sameJson(lineOf(line), book.lines.get(line.event)),
  )
  if (wrong) findings.add(`${name}: the line of ${wrong.event} is not what its postings make of it.`)
  if (lines.length !== book.lines.size) {
    findings.add(`${name} has ${lines.length} lines, its postings make ${book.lines.size}.`)
  }
}

const keyOf = ({ customer, program }: AccountKey): string => `${customer} ${program}`

type Steps = ReadonlyMap<string, readonly StepRow[]>
/** Of accounts that are read together: their postings, those of accounts that were joined to them too, and their lines. */
interface Books {
  readonly steps: Steps
  readonly lines: ReadonlyMap<string, readonly LineRow[]>
}

interface StepRow extends PostingRow {
  readonly kind: EventKind | null
  readonly bytes: Buffer | null
  readonly device: string | null
  readonly epoch: number | null
}

const OF_WANTED = 'FROM unnest($1::text[], $2::text[]) AS w (customer, program)'
const namesOf = (wanted: readonly AccountKey[]): readonly (readonly string[])[] => [
  wanted.map(({ customer }) => customer),
  wanted.map(({ program }) => program),
]

async function booksOf(tx: Tx, accounts: readonly AccountKey[]): Promise<Books> {
  const steps = new Map<string, readonly StepRow[]>()
  for (let wanted = accounts; wanted.length > 0; ) {
    const rows = await tx.query<StepRow>(
      `SELECT p.customer, p.program, p.post_no, p.what, p.event, p.effective, p.settled_until, p.sale_reversed,
              e.kind, e.bytes, e.device, e.epoch
       ${OF_WANTED} JOIN hq.posting p ON p.customer = w.customer AND p.program = w.program
       LEFT JOIN hq.event e ON e.tenant_id = p.tenant_id AND e.id = p.event AND e.outcome = 'posted'
       ORDER BY p.customer, p.program, p.post_no`,
      namesOf(wanted),
    )
    const found = byAccount(rows)
    for (const key of wanted.map(keyOf)) steps.set(key, found.get(key) ?? [])
    wanted = rows
      .filter(({ what }) => what === 'merge')
      .map(({ event, program }) => ({ customer: event, program }))
      .filter((joined) => !steps.has(keyOf(joined)))
  }
  const lines = await tx.query<LineRow>(
    `SELECT l.* ${OF_WANTED} JOIN hq.line l ON l.customer = w.customer AND l.program = w.program
     ORDER BY l.customer, l.program, l.line_no`,
    namesOf(accounts),
  )
  return { steps, lines: byAccount(lines) }
}

function byAccount<Row extends AccountKey>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const known = found.get(keyOf(row))
    if (known) known.push(row)
    else found.set(keyOf(row), [row])
  }
  return found
}

function replay(steps: Steps, { customer, program }: AccountKey): AccountBook {
  const rows = steps.get(keyOf({ customer, program })) ?? []
  return replayAccount(customer, program, rows.map(stepOf), (id) => replay(steps, { customer: id, program }))
}

function stepOf({ kind, bytes, device, epoch, ...posting }: StepRow): ReplayStep {
  if (kind === null || bytes === null || device === null || epoch === null) return { posting, event: null }
  const { payload } = JSON.parse(bytes.toString('utf8')) as { payload: unknown }
  return { posting, event: { kind, payload, holder: appliedKey(device, epoch) } }
}
