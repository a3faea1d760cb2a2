import { insertRows, type NewRow } from '../db/rows.ts'
import { type AccountBook, accountKey } from '../ledger/books.ts'
import { writeAudit } from './audit.ts'
import { loadBooks, tenantRow } from './load-books.ts'
import { nowOf, type Parts } from './parts.ts'
import { accountRow, SEEN_MS, scopesOf } from './save-books.ts'

/** Rows that tills follow, written in one transaction. */
const ROWS_MAX = 1_000
/** Customers looked at in one transaction. */
const CUSTOMERS_MAX = 100

type Scope = 'tenant' | 'store'

interface Changed {
  /** Transactions that wrote or removed rows. */
  readonly transactions: number
}

/**
 * Decides which tills get an account: all of the business, or those of the stores where the customer was seen in a
 * year. The new rows are there before tills ask for them, and once more behind the change; then the old ones go. Every
 * transaction writes at most 1,000 rows. Cut off anywhere, the same call again goes on.
 */
export async function changeAccountScope(
  parts: Parts,
  wanted: { readonly tenant: string; readonly scope: Scope; readonly who: string },
): Promise<Changed> {
  const { tenant, scope, who } = wanted
  const before = await fill(parts, tenant, scope)
  const at = nowOf(parts)
  await parts.db.tenant(tenant, async (tx) => {
    const [changed] = await tx.query<{ id: string }>(
      `UPDATE hq.tenant SET account_scope = $2 WHERE tenant_id = $1 AND account_scope <> $2 RETURNING tenant_id AS id`,
      [tenant, scope],
    )
    if (changed) {
      await writeAudit(tx, { tenant, at, who, what: 'account_scope', about: tenant, detail: { scope } })
    }
  })
  const behind = await fill(parts, tenant, scope)
  const removed = await removeOthers(parts, tenant)
  return { transactions: before + behind + removed.transactions }
}

/** Writes the row of every account for every one of its scopes. One that reads the same is not written again. */
async function fill(parts: Parts, tenant: string, scope: Scope): Promise<number> {
  let transactions = 0
  let at: Position = { customer: '', skip: 0 }
  for (;;) {
    const next = await fillPart(parts, tenant, scope, at)
    transactions += 1
    if (next === null) return transactions
    at = next
  }
}

/** Everything up to `customer` is written, and so many rows of the one behind it. */
interface Position {
  readonly customer: string
  readonly skip: number
}

function fillPart(parts: Parts, tenantId: string, scope: Scope, from: Position): Promise<Position | null> {
  const now = nowOf(parts)
  return parts.db.tenant(tenantId, async (tx) => {
    const tenant = { ...(await tenantRow(tx, tenantId)), account_scope: scope }
    const page = await tx.query<{ customer: string }>(
      'SELECT DISTINCT customer FROM hq.account WHERE customer > $1 ORDER BY customer LIMIT $2',
      [from.customer, CUSTOMERS_MAX],
    )
    const ids = page.map(({ customer }) => customer)
    // Locks them: what arrives for them meanwhile is booked behind this.
    const { books } = await loadBooks(parts, tx, tenant, [], ids)
    const rows: NewRow[] = []
    let skip = from.skip
    let done = from.customer
    for (const id of ids) {
      const own = rowsOf(books.accounts.values(), id, scopesOf(tenant, books.customers.get(id), now))
      const some = own.slice(skip, skip + ROWS_MAX - rows.length)
      rows.push(...some.map(({ book, to }) => ({ ...accountRow(tenantId, book, now), scope: to })))
      if (skip + some.length < own.length) {
        await write(rows)
        return { customer: done, skip: skip + some.length }
      }
      skip = 0
      done = id
    }
    await write(rows)
    return ids.length < CUSTOMERS_MAX ? null : { customer: done, skip: 0 }

    function write(all: readonly NewRow[]): Promise<void> {
      return insertRows(tx, 'sync_account_v1', all, {
        key: ['tenant_id', 'scope', 'customer', 'program'],
        update: ['fn', 'state', 'lines', 'applied', 'held'],
      })
    }
  })
}

/** Always in the same order, so that a part goes on where the one before it ended. */
function rowsOf(
  accounts: Iterable<AccountBook>,
  customer: string,
  scopes: readonly string[],
): readonly { readonly book: AccountBook; readonly to: string }[] {
  const order = (book: AccountBook): string => accountKey(book.customer, book.program)
  return [...accounts]
    .filter((book) => book.customer === customer)
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .flatMap((book) => [...scopes].sort().map((to) => ({ book, to })))
}

/**
 * Takes accounts from stores where the customer was not seen for a year: nothing of them need lie there. They come back
 * with the next sale. Answers how many rows went.
 */
export async function removeUnseen(parts: Parts, tenant: string): Promise<number> {
  const { account_scope: scope } = await parts.db.tenant(tenant, (tx) => tenantRow(tx, tenant))
  return scope === 'store' ? (await removeOthers(parts, tenant)).rows : 0
}

/** Takes away every row of another scope than the present one, and of stores that are not to have it any more. */
async function removeOthers(parts: Parts, tenant: string): Promise<Changed & { readonly rows: number }> {
  let rows = 0
  for (let transactions = 0; ; transactions += 1) {
    const removed = await removePart(parts, tenant)
    rows += removed
    if (removed === 0) return { rows, transactions }
  }
}

function removePart(parts: Parts, tenantId: string): Promise<number> {
  const since = nowOf(parts) - SEEN_MS
  return parts.db.tenant(tenantId, async (tx) => {
    const { account_scope: scope } = await tenantRow(tx, tenantId)
    const out = `(($1 = 'tenant') <> (s.scope = '*')
      OR (s.scope <> '*' AND coalesce((c.seen ->> s.scope)::bigint, 0) <= $2))`
    const found = await tx.query<{ customer: string }>(
      `SELECT s.customer FROM hq.sync_account_v1 s
       JOIN hq.customer c ON c.tenant_id = s.tenant_id AND c.id = s.customer WHERE ${out} LIMIT ${ROWS_MAX}`,
      [scope, since],
    )
    const ids = [...new Set(found.map(({ customer }) => customer))]
    if (ids.length === 0) return 0
    // Somebody may buy there at this moment: looked at again under the lock of the customer.
    await tx.query('SELECT 1 FROM hq.customer WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids])
    const removed = await tx.query(
      `DELETE FROM hq.sync_account_v1 d USING (
         SELECT s.scope, s.customer, s.program FROM hq.sync_account_v1 s
         JOIN hq.customer c ON c.tenant_id = s.tenant_id AND c.id = s.customer
         WHERE s.customer = ANY($3) AND ${out} LIMIT ${ROWS_MAX}) AS gone
       WHERE (d.scope, d.customer, d.program) = (gone.scope, gone.customer, gone.program) RETURNING d.customer`,
      [scope, since, ids],
    )
    return removed.length
  })
}
