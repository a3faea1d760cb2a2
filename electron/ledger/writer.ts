import type { Clock, Digest, RandomSource, Signer } from '../../shared/base/ports.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { invariant, ok, type Result, refuse } from '../../shared/base/result.ts'
import {
  confirmTime,
  nextHlc,
  readTime,
  resumeTime,
  type TimeState,
  type TrustedReading,
} from '../../shared/domain/trusted-time.ts'
import {
  type Actor,
  chainHash,
  commitment,
  decodeEnvelope,
  ENVELOPE_VERSION,
  type Envelope,
  encodeEnvelope,
  eventId,
  genesisHash,
} from '../../shared/protocol/event.ts'
import type { AnyDraft, Payloads } from '../../shared/protocol/payload.ts'
import { payloadVersion } from '../../shared/protocol/payload-schema.ts'
import { type Database, EVENT_COUNTS } from './database.ts'
import type { Projector } from './projector.ts'

export interface Ids {
  readonly tenant: string
  readonly device: string
}

interface WriterParts {
  readonly db: Database
  readonly digest: Digest
  readonly random: RandomSource
  readonly clock: Clock
  readonly signer: Signer
  readonly ids: Ids
  readonly projector: Projector
}

interface Decision<A> {
  readonly drafts: readonly AnyDraft[]
  /** Read after the drafts are projected and before anything is committed: what the customer is told. */
  readonly answer: () => A
}

interface CommandSpec<A> {
  /** 32 hex, made by the caller before anything was sent. */
  readonly id: string
  readonly actor: Actor
  /** Hash of what was asked, without secrets: tells a repetition from another request under the same id. */
  readonly request: string
  readonly decide: (now: TrustedReading) => Result<Decision<A>, Refusal>
  /** Salts derived from event ids, so that the same imported row has the same content on every till. */
  readonly derivedSalts?: boolean
  /** A confirmed time sets the clock's floor anew with this command. Ms. */
  readonly confirm?: number
}

export interface Writer {
  /** One command, one transaction: all of its events and their projections, or nothing (K1). */
  run<A>(spec: CommandSpec<A>): Result<A, Refusal>
  /** The answer of a command that was carried out before, a conflict when it asked for something else, else null. */
  repeated<A>(id: string, request: string): Result<A, Refusal> | null
  /** The same inside a transaction of the caller, who commits many at once (import). */
  runWithin<A>(spec: CommandSpec<A>): Result<A, Refusal>
  /** Runs `work` in one transaction. */
  transaction<T>(work: () => T): T
  now(): TrustedReading
  hasEvent(id: string): boolean
  /** Opens the next epoch; its first event names the last one that counts. */
  openEpoch(
    actor: Actor,
    command: string,
    payload: Omit<Payloads['epoch.opened'], 'public_key' | 'after'>,
    options?: EpochOptions,
  ): void
  /** Writes an event of a closed epoch anew, with the same id and content, at the end of this one. */
  reissue(envelope: Envelope): void
  /** A request with its proof: signature of SHA-256 of the body, by the key of this epoch. */
  signed(body: string): { readonly body: string; readonly signature: string }
  /** Signature of SHA-256 of a text, base64. */
  signText(text: string): string
  head(): Head
}

interface EpochOptions {
  /** The last event that counts; the head when not given. */
  readonly after?: Head
  /** Its number; one more than the present one when not given. */
  readonly epoch?: number
  /** Of the event that opens it, ms: what is written again behind it may be older than now. */
  readonly trusted?: number
}

export interface Head {
  readonly place: number
  readonly epoch: number
  readonly seq: number
  readonly hash: Uint8Array
}

interface ClockRow {
  floor_ms: number
  floor_monotonic_ms: number
  boot_id: string
  confirmed_ms: number | null
  wall_skew_ms: number
  hlc: string
}

/** The only code that writes events. One writer per ledger. */
export function createWriter(parts: WriterParts): Writer {
  const { db, digest, random, clock, signer, ids, projector } = parts
  const insertEvent = db.prepare(
    `INSERT INTO event (place, epoch, seq, id, kind, staff, customer, trusted, bytes, prev_hash, hash, signature)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertPersonal = db.prepare(
    `INSERT INTO personal (event, salt, json) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET salt = excluded.salt, json = excluded.json`,
  )
  // An event behind the end of a closed epoch does not count: its command may be carried out again.
  const bytesOf = db
    .prepare<[string], Uint8Array>(
      `SELECT e.bytes FROM event e WHERE e.id = ? AND ${EVENT_COUNTS} ORDER BY e.place DESC LIMIT 1`,
    )
    .pluck()
  const readClock = db.prepare<[], ClockRow>('SELECT * FROM clock')
  const saveClock = db.prepare(
    'UPDATE clock SET floor_ms = ?, floor_monotonic_ms = ?, boot_id = ?, confirmed_ms = ?, wall_skew_ms = ?, hlc = ?',
  )
  const insertEpoch = db.prepare(
    'INSERT INTO epoch (epoch, device, public_key, first_place) VALUES (?, ?, ?, ?)',
  )

  let head = readHead(db, digest, ids)
  let time = resumeTime(timeState(readClock.get()), clock.read())
  let hlc = readClock.get()?.hlc ?? ''

  const reading = (): TrustedReading => readTime(time, clock.read())
  const signText = (text: string): string =>
    Buffer.from(signer.sign(digest.sha256(digest.utf8(text)))).toString('base64')

  const append = (spec: CommandSpec<unknown>, decision: Decision<unknown>, now: TrustedReading): unknown => {
    const events = decision.drafts.map((draft) => ({
      draft,
      id: eventId(digest, spec.id, draft.n),
      ...sealed(draft, spec),
    }))
    for (const [i, e] of events.entries()) {
      projector.apply({
        id: e.id,
        place: head.place + 1 + i,
        epoch: head.epoch,
        seq: head.seq + 1 + i,
        device: ids.device,
        kind: e.draft.kind,
        staff: spec.actor.staff,
        customer: e.draft.customer ?? null,
        program: e.draft.program ?? null,
        trusted: now.trusted,
        payload: e.payload,
        personal: e.draft.personal ?? null,
      })
    }
    const answer = decision.answer()
    const marks = [...now.marks, ...(spec.confirm === undefined ? [] : (['floor_moved'] as const))]
    const { wallMs } = clock.read()
    for (const e of events) {
      hlc = nextHlc(hlc, now.trusted)
      if (e.salt && e.json !== undefined) insertPersonal.run(e.id, e.salt, e.json)
      write({
        v: ENVELOPE_VERSION,
        tenant: ids.tenant,
        id: e.id,
        device: ids.device,
        epoch: head.epoch,
        seq: head.seq + 1,
        kind: e.draft.kind,
        pv: payloadVersion(e.draft.kind, e.payload),
        command: spec.id,
        n: e.draft.n,
        actor: spec.actor,
        ...(e.draft.customer === undefined ? {} : { customer: e.draft.customer }),
        ...(e.draft.program === undefined ? {} : { program: e.draft.program }),
        hlc,
        wall: Math.floor(wallMs),
        trusted: now.trusted,
        ...(marks.length > 0 ? { marks } : {}),
        ...(e.draft.n === 0 ? { request: spec.request, answer } : {}),
        payload: e.payload,
      })
    }
    time = spec.confirm === undefined ? now.state : confirmTime(clock.read(), spec.confirm)
    saveClock.run(time.floorMs, time.floorMonotonicMs, time.bootId, time.confirmedMs, time.wallSkewMs, hlc)
    return answer
  }

  const sealed = (draft: AnyDraft, spec: CommandSpec<unknown>) => {
    if (draft.personal === undefined)
      return { payload: draft.payload as unknown, salt: null, json: undefined }
    const json = JSON.stringify(draft.personal)
    const salt = spec.derivedSalts
      ? digest.sha256(digest.utf8(`kasuwa salt 2\n${eventId(digest, spec.id, draft.n)}`)).slice(0, 16)
      : random.bytes(16)
    return { payload: { ...draft.payload, personal: commitment(digest, salt, json) }, salt, json }
  }

  const write = (envelope: Envelope): void => {
    const bytes = encodeEnvelope(digest, envelope)
    const hash = chainHash(digest, head.hash, bytes)
    const place = head.place + 1
    const { id, kind, customer = null, trusted, actor, epoch, seq } = envelope
    insertEvent.run(
      place,
      epoch,
      seq,
      id,
      kind,
      actor.staff,
      customer,
      trusted,
      bytes,
      head.hash,
      hash,
      signer.sign(hash),
    )
    head = { place, epoch, seq, hash }
  }

  const repeated = <A>(id: string, request: string): Result<A, Refusal> | null => {
    const known = bytesOf.get(eventId(digest, id, 0))
    if (!known) return null
    const first = decodeEnvelope(digest, known)
    return first.request === request ? ok(first.answer as A) : refuse(refusal('conflict'))
  }

  const runWithin = <A>(spec: CommandSpec<A>): Result<A, Refusal> => {
    const before = repeated<A>(spec.id, spec.request)
    if (before) return before
    const now = reading()
    const decision = spec.decide(now)
    if (!decision.ok) return decision
    invariant(decision.value.drafts.length > 0, 'a command that succeeds writes at least one event')
    return ok(append(spec, decision.value, now) as A)
  }

  const inTransaction = db.transaction((work: () => unknown): unknown => work())

  /** What is remembered in memory goes back with the transaction. */
  const transaction = <T>(work: () => T): T => {
    const before = { head, time, hlc }
    try {
      return inTransaction.immediate(work) as T
    } catch (error) {
      head = before.head
      time = before.time
      hlc = before.hlc
      projector.forget()
      throw error
    }
  }

  return {
    run: (spec) => transaction(() => runWithin(spec)),
    repeated,
    runWithin,
    transaction,
    now: reading,
    hasEvent: (id) => bytesOf.get(id) !== undefined,
    head: () => head,
    reissue(envelope) {
      write({ ...envelope, ...ids, epoch: head.epoch, seq: head.seq + 1 })
    },
    openEpoch(actor, command, payload, options = {}) {
      const last = options.after ?? head
      const after =
        last.place === 0 ? null : { epoch: last.epoch, seq: last.seq, head: digest.hex(last.hash) }
      const epoch = options.epoch ?? head.epoch + 1
      invariant(epoch > head.epoch, `epoch ${epoch} does not follow ${head.epoch}`)
      insertEpoch.run(epoch, ids.device, signer.publicKey, head.place + 1)
      head = { place: head.place, epoch, seq: 0, hash: genesisHash(digest, ids.tenant, ids.device, epoch) }
      const whole = { ...payload, public_key: digest.hex(signer.publicKey), after }
      const now = reading()
      append(
        { id: command, actor, request: '', decide: () => refuse(refusal('invalid')) },
        { drafts: [{ kind: 'epoch.opened', n: 0, payload: whole }], answer: () => null },
        { ...now, trusted: Math.min(now.trusted, options.trusted ?? now.trusted) },
      )
    },
    signed: (body) => ({ body, signature: signText(body) }),
    signText,
  }
}

/** The row of the clock as the clock rule takes it. */
export function timeState(row: ClockRow | undefined): TimeState {
  invariant(row, 'the ledger has no clock row')
  return {
    floorMs: row.floor_ms,
    floorMonotonicMs: row.floor_monotonic_ms,
    bootId: row.boot_id,
    confirmedMs: row.confirmed_ms,
    wallSkewMs: row.wall_skew_ms,
  }
}

/** The end of the chain as it stands in the file. */
function readHead(db: Database, digest: Digest, ids: Ids): Head {
  const last = db
    .prepare<[], { place: number; epoch: number; seq: number; hash: Uint8Array }>(
      'SELECT place, epoch, seq, hash FROM event ORDER BY place DESC LIMIT 1',
    )
    .get()
  const epoch = db.prepare<[], number>('SELECT max(epoch) FROM epoch').pluck().get() ?? 0
  if (last && last.epoch === epoch) return { ...last, hash: new Uint8Array(last.hash) }
  return { place: last?.place ?? 0, epoch, seq: 0, hash: genesisHash(digest, ids.tenant, ids.device, epoch) }
}
