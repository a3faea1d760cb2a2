import type { Output } from '../../../shared/ipc/contract.ts'
import type { EventKind } from '../../../shared/protocol/event.ts'
import { decodeEnvelope } from '../../../shared/protocol/event.ts'
import type { Ledger } from '../ledger.ts'
import { eventWords } from '../words.ts'
import { heldWords } from './words.ts'

/** As many as a manager reads on one page. */
const HELD_SHOWN_MAX = 200

interface HeldRow {
  readonly id: string
  readonly epoch: number
  readonly seq: number
  readonly device: string
  readonly customer: string | null
  readonly trusted: number
  readonly kind: EventKind
  readonly bytes: Uint8Array
  readonly why: string
  readonly points: number | null
}

/** Own entries that head office has and does not count yet, in words, with the way out. */
export function createHeldList({ db, platform, settings, projector }: Ledger) {
  const { replica, applied } = projector.accounts
  const rows = db.prepare<[number], HeldRow>(
    `SELECT e.id, e.epoch, e.seq, p.device, e.customer, e.trusted, e.kind, e.bytes, h.why, h.points
     FROM held h JOIN event e ON e.place = h.place JOIN epoch p ON p.epoch = e.epoch
     ORDER BY h.place DESC LIMIT ?`,
  )
  /** Head office's row has the event and does not hold it any more: a person there has released it. */
  const isReleased = (row: HeldRow): boolean => {
    if (row.customer === null) return false
    const account = replica.account(replica.rootOf(row.customer), settings().program.id)
    if (!account || !applied.isIn(account.applied, row)) return false
    return !account.held.some(({ event }) => event === row.id)
  }
  const held = (): HeldRow[] => rows.all(HELD_SHOWN_MAX).filter((row) => !isReleased(row))
  return {
    count: (): number => held().length,
    list: (): Output<'hq.connection'>['held'] =>
      held().map((row) => {
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
