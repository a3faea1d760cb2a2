import { readEvent } from '../../shared/protocol/payload-schema.ts'
import { cutToBytes } from '../db/cut-to-bytes.ts'
import type { Tx } from '../db/database.ts'
import { type Arrival, arrivalOf } from '../ledger/arrival.ts'
import type { Booked } from '../ledger/book.ts'
import type { Parts } from './parts.ts'

/** Events looked at in one transaction: as many as come to the bytes, with what stands beside them. */
const PAGE = { rows: 200, bytes: 4 * 1024 * 1024 } as const

/** Events of one chain, both ends included. */
export interface HeldRange {
  readonly tenant: string
  readonly device: string
  readonly epoch: number
  readonly fromSeq: number
  readonly toSeq: number
}

/** Why an event is not counted that a person has decided on: it waits no more, whatever is read or released later. */
export const DISMISSED = 'dismissed'

/** An event that waits, as it came, with what its chain and its till are. */
export interface HeldRow {
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly id: string | null
  readonly bytes: Buffer
  readonly hash: string
  readonly signature: string
  readonly effective_at: number
  readonly outcome: Booked['outcome']
  readonly chain_tenant: string
  readonly chain_device: string
  readonly store: string | null
  readonly state: string
  readonly keys_from: number
  readonly salt: string | null
  readonly json: string | null
}

const HELD_COLUMNS = `device, epoch, seq, id, bytes, hash, signature, effective_at, outcome, chain_tenant, chain_device,
  store, state, keys_from, salt, json`

/** Locks the till, so that nothing arrives meanwhile, and takes the first page of what waits of a range. */
export async function heldRows(tx: Tx, range: HeldRange, which: string): Promise<readonly HeldRow[]> {
  await tx.query('SELECT 1 FROM hq.device WHERE id = $1 FOR UPDATE', [range.device])
  const rows = `SELECT e.device, e.epoch, e.seq, e.id, e.bytes, e.hash, e.signature, e.effective_at, e.outcome,
      c.chain_tenant, c.chain_device, d.store, d.state, d.keys_from, p.salt, p.json
    FROM hq.event e JOIN hq.device d ON d.tenant_id = e.tenant_id AND d.id = e.device
    JOIN hq.device_epoch c ON c.tenant_id = e.tenant_id AND c.device = e.device AND c.epoch = e.epoch
    LEFT JOIN hq.event_personal p ON p.tenant_id = e.tenant_id AND p.event = e.id
    WHERE e.device = $1 AND e.epoch = $2 AND e.seq::bigint BETWEEN $3 AND $4 AND ${which}
      AND e.why <> '${DISMISSED}' ORDER BY e.seq LIMIT ${PAGE.rows}`
  return tx.query<HeldRow>(
    cutToBytes({
      rows,
      names: HELD_COLUMNS,
      order: 'seq',
      bytes: "octet_length(bytes) + octet_length(coalesce(json, ''))",
      most: String(PAGE.bytes),
    }),
    [range.device, range.epoch, range.fromSeq, range.toSeq],
  )
}

/** What such an event says, read by this head office. */
export function arrivalAgain(parts: Parts, row: HeldRow): Arrival {
  const chain = {
    device: row.device,
    epoch: row.epoch,
    chainTenant: row.chain_tenant,
    chainDevice: row.chain_device,
  }
  const personal = row.salt === null || row.json === null ? null : { salt: row.salt, json: row.json }
  const signature = new Uint8Array(Buffer.from(row.signature, 'base64'))
  const sent = { seq: row.seq, bytes: new Uint8Array(row.bytes), signature, personal }
  return arrivalOf(parts.digest, parts.reads ?? readEvent, chain, sent, row.hash)
}
