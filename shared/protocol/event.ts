import { LIMITS } from '../base/limits.ts'
import type { Digest } from '../base/ports.ts'
import { invariant } from '../base/result.ts'
import type { TimeMark } from '../base/time-mark.ts'

/** Version of the envelope itself. Payload versions count separately per kind. */
export const ENVELOPE_VERSION = 1

export const EVENT_KINDS = [
  'epoch.opened',
  'clock.confirmed',
  'customer.enrolled',
  'customer.updated',
  'customer.consent',
  'customer.merged',
  'sale.recorded',
  'points.earned',
  'points.redeemed',
  'points.adjusted',
  'points.reversed',
  'lease.granted',
  'lease.returned',
  'staff.changed',
  'override',
  'settings.changed',
] as const
export type EventKind = (typeof EVENT_KINDS)[number]

export interface Actor {
  /** Staff id, or one of the fixed words for what no person did. */
  readonly staff: string
  /** The second person, where one was needed. */
  readonly approver?: string
}

/** The part of an event that is hashed and signed, as an object. `bytes` of the event are exactly its JSON. */
export interface Envelope {
  readonly v: typeof ENVELOPE_VERSION
  readonly tenant: string
  readonly id: string
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly kind: EventKind
  /** Version of this kind's payload. */
  readonly pv: number
  /** The command that wrote it, and its number among that command's events. */
  readonly command: string
  readonly n: number
  readonly actor: Actor
  readonly customer?: string
  readonly program?: string
  readonly hlc: string
  /** What the clock said, ms. */
  readonly wall: number
  /** What the till believes, ms. */
  readonly trusted: number
  readonly marks?: readonly TimeMark[]
  /** First event of a command only: hash of the request, to tell a repetition from a different request. */
  readonly request?: string
  /** First event of a command only: what was answered, so that the same id gets the same answer for ever. */
  readonly answer?: unknown
  readonly payload: unknown
}

/** Events of one command are numbered in two hex digits: more are more commands. */
export const EVENTS_OF_A_COMMAND_MAX = 256

/**
 * The id of the n-th event of a command: known before anything is written. 32 hex characters, the last two of them
 * `n`: the ids of one command stand side by side, so that a sale touches one page of each index and not three.
 */
export function eventId(digest: Digest, commandId: string, n: number): string {
  invariant(Number.isInteger(n) && n >= 0 && n < EVENTS_OF_A_COMMAND_MAX, `a command has no event ${n}`)
  const command = digest.hex(digest.sha256(digest.utf8(`kasuwa event 1\n${commandId}`))).slice(0, 30)
  return command + n.toString(16).padStart(2, '0')
}

/** What the first event of a (device, epoch) chains to. */
export function genesisHash(digest: Digest, tenant: string, device: string, epoch: number): Uint8Array {
  return digest.sha256(digest.utf8(`kasuwa chain 1\n${tenant}\n${device}\n${epoch}`))
}

/** SHA-256 of the hash before and the bytes as written: what is signed, and what the next event chains to. */
export function chainHash(digest: Digest, prevHash: Uint8Array, bytes: Uint8Array): Uint8Array {
  return digest.sha256(prevHash, bytes)
}

/** Bytes of an envelope. Throws when an event would be larger than every peer accepts. */
export function encodeEnvelope(digest: Digest, envelope: Envelope): Uint8Array {
  const bytes = digest.utf8(JSON.stringify(envelope))
  invariant(
    bytes.length <= LIMITS.eventBytesMax,
    `event of ${bytes.length} bytes is over ${LIMITS.eventBytesMax}`,
  )
  return bytes
}

/** Reads bytes that this build or a newer one wrote. Only the envelope is looked at. */
export function decodeEnvelope(digest: Digest, bytes: Uint8Array): Envelope {
  return JSON.parse(digest.fromUtf8(bytes)) as Envelope
}

/** Personal data stands beside the event; the payload holds this. */
export function commitment(digest: Digest, salt: Uint8Array, json: string): string {
  return digest.hex(digest.sha256(salt, digest.utf8(json)))
}
