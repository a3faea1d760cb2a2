import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Digest, VerifySignature } from '../../shared/base/ports.ts'
import {
  chainHash,
  commitment,
  decodeEnvelope,
  type Envelope,
  EVENT_KINDS,
  genesisHash,
} from '../../shared/protocol/event.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import { type Database, openDatabase } from './database.ts'
import { dump, dumpHash, nameIndexHash } from './projection-dump.ts'
import { createProjector, PROJECTIONS, type Projector } from './projector.ts'
import { copiesOf, projectedEvent } from './replica/own-events.ts'
import { copyReplica } from './replica/scratch-copy.ts'
import { fileFindings } from './verify-file.ts'

export interface VerifyResult {
  readonly ok: boolean
  readonly events: number
  readonly head_hash: string
  readonly projections_hash: string
  /** The first bad event and what is wrong. */
  readonly first_bad: { readonly place: number; readonly event_id: string; readonly what: string } | null
  readonly findings: readonly string[]
}

export interface EventRow {
  readonly place: number
  readonly epoch: number
  readonly seq: number
  readonly id: string
  readonly kind: string
  readonly staff: string
  readonly customer: string | null
  readonly trusted: number
  readonly bytes: Uint8Array
  readonly prev_hash: Uint8Array
  readonly hash: Uint8Array
  readonly signature: Uint8Array
  readonly salt: Uint8Array | null
  readonly json: string | null
  readonly has_personal: number
}

export interface EpochRow {
  readonly epoch: number
  readonly device: string
  readonly public_key: Uint8Array
  readonly first_place: number
  readonly last_place: number | null
}

interface Checks {
  readonly digest: Digest
  readonly verify: VerifySignature
}

export const EVENTS = `SELECT e.*, p.salt, p.json, p.event IS NOT NULL AS has_personal FROM event e
  LEFT JOIN personal p ON p.event = e.id ORDER BY e.place`

/**
 * Checks the whole ledger as it stands at one instant: places, chain, signatures, the columns beside the bytes, the
 * commitments of personal data, and that every projection equals a rebuild. `db` is a connection of its own (a
 * snapshot is held); the rebuild goes to a temporary encrypted file in `scratchDir`.
 */
export function verifyLedger(
  db: Database,
  scratchDir: string,
  scratchKey: string,
  checks: Checks,
): VerifyResult {
  const dir = mkdtempSync(path.join(scratchDir, 'verify-'))
  const scratch = openDatabase({ file: path.join(dir, 'scratch.db'), key: scratchKey, mode: 'create' })
  try {
    scratch.pragma('synchronous = OFF')
    const snapshot = db.transaction(() => check(db, scratch, checks))
    return snapshot.deferred()
  } finally {
    scratch.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

function check(db: Database, scratch: Database, checks: Checks): VerifyResult {
  const epochs = new Map(
    db
      .prepare<[], EpochRow>('SELECT * FROM epoch')
      .all()
      .map((e) => [e.epoch, e]),
  )
  const superseded = supersededPlaces(db)
  const chain = createChainCheck(epochs, checks)
  let events = 0
  let firstBad: VerifyResult['first_bad'] = null
  scratch.exec('BEGIN')
  copyReplica(db, scratch)
  const projector = createProjector(scratch)
  projector.people.allAsSent()
  const copies = copiesOf(db, projector.accounts.replica)
  for (const row of db.prepare<[], EventRow>(EVENTS).iterate()) {
    const read = chain.next(row)
    if (read === CLOSED) continue
    if (typeof read === 'string') {
      firstBad = { place: row.place, event_id: row.id, what: read }
      break
    }
    events += 1
    if (!superseded.has(row.place)) projector.apply(projectedEvent(checks.digest, row, copies))
  }
  scratch.exec('COMMIT')
  const findings: string[] = []
  const [standing, rebuilt] = [dump(db), dump(scratch)]
  if (!firstBad) {
    for (const table of PROJECTIONS) {
      if (standing[table] !== rebuilt[table])
        findings.push(`The table "${table}" differs from what the events say. Run rebuild.`)
    }
    if (nameIndexHash(db) !== nameIndexHash(scratch))
      findings.push('The index of names differs from what the events say. Run rebuild.')
    findings.push(...fileFindings(db, scratch))
    for (const quick of db.pragma('quick_check(1)') as { quick_check: string }[]) {
      if (quick.quick_check !== 'ok') findings.push(`The file itself is damaged: ${quick.quick_check}`)
    }
  }
  return {
    ok: firstBad === null && findings.length === 0,
    events,
    head_hash: chain.head(),
    projections_hash: dumpHash(standing),
    first_bad: firstBad,
    findings,
  }
}

/** Behind the end of an epoch that was closed after damage: kept as it is, counted nowhere. */
export const CLOSED = 'closed'

/** Follows the chain row by row; a text is what is wrong with this row. */
export function createChainCheck(epochs: ReadonlyMap<number, EpochRow>, { digest, verify }: Checks) {
  // Where an epoch ends is told by places: the column beside the bytes may be what is damaged.
  const byPlace = [...epochs.values()].sort((a, b) => a.first_place - b.first_place || a.epoch - b.epoch)
  let place = 0
  let epochNow = 0
  let seq = 0
  let hash: Uint8Array = new Uint8Array()
  /** The first event of an epoch names its key, and where the epoch before it ended. */
  const epochFault = (epoch: EpochRow, e: Envelope): string | null => {
    if (e.kind !== 'epoch.opened') return 'its epoch does not begin with the event that opens it'
    const { public_key, after } = e.payload as Payloads['epoch.opened']
    if (public_key !== digest.hex(epoch.public_key))
      return 'its epoch has another key than the one it was opened with'
    const last = epochNow === 0 ? null : { epoch: epochNow, seq, head: digest.hex(hash) }
    return JSON.stringify(after) === JSON.stringify(last)
      ? null
      : 'it does not follow the end of the epoch before it'
  }
  const differs = (row: EventRow, e: Envelope): string | null => {
    const pairs: [string, unknown, unknown][] = [
      ['id', row.id, e.id],
      ['kind', row.kind, e.kind],
      ['epoch', row.epoch, e.epoch],
      ['seq', row.seq, e.seq],
      ['staff', row.staff, e.actor.staff],
      ['customer', row.customer, e.customer ?? null],
      ['trusted', row.trusted, e.trusted],
    ]
    const pair = pairs.find(([, a, b]) => a !== b)
    return pair ? `its ${pair[0]} beside the bytes is not the one in the bytes` : null
  }
  return {
    head: () => digest.hex(hash),
    next(row: EventRow): Envelope | typeof CLOSED | string {
      const at = byPlace.findLast((epoch) => epoch.first_place <= row.place)
      if (at && at.last_place !== null && row.place > at.last_place) {
        if (at === byPlace.at(-1)) return 'its epoch was closed before it and no other one was opened'
        place = row.place
        return CLOSED
      }
      place += 1
      if (row.place !== place) return `an event is missing before it (place ${place})`
      const epoch = epochs.get(row.epoch)
      if (!epoch) return `its epoch ${row.epoch} was never opened`
      if (row.seq !== row.place - epoch.first_place + 1) return 'its number in the chain does not follow'
      let envelope: Envelope
      try {
        envelope = decodeEnvelope(digest, row.bytes)
      } catch {
        return 'its bytes cannot be read'
      }
      if (row.epoch !== epochNow) {
        const fault = epochFault(epoch, envelope)
        if (fault) return fault
        epochNow = row.epoch
        hash = genesisHash(digest, envelope.tenant, epoch.device, row.epoch)
      }
      seq = row.seq
      if (!same(row.prev_hash, hash)) return 'it does not follow the event before it'
      const expected = chainHash(digest, row.prev_hash, row.bytes)
      if (!same(row.hash, expected)) return 'its bytes were changed after they were written'
      if (!verify(epoch.public_key, row.hash, row.signature)) return 'its signature is not that of this till'
      hash = expected
      if (!(EVENT_KINDS as readonly string[]).includes(envelope.kind))
        return `its kind "${envelope.kind}" is not known to this app`
      return differs(row, envelope) ?? personalFault(digest, row, envelope) ?? envelope
    },
  }
}

/** Events at the end of the chain that are looked at before a till opens: enough to notice a torn last write. */
const TAIL_EVENTS = 32

/** What is wrong with the end of the chain, or null. Takes a millisecond or two, whatever the size of the ledger. */
export function tailFault(db: Database, { digest, verify }: Checks): string | null {
  const rows = db
    .prepare<[number], EventRow & { public_key: Uint8Array }>(
      `SELECT e.*, p.public_key FROM event e JOIN epoch p ON p.epoch = e.epoch
       WHERE p.last_place IS NULL OR e.place <= p.last_place ORDER BY e.place DESC LIMIT ?`,
    )
    .all(TAIL_EVENTS)
  for (const [i, row] of rows.entries()) {
    const after = rows[i - 1]
    const linked = !after || after.epoch !== row.epoch || same(after.prev_hash, row.hash)
    if (!linked || !same(chainHash(digest, row.prev_hash, row.bytes), row.hash))
      return `event ${row.place} was changed`
  }
  const last = rows[0]
  return last && !verify(last.public_key, last.hash, last.signature)
    ? `event ${last.place} is not signed by this till`
    : null
}

/** Personal values must match their commitment, unless they were blanked. */
export function personalFault(digest: Digest, row: EventRow, envelope: Envelope): string | null {
  const promised = (envelope.payload as { personal?: string } | null)?.personal
  if (promised === undefined) return null
  if (row.has_personal === 0) return 'the personal values beside it are missing'
  if (row.salt === null && row.json === null) return null
  if (row.salt === null || row.json === null) return 'the personal values beside it are only half there'
  return commitment(digest, row.salt, row.json) === promised
    ? null
    : 'the personal values beside it were changed'
}

/** Places that do not count: behind the end of a closed epoch, or re-issued in a later one. */
export function supersededPlaces(db: Database): ReadonlySet<number> {
  return new Set(
    db
      .prepare<[], number>(
        `SELECT e.place FROM epoch p JOIN event e ON e.place > p.last_place
           AND e.place < (SELECT min(n.first_place) FROM epoch n WHERE n.epoch > p.epoch)
         UNION SELECT e.place FROM event e WHERE (SELECT max(epoch) FROM epoch) > 1
           AND EXISTS (SELECT 1 FROM event l WHERE l.id = e.id AND l.place > e.place)`,
      )
      .pluck()
      .all(),
  )
}

/**
 * Empties every projection and recomputes it from the events and head office's rows, which stay as they are. In one
 * transaction of the caller.
 */
export function rebuildProjections(
  db: Database,
  digest: Digest,
  projector: Projector,
): { events: number; projections_hash: string } {
  for (const table of PROJECTIONS) if (table !== 'customer') db.exec(`DELETE FROM ${table}`)
  projector.people.allAsSent()
  projector.forget()
  const superseded = supersededPlaces(db)
  const copies = copiesOf(db, projector.accounts.replica)
  let events = 0
  const rows = db.prepare<[number, number], { place: number; bytes: Uint8Array; json: string | null }>(
    `SELECT e.place, e.bytes, p.json FROM event e LEFT JOIN personal p ON p.event = e.id
     WHERE e.place > ? ORDER BY e.place LIMIT ?`,
  )
  for (let after = 0; ; ) {
    const page = rows.all(after, 1_000)
    for (const row of page) {
      events += 1
      if (!superseded.has(row.place)) projector.apply(projectedEvent(digest, row, copies))
    }
    const last = page.at(-1)
    if (!last) break
    after = last.place
  }
  return { events, projections_hash: dumpHash(dump(db)) }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
