import { invariant } from '../../../shared/base/result.ts'
import { eventId } from '../../../shared/protocol/event.ts'
import { type Problem, type PushReply, Receipt, type SignedReceipt } from '../../../shared/sync/wire.ts'
import type { Ledger } from '../ledger.ts'
import type { Connection, ConnectionStore } from './connection.ts'
import type { Outbox } from './outbox.ts'
import { COPIED_STOP, RECEIPT_STOP, STOPS } from './words.ts'

/** A trusted time this far from head office's, or confirmed this long ago, is set anew. Ms. */
const CLOCK_APART_MS = 2 * 60_000
const CLOCK_OLD_MS = 86_400_000
/** A reply that took longer (the machine slept over it) says nothing about now. Ms. */
const REPLY_FRESH_MS = 60_000

export interface Acknowledge {
  /** The moment a batch was handed out: how old the reply's time is. */
  batchTaken(): void
  /** False: the answer is to somebody else's question, which counts as none. */
  pushed(reply: PushReply): boolean
  refused(problem: Problem): 'again' | 'stop'
  /** A receipt for this till's own chain, out of a package. False when it is of another chain. */
  receiptFromFile(signed: SignedReceipt, held: PushReply['held']): boolean
}

interface Place {
  readonly epoch: number
  readonly seq: number
}

interface Parts {
  readonly ledger: Ledger
  readonly connections: ConnectionStore
  readonly outbox: Outbox
  /** The clock was set anew by so many ms. */
  readonly clockMoved: (byMs: number) => void
}

/** Takes what head office answers to a push. Each answer is one transaction and may come twice. */
export function createAcknowledge({ ledger, connections, outbox, clockMoved }: Parts): Acknowledge {
  const { db, writer, platform } = ledger
  const store = receiptStore(ledger)
  const contact = db.prepare(
    `UPDATE connection SET hq_epoch = @hq_epoch, hq_time = max(hq_time, @hq_time),
       payload_version_max = @payload_version_max, receipt_at = @at, receipt_head = @head`,
  )
  let taken: { wallMs: number; monotonicMs: number } | null = null

  const isFresh = (): boolean => {
    if (!taken) return false
    const now = platform.clock.read()
    return (
      Math.abs(now.wallMs - taken.wallMs) < REPLY_FRESH_MS &&
      now.monotonicMs - taken.monotonicMs < REPLY_FRESH_MS
    )
  }

  /** Head office's clock takes the place of a person's word. Never before the last time it told. */
  const setClock = (hqTime: number, connection: Connection): void => {
    const now = writer.now()
    const confirmed = now.state.confirmedMs
    const right = Math.abs(now.trusted - hqTime) <= CLOCK_APART_MS
    if (hqTime < connection.hq_time || !isFresh()) return
    if (right && confirmed !== null && now.trusted - confirmed <= CLOCK_OLD_MS) return
    const id = eventId(platform.digest, platform.digest.hex(platform.random.bytes(16)), 0)
    const done = writer.runWithin({
      id,
      actor: { staff: 'head_office' },
      request: '',
      confirm: hqTime,
      decide: () => ({
        ok: true,
        value: {
          drafts: [
            {
              kind: 'clock.confirmed',
              n: 0,
              payload: { confirmed: hqTime, before: now.trusted, by: 'head_office' },
            },
          ],
          answer: () => null,
        },
      }),
    })
    invariant(done.ok, 'the time of head office is taken as it is')
    clockMoved(hqTime - now.trusted)
  }

  const take = (
    receipt: Receipt,
    signed: SignedReceipt,
    held: PushReply['held'],
    connection: Connection,
  ): void => {
    store.keep(signed, receipt)
    store.keepHeld(held, connection)
    const place = store.placeOf({ epoch: receipt.epoch, seq: receipt.to_seq })
    if (place !== null && place > outbox.cursor()) outbox.setCursor(place)
  }

  const stop = (code: string, sentence: string): 'stop' => {
    connections.stop(code, sentence)
    return 'stop'
  }

  return {
    batchTaken() {
      const { wallMs, monotonicMs } = platform.clock.read()
      taken = { wallMs, monotonicMs }
    },
    pushed: (reply) =>
      writer.transaction(() => {
        const connection = connections.get()
        if (!connection) return true
        const receipt = store.genuine(reply.receipt, connection)
        if (!receipt) {
          stop('receipt_wrong', RECEIPT_STOP)
          return true
        }
        // Signed, and for another till: something on the way has mixed up two answers. The next one may be right.
        if (!isOf(receipt, reply, connection)) return false
        const { epoch, seq } = writer.head()
        // More than this till ever wrote in its newest epoch: its file is a copy from before. An older epoch may have
        // gone further in another life of this till, and counts no longer. Of a heartbeat no event is signed for.
        const last = receipt.to_seq < receipt.from_seq ? reply.acked.seq : receipt.to_seq
        if (receipt.epoch === epoch && last > seq) {
          stop('fork', COPIED_STOP)
          return true
        }
        if (!store.fits(receipt)) {
          stop('receipt_wrong', RECEIPT_STOP)
          return true
        }
        take(receipt, reply.receipt, reply.held, connection)
        // Time and incarnation are those that head office signed: what stands beside them anybody on the way could write.
        contact.run({
          hq_epoch: Math.max(connection.hq_epoch, receipt.hq_epoch),
          hq_time: receipt.at,
          payload_version_max: reply.payload_version_max,
          at: receipt.at,
          head: receipt.head_hash,
        })
        setClock(receipt.at, connection)
        return true
      }),
    refused: (problem) =>
      writer.transaction(() => {
        if (problem.code === 'gap') {
          const place = problem.expected ? store.expectedPlace(problem.expected) : null
          // Head office has more of this chain than this till: a copy ran, or this one was put back.
          if (place === null || place > writer.head().place + 1) return stop('fork', STOPS.fork ?? '')
          outbox.setCursor(place - 1)
          return 'again'
        }
        const sentence = STOPS[problem.code]
        return sentence === null ? 'again' : stop(problem.code, sentence)
      }),
    receiptFromFile(signed, held) {
      const connection = connections.get()
      const receipt = connection && store.genuine(signed, connection)
      if (!receipt || !isOfTill(receipt, connection) || !store.fits(receipt)) return false
      take(receipt, signed, held, connection)
      return true
    },
  }
}

const isOfTill = (receipt: Receipt, connection: Connection): boolean =>
  receipt.tenant === connection.tenant && receipt.device === connection.device

/** What stands beside the receipt is to say the same: nobody has signed for that. */
const isOf = (receipt: Receipt, { acked }: PushReply, connection: Connection): boolean =>
  isOfTill(receipt, connection) && acked.epoch === receipt.epoch && acked.seq >= receipt.to_seq

/** Receipts as they were signed, checked against this till's own chain. */
function receiptStore({ db, platform }: Ledger) {
  const { digest, verify } = platform
  const epochRow = db.prepare<[number], { first_place: number; last_place: number | null }>(
    'SELECT first_place, last_place FROM epoch WHERE epoch = ?',
  )
  const hashes = db.prepare<[number], { epoch: number; prev_hash: Uint8Array; hash: Uint8Array }>(
    'SELECT epoch, prev_hash, hash FROM event WHERE place = ?',
  )
  const insert = db.prepare(
    `INSERT INTO receipt (epoch, from_seq, to_seq, from_place, to_place, body, signature, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const dropCovered = db.prepare(
    'DELETE FROM receipt WHERE epoch = ? AND from_seq >= ? AND to_seq <= ? AND (from_seq <> ? OR to_seq <> ?)',
  )
  const insertHeld = db.prepare(
    `INSERT INTO held (place, outcome, why, points) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET outcome = excluded.outcome, why = excluded.why, points = excluded.points`,
  )
  const dropHeld = db.prepare('DELETE FROM held WHERE place BETWEEN ? AND ?')

  const placeOf = ({ epoch, seq }: Place): number | null => {
    const row = epochRow.get(epoch)
    if (!row || seq === 0) return null
    const place = row.first_place + seq - 1
    return hashes.get(place)?.epoch === epoch ? place : null
  }
  /** The hash at which a chain ends with `seq`; for 0 what its first event follows. */
  const headAt = ({ epoch, seq }: Place): string | null => {
    const place = placeOf({ epoch, seq: Math.max(1, seq) })
    const found = place === null ? undefined : hashes.get(place)
    if (!found) return null
    return digest.hex(seq === 0 ? found.prev_hash : found.hash)
  }
  return {
    placeOf,
    /** Where the event stands that head office asks for next; null when this till has no such epoch. */
    expectedPlace({ epoch, seq }: Place): number | null {
      const row = epochRow.get(epoch)
      return row ? row.first_place + Math.max(1, seq) - 1 : null
    },
    /** The receipt, if head office signed it. */
    genuine(signed: SignedReceipt, connection: Connection): Receipt | null {
      const genuine = verify(
        digest.fromHex(connection.hq_public_key),
        digest.sha256(digest.utf8(signed.body)),
        Buffer.from(signed.signature, 'base64'),
      )
      return genuine ? Receipt.parse(JSON.parse(signed.body)) : null
    },
    /** It says what this till wrote. */
    fits(receipt: Receipt): boolean {
      const events = receipt.to_seq - receipt.from_seq + 1
      return (
        receipt.effective.length === Math.max(0, events) &&
        headAt({ epoch: receipt.epoch, seq: receipt.to_seq }) === receipt.head_hash
      )
    },
    keep(signed: SignedReceipt, receipt: Receipt): void {
      const { epoch, from_seq, to_seq, at } = receipt
      const from = placeOf({ epoch, seq: from_seq })
      const to = placeOf({ epoch, seq: to_seq })
      // A heartbeat's receipt names no event: the row of the connection remembers it.
      if (to_seq < from_seq || from === null || to === null) return
      dropCovered.run(epoch, from_seq, to_seq, from_seq, to_seq)
      insert.run(epoch, from_seq, to_seq, from, to, signed.body, signed.signature, at)
      dropHeld.run(from, to)
    },
    keepHeld(held: PushReply['held'], connection: Connection): void {
      for (const one of held) {
        const place = one.device === connection.device ? placeOf(one) : null
        if (place !== null) insertHeld.run(place, one.outcome, one.why, one.points)
      }
    },
  }
}
