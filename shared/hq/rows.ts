import { z } from 'zod'
import { EXCEPTION_KINDS } from './exceptions.ts'
import { HQ_ROLES } from './roles.ts'
import { Id, Ms } from './values.ts'

/** What the lists and pages of the console show, a row each. */

const Person = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  role: z.enum(HQ_ROLES),
})
export const Session = z.object({
  person: Person,
  tenant: z.object({ id: z.string(), name: z.string(), time_zone: z.string(), currency: z.string() }),
  now: Ms,
})

export const TILL_STATES = ['active', 'revoked', 'written_off'] as const
export const Till = z.object({
  id: Id,
  name: z.string(),
  store: z.string().nullable(),
  store_name: z.string(),
  state: z.enum(TILL_STATES),
  state_reason: z.string(),
  app_version: z.string(),
  enrolled_at: Ms,
  last_contact: Ms.nullable(),
  /** Since the last contact, as head office sees it. */
  lag_ms: Ms.nullable(),
  last_receipt: Ms.nullable(),
  unsent: z.int(),
  oldest_unsent: Ms.nullable(),
  clock_skew_ms: z.int(),
  /** What of it lies in the inbox. */
  exceptions: z.int(),
})
export const TillEpoch = z.object({
  epoch: z.int(),
  opened_at: Ms,
  closed_at: Ms.nullable(),
  events: z.int(),
  head_hash: z.string(),
  /** Written before this till belonged to head office. */
  alone: z.boolean(),
})

export const EVENT_OUTCOMES = ['posted', 'repeated', 'quarantined', 'withheld'] as const
export const EventRow = z.object({
  device: Id,
  epoch: z.int(),
  seq: z.int(),
  id: z.string().nullable(),
  kind: z.string(),
  till: z.string(),
  store_name: z.string(),
  customer: z.string().nullable(),
  customer_name: z.string(),
  staff: z.string(),
  trusted: Ms,
  received_at: Ms,
  effective_at: Ms,
  outcome: z.enum(EVENT_OUTCOMES),
  why: z.string(),
  released: z.boolean(),
  /** Signed; null where the entry moves none. */
  points: z.int().nullable(),
  amount_kobo: z.int().nullable(),
  receipt: z.string(),
})
export const ExceptionRow = z.object({
  id: z.string(),
  kind: z.enum(EXCEPTION_KINDS),
  till: z.object({ id: z.string(), name: z.string(), store_name: z.string() }).nullable(),
  customer: z.object({ id: z.string(), name: z.string() }).nullable(),
  event: z.object({ device: Id, epoch: z.int(), seq: z.int(), kind: z.string() }).nullable(),
  /** What the words are made of: texts and numbers alone. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Between which names to choose. */
  names: z.array(z.string()),
  at: Ms,
  times: z.int(),
  state: z.enum(['open', 'closed']),
  closed_at: Ms.nullable(),
  closed_by: z.string().nullable(),
  closed_how: z.string().nullable(),
})

export const Report = z.object({
  id: Id,
  till: z.object({ id: Id, name: z.string(), store_name: z.string() }),
  asked_at: Ms,
  asked_by: z.string(),
  as_of: Ms.nullable(),
  compared: z.int(),
  differences: z.int(),
  state: z.enum(['asked', 'running', 'equal', 'differs']),
  signed_off_by: z.string().nullable(),
  signed_off_at: Ms.nullable(),
})
const Figures = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))
export const Difference = z.object({
  no: z.int(),
  what: z.string(),
  customer: z.object({ id: z.string(), name: z.string() }).nullable(),
  program: z.string().nullable(),
  till: Figures,
  hq: Figures,
})

export const Code = z.object({
  code: z.string(),
  expires_at: Ms,
  life_ms: Ms,
  store_name: z.string(),
  name: z.string(),
})

export const CustomerRow = z.object({
  id: Id,
  name: z.string(),
  phone: z.string(),
  card: z.string(),
  email: z.string(),
  joined: Ms,
  sale_count: z.int(),
  spend_kobo: z.int(),
  last_sale: Ms.nullable(),
  merged_into: z.string().nullable(),
})
const TierView = z.object({
  id: z.string(),
  name: z.string(),
  /** That count for it. */
  points: z.int(),
  next: z.string().nullable(),
  missing: z.int().nullable(),
  /** Kept until then without the points for it, ms. */
  keeps_until: Ms.nullable(),
})
export const TierChange = z.object({
  no: z.int(),
  program: z.string(),
  from: z.string(),
  to: z.string(),
  at: Ms,
  by_entry: z.boolean(),
})
export const AccountView = z.object({
  program: z.string(),
  program_name: z.string(),
  /** Null where the program is not known. */
  tier: TierView.nullable(),
  open: z.int(),
  leased: z.int(),
  debt: z.int(),
  lifetime: z.int(),
  held: z.int(),
})
export const LineRow = z.object({
  program: z.string(),
  post_no: z.int(),
  kind: z.string(),
  points: z.int(),
  reversed: z.int(),
  effective: Ms,
  why: z.string(),
  /** Why it is what it is, in a sentence or two. */
  explained: z.string(),
  place: z.object({ device: Id, epoch: z.int(), seq: z.int() }).nullable(),
  till: z.string(),
})
