import { invariant } from '../../shared/base/result.ts'
import { SHAPE_TABLES } from '../../shared/sync/rows.ts'
import type { Tx } from '../db/database.ts'
import { insertRows, type NewRow, updateRows } from '../db/rows.ts'
import { linesToShow, lotsWithoutLine } from '../ledger/book-account.ts'
import type { AccountBook, Books, Customer } from '../ledger/books.ts'
import { saveLeases } from './grants.ts'
import { saveInbox } from './inbox.ts'
import { type LineRow, lineOf, lineRow } from './lines.ts'
import type { TenantRow } from './load-books.ts'
import type { NewAlias } from './lock-customers.ts'
import { saveTiers } from './tiers.ts'

/** A store whose tills saw a customer longer ago than this no longer gets the account. */
export const SEEN_MS = 365 * 86_400_000

/** Writes all that changed in the books: the truth, and the rows that tills follow. A few statements for any batch. */
export async function saveBooks(
  tx: Tx,
  tenant: TenantRow,
  books: Books,
  now: number,
  newAliases: readonly NewAlias[] = [],
): Promise<void> {
  const { tenant_id } = tenant
  const customers = [...books.changedCustomers].sort().flatMap((id) => books.customers.get(id) ?? [])
  const accounts = [...books.changedAccounts].sort().flatMap((key) => books.accounts.get(key) ?? [])
  // All on their way at once and carried out in this order: a flag that is put up and closed by one batch is closed.
  await Promise.all([
    saveCustomers(tx, tenant_id, customers),
    saveAliases(tx, tenant_id, newAliases),
    saveAccounts(tx, tenant_id, accounts),
    insertRows(
      tx,
      'posting',
      books.postings.map((row) => ({ tenant_id, ...row })),
    ),
    saveSales(tx, tenant_id, books),
    saveLeases(tx, tenant_id, books),
    saveInbox(tx, tenant_id, books.inbox, now),
    saveFlags(tx, tenant_id, books, now),
    saveTiers(tx, tenant, books, accounts, now),
    addReturnedLots(tx, accounts).then(() => saveAccountRows(tx, tenant, books, accounts, now)),
  ])
}

/** Of the rows of tills: the key, whom an alias means, and what the database numbers itself. */
const FIXED: ReadonlySet<string> = new Set(['tenant_id', 'id', 'merged_into', 'hq_epoch', 'version'])
const CUSTOMER_COLUMNS = SHAPE_TABLES.customer.columns.filter((column) => !FIXED.has(column))

async function saveCustomers(tx: Tx, tenant_id: string, customers: readonly Customer[]): Promise<void> {
  const own = insertRows(
    tx,
    'customer',
    customers.map((customer) => ({ tenant_id, ...customer })),
    { key: ['tenant_id', 'id'], update: [...CUSTOMER_COLUMNS, 'seen'] },
  )
  const told = insertRows(
    tx,
    'sync_customer_v1',
    customers.map(({ public_id: _, seen: __, ...customer }) => ({
      tenant_id,
      ...customer,
      merged_into: null,
      applied: JSON.stringify(customer.applied),
    })),
    { key: ['tenant_id', 'id'], update: CUSTOMER_COLUMNS },
  )
  await Promise.all([own, told])
}

/** Aliases reach tills as rows of the directory that name the customer they mean; nothing else of them counts. */
async function saveAliases(tx: Tx, tenant_id: string, aliases: readonly NewAlias[]): Promise<void> {
  await insertRows(
    tx,
    'alias',
    aliases.map(({ id, root }) => ({ tenant_id, id, root, because: 'worked_alone' })),
    { key: ['tenant_id', 'id'], update: [] },
  )
  await updateRows(
    tx,
    'customer',
    ['id'],
    aliases.map(({ id, root }) => ({ id, merged_into: root })),
  )
  await saveAliasRows(tx, tenant_id, aliases)
}

export async function saveAliasRows(
  tx: Tx,
  tenant_id: string,
  aliases: readonly { readonly id: string; readonly root: string }[],
): Promise<void> {
  await insertRows(
    tx,
    'sync_customer_v1',
    aliases.map(({ id, root }) => ({
      tenant_id,
      id,
      merged_into: root,
      generation: 0,
      name: '',
      phone: null,
      phone_typed: '',
      email: null,
      card: null,
      birth: '',
      note: '',
      marketing: 'not_asked',
      consent_at: null,
      consent_wording: '',
      joined: 0,
      sale_count: 0,
      spend_kobo: 0,
      last_sale: null,
      applied: '{}',
    })),
    { key: ['tenant_id', 'id'], update: ['merged_into', ...CUSTOMER_COLUMNS] },
  )
}

async function saveAccounts(tx: Tx, tenant_id: string, accounts: readonly AccountBook[]): Promise<void> {
  const added: NewRow[] = []
  const changed: NewRow[] = []
  for (const book of accounts) {
    for (const [event, no] of book.added) {
      const line = book.lines.get(event)
      invariant(line, `the line of ${event} is at hand`)
      added.push({ tenant_id, ...lineRow(book.customer, book.program, no, line) })
    }
    for (const event of book.changed) {
      const line = book.lines.get(event)
      invariant(line, `the line of ${event} is at hand`)
      const { customer, program } = book
      const { points, reversed, slices } = line
      changed.push({ customer, program, event, points, reversed, slices })
    }
  }
  const states = insertRows(
    tx,
    'account',
    accounts.map(({ customer, program, state, applied, held }) => ({
      tenant_id,
      customer,
      program,
      state,
      applied,
      held,
    })),
    { key: ['tenant_id', 'customer', 'program'], update: ['state', 'applied', 'held'] },
  )
  await Promise.all([
    states,
    insertRows(tx, 'line', added),
    updateRows(tx, 'line', ['customer', 'program', 'event'], changed),
  ])
}

async function saveSales(tx: Tx, tenant_id: string, books: Books): Promise<void> {
  const sales = [...books.changedSales].sort().flatMap((id) => books.sales.get(id) ?? [])
  const columns = [
    'id',
    'customer',
    'store',
    'device',
    'at',
    'gross_kobo',
    'net_kobo',
    'channel',
    'receipt',
    'staff',
  ]
  const update = [...columns.slice(1), 'imported', 'void_event', 'refunded_kobo']
  await insertRows(
    tx,
    'sale',
    sales.map((sale) => ({ ...sale, tenant_id })),
    { key: ['tenant_id', 'id'], update },
  )
}

/** Flags that closed by themselves, and the deny list: a customer is on it while a flag of theirs is open. */
async function saveFlags(tx: Tx, tenant_id: string, books: Books, now: number): Promise<void> {
  const closed = [...books.closedOverdrafts.values()]
  const closing =
    closed.length === 0
      ? null
      : tx.query(
          `UPDATE hq.inbox SET state = 'closed', closed_at = $2, closed_by = 'head office', closed_how = 'repaid'
           WHERE id = ANY($1) AND state = 'open'`,
          [closed.map(({ id }) => id), now],
        )
  const open = new Set([...books.overdrafts.values()].map(({ customer }) => customer))
  const touched = new Set([...books.changedAccounts].map((key) => books.accounts.get(key)?.customer ?? ''))
  const free = [...touched].filter((customer) => !open.has(customer))
  const freeing =
    free.length === 0
      ? null
      : tx.query(`DELETE FROM hq.sync_deny_v1 WHERE customer = ANY($1) AND reason = 'overdraft'`, [free])
  const denied = [...open].filter((customer) => newlyDenied(books, customer)).sort()
  const denying = insertRows(
    tx,
    'sync_deny_v1',
    denied.map((customer) => ({ tenant_id, customer, reason: 'overdraft', since: now })),
    { key: ['tenant_id', 'customer'], update: [] },
  )
  await Promise.all([closing, freeing, denying])
}

const newlyDenied = (books: Books, customer: string): boolean =>
  [...books.newOverdrafts].some((id) => books.overdrafts.get(id)?.customer === customer)

/** A lot that came back after its line had left what tills have: its line comes back with it. */
async function addReturnedLots(tx: Tx, accounts: readonly AccountBook[]): Promise<void> {
  for (const book of accounts) {
    const lots = lotsWithoutLine(book)
    if (lots.length === 0) continue
    const rows = await tx.query<LineRow>(
      'SELECT * FROM hq.line WHERE customer = $1 AND program = $2 AND lot = ANY($3)',
      [book.customer, book.program, lots],
    )
    for (const row of rows) if (!book.lines.has(row.event)) book.lines.set(row.event, lineOf(row))
  }
}

async function saveAccountRows(
  tx: Tx,
  tenant: TenantRow,
  books: Books,
  accounts: readonly AccountBook[],
  now: number,
): Promise<void> {
  const rows = accounts.flatMap((book) => {
    const { customer, program } = book
    const row = accountRow(tenant.tenant_id, book, now)
    const scopes = scopesOf(tenant, books.customers.get(customer), now)
    return scopes.map((scope) => ({ ...row, customer, program, scope }))
  })
  if (tenant.account_scope === 'store') {
    // What a store is told no more must not stand there as it was: its tills would take it for the present.
    await tx.query(
      `DELETE FROM hq.sync_account_v1 s USING unnest($1::text[], $2::text[]) AS a (customer, program)
       WHERE s.customer = a.customer AND s.program = a.program
         AND NOT EXISTS (SELECT FROM unnest($3::text[], $4::text[], $5::text[]) AS kept (customer, program, scope)
           WHERE (kept.customer, kept.program, kept.scope) = (s.customer, s.program, s.scope))`,
      [
        accounts.map(({ customer }) => customer),
        accounts.map(({ program }) => program),
        rows.map(({ customer }) => customer),
        rows.map(({ program }) => program),
        rows.map(({ scope }) => scope),
      ],
    )
  }
  await insertRows(tx, 'sync_account_v1', rows, {
    key: ['tenant_id', 'scope', 'customer', 'program'],
    update: ['fn', 'state', 'lines', 'applied', 'held'],
  })
}

/** An account as its row shows it, without the scope. */
export function accountRow(tenant_id: string, book: AccountBook, now: number): NewRow {
  const { customer, program, state, applied, held, lines } = book
  return {
    tenant_id,
    customer,
    program,
    fn: state.fn,
    state: JSON.stringify(state),
    lines: JSON.stringify(linesToShow(state, lines.values(), now)),
    applied: JSON.stringify(applied),
    held: JSON.stringify(held),
  }
}

/** To whom an account goes: to every till, or to those of the stores where the customer was seen in a year. */
export function scopesOf(tenant: TenantRow, customer: Customer | undefined, now: number): readonly string[] {
  if (tenant.account_scope === 'tenant') return ['*']
  return Object.entries(customer?.seen ?? {})
    .filter(([, at]) => at > now - SEEN_MS)
    .map(([store]) => store)
}
