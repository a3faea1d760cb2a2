import type { Output } from '../../../shared/ipc/contract.ts'
import type { EventKind } from '../../../shared/protocol/event.ts'
import { decodeEnvelope } from '../../../shared/protocol/event.ts'
import type { Ledger } from '../ledger.ts'
import { eventWords } from '../words.ts'
import { heldWords } from './words.ts'

/** As many as a manager reads on one page. */
const HELD_SHOWN_MAX = 200

interface HeldPlace {
  readonly place: number
  readonly id: string
  readonly epoch: number
  readonly seq: number
  readonly device: string
  readonly customer: string | null
}

interface HeldRow {
  readonly id: string
  readonly trusted: number
  readonly kind: EventKind
  readonly bytes: Uint8Array
  readonly why: string
  readonly points: number | null
}

/** Own entries that head office has and does not count yet, in words, with the way out. */
export function createHeldList({ db, platform, settings, projector }: Ledger) {
  const { replica, applied } = projector.accounts
  const places = db.prepare<[], HeldPlace>(
    `SELECT h.place, e.id, e.epoch, e.seq, p.device, e.customer
     FROM held h JOIN event e ON e.place = h.place JOIN epoch p ON p.epoch = e.epoch ORDER BY h.place DESC`,
  )
  const rowAt = db.prepare<[number], HeldRow>(
    `SELECT e.id, e.trusted, e.kind, e.bytes, h.why, h.points
     FROM held h JOIN event e ON e.place = h.place WHERE h.place = ?`,
  )
  /** Head office's row has the event and does not hold it any more: a person there has released it. */
  const isReleased = (one: HeldPlace): boolean => {
    if (one.customer === null) return false
    const account = replica.account(replica.rootOf(one.customer), settings().program.id)
    if (!account || !applied.isIn(account.applied, one)) return false
    return !account.held.some(({ event }) => event === one.id)
  }
  const held = (): HeldPlace[] => places.all().filter((one) => !isReleased(one))
  return {
    count: (): number => held().length,
    list: (): Output<'hq.connection'>['held'] =>
      held()
        .slice(0, HELD_SHOWN_MAX)
        .flatMap(({ place }) => rowAt.get(place) ?? [])
        .map((row) => {
          const { payload } = decodeEnvelope(platform.digest, row.bytes)
          return {
            event_id: row.id,
            at: row.trusted,
            what: eventWords(row.kind, payload, '', settings().place.time_zone),
            ...heldWords(row.why),
            points: row.points,
          }
        }),
  }
}
