import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Problem } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import type { Books } from '../ledger/books.ts'
import { rootOf } from '../ledger/books.ts'
import { joinCustomers } from '../ledger/join-customers.ts'
import { writeAudit } from './audit.ts'
import { loadBooks, type TenantRow, tenantRow } from './load-books.ts'
import type { NewAlias } from './lock-customers.ts'
import { writeOwnEvents } from './own-events.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { saveAliasRows, saveBooks } from './save-books.ts'

interface MergeWanted {
  readonly tenant: string
  /** Any id of the customer that stays, and of the one that becomes another id of it. */
  readonly into: string
  readonly from: string
  /** A person's name. */
  readonly who: string
}

/**
 * Makes one customer of two, root to root, by an event of head office. Refuses with `not_found` what is not known, and
 * two that are one already: somebody else may have merged them the other way round. Answers the id that stays.
 */
export function mergeCustomers(
  parts: Parts,
  wanted: MergeWanted,
): Promise<Result<{ readonly customer: string }, Problem>> {
  const now = nowOf(parts)
  return parts.db.tenant(wanted.tenant, async (tx) => {
    const tenant = await tenantRow(tx, wanted.tenant)
    if (!(await exist(tx, [wanted.into, wanted.from]))) {
      return refuse(problem('not_found', 'One of the two customers is not known here. Nothing was changed.'))
    }
    const { books } = await loadBooks(parts, tx, tenant, [], [wanted.into, wanted.from])
    const [into, from] = [rootOf(books, wanted.into), rootOf(books, wanted.from)]
    if (into === from) return refuse(problem('not_found', ONE_ALREADY))
    await writeOwnEvents(
      parts,
      tx,
      tenant,
      books,
      [{ kind: 'customer.merged', payload: { from }, customer: into }],
      { staff: wanted.who, now },
    )
    await join(tx, tenant, books, into, from)
    await tx.query(
      `INSERT INTO hq.alias (tenant_id, id, root, because) VALUES ($1, $2, $3, 'merged') ON CONFLICT (tenant_id, id) DO NOTHING`,
      [tenant.tenant_id, from, into],
    )
    await saveBooks(tx, tenant, books, now)
    await saveAliasRows(tx, tenant.tenant_id, [{ id: from, root: into }])
    const detail = { from }
    await writeAudit(tx, {
      tenant: tenant.tenant_id,
      at: now,
      who: wanted.who,
      what: 'customer.merged',
      about: into,
      detail,
    })
    return ok({ customer: into })
  })
}

const ONE_ALREADY =
  'These two are one customer already, merged by somebody before. Nothing was changed. Look at the customer again.'

async function exist(tx: Tx, ids: readonly string[]): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    'SELECT id FROM hq.customer WHERE id = ANY($1) UNION SELECT id FROM hq.alias WHERE id = ANY($1)',
    [ids],
  )
  return new Set(rows.map(({ id }) => id)).size === new Set(ids).size
}

/** Ids that turned out to mean another customer although they were customers here already. */
export async function joinAliases(
  tx: Tx,
  tenant: TenantRow,
  books: Books,
  aliases: readonly NewAlias[],
): Promise<void> {
  for (const { id, joins } of aliases) {
    if (joins) await join(tx, tenant, books, rootOf(books, id), id)
  }
}

async function join(tx: Tx, tenant: TenantRow, books: Books, intoId: string, fromId: string): Promise<void> {
  const [into, from] = [books.customers.get(intoId), books.customers.get(fromId)]
  if (!into || !from) throw new Error(`customers ${intoId} and ${fromId} are not both at hand`)
  const joined = joinCustomers(books, into, from)
  for (const { program, linesBehind } of joined) {
    await tx.query(
      'UPDATE hq.line SET customer = $1, line_no = line_no + $4 WHERE customer = $2 AND program = $3',
      [intoId, fromId, program, linesBehind],
    )
  }
  await tx.query('DELETE FROM hq.account WHERE customer = $1', [fromId])
  await tx.query('DELETE FROM hq.sync_account_v1 WHERE customer = $1', [fromId])
  await tx.query('DELETE FROM hq.tier_standing WHERE program = ANY($2) AND customer = $1', [
    fromId,
    joined.map(({ program }) => program),
  ])
  await tx.query('DELETE FROM hq.sync_deny_v1 WHERE customer = $1', [fromId])
  for (const table of ['sale', 'lease', 'inbox']) {
    await tx.query(`UPDATE hq.${table} SET customer = $1 WHERE customer = $2`, [intoId, fromId])
  }
  const former = await tx.query<{ id: string }>(
    'UPDATE hq.alias SET root = $1 WHERE root = $2 RETURNING id',
    [intoId, fromId],
  )
  await tx.query('UPDATE hq.customer SET merged_into = $1 WHERE id = ANY($2)', [
    intoId,
    [fromId, ...former.map(({ id }) => id)],
  ])
  await saveAliasRows(
    tx,
    tenant.tenant_id,
    former.map(({ id }) => ({ id, root: intoId })),
  )
}
