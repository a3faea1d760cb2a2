import type { Kobo, Points } from '../base/money.ts'
import type { EventKind } from './event.ts'

/** A thing that is given once or up to a cap: the sum of the lines under one key stays within it. */
export interface OnceTerm {
  readonly key: string
  readonly cap: Points | 'once'
  /** End of the period, ms; null: for ever. */
  readonly until: number | null
}

/** One line of a bill, as far as the till was told of it. */
export interface SoldLine {
  readonly item: string
  readonly category: string
  readonly quantity: number
  /** Of the line as a whole. */
  readonly kobo: Kobo
}

/** A grant as head office signed it: `body` is the JSON of a `GrantBody`, exactly. */
export interface SignedGrant {
  readonly body: string
  /** Base64. */
  readonly signature: string
}

/**
 * Payloads by kind, as this build writes them. Fields of version 2 may be absent: an event of version 1 has none of
 * them and is read for ever. Nothing personal stands here: `personal` is the salted commitment of the values kept
 * beside the event.
 */
export interface Payloads {
  'epoch.opened': {
    /** Raw Ed25519 public key, hex, of every signature in this epoch. */
    readonly public_key: string
    readonly because: 'set_up' | 'restored' | 'recovered' | 'chain_broken' | 'enrolled' | 'rotated'
    /** The epoch before, and the hash of its last event that counts. */
    readonly after: { readonly epoch: number; readonly seq: number; readonly head: string } | null
    readonly currency: string
    readonly time_zone: string
  }
  'clock.confirmed': {
    /** Trusted time from here on, ms, and what it was a moment before. */
    readonly confirmed: number
    readonly before: number
    readonly by: 'person' | 'command_line' | 'head_office'
  }
  'customer.enrolled': {
    readonly personal: string
    readonly generation: number
    /** Which identity the customer id was made from, and by which version of the canonical form. */
    readonly identity: 'phone' | 'email' | 'card'
    readonly canon: number
    readonly imported: boolean
    /** Version 2: whose recommendation brought this customer. */
    readonly referred_by?: string
  }
  'customer.updated': {
    readonly personal: string
    readonly fields: readonly string[]
    readonly cleared: readonly string[]
  }
  'customer.consent': { readonly marketing: 'yes' | 'no' | 'not_asked'; readonly wording: string }
  /** Written by head office alone: `from` is another id of this event's customer from here on. */
  'customer.merged': { readonly from: string }
  'sale.recorded': {
    readonly sale: string
    readonly gross: Kobo
    /** Gross less what points paid. */
    readonly net: Kobo
    readonly currency: string
    readonly channel: string
    readonly receipt: string
    /** Empty in version 1, and where only the sum is known. */
    readonly lines: readonly SoldLine[]
    /** When the purchase happened, ms: the trusted time, or the own date of an imported one. */
    readonly occurred_at: number
    readonly imported: boolean
  }
  'points.earned': {
    readonly sale: string | null
    readonly points: Points
    readonly base: Points
    readonly multiplier_bp: number
    readonly tier: string
    readonly rule: string
    readonly program_version: number
    /** First instant at which these points are gone, ms. */
    readonly expiry: number
    /** yyyy-mm of the purchase's own date. */
    readonly month: string
    /** One term in version 1; all of them count in version 2. */
    readonly once?: OnceTerm | readonly OnceTerm[]
    /** Version 2: what the rule was called then, and the part of the bill it looked at. */
    readonly rule_name?: string
    readonly on_kobo?: Kobo
    /** Version 2: no tier asks for these points. */
    readonly tier_counts?: false
    /** Version 2, where points lapse for want of use: open lots last until then at the least, ms. */
    readonly extend_to?: number
  }
  'points.redeemed': {
    readonly sale: string | null
    readonly points: Points
    readonly pays: Kobo
    readonly right: 'own' | 'lease' | 'unsecured'
    readonly grant?: string
    readonly program_version: number
    /** Version 2: see `points.earned`. */
    readonly extend_to?: number
    /** Version 2: what was taken from the catalogue for these points. */
    readonly reward?: { readonly id: string; readonly name: string }
    /** Version 2: beyond every limit, by a second person's word. */
    readonly override?: true
  }
  'points.adjusted': {
    readonly points: Points
    readonly sale: string | null
    readonly expiry: number
    /** Commitment of the reason as typed. */
    readonly personal: string
  }
  'points.reversed': {
    readonly sale: string | null
    readonly targets: readonly { readonly event: string; readonly points: Points | 'all' }[]
    readonly personal: string
    /** Version 2: a part of the sale was given back, so much of its net amount; the sale itself stands. */
    readonly part?: { readonly kobo: Kobo }
    /** Version 2: what was given back with it, where that was not the whole net amount: parts had gone before. */
    readonly rest?: { readonly kobo: Kobo }
  }
  'lease.granted': {
    readonly grant: string
    readonly holder: string
    readonly points: Points
    /** Of points that the lots lack when it is posted, ms. */
    readonly expiry: number
    /** Version 2, in the holder's chain: head office's own word for it. */
    readonly signed?: SignedGrant
  }
  'lease.returned': { readonly grant: string; readonly how: 'returned' | 'written_off' }
  'staff.changed': {
    readonly staff: string
    readonly role: string
    readonly active: boolean
    readonly pin_changed: boolean
    readonly personal: string
  }
  override: {
    readonly what: string
    readonly about: string
    /** Version 2: commitment of the reason as typed. */
    readonly personal?: string
  }
  'settings.changed': { readonly settings: Readonly<Record<string, unknown>> }
}

/** Personal values by kind, as they stand in the side table. */
export interface PersonalValues {
  'customer.enrolled': {
    readonly phone: string
    readonly phone_typed: string
    readonly email: string
    readonly card: string
    readonly name: string
    readonly birth: string
  }
  'customer.updated': {
    readonly name?: string
    readonly birth?: string
    readonly email?: string
    readonly card?: string
    readonly note?: string
  }
  'points.adjusted': { readonly reason: string }
  'points.reversed': { readonly reason: string }
  'staff.changed': { readonly name: string; readonly pin_hash: string }
  override: { readonly reason: string }
}

/** An event as a decision leaves it: everything but its place, times and signature. */
interface Draft<K extends EventKind = EventKind> {
  readonly kind: K
  /** Its number among the events of the command; part of its id. */
  readonly n: number
  readonly payload: K extends keyof PersonalValues ? Omit<Payloads[K], 'personal'> : Payloads[K]
  readonly personal?: K extends keyof PersonalValues ? PersonalValues[K] : never
  readonly customer?: string
  readonly program?: string
}

/** A draft of any kind, with its payload typed by its kind. */
export type AnyDraft = { [K in EventKind]: Draft<K> }[EventKind]
