import type { HeldEvent } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import { bytesText, insertRows } from '../db/rows.ts'
import type { Arrival } from '../ledger/arrival.ts'
import type { Booked } from '../ledger/book.ts'

/** An event with what became of it. */
export interface Received {
  readonly arrival: Arrival
  readonly booked: Booked
  readonly effective: number
}

/** Keeps events as they came, with their outcome and their personal values beside them. */
export async function insertEvents(
  tx: Tx,
  tenant_id: string,
  received_at: number,
  all: readonly Received[],
): Promise<void> {
  const kept = insertRows(
    tx,
    'event',
    all.map(({ arrival, booked, effective }) => ({
      tenant_id,
      device: arrival.device,
      epoch: arrival.epoch,
      seq: arrival.seq,
      id: arrival.id,
      kind: arrival.kind,
      customer: arrival.customer,
      program: arrival.program,
      staff: arrival.staff,
      trusted: arrival.trusted,
      received_at,
      effective_at: effective,
      bytes: bytesText(arrival.bytes),
      hash: arrival.hash,
      signature: Buffer.from(arrival.signature).toString('base64'),
      outcome: booked.outcome,
      why: booked.why,
      content: arrival.content,
      points: arrival.points,
      gross_kobo: arrival.gross_kobo,
    })),
  )
  const personal = new Map(
    all.flatMap(({ arrival: { id, personal: values } }) =>
      id !== null && values ? [[id, values] as const] : [],
    ),
  )
  const beside = insertRows(
    tx,
    'event_personal',
    [...personal]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([event, values]) => ({ tenant_id, event, ...values })),
    { key: ['tenant_id', 'event'], update: [] },
  )
  await Promise.all([kept, beside])
}

/** What stands of an event that came before. */
export interface StandingEvent {
  readonly seq: number
  readonly hash: string
  readonly effective_at: number
  readonly id: string | null
  readonly kind: string
  readonly outcome: Booked['outcome']
  readonly why: string
  readonly points: number | null
}

/** The events of a chain from `from` to `to`, both included. */
export function standingEvents(
  tx: Tx,
  device: string,
  epoch: number,
  from: number,
  to: number,
): Promise<StandingEvent[]> {
  return tx.query<StandingEvent>(
    `SELECT seq, hash, effective_at, id, kind, outcome, why, points FROM hq.event
     WHERE device = $1 AND epoch = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq`,
    [device, epoch, from, to],
  )
}

/** Those that wait, as replies and files list them. */
export const heldOf = (
  device: string,
  epoch: number,
  events: readonly StandingEvent[],
): readonly HeldEvent[] =>
  events.flatMap(({ seq, id, kind, outcome, why, points }) =>
    outcome === 'quarantined' || outcome === 'withheld'
      ? [{ device, epoch, seq, event: id, kind, outcome, why, points }]
      : [],
  )
