import type { Account } from '../../shared/domain/account.ts'
import { leased, open, owed } from '../../shared/domain/post.ts'
import { compareVersions } from '../../shared/sync/rows.ts'
import type { AccountFigures } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import type { Difference } from './reconcile-chains.ts'

/** An account as it stands here, and the version of the row that tells tills of it. */
interface AccountHere {
  readonly state: Account
  readonly hq_epoch: number
  readonly version: number
}

/** By "customer/program" as the till names them, whatever the customer is called here. */
export async function accountsHere(
  tx: Tx,
  tenant: string,
  store: string | null,
  wanted: readonly AccountFigures[],
): Promise<ReadonlyMap<string, AccountHere>> {
  const rows = await tx.query<AccountHere & { asked: string; program: string }>(
    `SELECT w.asked, a.program, a.state, coalesce(r.hq_epoch, 0) AS hq_epoch, coalesce(r.version, 0) AS version
     FROM (SELECT DISTINCT unnest($2::text[]) AS asked) AS w
     LEFT JOIN hq.alias l ON l.tenant_id = $1 AND l.id = w.asked
     JOIN hq.account a ON a.tenant_id = $1 AND a.customer = coalesce(l.root, w.asked)
     LEFT JOIN LATERAL (SELECT hq_epoch, version FROM hq.sync_account_v1 s
       WHERE s.tenant_id = $1 AND s.customer = a.customer AND s.program = a.program
       ORDER BY (s.scope IN ('*', $3)) DESC, s.hq_epoch DESC, s.version DESC LIMIT 1) AS r ON true`,
    [tenant, wanted.map(({ customer }) => customer), store ?? ''],
  )
  return new Map(rows.map(({ asked, program, ...here }) => [`${asked}/${program}`, here]))
}

/** Null: the same at `asOf` (ms), to the point. */
export function compareAccount(
  figures: AccountFigures,
  here: AccountHere | undefined,
  asOf: number,
): Difference | null {
  const { customer, program, version, hq_epoch, pending, ...till } = figures
  const as = (what: Difference['what'], hq: Difference['hq']): Difference => ({
    what,
    customer,
    program,
    till: { ...till, pending },
    hq,
  })
  if (!here) {
    const empty = Object.values(till).every((value) => value === 0)
    if (pending > 0) return as('waits_account', {})
    return empty ? null : as('account_unknown', {})
  }
  const hq = {
    open: open(here.state, asOf),
    leased: leased(here.state),
    debt: owed(here.state),
    lifetime: here.state.lifetime,
  }
  const same = (['open', 'leased', 'debt', 'lifetime'] as const).every((name) => hq[name] === till[name])
  if (pending > 0) return as('waits_account', hq)
  if (same) return null
  // A restore gives every row a new number: what the till still has from before it may be gone here for good.
  if (hq_epoch > 0 && hq_epoch < here.hq_epoch) return as('account_restored', hq)
  return as(compareVersions({ hq_epoch, version }, here) < 0 ? 'waits_account' : 'account', hq)
}
