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
  /** All, also those that are not listed. */
  differences: number
  unlisted: number
}

/** Accounts that differ stand in a report up to here; of more only their number. */
const DIFFERENCES_LISTED_MAX = 500

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
      `SELECT state, compared, upto, differences, unlisted FROM hq.reconciliation
       WHERE tenant_id = $1 AND id = $2 AND device = $3 FOR UPDATE`,
      [tenant, ask.report, device],
    )
    if (!report) {
      return refuse(
        problem('not_found', 'Nobody at head office asked for this report. Nothing was compared.'),
      )
    }
    const at = { tx, tenant, report: ask.report }
    if (isClosed(report.state)) return ok(replyOf(report))
    await compareChains(at, device, ask)
    const { compared, upto, unlisted } = await compareAccounts(at, report, ask, caller.store)
    const differences = (await listed(at)) + unlisted
    const state = stateAfter(ask.done, await waits(at), differences)
    await tx.query(
      `UPDATE hq.reconciliation SET state = $3, as_of = $4, compared = $5, upto = $6, differences = $7, unlisted = $8
       WHERE tenant_id = $1 AND id = $2`,
      [tenant, ask.report, state, ask.as_of, compared, ask.done ? ALL : upto, differences, unlisted],
    )
    if (isClosed(state)) {
      const detail = { result: state, compared, differences }
      await writeAudit(tx, {
        tenant,
        at: nowOf(parts),
        who: 'head office',
        what: 'reconciliation.compared',
        about: device,
        detail,
      })
    }
    return ok(replyOf({ state, compared, differences }))
  })
}

function stateAfter(done: boolean, waiting: boolean, differences: number): Report['state'] {
  if (!done) return 'running'
  if (waiting) return 'asked'
  return differences === 0 ? 'equal' : 'differs'
}

const isClosed = (state: Report['state']): state is 'equal' | 'differs' =>
  state === 'equal' || state === 'differs'

const replyOf = ({
  state,
  compared,
  differences,
}: Pick<Report, 'state' | 'compared' | 'differences'>): Reply => ({
  compared,
  differences,
  result: isClosed(state) ? state : 'open',
})

interface At {
  readonly tx: Tx
  readonly tenant: string
  readonly report: string
}

/** Differences that stand one by one in the report. */
async function listed({ tx, tenant, report }: At): Promise<number> {
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

/** Each chain of the till against the same length of it here. They come whole with the first page of a round. */
async function compareChains(at: At, device: string, ask: Ask): Promise<void> {
  if (ask.chains.length === 0) return
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
): Promise<Pick<Report, 'compared' | 'upto' | 'unlisted'>> {
  const { tx, tenant, report } = at
  let { compared, upto, unlisted } = before
  const marked = new Set(
    (
      await tx.query<{ customer: string; program: string }>(
        `DELETE FROM hq.reconciliation_difference
         WHERE tenant_id = $1 AND report = $2 AND customer || '/' || program = ANY($3)
         RETURNING customer, program`,
        [tenant, report, ask.accounts.map(keyOf)],
      )
    ).map(keyOf),
  )
  const here = await accountsHere(tx, tenant, store, ask.accounts)
  let room = DIFFERENCES_LISTED_MAX - (await listed(at))
  for (const figures of ask.accounts) {
    const key = keyOf(figures)
    const first = key > upto
    // Compared and found equal in an earlier round: that stands, whatever was sold since.
    if (!first && !marked.has(key)) continue
    const difference = compareAccount(figures, here.get(key), ask.as_of)
    const waiting = difference?.what === 'waits_account'
    if (difference && (waiting || room > 0)) await put(at, difference)
    else if (difference) unlisted += 1
    if (difference && !waiting) room -= 1
    if (!first) continue
    upto = key
    compared += 1
  }
  return { compared, upto, unlisted }
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
