import type { Kobo, Points } from '../base/money.ts'
import type { EventKind } from './event.ts'

/**
 * Payloads by kind, version 1. Nothing personal stands here: `personal` is the salted commitment of the values
 * kept beside the event.
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
    readonly lines: readonly never[]
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
    readonly once?: { readonly key: string; readonly cap: Points | 'once'; readonly until: number | null }
  }
  'points.redeemed': {
    readonly sale: string | null
    readonly points: Points
    readonly pays: Kobo
    readonly right: 'own' | 'lease' | 'unsecured'
    readonly grant?: string
    readonly program_version: number
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
  }
  'lease.granted': {
    readonly grant: string
    readonly holder: string
    readonly points: Points
    readonly expiry: number
  }
  'lease.returned': { readonly grant: string; readonly how: 'returned' | 'written_off' }
  'staff.changed': {
    readonly staff: string
    readonly role: string
    readonly active: boolean
    readonly pin_changed: boolean
    readonly personal: string
  }
  override: { readonly what: string; readonly about: string }
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
