import type { Digest } from '../../../shared/base/ports.ts'
import { decodeEnvelope } from '../../../shared/protocol/event.ts'
import type { Applied } from '../../../shared/sync/rows.ts'
import { type Database, EVENT_COUNTS } from '../database.ts'
import type { ProjectedEvent } from '../projector.ts'
import type { AppliedCheck, ChainPlace } from './applied.ts'

interface Row {
  readonly place: number
  readonly bytes: Uint8Array
  readonly json: string | null
}

interface EpochPlaces {
  readonly epoch: number
  readonly device: string
  readonly first_place: number
  /** Null: open. */
  readonly last_place: number | null
}

export interface OwnEvents {
  /** True when this till wrote an event of one of these ids. */
  any(ids: readonly string[]): boolean
  /** Own events of these ids that a row with these `applied` does not have, in the order they were written. */
  later(ids: readonly string[], applied: Applied): readonly ProjectedEvent[]
  /** The events with these ids, as far as they are own ones of these customers. */
  named(events: readonly string[]): readonly ProjectedEvent[]
}

/** This till's own events of a customer, each once: in its latest epoch. */
export function ownEvents(db: Database, digest: Digest, applied: AppliedCheck): OwnEvents {
  const exists = db.prepare<[string], number>('SELECT 1 FROM event WHERE customer = ? LIMIT 1').pluck()
  const epochs = db.prepare<[], EpochPlaces>(
    'SELECT epoch, device, first_place, last_place FROM epoch ORDER BY epoch',
  )
  const select = `SELECT e.place, e.bytes, p.json FROM event e LEFT JOIN personal p ON p.event = e.id`
  const latest = `NOT EXISTS (SELECT 1 FROM event l WHERE l.id = e.id AND l.place > e.place)`
  const range = `${select} WHERE e.customer = ? AND e.place > ? AND e.place < ?`
  const inLast = db.prepare<[string, number, number], Row>(`${range} ORDER BY e.place`)
  const inOlder = db.prepare<[string, number, number], Row>(`${range} AND ${latest} ORDER BY e.place`)
  const byId = db.prepare<[string], Row>(`${select} WHERE e.id = ? AND ${EVENT_COUNTS} AND ${latest}`)
  const copies = copiesOf(db)
  const projected = (row: Row): ProjectedEvent => projectedEvent(digest, row, copies)

  return {
    any: (ids) => ids.some((id) => exists.get(id) !== undefined),
    later(ids, appliedOfRow) {
      const all = epochs.all()
      const rows = all.flatMap((epoch, i) => {
        const after = epoch.first_place - 1 + applied.seqIn(appliedOfRow, epoch.epoch, epoch.device)
        const next = all[i + 1]
        if (!next) return ids.flatMap((id) => inLast.all(id, after, Number.MAX_SAFE_INTEGER))
        // What was written behind the end of a closed epoch counts nowhere.
        const end = Math.min(next.first_place, (epoch.last_place ?? next.first_place) + 1)
        return ids.flatMap((id) => inOlder.all(id, after, end))
      })
      const events = rows.map(projected).filter((event) => !applied.isIn(appliedOfRow, event))
      return events.sort((a, b) => a.place - b.place)
    },
    named: (events) => events.flatMap((id) => byId.all(id).map(projected)),
  }
}

/** Other places of an event that count: those it had before it was re-issued. */
export function copiesOf(db: Database): (id: string, place: number) => readonly ChainPlace[] {
  const read = db.prepare<[string, number], ChainPlace>(
    `SELECT e.epoch, e.seq, p.device FROM event e JOIN epoch p ON p.epoch = e.epoch
     WHERE e.id = ? AND e.place <> ? AND ${EVENT_COUNTS}`,
  )
  return (id, place) => read.all(id, place)
}

/** An event of the table as projections take it. `copies`: its other places. */
export function projectedEvent(
  digest: Digest,
  row: Row,
  copies: ReturnType<typeof copiesOf>,
): ProjectedEvent {
  const envelope = decodeEnvelope(digest, row.bytes)
  const { id, epoch, seq, device, kind, trusted, payload } = envelope
  return {
    id,
    place: row.place,
    epoch,
    seq,
    device,
    kind,
    staff: envelope.actor.staff,
    customer: envelope.customer ?? null,
    program: envelope.program ?? null,
    trusted,
    payload,
    personal: row.json === null ? null : (JSON.parse(row.json) as unknown),
    ...(epoch > 1 ? { copies: copies(id, row.place) } : {}),
  }
}
