import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { lotExpiry } from '../../shared/domain/program/expiry.ts'
import { DEFAULT_PROGRAM } from '../../shared/domain/program/program.ts'
import type { SignedGrant } from '../../shared/protocol/payload.ts'
import { appliedKey } from '../../shared/sync/rows.ts'
import type { LeaseAsk, LeaseReply, LeaseRequest, Problem } from '../../shared/sync/wire.ts'
import { DUPLICATE_KEY, type Tx } from '../db/database.ts'
import { addLease } from '../ledger/book-lease.ts'
import type { Books, Lease } from '../ledger/books.ts'
import { grantShares, type LeaseRefusal, type Share } from '../ledger/grant.ts'
import { signGrant } from './grants.ts'
import { hqEpochOf } from './hq-epoch.ts'
import { loadBooks, type TenantRow, tenantRow } from './load-books.ts'
import { writeOwnEvents } from './own-events.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { saveBooks } from './save-books.ts'
import { tillPolicy } from './till-policy.ts'
import { type Caller, openEpoch } from './tokens.ts'

/**
 * `POST /sync/v1/lease`: sets points aside for one till, so that it may redeem them without asking. All of it is one
 * transaction under the locks of the till and the customers. The same grant asked for again is the same answer while it
 * is open and its holder asks: a reply that was lost costs nothing. Each ask that gets nothing is told why. Refuses with
 * `device_revoked`, `epoch_unknown` and `epoch_closed`.
 */
export async function lease(
  parts: Parts,
  { asks }: LeaseRequest,
  caller: Caller,
): Promise<Result<LeaseReply, Problem>> {
  if (caller.may !== 'all') return refuse(problem('device_revoked'))
  return parts.db.tenant(caller.tenant, (tx) => grantAll({ parts, tx, caller, now: nowOf(parts) }, asks), {
    // An id that another till took at the same moment: the second look sees whose it is.
    retry: [DUPLICATE_KEY],
  })
}

interface Asking {
  readonly parts: Parts
  readonly tx: Tx
  readonly caller: Caller
  readonly now: number
}

async function grantAll(asking: Asking, all: readonly LeaseAsk[]): Promise<Result<LeaseReply, Problem>> {
  const { tx, caller, now } = asking
  // Whoever stops this till, or opens its next epoch, comes before or after.
  const tills = await tx.query<{ state: string; keys_from: number }>(
    `SELECT state, keys_from FROM hq.device WHERE id = $1 AND kind = 'till' FOR UPDATE`,
    [caller.device],
  )
  const till = tills[0]
  if (till?.state !== 'active' || caller.epoch < till.keys_from) return refuse(problem('device_revoked'))
  const epoch = await openEpoch(tx, caller.tenant, caller.device, caller.epoch)
  if (!epoch.ok) return epoch
  const asks = [...new Map(all.toReversed().map((ask) => [ask.grant, ask])).values()].toReversed()
  const holder = appliedKey(caller.device, caller.epoch)
  const known = await knownGrants(tx, asks)
  const answers = asks.flatMap((ask) => {
    const lease = known.get(ask.grant)
    return lease ? [again(lease, holder)] : []
  })
  const fresh = asks.filter(({ grant }) => !known.has(grant))
  const hq_epoch = await hqEpochOf(tx)
  if (fresh.length > 0) answers.push(...(await grantFresh(asking, fresh, { holder, hq_epoch })))
  return ok({
    grants: answers.flatMap((one) => ('body' in one ? [one] : [])),
    refused: answers.flatMap((one) => ('code' in one ? [one] : [])),
    hq_time: now,
    hq_epoch,
  })
}

type Answer = SignedGrant | { readonly grant: string; readonly code: LeaseRefusal }

async function knownGrants(tx: Tx, asks: readonly LeaseAsk[]): Promise<ReadonlyMap<string, Lease>> {
  const rows = await tx.query<Lease>('SELECT * FROM hq.lease WHERE id = ANY($1)', [
    asks.map(({ grant }) => grant),
  ])
  return new Map(rows.map((row) => [row.id, row]))
}

/** A grant that was made before: the same words, for the same holder alone. */
const again = ({ id, holder, body, signature, closed_by }: Lease, asker: string): Answer =>
  closed_by === null && holder === asker && body !== null && signature !== null
    ? { body, signature }
    : { grant: id, code: 'closed' }

async function grantFresh(
  asking: Asking,
  asks: readonly LeaseAsk[],
  to: { readonly holder: string; readonly hq_epoch: number },
): Promise<readonly Answer[]> {
  const { parts, tx, caller, now } = asking
  if (await isRecovering(tx)) return asks.map(({ grant }) => ({ grant, code: 'recovering' }))
  const tenant = await tenantRow(tx, caller.tenant)
  const { books } = await loadBooks(parts, tx, tenant, [], await knownCustomers(tx, asks))
  const programs = await programsOf(tx, asks)
  const asker = {
    holder: to.holder,
    policy: await tillPolicy(tx, caller.store),
    holds: await countHeld(tx, to.holder),
    denied: await deniedOf(tx, books),
    programs: new Set(programs.keys()),
  }
  let shares: readonly Share[] = []
  const signed = new Map<string, SignedGrant>()
  const draft = ({ ask, customer, points }: Share, at: number) => {
    const expiry = expiryOf(programs.get(ask.program) ?? '', tenant, at)
    const { grant, program } = ask
    const { holder, hq_epoch } = to
    const words = { tenant: tenant.tenant_id, grant, holder, customer, program, points, expiry }
    const own = signGrant(parts, tenant, { kasuwa: 'grant', ...words, hq_epoch, at })
    signed.set(grant, own)
    const lease = { id: grant, customer, program, holder, points, closed_by: null, granted_at: at }
    addLease(books, { ...lease, ...own, why: ask.why })
    const payload = { grant, holder, points, expiry }
    return { kind: 'lease.granted' as const, payload, customer, program }
  }
  const drafts = (at: number) => {
    shares = grantShares(books, asks, asker, at)
    return shares.filter(({ points }) => points > 0).map((share) => draft(share, at))
  }
  await writeOwnEvents(parts, tx, tenant, books, drafts, { staff: 'head office', now })
  await saveBooks(tx, tenant, books, now)
  return shares.flatMap(({ ask: { grant }, code }): Answer[] => {
    const own = signed.get(grant)
    return own ? [own] : code ? [{ grant, code }] : []
  })
}

/**
 * Since head office was put back from a backup, a till has not sent all it has. What it holds was perhaps set aside for it
 * in the life that was lost: nothing is given twice. A till that never comes back is written off by a person.
 */
async function isRecovering(tx: Tx): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM hq.device WHERE kind = 'till' AND awaited AND state <> 'written_off' LIMIT 1`,
  )
  return rows.length > 0
}

/** Ids that mean somebody: to ask for one makes no customer. */
async function knownCustomers(tx: Tx, asks: readonly LeaseAsk[]): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    'SELECT id FROM hq.customer WHERE id = ANY($1) UNION SELECT id FROM hq.alias WHERE id = ANY($1)',
    [asks.map(({ customer }) => customer)],
  )
  return rows.map(({ id }) => id)
}

async function programsOf(tx: Tx, asks: readonly LeaseAsk[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ id: string; settings: string }>(
    'SELECT id, settings FROM hq.sync_program_v1 WHERE id = ANY($1)',
    [asks.map(({ program }) => program)],
  )
  return new Map(rows.map(({ id, settings }) => [id, settings]))
}

async function countHeld(tx: Tx, holder: string): Promise<number> {
  const rows = await tx.query<{ held: number }>(
    'SELECT count(*) AS held FROM hq.lease WHERE closed_by IS NULL AND holder = $1',
    [holder],
  )
  return rows[0]?.held ?? 0
}

async function deniedOf(tx: Tx, books: Books): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ customer: string }>(
    'SELECT customer FROM hq.sync_deny_v1 WHERE customer = ANY($1)',
    [[...books.customers.keys()]],
  )
  return new Set(rows.map(({ customer }) => customer))
}

/** Until when points last that are given now: of those that an older state of the books lacks when it is posted again. */
function expiryOf(settings: string, tenant: TenantRow, at: number): number {
  const said = settings === '' ? {} : (JSON.parse(settings) as { lot_months?: unknown })
  const lot_months = Number.isSafeInteger(said.lot_months)
    ? Number(said.lot_months)
    : DEFAULT_PROGRAM.lot_months
  return lotExpiry({ ...DEFAULT_PROGRAM, lot_months }, at, tenant.time_zone)
}
