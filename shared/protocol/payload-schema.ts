import { z } from 'zod'
import { KEEPABLE } from '../base/keepable.ts'
import { LIMITS, SALE_LIMITS } from '../base/limits.ts'
import { AMOUNT_KOBO_MAX, POINTS_MAX } from '../base/money.ts'
import { ENVELOPE_VERSION, EVENT_KINDS, type EventKind } from './event.ts'
import type { Payloads } from './payload.ts'

/**
 * What head office asks of the bytes of an event, and of nothing else. Every object is strict: a field that this build
 * does not know may change what the event means, so the event waits (it is quarantined and read again after an
 * update) instead of being booked by half. A new field is a new payload version.
 */

/** The highest payload version this build reads. */
export const PAYLOAD_VERSION_MAX = 2

const Id = z.string().regex(/^[0-9a-f]{32}$/)
const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Commitment = Hash
const Ms = z.int().min(0)
const Kobo = z.int().min(0).max(AMOUNT_KOBO_MAX)
const Points = z.int().min(0).max(POINTS_MAX)
/** Owners of one number: far more than there can be, and small enough for every column. */
const GENERATION_MAX = 1_000_000
const Sale = Id.nullable()
/** What somebody typed, or a sentence of ours. */
const Text = z.string().max(LIMITS.consentCharsMax).regex(KEEPABLE)
/** A word of ours: short enough for every index. */
const Word = z.string().max(100).regex(KEEPABLE)
const Grant = Id
/** Device and epoch. */
const Holder = z.string().regex(/^[0-9a-f]{32}\/[1-9]\d{0,6}$/)

/** Whatever a till keeps for itself; the event as a whole is bounded, and so is how deep it goes. */
const Json = z.unknown().refine(isKeepable)

function isKeepable(value: unknown): boolean {
  if (typeof value === 'string') return KEEPABLE.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, one]) => KEEPABLE.test(name) && isKeepable(one))
}

const VERSION_1 = {
  'epoch.opened': z.strictObject({
    public_key: Hash,
    because: z.enum(['set_up', 'restored', 'recovered', 'chain_broken', 'enrolled', 'rotated']),
    after: z.strictObject({ epoch: z.int().min(1), seq: z.int().min(0), head: Hash }).nullable(),
    currency: Word,
    time_zone: Word,
  }),
  'clock.confirmed': z.strictObject({
    confirmed: Ms,
    before: Ms,
    by: z.enum(['person', 'command_line', 'head_office']),
  }),
  'customer.enrolled': z.strictObject({
    personal: Commitment,
    generation: z.int().min(0).max(GENERATION_MAX),
    identity: z.enum(['phone', 'email', 'card']),
    canon: z.int().min(0),
    imported: z.boolean(),
  }),
  'customer.updated': z.strictObject({
    personal: Commitment,
    fields: z.array(Word).readonly(),
    cleared: z.array(Word).readonly(),
  }),
  'customer.consent': z.strictObject({ marketing: z.enum(['yes', 'no', 'not_asked']), wording: Text }),
  'customer.merged': z.strictObject({ from: Id }),
  'sale.recorded': z.strictObject({
    sale: Id,
    gross: Kobo,
    net: Kobo,
    currency: Word,
    channel: Text,
    receipt: Text,
    lines: z.array(z.never()).readonly(),
    occurred_at: Ms,
    imported: z.boolean(),
  }),
  'points.earned': z.strictObject({
    sale: Sale,
    points: Points,
    base: Points,
    multiplier_bp: z.int().min(0),
    tier: Word,
    rule: Word,
    program_version: z.int().min(0),
    expiry: Ms,
    month: z.string().regex(/^\d{4}-\d{2}$/),
    once: z
      .strictObject({ key: Word, cap: z.union([Points, z.literal('once')]), until: Ms.nullable() })
      .exactOptional(),
  }),
  'points.redeemed': z.strictObject({
    sale: Sale,
    points: Points,
    pays: Kobo,
    right: z.enum(['own', 'lease', 'unsecured']),
    grant: Grant.exactOptional(),
    program_version: z.int().min(0),
  }),
  'points.adjusted': z.strictObject({
    points: z.int().min(-POINTS_MAX).max(POINTS_MAX),
    sale: Sale,
    expiry: Ms,
    personal: Commitment,
  }),
  'points.reversed': z.strictObject({
    sale: Sale,
    targets: z.array(z.strictObject({ event: Id, points: z.union([Points, z.literal('all')]) })).readonly(),
    personal: Commitment,
  }),
  'lease.granted': z.strictObject({ grant: Grant, holder: Holder, points: Points, expiry: Ms }),
  'lease.returned': z.strictObject({ grant: Grant, how: z.enum(['returned', 'written_off']) }),
  'staff.changed': z.strictObject({
    staff: Word,
    role: Word,
    active: z.boolean(),
    pin_changed: z.boolean(),
    personal: Commitment,
  }),
  override: z.strictObject({ what: Text, about: Text }),
  'settings.changed': z.strictObject({ settings: z.record(Word, Json) }),
} as const satisfies { readonly [K in EventKind]: z.ZodType<Payloads[K]> }

/** Keys are joined by a line break where an account keeps them. */
const OnceKey = z.string().regex(/^[\w:.,/-]{1,100}$/)
const Once = z.strictObject({
  key: OnceKey,
  cap: z.union([Points, z.literal('once')]),
  until: Ms.nullable(),
})
const SoldLine = z.strictObject({
  item: Word,
  category: Word,
  quantity: z.int().min(1).max(SALE_LIMITS.quantityMax),
  kobo: Kobo,
})
const Base64 = z.string().regex(/^[A-Za-z0-9+/]{1,100}={0,2}$/)
const SignedGrant = z.strictObject({ body: z.string().max(2_000).regex(KEEPABLE), signature: Base64 })

/** Kinds that have a second version. What it adds may be absent; what is written without is version 1. */
const VERSION_2 = {
  'customer.enrolled': VERSION_1['customer.enrolled'].extend({ referred_by: Id.exactOptional() }),
  'sale.recorded': VERSION_1['sale.recorded'].extend({
    lines: z.array(SoldLine).max(SALE_LIMITS.linesMax).readonly(),
  }),
  'points.earned': VERSION_1['points.earned'].extend({
    once: z.array(Once).max(SALE_LIMITS.onceTermsMax).readonly().exactOptional(),
    rule_name: Word.exactOptional(),
    on_kobo: Kobo.exactOptional(),
    tier_counts: z.literal(false).exactOptional(),
    extend_to: Ms.exactOptional(),
  }),
  'points.redeemed': VERSION_1['points.redeemed'].extend({
    extend_to: Ms.exactOptional(),
    reward: z.strictObject({ id: Word, name: Word }).exactOptional(),
    override: z.literal(true).exactOptional(),
  }),
  'points.reversed': VERSION_1['points.reversed'].extend({
    part: z.strictObject({ kobo: Kobo }).exactOptional(),
    rest: z.strictObject({ kobo: Kobo }).exactOptional(),
  }),
  'lease.granted': VERSION_1['lease.granted'].extend({ signed: SignedGrant.exactOptional() }),
  override: VERSION_1.override.extend({ personal: Commitment.exactOptional() }),
} as const satisfies { readonly [K in EventKind]?: z.ZodType<Payloads[K]> }

/** By version and kind; a kind that has no second version is not read under it. */
const PAYLOADS: Readonly<Record<number, { readonly [K in EventKind]?: z.ZodType<Payloads[K]> }>> = {
  1: VERSION_1,
  2: VERSION_2,
}

type Newer = { readonly [K in keyof typeof VERSION_2]: (payload: Payloads[K]) => boolean }
/** Whether a payload says what version 1 has no field for. Asked of every event of a sale: no schema is run. */
const IS_NEWER: Newer = {
  'customer.enrolled': (p) => p.referred_by !== undefined,
  'sale.recorded': (p) => p.lines.length > 0,
  'points.earned': (p) =>
    Array.isArray(p.once) ||
    p.rule_name !== undefined ||
    p.on_kobo !== undefined ||
    p.tier_counts !== undefined ||
    p.extend_to !== undefined,
  'points.redeemed': (p) => p.extend_to !== undefined || p.reward !== undefined || p.override !== undefined,
  'points.reversed': (p) => p.part !== undefined || p.rest !== undefined,
  'lease.granted': (p) => p.signed !== undefined,
  override: (p) => p.personal !== undefined,
}

/** The lowest version that says all of a payload: an older head office reads as much as it can. */
export function payloadVersion(kind: EventKind, payload: unknown): 1 | 2 {
  const isNewer = (IS_NEWER as { readonly [K in EventKind]?: (payload: never) => boolean })[kind]
  return isNewer?.(payload as never) ? 2 : 1
}

/** The envelope without its payload. A mark of the clock that this build does not know changes nothing that is booked. */
const EnvelopeFields = z.strictObject({
  v: z.literal(ENVELOPE_VERSION),
  tenant: Word,
  id: Id,
  device: Id,
  epoch: z.int().min(1),
  seq: z.int().min(1),
  kind: z.enum(EVENT_KINDS),
  pv: z.int().min(1),
  command: Word,
  n: z.int().min(0).max(255),
  actor: z.strictObject({ staff: Word, approver: Word.exactOptional() }),
  customer: Id.exactOptional(),
  program: Word.exactOptional(),
  hlc: Word,
  wall: z.int(),
  trusted: Ms,
  marks: z.array(Word).exactOptional(),
  request: Word.exactOptional(),
  answer: Json.optional(),
  payload: z.unknown(),
})

/** The little that is read of an envelope whose kind or version this build may not know. */
const EnvelopeHead = z.object({ v: z.int(), kind: z.string(), pv: z.int() })

type QuarantineReason = 'unreadable' | 'newer_version' | 'unknown_kind' | 'schema' | 'too_large'

/** An event whose bytes this build understands. */
export interface ReadEvent {
  readonly envelope: z.output<typeof EnvelopeFields> & { readonly kind: EventKind }
  readonly payload: unknown
}

type EventReading =
  | { readonly ok: true; readonly event: ReadEvent }
  | {
      readonly ok: false
      readonly why: QuarantineReason
      /** The parsed JSON, as far as there is any: what a person may be shown of it. */
      readonly json: unknown
    }

/** Reads the text of an event, or says why it must wait. `bytes`: how long it is. */
export function readEvent(text: string | null, bytes: number): EventReading {
  if (text === null) return { ok: false, why: 'unreadable', json: null }
  const json = parsed(text)
  if (bytes > LIMITS.eventBytesMax) return { ok: false, why: 'too_large', json }
  const head = EnvelopeHead.safeParse(json)
  if (!head.success) return { ok: false, why: 'unreadable', json }
  const { v, kind, pv } = head.data
  if (v > ENVELOPE_VERSION) return { ok: false, why: 'newer_version', json }
  if (!isKind(kind)) return { ok: false, why: 'unknown_kind', json }
  if (pv > PAYLOAD_VERSION_MAX) return { ok: false, why: 'newer_version', json }
  const envelope = EnvelopeFields.safeParse(json)
  if (!envelope.success) return { ok: false, why: 'schema', json }
  const payload = PAYLOADS[pv]?.[kind]?.safeParse(envelope.data.payload)
  if (!payload?.success) return { ok: false, why: 'schema', json }
  return { ok: true, event: { envelope: envelope.data, payload: payload.data } }
}

const isKind = (kind: string): kind is EventKind => (EVENT_KINDS as readonly string[]).includes(kind)

/** Lists within lists: far more than any event has, and far less than what the stack holds. */
const DEPTH_MAX = 100

/** True where brackets outside of texts stand deeper than that: whoever walks through such a value falls off. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (inText) {
      if (sign === '\\') at += 1
      else if (sign === '"') inText = false
    } else if (sign === '"') inText = true
    else if (sign === '[' || sign === '{') {
      depth += 1
      if (depth > DEPTH_MAX) return true
    } else if (sign === ']' || sign === '}') depth -= 1
  }
  return false
}

function parsed(text: string): unknown {
  if (isTooDeep(text)) return null
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the answer is that it cannot be read.
    return null
  }
}
