import { z } from 'zod'
import { isDate } from '../base/business-date.ts'
import { LIMITS, PROGRAM_LIMITS } from '../base/limits.ts'
import { AMOUNT_KOBO_MAX, POINTS_MAX } from '../base/money.ts'
import { ROLES } from '../base/roles.ts'

/** The values that cross between a screen and the ledger process, as schemas. */

/** 32 lower-case hex characters. */
export const Id = z.string().regex(/^[0-9a-f]{32}$/)
export const CommandId = Id
export const Ms = z.int()
/** A day of the calendar, yyyy-mm-dd: 2026-02-30 is none. */
export const Day = z.string().refine(isDate)
/** Integer kobo; bounds are checked by the domain so that the refusal is a sentence. */
const KoboIn = z.number()
const KoboOut = z.int()
export const PointsOut = z.int()
/** Free text from a person. Far longer than any field allows: the domain refuses with a sentence. */
export const Typed = z.string().max(20_000)
export const RoleName = z.enum(ROLES)
export const Pin = z.string().max(64)

export const Approver = z.object({ staff_id: Id, pin: Pin })

const Tier = z.object({
  id: z.string(),
  name: z.string(),
  threshold: z.int(),
  multiplier_bp: z.int(),
})

/** Settings of the base program. `kobo_per_point`: net kobo for one point at 1x. */
const Program = z.object({
  id: z.string(),
  name: z.string(),
  version: z.int(),
  kobo_per_point: z.int().min(1).max(AMOUNT_KOBO_MAX),
  point_worth_kobo: z.int().min(1).max(PROGRAM_LIMITS.pointWorthKoboMax),
  redeem_min_points: z.int().min(0).max(POINTS_MAX),
  redeem_step_points: z.int().min(1).max(PROGRAM_LIMITS.redeemStepPointsMax),
  redeem_max_share_bp: z.int().min(0).max(10_000),
  lot_months: z.int().min(1).max(PROGRAM_LIMITS.lotMonthsMax),
  tiers: z.array(Tier).min(1).max(PROGRAM_LIMITS.tiersMax),
})

export const StaffMember = z.object({ id: Id, name: z.string(), role: RoleName, active: z.boolean() })

/** What is being done about head office, in the words of the strip. */
const SyncState = z.object({
  doing: z.enum(['off', 'connecting', 'offline', 'sending', 'receiving', 'up_to_date', 'stopped']),
  sentence: z.string(),
})

export const Health = z.object({
  /** Events kept on this till that head office has not acknowledged. */
  waiting: z.int(),
  /** The sales among them: what a cashier counts. */
  waiting_sales: z.int(),
  oldest_waiting_at: Ms.nullable(),
  /** False while this till works alone and has nobody to send to. */
  connected_to_hq: z.boolean(),
  last_contact_at: Ms.nullable(),
  /** Wall clock minus trusted time, ms. */
  clock_skew_ms: z.int(),
  /** A manager must confirm the date before this instant; null: not yet confirmed at all. */
  clock_confirmed_until: Ms.nullable(),
  disk_free_bytes: z.int().nullable(),
  key_store: z.enum(['os', 'file']),
  /** Own entries that head office holds and does not count yet. */
  quarantined: z.int(),
  sync: SyncState,
})

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

export const SaleLine = z.object({
  sale_id: Id,
  at: Ms,
  gross_kobo: KoboOut,
  net_kobo: KoboOut,
  earned: PointsOut,
  redeemed: PointsOut,
  receipt: z.string(),
  channel: z.string(),
  customer_id: Id.nullable(),
  customer_name: z.string(),
  staff: z.string(),
  state: z.enum(['booked', 'void']),
  imported: z.boolean(),
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
  tier: Tier,
  next_tier: Tier.nullable(),
  points_to_next_tier: PointsOut.nullable(),
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
    leased: PointsOut,
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

export const Quote = z.object({
  gross_kobo: KoboOut,
  net_kobo: KoboOut,
  earn: z.object({
    points: PointsOut,
    base: PointsOut,
    multiplier_bp: z.int(),
    tier: z.string(),
    text: z.string(),
  }),
  redeem: z.object({
    points: PointsOut,
    pays_kobo: KoboOut,
    /** The most that may be redeemed on this bill now. */
    max_points: PointsOut,
    max_pays_kobo: KoboOut,
    /** One sentence: why it may not be redeemed, or why not more. Empty when there is nothing to say. */
    why: z.string(),
  }),
  /** Null: what the customer has is not known here. */
  balance_after: PointsOut.nullable(),
  /** What stands in the way of recording this sale as typed; null when nothing does. */
  refusal: z
    .object({ code: z.string(), sentence: z.string(), field: z.enum(['amount', 'redeem', 'receipt']) })
    .nullable(),
})

export const SaleDone = z.object({
  sale_id: Id,
  customer_id: Id.nullable(),
  gross_kobo: KoboOut,
  net_kobo: KoboOut,
  earned: PointsOut,
  redeemed: PointsOut,
  pays_kobo: KoboOut,
  /** Null: what the customer has is not known here. */
  balance: PointsOut.nullable(),
  balance_worth_kobo: KoboOut.nullable(),
  /** Empty where the account is not known here. */
  tier: z.string(),
  tier_changed: z.boolean(),
  /** Next points to lapse, for the receipt; null when none within 60 days. */
  expiring: z.object({ points: PointsOut, last_day: Day }).nullable(),
  at: Ms,
})

const RedeemIn = z.union([
  z.object({ unit: z.literal('points'), points: z.number() }),
  z.object({ unit: z.literal('kobo'), kobo: z.number() }),
])

export const SaleIn = z.object({
  /** Null: a sale without a customer (counts in the day's figures, moves no points). */
  customer_id: Id.nullable(),
  gross_kobo: KoboIn,
  redeem: RedeemIn.nullable(),
  receipt: Typed,
  channel: z.enum(['pos', 'online', 'marketplace', 'phone', 'other']),
})

export const Page = { cursor: z.string().nullable(), limit: z.int().min(1).max(LIMITS.pageRowsMax) }

export const BlockedWhy = z.enum([
  'file_damaged',
  'file_newer',
  'key_missing',
  'key_wrong',
  'disk_full',
  'read_only',
  'writer_busy',
  'crashed',
])

export const Status = z.object({
  phase: z.enum(['setup', 'ready', 'blocked']),
  /** A sentence that says what happened, what is safe and what to do; the screen shows nothing else. */
  blocked: z.object({ why: BlockedWhy, sentence: z.string(), detail: z.string() }).nullable(),
  store: z
    .object({
      store_name: z.string(),
      till_name: z.string(),
      currency: z.string(),
      time_zone: z.string(),
      mask_phones: z.boolean(),
      /** What is read out when consent is asked; recorded with the answer. */
      consent_wording: z.string(),
    })
    .nullable(),
  staff: z.array(StaffMember),
  health: Health.nullable(),
  now: z.object({ trusted: Ms, business_date: Day }),
  demo: z.boolean(),
  version: z.string(),
  host: z.enum(['electron', 'browser', 'cli', 'test']),
})

export const Session = z.object({
  token: z.string(),
  staff: StaffMember,
  permissions: z.array(z.string()),
  idle_lock_ms: z.int(),
})

const Figures = z.object({
  sales: z.int(),
  gross_kobo: KoboOut,
  sales_with_customer: z.int(),
  earned: PointsOut,
  redeemed: PointsOut,
  redeemed_kobo: KoboOut,
  enrolled: z.int(),
  voids: z.int(),
  adjusted: z.int(),
})

export const Today = z.object({
  as_of: Ms,
  date: Day,
  figures: Figures,
  /** 24 rows, one an hour of the shop's day. */
  by_hour: z.array(
    z.object({ hour: z.int(), sales: z.int(), gross_kobo: KoboOut, earned: PointsOut, redeemed: PointsOut }),
  ),
  by_cashier: z.array(
    z.object({
      staff_id: Id,
      name: z.string(),
      sales: z.int(),
      gross_kobo: KoboOut,
      earned: PointsOut,
      redeemed: PointsOut,
      enrolled: z.int(),
      voids: z.int(),
    }),
  ),
  /** What needs a person, in plain words. */
  attention: z.array(z.object({ kind: z.string(), text: z.string(), event_id: Id.nullable(), at: Ms })),
})

export const EventRow = z.object({
  id: Id,
  place: z.int(),
  device: Id,
  epoch: z.int(),
  seq: z.int(),
  kind: z.string(),
  at: Ms,
  wall: Ms,
  marks: z.array(z.string()),
  staff: z.string(),
  approver: z.string(),
  customer_id: Id.nullable(),
  customer_name: z.string(),
  points: z.int(),
  amount_kobo: z.int().nullable(),
  /** The sale this entry belongs to, so that it can be undone from here; null for entries of no sale. */
  sale_id: Id.nullable(),
  /** That sale was undone already. */
  sale_void: z.boolean(),
  /** The reason of this entry in plain words. */
  text: z.string(),
  hash: z.string(),
})

export const VerifyReport = z.object({
  ok: z.boolean(),
  events: z.int(),
  started_at: Ms,
  took_ms: z.int(),
  head_hash: z.string(),
  projections_hash: z.string(),
  /** The first bad event and what is wrong, or null. */
  first_bad: z.object({ place: z.int(), event_id: z.string(), what: z.string() }).nullable(),
  findings: z.array(z.string()),
  /** Name of who asked for the check; absent where no person did. */
  by: z.string().optional(),
})

export const SettingsView = z.object({
  /** What head office sets for all stores: nobody changes it here. */
  from_head_office: z.object({ program: z.boolean(), mask_phones: z.boolean() }),
  store_name: z.string(),
  till_name: z.string(),
  mask_phones: z.boolean(),
  consent_wording: z.string(),
  adjust_daily_limit: z.record(RoleName, z.int()),
  program: Program,
})

/** An own entry that head office has and does not count yet, with the way out. */
const HeldEntry = z.object({
  event_id: Id,
  at: Ms,
  /** What it is, and why it is held, in plain words; what a person can do. */
  what: z.string(),
  why: z.string(),
  fix: z.string(),
  points: z.int().nullable(),
})

export const HqConnection = z.object({
  /** Null: this till works alone. */
  connection: z
    .object({
      url: z.string(),
      tenant_name: z.string(),
      store_name: z.string(),
      till_name: z.string(),
      device: Id,
      epoch: z.int(),
      enrolled_at: Ms,
    })
    .nullable(),
  /** Why sending stopped and what to do; null while it goes on. */
  stopped: z.object({ code: z.string(), sentence: z.string() }).nullable(),
  metered: z.boolean(),
  /** Of each list that comes from head office: how many rows are here, and as of when. */
  lists: z.array(z.object({ name: z.string(), rows: z.int(), complete: z.boolean(), as_of: Ms.nullable() })),
  /** When the lists were last compared with head office, row by row of their versions, and how often one was mended. */
  list_check: z
    .object({
      at: Ms,
      mended: z.int(),
      last: z.object({ list: z.string(), at: Ms }).nullable(),
      /** Why the last comparison was left out. */
      skipped: z.enum(['moved', 'source', 'unanswered']).nullable(),
    })
    .nullable(),
  last_receipt: z.object({ at: Ms, events: z.int(), head_hash: z.string() }).nullable(),
  held: z.array(HeldEntry),
  last_reconciliation: z
    .object({ at: Ms, result: z.enum(['equal', 'differs']), differences: z.int() })
    .nullable(),
})
