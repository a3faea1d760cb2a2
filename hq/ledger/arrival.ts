import { PERSONAL_CHARS } from '../../shared/base/limits.ts'
import type { Digest } from '../../shared/base/ports.ts'
import { chainHash, commitment } from '../../shared/protocol/event.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import type { ReadEvent, readEvent } from '../../shared/protocol/payload-schema.ts'

/** The chain that a batch continues, as it was registered. */
export interface ChainIds {
  /** Of the chain at head office. */
  readonly device: string
  readonly epoch: number
  /** What must stand in the envelopes: another tenant and device where the till worked alone before. */
  readonly chainTenant: string
  readonly chainDevice: string
}

/** What came over the wire, decoded. */
export interface Sent {
  readonly seq: number
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
  readonly personal: { readonly salt: string; readonly json: string } | null
}

/** NUL and halves of characters: no database keeps them. */
const UNKEEPABLE = /[\0\p{Cs}]/gu

export type EventReader = typeof readEvent

/** An event with its place in a chain that was checked, and what its bytes say. */
export interface Arrival {
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly bytes: Uint8Array
  readonly hash: string
  readonly signature: Uint8Array
  /** Null where the bytes cannot be read. */
  readonly id: string | null
  readonly kind: string
  readonly customer: string | null
  readonly program: string | null
  readonly staff: string
  readonly trusted: number
  readonly content: string
  /** What it would move, signed; null where that cannot be read. */
  readonly points: number | null
  /** Of a sale, before points; null of anything else. */
  readonly gross_kobo: number | null
  readonly personal: { readonly salt: string; readonly json: string } | null
  /** The values beside it are not those that were signed for, or not such as a till keeps. */
  readonly personalDiffers: boolean
  /** Null: the bytes are understood. Depends on the bytes alone. */
  readonly quarantine: string | null
  readonly event: ReadEvent | null
}

/** Reads one event whose place and signature were checked. `reads`: what this build understands. */
export function arrivalOf(
  digest: Digest,
  reads: EventReader,
  chain: ChainIds,
  sent: Sent,
  hash: string,
): Arrival {
  const reading = reads(textOf(digest, sent.bytes), sent.bytes.length)
  const shown = fieldsOf(reading.ok ? reading.event.envelope : reading.json)
  const quarantine = reading.ok
    ? placeFits(reading.event, chain, sent.seq)
      ? null
      : 'place_differs'
    : reading.why
  const event = reading.ok && quarantine === null ? reading.event : null
  const signedFor = event ? (event.payload as { personal?: string }).personal : undefined
  const personalDiffers =
    sent.personal !== null && event !== null && !commits(digest, signedFor, sent.personal)
  return {
    device: chain.device,
    epoch: chain.epoch,
    seq: sent.seq,
    bytes: sent.bytes,
    hash,
    signature: sent.signature,
    ...shown,
    content: contentHash(digest, sent.bytes, shown.kind, reading.ok ? reading.event.envelope : reading.json),
    points: event ? pointsOf(event) : null,
    gross_kobo:
      event?.envelope.kind === 'sale.recorded' ? (event.payload as Payloads['sale.recorded']).gross : null,
    personal: personalDiffers || !isKeepable(sent.personal?.json ?? '') ? null : sent.personal,
    personalDiffers,
    quarantine,
    event,
  }
}

/** The personal values of an event, or null where they were blanked or never there. */
export function valuesOf<T>(arrival: Pick<Arrival, 'personal'>): T | null {
  if (!arrival.personal) return null
  return JSON.parse(arrival.personal.json, (_name, value) =>
    typeof value === 'string' ? value.replace(UNKEEPABLE, '') : value,
  ) as T
}

/** Hashes of each event as a chain, from the hash before the first one. */
export function hashesOf(digest: Digest, prevHash: string, sent: readonly Sent[]): string[] {
  let hash = digest.fromHex(prevHash)
  return sent.map(({ bytes }) => {
    hash = chainHash(digest, hash, bytes)
    return digest.hex(hash)
  })
}

function textOf(digest: Digest, bytes: Uint8Array): string | null {
  try {
    return digest.fromUtf8(bytes)
  } catch {
    // Not UTF-8: it cannot be read, and that is the answer.
    return null
  }
}

const placeFits = ({ envelope }: ReadEvent, chain: ChainIds, seq: number): boolean =>
  envelope.tenant === chain.chainTenant &&
  envelope.device === chain.chainDevice &&
  envelope.epoch === chain.epoch &&
  envelope.seq === seq

const isKeepable = (text: string): boolean => text.replace(UNKEEPABLE, '') === text

/**
 * The salt is 16 bytes in hex. What is no text by name, holds what no database keeps or is longer than a till keeps it
 * is not what can be kept either, and then nothing of it is.
 */
function commits(
  digest: Digest,
  signedFor: string | undefined,
  personal: { salt: string; json: string },
): boolean {
  if (signedFor === undefined || !isKeepable(personal.json)) return false
  if (commitment(digest, digest.fromHex(personal.salt), personal.json) !== signedFor) return false
  try {
    const values: unknown = JSON.parse(personal.json)
    return isRecord(values) && Object.entries(values).every(([name, value]) => isValue(name, value))
  } catch {
    // A till signed for text that is no JSON: nothing in it can be used.
    return false
  }
}

function isValue(name: string, value: unknown): boolean {
  const most = Object.hasOwn(PERSONAL_CHARS, name)
    ? PERSONAL_CHARS[name as keyof typeof PERSONAL_CHARS]
    : PERSONAL_CHARS.otherMax
  return typeof value === 'string' && isKeepable(value) && isKeepable(name) && [...value].length <= most
}

/** "Same content" means kind, version and payload, as they stand in the bytes. */
function contentHash(digest: Digest, bytes: Uint8Array, kind: string, envelope: unknown): string {
  const { pv = null, payload = null } = isRecord(envelope) ? envelope : {}
  const readable = isRecord(envelope)
  return digest.hex(digest.sha256(readable ? digest.utf8(JSON.stringify([kind, pv, payload])) : bytes))
}

type Shown = Pick<Arrival, 'id' | 'kind' | 'customer' | 'program' | 'staff' | 'trusted'>

/** The fields a person is shown, of whatever the bytes hold. */
function fieldsOf(json: unknown): Shown {
  const fields = isRecord(json) ? json : {}
  const hex = (value: unknown): string | null =>
    typeof value === 'string' && /^[0-9a-f]{32}$/.test(value) ? value : null
  const word = (value: unknown): string =>
    typeof value === 'string' ? value.slice(0, 100).replace(UNKEEPABLE, '') : ''
  const { trusted } = fields
  const actor = isRecord(fields['actor']) ? fields['actor'] : {}
  return {
    id: hex(fields['id']),
    kind: word(fields['kind']),
    customer: hex(fields['customer']),
    program: word(fields['program']) || null,
    staff: word(actor['staff']),
    trusted: typeof trusted === 'number' && Number.isSafeInteger(trusted) && trusted >= 0 ? trusted : 0,
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function pointsOf({ envelope, payload }: ReadEvent): number | null {
  switch (envelope.kind) {
    case 'points.earned':
      return (payload as Payloads['points.earned']).points
    case 'points.redeemed':
      return -(payload as Payloads['points.redeemed']).points
    case 'points.adjusted':
      return (payload as Payloads['points.adjusted']).points
    case 'points.reversed':
      // What it gives back or takes depends on the lines it names.
      return null
    default:
      return 0
  }
}
