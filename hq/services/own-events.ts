import { invariant } from '../../shared/base/result.ts'
import { nextHlc } from '../../shared/domain/trusted-time.ts'
import {
  chainHash,
  commitment,
  ENVELOPE_VERSION,
  type Envelope,
  EVENTS_OF_A_COMMAND_MAX,
  encodeEnvelope,
  eventId,
  genesisHash,
} from '../../shared/protocol/event.ts'
import type { Payloads, PersonalValues } from '../../shared/protocol/payload.ts'
import { payloadVersion, readEvent } from '../../shared/protocol/payload-schema.ts'
import type { Tx } from '../db/database.ts'
import { arrivalOf } from '../ledger/arrival.ts'
import { bookEvent } from '../ledger/book.ts'
import type { Books, Lease } from '../ledger/books.ts'
import { insertEvents, type Received } from './events.ts'
import type { TenantRow } from './load-books.ts'
import { newId, type Parts } from './parts.ts'

/** An event that head office writes itself, before it has a place. */
type OwnDraft =
  | {
      [K in 'lease.granted' | 'lease.returned' | 'customer.merged']: {
        readonly kind: K
        readonly payload: Payloads[K]
        readonly customer: string
        readonly program?: string
        readonly personal?: never
      }
    }[keyof Pick<Payloads, 'lease.granted' | 'lease.returned' | 'customer.merged'>]
  | {
      readonly kind: 'customer.updated'
      readonly payload: Omit<Payloads['customer.updated'], 'personal'>
      readonly customer: string
      readonly program?: never
      /** Stands beside the event; the payload holds its salted commitment. */
      readonly personal: PersonalValues['customer.updated']
    }

const EPOCH = 1

interface Head {
  readonly cursor: number
  readonly head_hash: string
  readonly last_received: number
}

/**
 * Writes events of head office into the chain of this process, and books them. The customers they name are locked
 * already; the own chain is locked last, here, so that nobody waits in a circle. `drafts`: what is written, or what is to
 * be at the effective time, which is known from then on. `staff`: a person's name, or 'head office'. Answers the
 * effective time, ms.
 */
export async function writeOwnEvents(
  parts: Parts,
  tx: Tx,
  tenant: TenantRow,
  books: Books,
  drafts: readonly OwnDraft[] | ((at: number) => readonly OwnDraft[]),
  by: { readonly staff: string; readonly now: number },
): Promise<number> {
  const { digest } = parts
  const device = ownDeviceOf(parts, tenant.tenant_id)
  const head = await lockOwnChain(parts, tx, tenant, device, by.now)
  const at = Math.max(by.now, head.last_received)
  const written = typeof drafts === 'function' ? drafts(at) : drafts
  if (written.length === 0) return at
  const signer = parts.keys.signer(tenant.signing_key)
  const chain = {
    device,
    epoch: EPOCH,
    chainTenant: tenant.tenant_id,
    chainDevice: device,
  }
  let hash = digest.fromHex(head.head_hash)
  let hlc = ''
  let command = ''
  const received: Received[] = written.map((draft, i) => {
    const n = i % EVENTS_OF_A_COMMAND_MAX
    if (n === 0) command = newId(parts)
    hlc = nextHlc(hlc, at)
    const seq = head.cursor + 1 + i
    const personal = draft.personal ? sealed(parts, draft.personal) : null
    const payload = personal ? { ...draft.payload, personal: personal.seal } : draft.payload
    const envelope: Envelope = {
      v: ENVELOPE_VERSION,
      tenant: tenant.tenant_id,
      id: eventId(digest, command, n),
      device,
      epoch: EPOCH,
      seq,
      kind: draft.kind,
      pv: payloadVersion(draft.kind, payload),
      command,
      n,
      actor: { staff: by.staff },
      customer: draft.customer,
      ...(draft.program === undefined ? {} : { program: draft.program }),
      hlc,
      wall: at,
      trusted: at,
      payload,
    }
    const bytes = encodeEnvelope(digest, envelope)
    hash = chainHash(digest, hash, bytes)
    const sent = { seq, bytes, signature: signer.sign(hash), personal: personal?.values ?? null }
    const arrival = arrivalOf(digest, readEvent, chain, sent, digest.hex(hash))
    const booked = bookEvent(books, arrival, at, { store: null, withhold: null, own: true })
    invariant(booked.outcome === 'posted', `an own event of head office is ${booked.outcome}: ${booked.why}`)
    return { arrival, booked, effective: at }
  })
  await insertEvents(tx, tenant.tenant_id, at, received)
  await tx.query(
    `UPDATE hq.device_epoch SET cursor = $3, head_hash = $4, last_effective = $5 WHERE device = $1 AND epoch = $2`,
    [device, EPOCH, head.cursor + received.length, digest.hex(hash), at],
  )
  await tx.query('UPDATE hq.device SET last_received = $2, last_contact = $2 WHERE id = $1', [device, at])
  return at
}

/** Personal values with their salt, and what the payload says of them. */
function sealed({ digest, random }: Parts, values: object) {
  const salt = random.bytes(16)
  const json = JSON.stringify(values)
  return { seal: commitment(digest, salt, json), values: { salt: digest.hex(salt), json } }
}

/** A device belongs to one business, and one process works for all of them. */
export const ownDeviceOf = (
  { digest, ownDevice }: Pick<Parts, 'digest' | 'ownDevice'>,
  tenant: string,
): string =>
  digest.hex(digest.sha256(digest.utf8(`kasuwa own device 1\n${ownDevice}\n${tenant}`))).slice(0, 32)

async function lockOwnChain(
  { digest }: Parts,
  tx: Tx,
  tenant: TenantRow,
  device: string,
  now: number,
): Promise<Head> {
  await tx.query(
    `INSERT INTO hq.device (tenant_id, id, kind, name, enrolled_at) VALUES ($1, $2, 'hq', 'Head office', $3)
     ON CONFLICT (tenant_id, id) DO NOTHING`,
    [tenant.tenant_id, device, now],
  )
  await tx.query(
    `INSERT INTO hq.device_epoch (tenant_id, device, epoch, chain_tenant, chain_device, public_key, opened_at, head_hash)
     VALUES ($1, $2, $3, $1, $2, $4, $5, $6) ON CONFLICT (tenant_id, device, epoch) DO NOTHING`,
    [
      tenant.tenant_id,
      device,
      EPOCH,
      tenant.public_key,
      now,
      digest.hex(genesisHash(digest, tenant.tenant_id, device, EPOCH)),
    ],
  )
  const rows = await tx.query<Head>(
    `SELECT e.cursor, e.head_hash, d.last_received FROM hq.device d
     JOIN hq.device_epoch e ON e.tenant_id = d.tenant_id AND e.device = d.id AND e.epoch = $2
     WHERE d.id = $1 FOR UPDATE OF d, e`,
    [device, EPOCH],
  )
  const head = rows[0]
  invariant(head, 'the own chain was just made')
  return head
}

/** Grants of a device that are open in epochs before `epoch`; null: in any. */
export async function openLeases(tx: Tx, device: string, before: number | null): Promise<readonly Lease[]> {
  const leases = await tx.query<Lease>(
    `SELECT id, customer, program, holder, points, closed_by, granted_at, body, signature, why FROM hq.lease
     WHERE closed_by IS NULL AND starts_with(holder, $1) ORDER BY id`,
    [`${device}/`],
  )
  return leases.filter(({ holder }) => before === null || epochOf(holder) < before)
}

const epochOf = (holder: string): number => Number(holder.slice(holder.indexOf('/') + 1))

/** Ends grants whose holder is gone: what their pots hold goes back at once. The customers are locked already. */
export async function writeOffLeases(
  parts: Parts,
  tx: Tx,
  tenant: TenantRow,
  books: Books,
  leases: readonly Lease[],
  by: { readonly staff: string; readonly now: number },
): Promise<void> {
  if (leases.length === 0) return
  for (const lease of leases) books.leases.set(lease.id, lease)
  await writeOwnEvents(
    parts,
    tx,
    tenant,
    books,
    leases.map(({ id, customer, program }) => ({
      kind: 'lease.returned',
      payload: { grant: id, how: 'written_off' },
      customer,
      program,
    })),
    by,
  )
}
