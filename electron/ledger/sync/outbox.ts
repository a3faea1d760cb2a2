import { RELEASE } from '../../../shared/base/release.ts'
import { decodeEnvelope } from '../../../shared/protocol/event.ts'
import type { Payloads } from '../../../shared/protocol/payload.ts'
import {
  PROTOCOL_VERSION,
  type PushBatch,
  type Signed,
  type SignedReceipt,
  SYNC_LIMITS,
  type WireEvent,
} from '../../../shared/sync/wire.ts'
import { EVENT_COUNTS } from '../database.ts'
import { leaseRows } from '../lease/lease-rows.ts'
import type { Ledger } from '../ledger.ts'
import type { Connection } from './connection.ts'

/** What head office does not have: the events behind the cursor that count. */
export interface Outbox {
  /** The last place that head office acknowledged. */
  cursor(): number
  /** Events up to there that count: what head office has of this ledger. */
  acknowledged(): number
  /** Events that wait behind a place, and the trusted time of the first of them. */
  waitingAfter(place: number): { readonly events: number; readonly oldest: number | null }
  /** Sales among the events behind a place. */
  salesAfter(place: number): number
  /**
   * The next events behind a place, at most so many of both: one (device, epoch) in order, and signed. No events: a
   * heartbeat. `last_place`: where the next batch begins to look.
   */
  batchAfter(place: number, limits: BatchLimits, connection: Connection): Batch
  setCursor(place: number): void
}

interface BatchLimits {
  readonly events_max: number
  readonly bytes_max: number
}

interface Batch {
  readonly push: Signed
  readonly events: number
  readonly waiting: number
  readonly last_place: number
}

interface WaitingRow {
  readonly place: number
  readonly epoch: number
  readonly seq: number
  readonly trusted: number
  readonly bytes: Uint8Array
  readonly prev_hash: Uint8Array
  readonly hash: Uint8Array
  readonly signature: Uint8Array
  readonly salt: Uint8Array | null
  readonly json: string | null
}

/** The suffix of the ledger that head office has not acknowledged. Events never leave it: only the cursor moves. */
export function createOutbox(ledger: Ledger): Outbox {
  const { db, writer, platform } = ledger
  const { digest } = platform
  const leases = leaseRows(ledger)
  const cursor = db.prepare<[], string>(`SELECT value FROM till WHERE key = 'acknowledged_place'`).pluck()
  const saveCursor = db.prepare(`UPDATE till SET value = ? WHERE key = 'acknowledged_place'`)
  const page = db.prepare<[number, number], WaitingRow>(
    `SELECT e.place, e.epoch, e.seq, e.trusted, e.bytes, e.prev_hash, e.hash, e.signature, p.salt, p.json
     FROM event e LEFT JOIN personal p ON p.event = e.id
     WHERE e.place > ? AND ${EVENT_COUNTS} ORDER BY e.place LIMIT ?`,
  )
  const next = db
    .prepare<[number], number>(
      `SELECT e.trusted FROM event e WHERE e.place > ? AND ${EVENT_COUNTS} ORDER BY e.place LIMIT 1`,
    )
    .pluck()
  const closed = db
    .prepare<{ place: number; head: number }, number>(
      `SELECT coalesce(sum(max(0, until - max(after, @place))), 0) FROM (
         SELECT max(last_place, first_place - 1) AS after, (SELECT coalesce(min(n.first_place) - 1, @head) FROM epoch n
           WHERE n.epoch > p.epoch) AS until
         FROM epoch p WHERE last_place IS NOT NULL)`,
    )
    .pluck()
  const confirmations = db
    .prepare<[number], Uint8Array>(
      `SELECT bytes FROM event INDEXED BY event_notable
       WHERE staff <> 'import' AND kind NOT IN ('sale.recorded', 'points.earned', 'points.redeemed')
         AND kind = 'clock.confirmed' AND place > ?`,
    )
    .pluck()
  const receiptsOf = db.prepare<[number, number, number], SignedReceipt>(
    'SELECT body, signature FROM receipt WHERE epoch = ? AND to_seq >= ? AND from_seq <= ? ORDER BY from_seq',
  )

  const acknowledgedPlace = (): number => Number(cursor.get() ?? 0)

  const waitingAfter: Outbox['waitingAfter'] = (place) => {
    const head = writer.head().place
    const events = Math.max(0, head - place) - (closed.get({ place, head }) ?? 0)
    return { events, oldest: events === 0 ? null : (next.get(place) ?? null) }
  }

  /** No event behind a place has a trusted time before this: it goes back only where the clock was set back. */
  const settledAfter = (place: number, oldest: number | null): number => {
    const setBack = confirmations
      .all(place)
      .map((bytes) => (decodeEnvelope(digest, bytes).payload as Payloads['clock.confirmed']).confirmed)
    return Math.min(writer.now().trusted, oldest ?? Number.MAX_SAFE_INTEGER, ...setBack)
  }

  const batchOf = (place: number, rows: readonly WaitingRow[], connection: Connection): Batch => {
    const [first, last] = [rows[0], rows.at(-1)]
    const head = writer.head()
    const lastPlace = last?.place ?? place
    const waiting = waitingAfter(lastPlace)
    const epoch = first?.epoch ?? head.epoch
    const fromSeq = first?.seq ?? head.seq + 1
    const body: PushBatch = {
      protocol: PROTOCOL_VERSION,
      tenant: connection.tenant,
      device: connection.device,
      epoch,
      from_seq: fromSeq,
      prev_hash: digest.hex(first?.prev_hash ?? head.hash),
      head_hash: digest.hex(last?.hash ?? head.hash),
      events: rows.map((row) => wireEvent(digest.hex, row)),
      settled: settledAfter(lastPlace, waiting.oldest),
      clock: { wall: Math.floor(platform.clock.read().wallMs), trusted: writer.now().trusted },
      waiting: waiting.events,
      oldest_waiting_at: waiting.oldest,
      app_version: RELEASE.version,
      hq_epoch: connection.hq_epoch,
      grants: [...leases.held()],
      receipts: last ? receiptsOf.all(epoch, fromSeq, last.seq).slice(0, SYNC_LIMITS.pushEventsMax) : [],
      signed_by: connection.epoch,
    }
    return {
      push: writer.signed(JSON.stringify(body)),
      events: rows.length,
      waiting: waiting.events,
      last_place: lastPlace,
    }
  }

  return {
    salesAfter: salesCounter(ledger),
    cursor: acknowledgedPlace,
    acknowledged() {
      const place = acknowledgedPlace()
      const head = writer.head().place
      const closedTo = (closed.get({ place: 0, head }) ?? 0) - (closed.get({ place, head }) ?? 0)
      return place - closedTo
    },
    setCursor: (place) => saveCursor.run(String(place)),
    waitingAfter,
    batchAfter(place, limits, connection) {
      const eventsMax = Math.max(1, Math.min(limits.events_max, SYNC_LIMITS.pushEventsMax))
      const bytesMax = Math.min(limits.bytes_max, SYNC_LIMITS.pushBytesMax)
      let rows = fitting(page.all(place, eventsMax), bytesMax)
      for (;;) {
        const batch = batchOf(place, rows, connection)
        // Names and reasons stand beside the bytes: a batch of many may still be more than a request may have.
        const size = Buffer.byteLength(JSON.stringify(batch.push))
        if (size <= SYNC_LIMITS.requestBytesMax || rows.length <= 1) return batch
        rows = rows.slice(0, Math.ceil(rows.length / 2))
      }
    },
  }
}

/** Counts the sales behind a place; what was counted before is not looked at again, so that no status waits for it. */
function salesCounter({ db, writer }: Ledger): (place: number) => number {
  const between = db
    .prepare<[number, number], number>(
      `SELECT count(*) FROM event e WHERE e.place > ? AND e.place <= ? AND e.kind = 'sale.recorded' AND ${EVENT_COUNTS}`,
    )
    .pluck()
  let counted = { after: 0, upTo: 0, sales: 0 }
  return (after) => {
    const upTo = writer.head().place
    const isOn = after >= counted.after && after <= counted.upTo && upTo >= counted.upTo
    const from = isOn ? counted : { after, upTo: after, sales: 0 }
    const left = from.sales - (after === from.after ? 0 : (between.get(from.after, after) ?? 0))
    const sales = left + (upTo === from.upTo ? 0 : (between.get(from.upTo, upTo) ?? 0))
    counted = { after, upTo, sales }
    return sales
  }
}

/** The rows of one epoch that fit; at least one. */
function fitting(rows: readonly WaitingRow[], bytesMax: number): readonly WaitingRow[] {
  let bytes = 0
  const end = rows.findIndex((row, i) => {
    bytes += row.bytes.length
    return row.epoch !== rows[0]?.epoch || (i > 0 && bytes > bytesMax)
  })
  return end === -1 ? rows : rows.slice(0, end)
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function wireEvent(hex: (bytes: Uint8Array) => string, row: WaitingRow): WireEvent {
  const { salt, json } = row
  return {
    seq: row.seq,
    bytes: base64(row.bytes),
    signature: base64(row.signature),
    personal: salt === null || json === null ? null : { salt: hex(salt), json },
  }
}
