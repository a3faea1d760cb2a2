import { z } from 'zod'
import { Tier } from './program-values.ts'
import { SaleLine } from './sale-values.ts'
import { Day, Id, KoboOut, Ms, PointsOut } from './values.ts'

/** A customer: a line of a list, a card, and what moved their points. */

/** A customer as one line of a list. */
export const CustomerLine = z.object({
  id: Id,
  name: z.string(),
  /** Grouped for reading: 0803 123 4567. Masked when policy says so. Empty when there is only a card or email. */
  phone: z.string(),
  card: z.string(),
  email: z.string(),
  /** Empty where the account is not known here. */
  tier: z.string(),
  points: PointsOut,
  /** False: head office has not told this till of the account, and `points` says nothing. */
  known: z.boolean(),
})

export const PhoneReading = z.object({
  e164: z.string(),
  /** In groups, for reading back. */
  display: z.string(),
  region: z.string(),
  warning: z.enum(['none', 'unknown_prefix', 'unusual_length']),
})

const Reason = z.object({
  /** base, tier, adjust, expire ... ; the words for a person are `text`. */
  rule: z.string(),
  text: z.string(),
})

export const LedgerLine = z.object({
  event_id: Id,
  at: Ms,
  kind: z.enum(['earn', 'redeem', 'adjust', 'reverse', 'expire', 'lease', 'lease_end']),
  /** Signed effect on the balance. */
  points: z.int(),
  reversed: z.int(),
  sale_id: Id.nullable(),
  reason: Reason,
  staff: z.string(),
})

export const Card = z.object({
  id: Id,
  name: z.string(),
  phone: z.string(),
  /** Empty where policy masks numbers. */
  phone_e164: z.string(),
  card: z.string(),
  email: z.string(),
  /** mm-dd or yyyy-mm-dd, empty when not known. */
  birth: z.string(),
  /** 0 = today; null when not known. */
  birthday_in_days: z.int().nullable(),
  joined_at: Ms,
  consent: z.object({
    marketing: z.enum(['yes', 'no', 'not_asked']),
    at: Ms.nullable(),
    wording: z.string(),
  }),
  note: z.string(),
  version: z.int(),
  tier: Tier.extend({ benefits: z.array(z.string()) }),
  /** The points do not give the tier any more: it is kept until then. Null: they give it. */
  tier_kept_until: Ms.nullable(),
  /** What counts for tiers now. */
  tier_points: PointsOut,
  next_tier: Tier.nullable(),
  points_to_next_tier: PointsOut.nullable(),
  /** What the customer has in programs beside the one that is redeemed from. */
  other_programs: z.array(z.object({ program: z.string(), points: PointsOut })),
  account: z.object({
    /** False: head office has not told this till of the account. Unknown, never zero: no figure here says anything. */
    known: z.boolean(),
    /** When head office last said so, where the account comes from there; else now. */
    as_of: Ms,
    /** Points of entries that head office holds: not to be spent yet. */
    waiting: PointsOut,
    /** What own entries that head office does not have yet moved, signed. In `available` already. */
    unconfirmed: PointsOut,
    /** Head office asks to take no points from this customer. */
    denied: z.boolean(),
    available: PointsOut,
    worth_kobo: KoboOut,
    /** Of all the customer has: what is set aside for tills, and is not in `available`. */
    leased: PointsOut,
    /** All of it, and what of it can be used here while head office cannot be asked. */
    balance: PointsOut,
    usable_here: PointsOut,
    debt: PointsOut,
    earned: PointsOut,
    redeemed: PointsOut,
    expired: PointsOut,
    lifetime: PointsOut,
    /** Lots that lapse within 60 days, soonest first. `last_day` is the last day they can be used. */
    expiring: z.array(z.object({ points: PointsOut, last_day: Day })),
    last_activity_at: Ms.nullable(),
  }),
  /** Names of segments with the reason; filled when segments are known to this till. */
  segments: z.array(z.object({ name: z.string(), reason: z.string() })),
  visits: z.object({
    count: z.int(),
    spend_kobo: KoboOut,
    last: z.array(SaleLine),
  }),
})
