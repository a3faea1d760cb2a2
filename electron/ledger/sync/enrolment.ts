import { RELEASE } from '../../../shared/base/release.ts'
import { invariant } from '../../../shared/base/result.ts'
import { decodeEnvelope, genesisHash } from '../../../shared/protocol/event.ts'
import {
  type EnrolBody,
  type EnrolReply,
  type OwnEpoch,
  PROTOCOL_VERSION,
} from '../../../shared/sync/wire.ts'
import { leastConfirmed } from '../commands/store.ts'
import { EVENT_COUNTS } from '../database.ts'
import { type Ledger, loadLedger } from '../ledger.ts'
import type { Replica } from '../replica/replica.ts'
import type { EpochRow, EventRow } from '../verify.ts'
import { rebuildProjections } from '../verify.ts'
import type { Head, Writer } from '../writer.ts'
import { ownAliases } from './aliases.ts'
import { type Connection, connectionStore, type PendingEnrolment } from './connection.ts'

interface EnrolAsk {
  readonly command: string
  readonly staff: string
  readonly url: string
  readonly code: string
}

/**
 * Keeps a request for head office, signed by a key that the shell keeps already: whatever is cut off from here on,
 * the same request can be sent again.
 */
export function keepRequest(
  ledger: Ledger,
  ask: EnrolAsk,
  nextKey: string,
  connection: Connection | null,
  acknowledged: number,
): void {
  const { db, platform, writer } = ledger
  const { digest } = platform
  const signer = platform.signer(nextKey)
  // A till that was enrolled before writes again what was not acknowledged: its last chain may be in doubt.
  const afterPlace = connection ? acknowledged : writer.head().place
  const body: EnrolBody = {
    protocol: PROTOCOL_VERSION,
    code: ask.code,
    device: ledger.ids.device,
    epoch: writer.head().epoch + 1,
    public_key: digest.hex(signer.publicKey),
    epochs: ownEpochs(ledger, afterPlace),
    alone: { tenant: ledger.tenantAlone, identity_key: digest.hex(ledger.requestKey) },
    till_name: ledger.settings().store.till_name.slice(0, 60),
    app_version: RELEASE.version,
    clock: { wall: Math.floor(platform.clock.read().wallMs), trusted: writer.now().trusted },
  }
  const text = JSON.stringify(body)
  const signature = Buffer.from(signer.sign(digest.sha256(digest.utf8(text)))).toString('base64')
  db.prepare(
    `INSERT OR REPLACE INTO enrolment (one, command, staff, url, code, public_key, body, signature, after_place)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(ask.command, ask.staff, ask.url, ask.code, signer.publicKey, text, signature, afterPlace)
}

/** Every epoch so far, oldest first, as it ends when what lies behind a place does not count. */
function ownEpochs({ db, platform }: Ledger, afterPlace: number): OwnEpoch[] {
  const { digest } = platform
  const epochs = db.prepare<[], EpochRow>('SELECT * FROM epoch ORDER BY epoch').all()
  const lastOf = db.prepare<[number, number], { seq: number; hash: Uint8Array }>(
    `SELECT e.seq, e.hash FROM event e WHERE e.epoch = ? AND e.place <= ? AND ${EVENT_COUNTS}
     ORDER BY e.place DESC LIMIT 1`,
  )
  const tenantOf = db
    .prepare<[number], string>(
      `SELECT CAST(bytes AS TEXT) ->> '$.tenant' FROM event WHERE place = ? AND kind = 'epoch.opened'`,
    )
    .pluck()
  return epochs.flatMap((epoch) => {
    const tenant = tenantOf.get(epoch.first_place)
    // An epoch whose first event is damaged was closed before it: it has nothing to send.
    if (tenant === undefined) return []
    const last = lastOf.get(epoch.epoch, afterPlace)
    return [
      {
        tenant,
        device: epoch.device,
        epoch: epoch.epoch,
        public_key: digest.hex(epoch.public_key),
        last_seq: last?.seq ?? 0,
        head_hash: digest.hex(last?.hash ?? genesisHash(digest, tenant, epoch.device, epoch.epoch)),
      },
    ]
  })
}

/**
 * Why the clock of head office is not believed; null: it may be right. It becomes the time of this till, and what is
 * written under a time long past could not be put right afterwards.
 */
export const clockFault = ({ demo }: Ledger, { hq_time }: EnrolReply): string | null =>
  hq_time >= leastConfirmed(demo)
    ? null
    : 'The clock at head office shows a day before this app was made, so it must be wrong. Nothing was changed here, and you can go on selling. Ask head office to set its clock: this till goes on asking with the same code.'

/** Beside the first event of the new epoch. */
const N_NAMES = 1

/**
 * Head office took this till in: new epoch under the new key, its tenant, its device id, its key of customer ids, its
 * place and time; what does not count any more in the old chain is written again, with the same ids. In a transaction
 * of the caller, who loads the ledger anew afterwards. Answers by how many ms the clock was set anew.
 */
export function takeEnrolment(
  before: Ledger,
  replica: Replica,
  pending: PendingEnrolment,
  reply: EnrolReply,
  nextKey: string,
): number {
  const { db, platform } = before
  const first = db.prepare('SELECT 1 FROM connection').get() === undefined
  const zoneChanges = before.settings().place.time_zone !== reply.tenant.time_zone
  const tail = countingTail(before, pending.after_place)
  const last = headAt(before, pending.after_place)
  setOwner(before, reply, first)
  closeAfter(before, pending.after_place)
  const ledger = loadLedger(db, platform, nextKey)
  const { writer } = ledger
  const oldest = tail[0]?.trusted
  writer.openEpoch(
    { staff: pending.staff },
    pending.command,
    { because: 'enrolled', currency: reply.tenant.currency, time_zone: reply.tenant.time_zone },
    // Value dates never go back within a chain: what is written again keeps its own.
    { after: last, epoch: reply.epoch, ...(oldest === undefined ? {} : { trusted: oldest }) },
  )
  writeAgain(ledger, writer, tail)
  const told = Math.max(reply.hq_time, connectionStore(db).get()?.hq_time ?? 0)
  const trusted = writer.now().trusted
  writer.runWithin({
    id: platform.digest.hex(platform.random.bytes(16)),
    actor: { staff: 'head_office' },
    request: '',
    confirm: told,
    decide: (now) => ({
      ok: true,
      value: {
        drafts: [
          {
            kind: 'clock.confirmed',
            n: 0,
            payload: { confirmed: told, before: now.trusted, by: 'head_office' },
          },
          {
            kind: 'settings.changed',
            n: N_NAMES,
            payload: { settings: { store: { store_name: reply.store.name, till_name: reply.till_name } } },
          },
        ],
        answer: () => null,
      },
    }),
  })
  replica.adoptAliases(ownAliases(ledger))
  replica.showAgain(tail)
  connect(before, pending, reply)
  // What is written again was booked already, unless it is read by another clock or follows another beginning.
  if ((zoneChanges && tail.length > 0) || closesEpochs(before, pending.after_place))
    rebuildProjections(db, platform.digest, ledger.projector)
  return told - trusted
}

function headAt({ db }: Ledger, place: number): Head {
  const row = db
    .prepare<[number], Head>(
      `SELECT e.place, e.epoch, e.seq, e.hash FROM event e WHERE e.place <= ? AND ${EVENT_COUNTS}
       ORDER BY e.place DESC LIMIT 1`,
    )
    .get(place)
  return row ?? { place: 0, epoch: 0, seq: 0, hash: new Uint8Array() }
}

const countingTail = ({ db }: Ledger, place: number): (EventRow & { readonly device: string })[] =>
  db
    .prepare<[number], EventRow & { readonly device: string }>(
      `SELECT e.*, p.device FROM event e JOIN epoch p ON p.epoch = e.epoch
       WHERE e.place > ? AND e.kind <> 'epoch.opened' AND ${EVENT_COUNTS} ORDER BY e.place`,
    )
    .all(place)

/** Whose this till is from here on. Hashes of requests keep the key they were made with. */
function setOwner({ db, ids }: Ledger, reply: EnrolReply, first: boolean): void {
  const set = db.prepare(
    'INSERT INTO till (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  if (first) {
    db.exec(`INSERT INTO till (key, value) SELECT 'request_key', value FROM till WHERE key = 'identity_key'`)
    set.run('tenant_alone', ids.tenant)
  }
  set.run('tenant', reply.tenant.id)
  set.run('device', reply.device)
  set.run('identity_key', reply.identity_key)
}

/** What stands behind the place counts no more where it stands; the same as after a repair. */
function closeAfter({ db, writer }: Ledger, place: number): void {
  if (place === writer.head().place) return
  db.prepare(
    `UPDATE epoch SET last_place = min(coalesce(last_place, @last), max(first_place - 1, @last))
     WHERE epoch >= (SELECT max(epoch) FROM epoch WHERE first_place <= @place)`,
  ).run({ last: place, place: place + 1 })
}

/** Whole epochs of a till that was enrolled before count no more. */
const closesEpochs = ({ db }: Ledger, place: number): boolean =>
  db.prepare('SELECT 1 FROM epoch WHERE first_place > ? AND last_place IS NOT NULL').get(place) !== undefined

/** Writes the events again at the end. They are booked already; only their places are others. */
function writeAgain({ db, platform }: Ledger, writer: Writer, tail: readonly EventRow[]): void {
  const move = db.prepare('UPDATE sale SET place = ? WHERE id = ?')
  for (const row of tail) {
    writer.reissue(decodeEnvelope(platform.digest, row.bytes))
    if (row.kind === 'sale.recorded') move.run(writer.head().place, row.id)
  }
}

function connect({ db }: Ledger, pending: PendingEnrolment, reply: EnrolReply): void {
  const before = db.prepare<[], { hq_epoch: number; hq_time: number }>('SELECT * FROM connection').get()
  const { tenant, store } = reply
  const done = db
    .prepare(
      `INSERT OR REPLACE INTO connection (one, url, tenant, tenant_name, store, store_name, till_name, device, epoch,
         enrolled_at, hq_public_key, hq_epoch, hq_time, payload_version_max)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
    )
    .run(
      pending.url,
      tenant.id,
      tenant.name,
      store.id,
      store.name,
      reply.till_name,
      reply.device,
      reply.epoch,
      reply.hq_time,
      reply.hq_public_key,
      reply.hq_epoch,
      Math.max(reply.hq_time, before?.hq_time ?? 0),
    )
  invariant(done.changes === 1, 'a till belongs to one head office')
  db.exec('DELETE FROM enrolment')
  // Head office was put back to an older state: it is offered everything again and says what it lacks.
  if (before && before.hq_epoch !== reply.hq_epoch)
    db.exec(`UPDATE till SET value = '0' WHERE key = 'acknowledged_place'`)
}
