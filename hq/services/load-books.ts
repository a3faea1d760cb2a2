import type { Account, Line } from '../../shared/domain/account.ts'
import { expireLineId } from '../../shared/domain/line.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import type { Applied } from '../../shared/sync/rows.ts'
import type { HeldEvent } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import type { Arrival } from '../ledger/arrival.ts'
import { multipliedBy } from '../ledger/book-refund.ts'
import {
  type AccountBook,
  accountKey,
  type Books,
  type Lease,
  type Overdraft,
  type PostedEvent,
  type Sale,
} from '../ledger/books.ts'
import { readGrant } from './grants.ts'
import { type LineRow, lineOf } from './lines.ts'
import { lockCustomers, type NewAlias } from './lock-customers.ts'
import type { Parts } from './parts.ts'
import { publishedPrograms } from './programs.ts'
import { publicIdOf } from './public-id.ts'

/** What of the tenant's row the books need. */
export interface TenantRow {
  readonly tenant_id: string
  readonly name: string
  readonly identity_key: string
  readonly signing_key: string
  readonly public_key: string
  readonly account_scope: 'tenant' | 'store'
  readonly settled_until: number
  readonly time_zone: string
}

export async function tenantRow(tx: Tx, tenant: string): Promise<TenantRow> {
  const rows = await tx.query<TenantRow>('SELECT * FROM hq.tenant WHERE tenant_id = $1', [tenant])
  const row = rows[0]
  if (!row) throw new Error(`there is no tenant ${tenant}`)
  return row
}

interface Loaded {
  readonly books: Books
  readonly newAliases: readonly NewAlias[]
}

/**
 * Loads what a batch may touch, a few statements whatever its size. Every customer is locked first, in the order of
 * their ids, and made where nobody has told of them yet. `more`: customers besides those the events name.
 */
export async function loadBooks(
  parts: Pick<Parts, 'digest' | 'verify'>,
  tx: Tx,
  tenant: TenantRow,
  arrivals: readonly Arrival[],
  more: readonly string[] = [],
): Promise<Loaded> {
  const { aliases, customers, newAliases, strangers } = await lockCustomers(parts, tx, tenant, arrivals, more)
  const roots = [...customers.keys()]
  const [accounts, sales, leases, posted, overdrafts] = await Promise.all([
    loadAccounts(tx, tenant, roots),
    loadSales(tx, arrivals),
    loadLeases(tx, arrivals),
    loadPosted(tx, arrivals),
    loadOverdrafts(tx, roots),
  ])
  await loadLines(tx, accounts, arrivals, tenant.settled_until)
  const reversing = arrivals.some(({ kind }) => kind === 'points.reversed')
  const tiers = reversing ? await loadTiers(tx, tenant.tenant_id, accounts) : NO_TIERS
  return {
    newAliases,
    books: {
      digest: parts.digest,
      settledUntil: tenant.settled_until,
      aliases,
      strangers,
      customers,
      changedCustomers: new Set(),
      accounts,
      changedAccounts: new Set(),
      sales,
      changedSales: new Set(),
      leases,
      newLeases: new Set(),
      changedLeases: new Set(),
      grantRows: new Map(),
      readGrant: (signed) => readGrant(parts, tenant, signed),
      postings: [],
      posted,
      overdrafts,
      closedOverdrafts: new Map(),
      newOverdrafts: new Set(),
      inbox: [],
      timeZone: tenant.time_zone,
      ...tiers,
      multiplied: new Map(tiers.multiplied),
      publicIdOf: (customer) => publicIdOf(parts.digest, tenant, customer),
    },
  }
}

/** Under which its accounts are told to tills. */
async function scopes(tx: Tx, tenant: TenantRow): Promise<readonly string[]> {
  if (tenant.account_scope === 'tenant') return ['*']
  return (await tx.query<{ id: string }>('SELECT id FROM hq.store')).map(({ id }) => id)
}

interface AccountRow {
  readonly customer: string
  readonly program: string
  readonly state: Account
  readonly applied: Applied
  readonly held: readonly HeldEvent[]
  readonly last_line: number
  readonly lines: string | null
}

/** Accounts of customers, with the lines that tills have of them. */
async function loadAccounts(
  tx: Tx,
  tenant: TenantRow,
  customers: readonly string[],
): Promise<Map<string, AccountBook>> {
  if (customers.length === 0) return new Map()
  // What tills have is found in one go: looked up account by account, a table that has grown since Postgres counted it is
  // read from end to end for each of them.
  const rows = await tx.query<AccountRow>(
    `WITH shown AS MATERIALIZED (
       SELECT DISTINCT ON (customer, program) customer, program, lines FROM hq.sync_account_v1
       WHERE customer = ANY($1) AND scope = ANY($2)
     )
     SELECT a.customer, a.program, a.state, a.applied, a.held, s.lines,
       coalesce((SELECT l.line_no FROM hq.line l WHERE l.tenant_id = a.tenant_id AND l.customer = a.customer
                   AND l.program = a.program ORDER BY l.line_no DESC LIMIT 1), 0) AS last_line
     FROM hq.account a LEFT JOIN shown s ON s.customer = a.customer AND s.program = a.program
     WHERE a.customer = ANY($1)`,
    [customers, await scopes(tx, tenant)],
  )
  const books = rows.map((row): [string, AccountBook] => {
    const lines = row.lines === null ? [] : (JSON.parse(row.lines) as Line[])
    const { customer, program, state, applied, held, last_line: lastLineNo } = row
    const book = {
      customer,
      program,
      state,
      applied,
      held,
      lastLineNo,
      added: new Map(),
      changed: new Set<string>(),
    }
    return [
      accountKey(customer, program),
      { ...book, lines: new Map(lines.map((line) => [line.event, line])) },
    ]
  })
  const accounts = new Map(books)
  const bare = rows.filter((row) => row.lines === null && row.last_line > 0)
  if (bare.length > 0) {
    const all = await tx.query<LineRow>(
      'SELECT * FROM hq.line WHERE customer = ANY($1) ORDER BY customer, program, line_no',
      [bare.map(({ customer }) => customer)],
    )
    addLines(accounts, all)
  }
  return accounts
}

/**
 * Lines beyond those that tills have: the targets of reversals, and the lapse of every lot that may be booked or given
 * back to now.
 */
async function loadLines(
  tx: Tx,
  accounts: Map<string, AccountBook>,
  arrivals: readonly Arrival[],
  settledUntil: number,
): Promise<void> {
  const targets = arrivals.flatMap(({ event }) =>
    event?.envelope.kind === 'points.reversed'
      ? (event.payload as Payloads['points.reversed']).targets.map((target) => target.event)
      : [],
  )
  for (const { state } of accounts.values()) for (const { target } of state.pending) targets.push(target)
  await addLinesOf(tx, accounts, targets)
  const lots = new Set<string>()
  for (const { state, lines } of accounts.values()) {
    for (const lot of state.lots) if (lot.expiry <= settledUntil) lots.add(lot.id)
    for (const pot of state.pots) for (const slice of pot.slices) lots.add(slice.lot)
    for (const event of targets) {
      const line = lines.get(event)
      if (line?.lot) lots.add(line.lot)
      for (const slice of line?.slices ?? []) lots.add(slice.lot)
    }
  }
  await addLinesOf(tx, accounts, [...lots].map(expireLineId))
}

/** Adds lines by their events to the books of their accounts. */
async function addLinesOf(
  tx: Tx,
  accounts: Map<string, AccountBook>,
  events: readonly string[],
): Promise<void> {
  if (events.length === 0) return
  addLines(accounts, await tx.query<LineRow>('SELECT * FROM hq.line WHERE event = ANY($1)', [events]))
}

function addLines(accounts: Map<string, AccountBook>, rows: readonly LineRow[]): void {
  for (const row of rows)
    accounts.get(accountKey(row.customer, row.program))?.lines.set(row.event, lineOf(row))
}

async function loadSales(tx: Tx, arrivals: readonly Arrival[]): Promise<Map<string, Sale>> {
  const ids = new Set<string>()
  for (const { event } of arrivals) {
    const sale = (event?.payload as { sale?: unknown } | undefined)?.sale
    if (typeof sale === 'string') ids.add(sale)
  }
  if (ids.size === 0) return new Map()
  const rows = await tx.query<Sale>('SELECT * FROM hq.sale WHERE id = ANY($1)', [[...ids]])
  return new Map(rows.map((row) => [row.id, row]))
}

async function loadLeases(tx: Tx, arrivals: readonly Arrival[]): Promise<Map<string, Lease>> {
  const ids = arrivals.flatMap(({ event }) => {
    const grant = (event?.payload as { grant?: unknown } | undefined)?.grant
    return typeof grant === 'string' ? [grant] : []
  })
  if (ids.length === 0) return new Map()
  const rows = await tx.query<Lease>('SELECT * FROM hq.lease WHERE id = ANY($1)', [ids])
  return new Map(rows.map((row) => [row.id, row]))
}

async function loadPosted(tx: Tx, arrivals: readonly Arrival[]): Promise<Map<string, PostedEvent>> {
  const ids = arrivals.flatMap(({ id }) => (id === null ? [] : [id]))
  if (ids.length === 0) return new Map()
  const rows = await tx.query<PostedEvent & { id: string }>(
    `SELECT id, content, staff FROM hq.event WHERE id = ANY($1) AND outcome = 'posted'`,
    [ids],
  )
  return new Map(rows.map(({ id, content, staff }) => [id, { content, staff }]))
}

async function loadOverdrafts(tx: Tx, roots: readonly string[]): Promise<Map<string, Overdraft>> {
  if (roots.length === 0) return new Map()
  const rows = await tx.query<Overdraft>(
    `SELECT id, event, customer, facts ->> 'program' AS program FROM hq.inbox
     WHERE kind = 'overdraft' AND state = 'open' AND customer = ANY($1)`,
    [roots],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

type Tiers = Pick<Books, 'programs' | 'multiplied'>
const NO_TIERS: Tiers = { programs: new Map(), multiplied: new Map() }
/** So many of the newest earns of an account are looked at for a tier that made them more. */
const TIER_LINES_MAX = 200

/** What a reversal may take a tier away from: the programs, and which lines at hand count more by a tier. */
async function loadTiers(tx: Tx, tenant: string, accounts: ReadonlyMap<string, AccountBook>): Promise<Tiers> {
  const earns = [...accounts.values()].flatMap(({ lines }) =>
    [...lines.values()]
      .filter(({ kind }) => kind === 'earn')
      .toSorted((a, b) => b.postNo - a.postNo)
      .slice(0, TIER_LINES_MAX)
      .map(({ event }) => event),
  )
  // Every program: the batch may open accounts, and what it earns there counts too.
  const [programs, rows] = await Promise.all([
    publishedPrograms(tx, tenant),
    tx.query<{ id: string; bytes: Buffer }>(
      `SELECT id, bytes FROM hq.event WHERE id = ANY($1) AND outcome = 'posted'`,
      [earns],
    ),
  ])
  const multiplied = new Map<string, string>()
  for (const { id, bytes } of rows) {
    const { payload } = JSON.parse(bytes.toString('utf8')) as { payload: Payloads['points.earned'] }
    const tier = multipliedBy(payload)
    if (tier !== null) multiplied.set(id, tier)
  }
  return { programs, multiplied }
}
