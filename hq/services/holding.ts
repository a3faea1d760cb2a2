import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Problem } from '../../shared/sync/wire.ts'
import { DUPLICATE_KEY, type Tx } from '../db/database.ts'
import { updateRows } from '../db/rows.ts'
import type { Arrival } from '../ledger/arrival.ts'
import { type Booked, bookEvent } from '../ledger/book.ts'
import { accountKey, type Books, rootOf } from '../ledger/books.ts'
import { inboxId, placeName } from '../ledger/inbox.ts'
import { writeAudit } from './audit.ts'
import { closeEpochsBefore, leasesEndedBy } from './epoch-opened.ts'
import { arrivalAgain, DISMISSED, type HeldRange, type HeldRow, heldRows } from './held-rows.ts'
import { loadBooks, tenantRow } from './load-books.ts'
import { joinAliases } from './merge.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { saveBooks } from './save-books.ts'

const AGAIN = { retry: [DUPLICATE_KEY] }

interface Decided extends HeldRange {
  /** A person's name. */
  readonly who: string
  readonly reason: string
}

/**
 * Counts events that were withheld, now and under the next number of their accounts, at the effective time that was
 * fixed when they came. One whose id another event has already cannot count and stays. Refuses with `not_found` when
 * nothing of the range waits. Answers how many were released. A long range is done page by page: where it breaks off,
 * what was released stays so and stands in the audit, and the same request goes on behind it.
 */
export async function releaseEvents(
  parts: Parts,
  wanted: Decided,
): Promise<Result<{ readonly released: number }, Problem>> {
  const { who } = wanted
  const done = await eachPage(parts, wanted, 'events.released', {
    which: `outcome = 'withheld' AND why <> 'conflict'`,
    decide: (tx, held, now) =>
      bookAgain(parts, tx, wanted.tenant, held, { now, who, how: 'released', byPerson: true }),
  })
  return done === null ? refuse(problem('not_found', NOTHING_WAITS)) : ok({ released: done })
}

/**
 * Leaves events uncounted for good: they no longer stand in the way of their customers. Refuses with `not_found`. A long
 * range is done page by page, as it is released.
 */
export async function dismissEvents(
  parts: Parts,
  wanted: Decided,
): Promise<Result<{ readonly dismissed: number }, Problem>> {
  const { tenant, who } = wanted
  const done = await eachPage(parts, wanted, 'events.dismissed', {
    which: `outcome IN ('withheld', 'quarantined')`,
    async decide(tx, held, now) {
      const arrivals = held.map((row) => arrivalAgain(parts, row))
      const { books } = await loadBooks(parts, tx, await tenantRow(tx, tenant), arrivals)
      for (const arrival of arrivals) takeOutOfHeld(books, arrival)
      await saveBooks(tx, await tenantRow(tx, tenant), books, now)
      const places = arrivals.map(({ device, epoch, seq }) => ({ device, epoch, seq, why: DISMISSED }))
      await updateRows(tx, 'event', ['device', 'epoch', 'seq'], places)
      await closeEntries(parts, tx, arrivals, { now, who, how: 'dismissed' })
      return held.length
    },
  })
  return done === null ? refuse(problem('not_found', NOTHING_WAITS)) : ok({ dismissed: done })
}

interface Decision {
  /** Which events of the range wait for it. */
  readonly which: string
  /** Answers for how many it was done. */
  decide(tx: Tx, held: readonly HeldRow[], now: number): Promise<number>
}

/** A transaction and a line of the audit for each page of what waits. Answers for how many it was done; null: none waits. */
async function eachPage(
  parts: Parts,
  range: Decided,
  what: 'events.released' | 'events.dismissed',
  { which, decide }: Decision,
): Promise<number | null> {
  const { tenant, device, epoch, who, reason } = range
  const page = (fromSeq: number): Promise<{ readonly done: number; readonly last: number } | null> =>
    parts.db.tenant(
      tenant,
      async (tx) => {
        const now = nowOf(parts)
        const held = await heldRows(tx, { ...range, fromSeq }, which)
        const [first, last] = [held[0], held.at(-1)]
        if (!first || !last) return null
        const done = await decide(tx, held, now)
        const detail = { epoch, from: first.seq, to: last.seq, reason }
        await writeAudit(tx, { tenant, at: now, who, what, about: device, detail })
        return { done, last: last.seq }
      },
      AGAIN,
    )
  let all: number | null = null
  for (let next = range.fromSeq; next <= range.toSeq; ) {
    const found = await page(next)
    if (!found) break
    all = (all ?? 0) + found.done
    next = found.last + 1
  }
  return all
}

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
