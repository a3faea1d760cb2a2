import type { z } from 'zod'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { AccountFigures, Problem, ReconcileReply, ReconcileRequest } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import { writeAudit } from './audit.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { accountsHere, compareAccount } from './reconcile-accounts.ts'
import { chainDifference, type Difference } from './reconcile-chains.ts'
import type { Caller } from './tokens.ts'

type Ask = z.output<typeof ReconcileRequest>
type Reply = z.output<typeof ReconcileReply>

interface Report {
  state: 'asked' | 'running' | 'equal' | 'differs'
  compared: number
  upto: string
}

/** All accounts were looked at once: behind every key. */
const ALL = '~'

const keyOf = ({ customer, program }: Pick<AccountFigures, 'customer' | 'program'>): string =>
  `${customer}/${program}`

/**
 * Takes one page of what a till holds and compares it with head office at the same state. An account of which one side
 * knows something that the other does not yet (entries on their way, an older row) waits and is asked for again: the
 * report closes when nothing waits. What a till has from before a restore of head office is compared as it is, so that
 * what the restore changed is listed. A page may come again. Refuses with `not_found` for a report nobody asked for.
 */
export async function reconcile(parts: Parts, ask: Ask, caller: Caller): Promise<Result<Reply, Problem>> {
  const { tenant, device } = caller
  return parts.db.tenant(tenant, async (tx) => {
    const [report] = await tx.query<Report>(
      `SELECT state, compared, upto FROM hq.reconciliation WHERE tenant_id = $1 AND id = $2 AND device = $3 FOR UPDATE`,
      [tenant, ask.report, device],
    )
    if (!report) {
      return refuse(
        problem('not_found', 'Nobody at head office asked for this report. Nothing was compared.'),
      )
    }
    const at = { tx, tenant, report: ask.report }
    if (report.state === 'equal' || report.state === 'differs') return ok(await replyOf(at, report.compared))
    await compareChains(at, device, ask)
    const { compared, upto } = await compareAccounts(at, report, ask, caller.store)
    const done = ask.done && !(await waits(at))
    const state = done
      ? (await differences(at)) === 0
        ? 'equal'
        : 'differs'
      : ask.done
        ? 'asked'
        : 'running'
    await tx.query(
      `UPDATE hq.reconciliation SET state = $3, as_of = $4, compared = $5, upto = $6, differences = $7
       WHERE tenant_id = $1 AND id = $2`,
      [tenant, ask.report, state, ask.as_of, compared, ask.done ? ALL : upto, await differences(at)],
    )
    if (done) {
      const detail = { result: state, compared, differences: await differences(at) }
      await writeAudit(tx, {
        tenant,
        at: nowOf(parts),
        who: 'head office',
        what: 'reconciliation.compared',
        about: device,
        detail,
      })
    }
    return ok(await replyOf(at, compared))
  })
}

interface At {
  readonly tx: Tx
  readonly tenant: string
  readonly report: string
}

async function replyOf({ tx, tenant, report }: At, compared: number): Promise<Reply> {
  const [row] = await tx.query<{ differences: number; state: Report['state'] }>(
    'SELECT differences, state FROM hq.reconciliation WHERE tenant_id = $1 AND id = $2',
    [tenant, report],
  )
  const result = row?.state === 'equal' || row?.state === 'differs' ? row.state : 'open'
  return { compared, differences: row?.differences ?? 0, result }
}

async function differences({ tx, tenant, report }: At): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*) AS count FROM hq.reconciliation_difference
     WHERE tenant_id = $1 AND report = $2 AND what NOT LIKE 'waits%'`,
    [tenant, report],
  )
  return row?.count ?? 0
}

async function waits({ tx, tenant, report }: At): Promise<boolean> {
  const found = await tx.query(
    `SELECT 1 FROM hq.reconciliation_difference WHERE tenant_id = $1 AND report = $2 AND what LIKE 'waits%' LIMIT 1`,
    [tenant, report],
  )
  return found.length > 0
}

/** Each chain of the till against the same length of it here. They come whole with every page. */
async function compareChains(at: At, device: string, ask: Ask): Promise<void> {
  await at.tx.query(
    `DELETE FROM hq.reconciliation_difference
     WHERE tenant_id = $1 AND report = $2 AND what IN ('chain', 'waits_chain')`,
    [at.tenant, at.report],
  )
  for (const chain of ask.chains) {
    const difference = await chainDifference(at.tx, at.tenant, device, chain)
    if (difference) await put(at, difference)
  }
}

async function compareAccounts(
  at: At,
  before: Report,
  ask: Ask,
  store: string | null,
): Promise<{ compared: number; upto: string }> {
  const { tx, tenant, report } = at
  let { compared, upto } = before
  const marked = new Set(
    (
      await tx.query<{ customer: string; program: string }>(
        `DELETE FROM hq.reconciliation_difference WHERE tenant_id = $1 AND report = $2 AND customer = ANY($3)
         RETURNING customer, program`,
        [tenant, report, ask.accounts.map(({ customer }) => customer)],
      )
    ).map(keyOf),
  )
  const here = await accountsHere(tx, tenant, store, ask.accounts)
  for (const figures of ask.accounts) {
    const key = keyOf(figures)
    const first = key > upto
    // Compared and found equal in an earlier round: that stands, whatever was sold since.
    if (!first && !marked.has(key)) continue
    const difference = compareAccount(figures, here.get(key), ask.as_of)
    if (difference) await put(at, difference)
    if (!first) continue
    upto = key
    compared += 1
  }
  return { compared, upto }
}

async function put({ tx, tenant, report }: At, difference: Difference): Promise<void> {
  await tx.query(
    `INSERT INTO hq.reconciliation_difference (tenant_id, report, no, what, customer, program, till, hq)
     VALUES ($1, $2, (SELECT coalesce(max(no), 0) + 1 FROM hq.reconciliation_difference
       WHERE tenant_id = $1 AND report = $2), $3, $4, $5, $6, $7)`,
    [
      tenant,
      report,
      difference.what,
      difference.customer,
      difference.program,
      JSON.stringify(difference.till),
      JSON.stringify(difference.hq),
    ],
  )
}
