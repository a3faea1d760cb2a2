import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { readEvent } from '../../shared/protocol/payload-schema.ts'
import type { Problem } from '../../shared/sync/wire.ts'
import { cutToBytes } from '../db/cut-to-bytes.ts'
import { DUPLICATE_KEY, type Tx } from '../db/database.ts'
import { updateRows } from '../db/rows.ts'
import { type Arrival, arrivalOf } from '../ledger/arrival.ts'
import { type Booked, bookEvent } from '../ledger/book.ts'
import { accountKey, type Books, rootOf } from '../ledger/books.ts'
import { inboxId, placeName } from '../ledger/inbox.ts'
import { writeAudit } from './audit.ts'
import { closeEpochsBefore, leasesEndedBy } from './epoch-opened.ts'
import { loadBooks, tenantRow } from './load-books.ts'
import { joinAliases } from './merge.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { saveBooks } from './save-books.ts'

/** Events looked at in one transaction: as many as come to the bytes, with what stands beside them. */
const PAGE = { rows: 200, bytes: 4 * 1024 * 1024 } as const
const AGAIN = { retry: [DUPLICATE_KEY] }

/** Events of one chain, both ends included. */
interface HeldRange {
  readonly tenant: string
  readonly device: string
  readonly epoch: number
  readonly fromSeq: number
  readonly toSeq: number
}

interface Decided extends HeldRange {
  /** A person's name. */
  readonly who: string
  readonly reason: string
}

/**
 * Counts events that were withheld, now and under the next number of their accounts, at the effective time that was
 * fixed when they came. One whose id another event has already cannot count and stays. Refuses with `not_found` when
 * nothing of the range waits. Answers how many were released.
 */
export function releaseEvents(
  parts: Parts,
  wanted: Decided,
): Promise<Result<{ readonly released: number }, Problem>> {
  const { tenant, device, who, reason } = wanted
  const now = nowOf(parts)
  return parts.db.tenant(
    tenant,
    async (tx) => {
      const held = await heldRows(tx, wanted, `outcome = 'withheld' AND why <> 'conflict'`)
      if (held.length === 0) return refuse(problem('not_found', NOTHING_WAITS))
      const booked = await bookAgain(parts, tx, tenant, held, { now, who, how: 'released', byPerson: true })
      const detail = { epoch: wanted.epoch, from: wanted.fromSeq, to: wanted.toSeq, reason }
      await writeAudit(tx, { tenant, at: now, who, what: 'events.released', about: device, detail })
      return ok({ released: booked })
    },
    AGAIN,
  )
}

/** Leaves events uncounted for good: they no longer stand in the way of their customers. Refuses with `not_found`. */
export function dismissEvents(
  parts: Parts,
  wanted: Decided,
): Promise<Result<{ readonly dismissed: number }, Problem>> {
  const { tenant, device, who, reason } = wanted
  const now = nowOf(parts)
  return parts.db.tenant(tenant, async (tx) => {
    const held = await heldRows(tx, wanted, `outcome IN ('withheld', 'quarantined')`)
    if (held.length === 0) return refuse(problem('not_found', NOTHING_WAITS))
    const arrivals = held.map((row) => arrivalAgain(parts, row))
    const { books } = await loadBooks(parts, tx, await tenantRow(tx, tenant), arrivals)
    for (const arrival of arrivals) takeOutOfHeld(books, arrival)
    await saveBooks(tx, await tenantRow(tx, tenant), books, now)
    const places = arrivals.map(({ device, epoch, seq }) => ({ device, epoch, seq, why: DISMISSED }))
    await updateRows(tx, 'event', ['device', 'epoch', 'seq'], places)
    await closeEntries(parts, tx, arrivals, { now, who, how: 'dismissed' })
    const detail = { epoch: wanted.epoch, from: wanted.fromSeq, to: wanted.toSeq, reason }
    await writeAudit(tx, { tenant, at: now, who, what: 'events.dismissed', about: device, detail })
    return ok({ dismissed: held.length })
  })
}

/** Why an event is not counted that a person has decided on: it waits no more, whatever is read or released later. */
const DISMISSED = 'dismissed'
const NOTHING_WAITS = 'No entry of this till waits there any more. Nothing was changed.'

/**
 * Reads again what an older head office could not read: at every start, and when a person asks. Answers how many
 * entries count now.
 */
export async function rerunQuarantine(parts: Parts, tenant: string): Promise<{ readonly counted: number }> {
  let counted = 0
  const tills = await parts.db.tenant(tenant, (tx) =>
    tx.query<{ device: string; epoch: number }>(
      `SELECT DISTINCT device, epoch FROM hq.event WHERE outcome = 'quarantined' ORDER BY device, epoch`,
    ),
  )
  for (const chain of tills) {
    for (let next: number | null = 1; next !== null; ) {
      const page = await rerunPage(parts, { tenant, ...chain, fromSeq: next, toSeq: Number.MAX_SAFE_INTEGER })
      counted += page.counted
      next = page.next
    }
  }
  return { counted }
}

function rerunPage(
  parts: Parts,
  range: HeldRange,
): Promise<{ readonly counted: number; readonly next: number | null }> {
  const now = nowOf(parts)
  return parts.db.tenant(
    range.tenant,
    async (tx) => {
      const held = await heldRows(tx, range, `outcome = 'quarantined'`)
      const readable = held.filter((row) => arrivalAgain(parts, row).quarantine === null)
      const how = { now, who: 'head office', how: 'read after an update', byPerson: false }
      const counted = await bookAgain(parts, tx, range.tenant, readable, how)
      const last = held.at(-1)
      return { counted, next: last ? last.seq + 1 : null }
    },
    AGAIN,
  )
}

interface HeldRow {
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly id: string | null
  readonly bytes: Buffer
  readonly hash: string
  readonly signature: string
  readonly effective_at: number
  readonly outcome: Booked['outcome']
  readonly chain_tenant: string
  readonly chain_device: string
  readonly store: string | null
  readonly state: string
  readonly keys_from: number
  readonly salt: string | null
  readonly json: string | null
}

const HELD_COLUMNS = `device, epoch, seq, id, bytes, hash, signature, effective_at, outcome, chain_tenant, chain_device,
  store, state, keys_from, salt, json`

/** Locks the till, so that nothing arrives meanwhile, and takes what waits of a range. */
async function heldRows(tx: Tx, range: HeldRange, which: string): Promise<readonly HeldRow[]> {
  await tx.query('SELECT 1 FROM hq.device WHERE id = $1 FOR UPDATE', [range.device])
  const rows = `SELECT e.device, e.epoch, e.seq, e.id, e.bytes, e.hash, e.signature, e.effective_at, e.outcome,
      c.chain_tenant, c.chain_device, d.store, d.state, d.keys_from, p.salt, p.json
    FROM hq.event e JOIN hq.device d ON d.tenant_id = e.tenant_id AND d.id = e.device
    JOIN hq.device_epoch c ON c.tenant_id = e.tenant_id AND c.device = e.device AND c.epoch = e.epoch
    LEFT JOIN hq.event_personal p ON p.tenant_id = e.tenant_id AND p.event = e.id
    WHERE e.device = $1 AND e.epoch = $2 AND e.seq::bigint BETWEEN $3 AND $4 AND ${which}
      AND e.why <> '${DISMISSED}' ORDER BY e.seq LIMIT ${PAGE.rows}`
  return tx.query<HeldRow>(
    cutToBytes({
      rows,
      names: HELD_COLUMNS,
      order: 'seq',
      bytes: "octet_length(bytes) + octet_length(coalesce(json, ''))",
      most: String(PAGE.bytes),
    }),
    [range.device, range.epoch, range.fromSeq, range.toSeq],
  )
}

function arrivalAgain(parts: Parts, row: HeldRow): Arrival {
  const chain = {
    device: row.device,
    epoch: row.epoch,
    chainTenant: row.chain_tenant,
    chainDevice: row.chain_device,
  }
  const personal = row.salt === null || row.json === null ? null : { salt: row.salt, json: row.json }
  const signature = new Uint8Array(Buffer.from(row.signature, 'base64'))
  const sent = { seq: row.seq, bytes: new Uint8Array(row.bytes), signature, personal }
  return arrivalOf(parts.digest, parts.reads ?? readEvent, chain, sent, row.hash)
}

interface Why {
  readonly now: number
  readonly who: string
  readonly how: string
}

interface Again extends Why {
  /** Somebody has looked at them and counts them. */
  readonly byPerson: boolean
}

/** Gives events that waited their outcome. Answers how many are posted now. */
async function bookAgain(
  parts: Parts,
  tx: Tx,
  tenantId: string,
  held: readonly HeldRow[],
  why: Again,
): Promise<number> {
  if (held.length === 0) return 0
  const tenant = await tenantRow(tx, tenantId)
  const arrivals = held.map((row) => arrivalAgain(parts, row))
  const leases = await leasesEndedBy(tx, arrivals)
  const { books, newAliases } = await loadBooks(
    parts,
    tx,
    tenant,
    arrivals,
    leases.map(({ customer }) => customer),
  )
  await joinAliases(tx, tenant, books, newAliases)
  const done: { arrival: Arrival; booked: Booked }[] = []
  for (const [i, arrival] of arrivals.entries()) {
    const row = held[i]
    if (!row) continue
    takeOutOfHeld(books, arrival)
    // To be understood at last is no decision of a person.
    const stopped = row.state === 'revoked' || row.epoch < row.keys_from
    const withhold = !why.byPerson && stopped ? 'revoked' : null
    const ruling = { store: row.store, withhold }
    done.push({ arrival, booked: bookEvent(books, arrival, row.effective_at, ruling) })
  }
  await updateRows(
    tx,
    'event',
    ['device', 'epoch', 'seq'],
    done.map(({ arrival, booked }) => ({
      device: arrival.device,
      epoch: arrival.epoch,
      seq: arrival.seq,
      id: arrival.id,
      kind: arrival.kind,
      customer: arrival.customer,
      program: arrival.program,
      staff: arrival.staff,
      points: arrival.points,
      gross_kobo: arrival.gross_kobo,
      outcome: booked.outcome,
      why: booked.why,
      released_at: why.now,
    })),
  )
  await closeEpochsBefore(parts, tx, tenant, books, { done, leases, now: why.now })
  await saveBooks(tx, tenant, books, why.now, newAliases)
  const counted = done.filter(({ booked }) => booked.outcome === 'posted' || booked.outcome === 'repeated')
  await closeEntries(
    parts,
    tx,
    counted.map(({ arrival }) => arrival),
    why,
  )
  return counted.length
}

function takeOutOfHeld(books: Books, arrival: Arrival): void {
  if (arrival.customer === null || arrival.program === null) return
  const key = accountKey(rootOf(books, arrival.customer), arrival.program)
  const book = books.accounts.get(key)
  if (!book) return
  book.held = book.held.filter(
    ({ device, epoch, seq }) => device !== arrival.device || epoch !== arrival.epoch || seq !== arrival.seq,
  )
  books.changedAccounts.add(key)
}

async function closeEntries(parts: Parts, tx: Tx, arrivals: readonly Arrival[], why: Why): Promise<void> {
  const ids = arrivals.flatMap(({ device, epoch, seq }) =>
    (['quarantine', 'withheld', 'conflict'] as const).map((kind) =>
      inboxId(parts.digest, kind, placeName(device, epoch, seq)),
    ),
  )
  await tx.query(
    `UPDATE hq.inbox SET state = 'closed', closed_at = $2, closed_by = $3, closed_how = $4
     WHERE id = ANY($1) AND state = 'open'`,
    [ids, why.now, why.who, why.how],
  )
}
