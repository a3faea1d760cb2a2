import path from 'node:path'
import { HOME } from '../../shared/base/home.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { chainHash, decodeEnvelope, EVENT_KINDS, eventId } from '../../shared/protocol/event.ts'
import { writeDurably } from '../platform/files.ts'
import { type Database, openDatabase } from './database.ts'
import { loadLedger, type Platform } from './ledger.ts'
import type { SecretStore } from './open.ts'
import { DATABASE_FILE } from './set-up.ts'
import { presentSecrets } from './signing-key.ts'
import {
  CLOSED,
  createChainCheck,
  type EpochRow,
  EVENTS,
  type EventRow,
  personalFault,
  rebuildProjections,
  supersededPlaces,
} from './verify.ts'
import type { Writer } from './writer.ts'
import { takeWriterLock } from './writer-lock.ts'

interface Repaired {
  /** The first bad event, or null: the chain is whole and nothing was done. */
  readonly broken_at: { readonly place: number; readonly what: string } | null
  readonly reissued: number
  /** Events whose bytes are not those that were signed: exported, not counted. */
  readonly lost: number
  readonly exported_to: string | null
}

/**
 * Closes a broken chain before the first bad event. Everything from there on is exported as it stands; each later
 * event that still carries its own valid signature is written again, with the same id, in a new
 * epoch; projections are rebuilt. One transaction. Refuses key_missing, writer_busy.
 */
export async function repairChain(
  dir: string,
  platform: Platform,
  keyStore: SecretStore,
): Promise<Result<Repaired, Refusal>> {
  const secrets = await keyStore.load()
  if (!secrets) return refuse(refusal('key_missing'))
  const lock = takeWriterLock(dir)
  if (!lock) return refuse(refusal('writer_busy'))
  const db = openDatabase({ file: path.join(dir, DATABASE_FILE), key: secrets.database_key, mode: 'write' })
  try {
    const present = presentSecrets(db, platform, secrets) ?? secrets
    return ok(repair(db, dir, platform, present.signing_key))
  } finally {
    db.close()
    lock.release()
  }
}

function repair(db: Database, dir: string, platform: Platform, signingKey: string): Repaired {
  const broken = findBreak(db, platform)
  if (!broken) return { broken_at: null, reissued: 0, lost: 0, exported_to: null }
  const { row, what, lastGood } = broken
  const superseded = supersededPlaces(db)
  const tail = db
    .prepare<[number], EventRow>(
      `SELECT e.*, p.salt, p.json, p.event IS NOT NULL AS has_personal FROM event e
       LEFT JOIN personal p ON p.event = e.id WHERE e.place >= ? ORDER BY e.place`,
    )
    .all(row.place)
    .filter((one) => !superseded.has(one.place))
  const ledger = loadLedger(db, platform, signingKey)
  const { digest, random } = platform
  const stamp = new Date(ledger.writer.now().trusted).toISOString().slice(0, 19).replaceAll(':', '-')
  const file = path.join(dir, `damaged-${stamp}.jsonl`)
  writeDurably(file, tail.map((e) => JSON.stringify(plainRow(platform, e))).join('\n'))
  const command = eventId(digest, digest.hex(random.bytes(16)), 0)
  const counts = ledger.writer.transaction(() => {
    // The epoch of the damage ends before it; those that were opened after it begin anew, whole.
    db.prepare(
      `UPDATE epoch SET last_place = min(coalesce(last_place, @last), max(first_place - 1, @last))
       WHERE epoch >= (SELECT max(epoch) FROM epoch WHERE first_place <= @place)`,
    ).run({ last: row.place - 1, place: row.place })
    const actor = { staff: 'command_line' }
    const payload = { because: 'chain_broken', currency: HOME.currency, time_zone: HOME.timeZone } as const
    ledger.writer.openEpoch(actor, command, payload, { after: lastGood })
    const done = reissue(db, platform, ledger.writer, tail, platform.signer(signingKey).publicKey)
    rebuildProjections(db, digest, ledger.projector)
    return done
  })
  return { broken_at: { place: row.place, what }, ...counts, exported_to: file }
}

function findBreak(db: Database, platform: Platform) {
  const epochs = new Map(
    db
      .prepare<[], EpochRow>('SELECT * FROM epoch')
      .all()
      .map((e) => [e.epoch, e]),
  )
  const chain = createChainCheck(epochs, { digest: platform.digest, verify: platform.verify })
  let lastGood = { place: 0, epoch: 0, seq: 0, hash: new Uint8Array() }
  for (const row of db.prepare<[], EventRow>(EVENTS).iterate()) {
    const read = chain.next(row)
    if (read === CLOSED) continue
    if (typeof read === 'string') return { row, what: read, lastGood }
    lastGood = { place: row.place, epoch: row.epoch, seq: row.seq, hash: new Uint8Array(row.hash) }
  }
  return null
}

/** Writes again what is provably as this till signed it; the damaged one is not. */
function reissue(
  db: Database,
  platform: Platform,
  writer: Writer,
  tail: readonly EventRow[],
  ownKey: Uint8Array,
): { reissued: number; lost: number } {
  const { digest, verify } = platform
  const keys = new Map(
    db
      .prepare<[], EpochRow>('SELECT * FROM epoch')
      .all()
      .map((e) => [e.epoch, e.public_key]),
  )
  const blank = db.prepare(
    `INSERT INTO personal (event, salt, json) VALUES (?, NULL, NULL)
     ON CONFLICT DO UPDATE SET salt = NULL, json = NULL`,
  )
  let reissued = 0
  let lost = 0
  for (const row of tail) {
    // The key on this computer is beyond doubt, whatever became of the one beside the epoch.
    const signers = [keys.get(row.epoch), ownKey].filter((key) => key !== undefined)
    const genuine =
      Buffer.compare(chainHash(digest, row.prev_hash, row.bytes), row.hash) === 0 &&
      signers.some((key) => verify(key, row.hash, row.signature))
    if (!genuine) {
      lost += 1
      continue
    }
    const envelope = decodeEnvelope(digest, row.bytes)
    if (!(EVENT_KINDS as readonly string[]).includes(envelope.kind) || envelope.kind === 'epoch.opened')
      continue
    // Personal values that are not those that were signed for are not believed; they stand in the export.
    if (personalFault(digest, row, envelope) !== null) blank.run(envelope.id)
    writer.reissue(envelope)
    reissued += 1
  }
  return { reissued, lost }
}

/**
 * A row as the file of damaged events keeps it. Personal values stand in it, readable, only where the ledger gives them
 * up: all others stay behind the key.
 */
function plainRow({ digest }: Platform, row: EventRow): Record<string, unknown> {
  const { bytes, prev_hash, hash, signature, salt, json, has_personal: _, ...columns } = row
  return {
    ...columns,
    ...(isGivenUp(digest, row) ? { salt: salt && digest.hex(salt), json } : {}),
    bytes: Buffer.from(bytes).toString('base64'),
    prev_hash: digest.hex(prev_hash),
    hash: digest.hex(hash),
    signature: digest.hex(signature),
  }
}

/** Values that are not those that were signed for are blanked; those of an event that cannot be read stay as they are. */
function isGivenUp(digest: Platform['digest'], row: EventRow): boolean {
  try {
    return personalFault(digest, row, decodeEnvelope(digest, row.bytes)) !== null
  } catch {
    return false
  }
}
