import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { SHAPE_TABLES } from '../../shared/sync/rows.ts'
import type { Problem } from '../../shared/sync/wire.ts'
import { mayAskElsewhere } from './asked-elsewhere.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import type { Caller } from './tokens.ts'

type TextRow = Record<string, string | null>

interface AccountRows {
  readonly customer: readonly TextRow[]
  readonly account: readonly TextRow[]
}

const texts = (columns: readonly string[], table: string): string =>
  columns.map((column) => `${table}."${column}"::text`).join(', ')

const TOO_MANY = problem(
  'throttled',
  'This till has asked for very many customers of other stores today. It goes on selling and earning; ask head office.',
)

/**
 * `GET /sync/v1/account`: one customer with their accounts, as the shapes would bring them, for a till that has no row of
 * them. An id that is an alias brings its own row and those of the customer it leads to. Accounts that were seen in other
 * stores alone are counted for the till, `throttled` beyond what customers on their first visit need in a day. Refuses
 * with `device_revoked` and `not_found` too.
 */
export async function accountRows(
  parts: Pick<Parts, 'db' | 'clock'>,
  caller: Caller,
  customer: string,
): Promise<Result<AccountRows, Problem>> {
  if (caller.may !== 'all') return refuse(problem('device_revoked'))
  const { tenant } = caller
  const { columns: ofCustomer } = SHAPE_TABLES.customer
  const { columns: ofAccount } = SHAPE_TABLES.account
  return parts.db.tenant(tenant, async (tx) => {
    const root = await tx.query<{ root: string }>(
      'SELECT root FROM hq.alias WHERE tenant_id = $1 AND id = $2',
      [tenant, customer],
    )
    const ids = [customer, root[0]?.root ?? customer]
    const customers = await tx.query<TextRow>(
      `SELECT ${texts(ofCustomer, 'c')} FROM hq.sync_customer_v1 c WHERE c.tenant_id = $1 AND c.id = ANY($2)`,
      [tenant, ids],
    )
    if (customers.length === 0) {
      return refuse(problem('not_found', 'Head office does not know this customer yet. Nothing was changed.'))
    }
    // The row of this till's own scope where there is one: it is the one that the shape will keep up to date.
    const accounts = await tx.query<TextRow>(
      `SELECT DISTINCT ON (a.program) ${texts(ofAccount, 'a')} FROM hq.sync_account_v1 a
       WHERE a.tenant_id = $1 AND a.customer = ANY($2)
       ORDER BY a.program, (a.scope IN ('*', $3)) DESC, a.hq_epoch DESC, a.version DESC`,
      [tenant, ids, caller.store ?? ''],
    )
    const elsewhere = accounts.some(({ scope }) => scope !== '*' && scope !== caller.store)
    if (elsewhere && !(await mayAskElsewhere(tx, caller, nowOf(parts)))) return refuse(TOO_MANY)
    return ok({ customer: customers, account: accounts })
  })
}
