import type { Digest } from '../../../shared/base/ports.ts'
import { decodeEnvelope, type EventKind } from '../../../shared/protocol/event.ts'
import type { Applied } from '../../../shared/sync/rows.ts'
import { type Database, EVENT_COUNTS } from '../database.ts'
import type { ProjectedEvent } from '../projector.ts'
import type { AppliedCheck, ChainPlace } from './applied.ts'
import type { ReplicaRows } from './replica-rows.ts'

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
  /** True when one of them stands behind the end of a closed epoch: rows of their accounts say whether it is in others. */
  anyClosed(ids: readonly string[]): boolean
  /** Own events of these ids that a row with these `applied` does not have, in the order they were written. */
  readonly later: LaterEvents
  /** The same of some kinds alone: the others are not read. */
  only(kinds: Iterable<EventKind>): LaterEvents
  /** The events with these ids, as far as they are own ones of these customers. */
  named(events: readonly string[]): readonly ProjectedEvent[]
}

type LaterEvents = (ids: readonly string[], applied: Applied) => readonly ProjectedEvent[]

/** This till's own events of a customer, each once: in its latest epoch. */
export function ownEvents(
  db: Database,
  digest: Digest,
  applied: AppliedCheck,
  replica: ReplicaRows,
): OwnEvents {
  const exists = db.prepare<[string], number>('SELECT 1 FROM event WHERE customer = ? LIMIT 1').pluck()
  const closed = db
    .prepare<[string], number>(
      `SELECT 1 FROM epoch p JOIN event e ON e.place > p.last_place
         AND e.place < (SELECT min(n.first_place) FROM epoch n WHERE n.epoch > p.epoch)
       WHERE e.customer = ? LIMIT 1`,
    )
    .pluck()
  const epochs = db.prepare<[], EpochPlaces>(
    'SELECT epoch, device, first_place, last_place FROM epoch ORDER BY epoch',
  )
  const select = `SELECT e.place, e.bytes, p.json FROM event e LEFT JOIN personal p ON p.event = e.id`
  const latest = `NOT EXISTS (SELECT 1 FROM event l WHERE l.id = e.id AND l.place > e.place)`
  const byId = db.prepare<[string], Row>(`${select} WHERE e.id = ? AND ${EVENT_COUNTS} AND ${latest}`)
  const copies = copiesOf(db, replica)
  const projected = (row: Row): ProjectedEvent => projectedEvent(digest, row, copies)

  const laterThat = (isWanted: string): LaterEvents => {
    const range = `${select} WHERE e.customer = ? AND e.place > ? AND e.place < ? AND ${isWanted}`
    const inLast = db.prepare<[string, number, number], Row>(`${range} ORDER BY e.place`)
    const inOlder = db.prepare<[string, number, number], Row>(`${range} AND ${latest} ORDER BY e.place`)
    return (ids, appliedOfRow) => {
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
    }
  }

  return {
    any: (ids) => ids.some((id) => exists.get(id) !== undefined),
    anyClosed: (ids) => ids.some((id) => closed.get(id) !== undefined),
    later: laterThat('true'),
    only: (kinds) => laterThat(`e.kind IN (${[...kinds].map((kind) => `'${kind}'`).join(', ')})`),
    named: (events) => events.flatMap((id) => byId.all(id).map(projected)),
  }
}

type Copies = (event: string, customer: string | null, place: number) => readonly ChainPlace[]

/**
 * Other places of an event: those it had before it was re-issued. One behind the end of a closed epoch is left out
 * until a row of head office names the event: after a fork, head office has other events under those numbers.
 */
export function copiesOf(db: Database, replica: ReplicaRows): Copies {
  const read = db.prepare<[string, number], ChainPlace & { readonly counts: number }>(
    `SELECT e.epoch, e.seq, p.device, ${EVENT_COUNTS} AS counts FROM event e JOIN epoch p ON p.epoch = e.epoch
     WHERE e.id = ? AND e.place <> ?`,
  )
  return (event, customer, place) => {
    const all = read.all(event, place)
    const counting = all.filter(({ counts }) => counts === 1)
    if (counting.length === all.length || customer === null) return counting
    return isNamed(replica, replica.rootOf(customer), event) ? all : counting
  }
}

/** An account of this customer has a line of this event, or of this sale, or holds it. */
const isNamed = (replica: ReplicaRows, root: string, id: string): boolean =>
  replica.programsOf(root).some((program) => {
    const row = replica.account(root, program)
    return (
      row !== null &&
      (row.lines.some(({ event, sale }) => event === id || sale === id) ||
        row.held.some(({ event }) => event === id))
    )
  })

/** An event of the table as projections take it. `copies`: its other places. */
export function projectedEvent(digest: Digest, row: Row, copies: Copies): ProjectedEvent {
  const envelope = decodeEnvelope(digest, row.bytes)
  const { id, epoch, seq, device, kind, trusted, payload, customer = null } = envelope
  return {
    id,
    place: row.place,
    epoch,
    seq,
    device,
    kind,
    staff: envelope.actor.staff,
    customer,
    program: envelope.program ?? null,
    trusted,
    payload,
    personal: row.json === null ? null : (JSON.parse(row.json) as unknown),
    ...(epoch > 1 ? { copies: copies(id, customer, row.place) } : {}),
  }
}
