import { z } from 'zod'
import { TillPolicy } from '../sync/rows.ts'
import { DECISIONS, EXCEPTION_KINDS } from './exceptions.ts'
import { HQ_ROLES } from './roles.ts'
import type { RouteName } from './routes.ts'

/**
 * The questions and answers of the console, declared once: validation, types of both sides and the reference page
 * derive from it. Times are ms since 1970, money is kobo, ids and hashes are lower-case hex.
 */
export const CONSOLE_LIMITS = {
  pageRowsMax: 200,
  pageRowsDefault: 100,
  fileRowsMax: 100_000,
  bodyBytesMax: 64 * 1024,
  passwordCharsMin: 10,
  passwordCharsMax: 200,
  reasonCharsMax: 300,
  signInFailuresMax: 5,
  signInLockFirstMs: 30_000,
  signInLockMaxMs: 60 * 60_000,
  sessionIdleMs: 8 * 3_600_000,
  /** An answer to a change is kept so long for whoever asks again with the same key. */
  answerKeptMs: 24 * 3_600_000,
} as const

// Text that Postgres can hold: it knows no character 0.
const plain = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => !text.includes('\u0000'), 'holds a character that cannot be stored')
const filled = (most: number) => plain(most).trim().min(1)
const Id = z.string().regex(/^[0-9a-f]{32}$/)
const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Ms = z.int()
const Cursor = plain(200).optional()
const Rows = z.coerce.number().int().min(1).max(CONSOLE_LIMITS.pageRowsMax).default(100)
// A day of the calendar of the business.
const DayAsked = z.iso.date().optional()
const Nothing = z.object({})
const Done = z.object({ done: z.literal(true) })
const Reason = plain(CONSOLE_LIMITS.reasonCharsMax)
const page = <T extends z.ZodType>(row: T) => z.object({ rows: z.array(row), next: z.string().nullable() })

const Person = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  role: z.enum(HQ_ROLES),
})
const Session = z.object({
  person: Person,
  tenant: z.object({ id: z.string(), name: z.string(), time_zone: z.string(), currency: z.string() }),
  now: Ms,
})

const TILL_STATES = ['active', 'revoked', 'written_off', 'retired'] as const
const Till = z.object({
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
const TillEpoch = z.object({
  epoch: z.int(),
  opened_at: Ms,
  closed_at: Ms.nullable(),
  events: z.int(),
  head_hash: z.string(),
  /** Written before this till belonged to head office. */
  alone: z.boolean(),
})

const EVENT_OUTCOMES = ['posted', 'repeated', 'quarantined', 'withheld'] as const
const EventRow = z.object({
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
/** Filters of the list and of the file. */
export const EventsAsked = z.object({
  till: Id.optional(),
  store: plain(64).optional(),
  customer: Id.optional(),
  kind: plain(200).optional(),
  outcome: z.enum(EVENT_OUTCOMES).optional(),
  /** First and last day of arrival, both included. */
  from: DayAsked,
  to: DayAsked,
})

const ExceptionRow = z.object({
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

const Report = z.object({
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
const Difference = z.object({
  no: z.int(),
  what: z.string(),
  customer: z.object({ id: z.string(), name: z.string() }).nullable(),
  program: z.string().nullable(),
  till: Figures,
  hq: Figures,
})

const Code = z.object({
  code: z.string(),
  expires_at: Ms,
  life_ms: Ms,
  store_name: z.string(),
  name: z.string(),
})

const CustomerRow = z.object({
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
const AccountView = z.object({
  program: z.string(),
  open: z.int(),
  leased: z.int(),
  debt: z.int(),
  lifetime: z.int(),
  held: z.int(),
})
const LineRow = z.object({
  program: z.string(),
  post_no: z.int(),
  kind: z.string(),
  points: z.int(),
  reversed: z.int(),
  effective: Ms,
  why: z.string(),
  place: z.object({ device: Id, epoch: z.int(), seq: z.int() }).nullable(),
  till: z.string(),
})

export const CONTRACT = {
  'session.sign_in': {
    input: z.object({ login: plain(120), password: plain(CONSOLE_LIMITS.passwordCharsMax) }),
    reply: Session,
  },
  /** Null: nobody is signed in here. */
  'session.read': { input: Nothing, reply: z.object({ session: Session.nullable() }) },
  'session.sign_out': { input: Nothing, reply: Done },
  'session.password': {
    input: z.object({
      password: plain(CONSOLE_LIMITS.passwordCharsMax),
      next: plain(CONSOLE_LIMITS.passwordCharsMax).min(CONSOLE_LIMITS.passwordCharsMin),
    }),
    reply: Done,
  },
  pulse: {
    input: Nothing,
    /** Marks that change when what they stand for changed. */
    reply: z.object({
      ledgers: z.string(),
      tills: z.string(),
      inbox: z.string(),
      audit: z.string(),
      open_exceptions: z.int(),
      now: Ms,
    }),
  },
  overview: {
    input: Nothing,
    reply: z.object({
      now: Ms,
      tills: z.object({ active: z.int(), silent: z.int(), skewed: z.int(), waiting: z.int() }),
      stores: z.int(),
      unsent: z.int(),
      open_exceptions: z.int(),
      last_contact: Ms.nullable(),
      last_received: Ms.nullable(),
      today: z.object({
        sales: z.int(),
        gross_kobo: z.int(),
        points_given: z.int(),
        points_used: z.int(),
        new_customers: z.int(),
      }),
      exceptions: z.array(z.object({ kind: z.enum(EXCEPTION_KINDS), open: z.int() })),
      latest: z.array(EventRow),
    }),
  },
  'stores.list': {
    input: Nothing,
    reply: z.object({
      stores: z.array(
        z.object({ id: z.string(), name: z.string(), tills: z.int(), created_at: Ms, policy: TillPolicy }),
      ),
    }),
  },
  'stores.create': { input: z.object({ name: filled(60) }), reply: z.object({ id: z.string() }) },
  'stores.rename': { input: z.object({ id: plain(64), name: filled(60) }), reply: Done },
  'stores.policy': {
    input: z.object({
      id: plain(64),
      mask_phones: z.boolean(),
      floor_customer_points: z.int().min(0).max(100_000_000),
      floor_till_points: z.int().min(0).max(100_000_000),
      view_age_hours_max: z.int().min(1).max(8_760),
    }),
    reply: Done,
  },
  'tills.list': {
    input: z.object({ store: plain(64).optional(), state: z.enum(TILL_STATES).optional() }),
    reply: z.object({ tills: z.array(Till), now: Ms }),
  },
  'tills.one': {
    input: z.object({ id: Id }),
    reply: z.object({
      till: Till,
      epochs: z.array(TillEpoch),
      leases_open: z.int(),
      leases_points: z.int(),
      forked: z.int(),
      report: Report.nullable(),
      now: Ms,
    }),
  },
  'tills.new_code': { input: z.object({ store: plain(64), name: filled(60) }), reply: Code },
  'tills.code': { input: z.object({ id: Id }), reply: Code },
  'tills.change': {
    input: z.object({ id: Id, name: filled(60), store: plain(64) }),
    reply: Done,
  },
  'tills.revoke': { input: z.object({ id: Id, why: z.enum(['lost', 'stolen']) }), reply: Done },
  'tills.write_off': { input: z.object({ id: Id, reason: Reason.trim().min(1) }), reply: Done },
  'tills.reconcile': { input: z.object({ id: Id }), reply: z.object({ report: Id }) },
  'customers.find': {
    input: z.object({ text: plain(80).default(''), cursor: Cursor, limit: Rows }),
    reply: page(CustomerRow),
  },
  'customers.one': {
    input: z.object({ id: Id }),
    reply: z.object({
      customer: CustomerRow,
      aliases: z.array(z.string()),
      accounts: z.array(AccountView),
      lines: z.array(LineRow),
    }),
  },
  'events.list': {
    input: EventsAsked.extend({ cursor: Cursor, limit: Rows }),
    reply: page(EventRow),
  },
  'events.one': {
    input: z.object({
      device: Id,
      epoch: z.coerce.number().int().min(1).max(2_147_483_647),
      seq: z.coerce.number().int().min(1).max(2_147_483_647),
    }),
    reply: z.object({
      event: EventRow,
      /** The bytes as text, as they were written; null where they are no text. */
      text: z.string().nullable(),
      hash: Hash,
      prev_hash: z.string(),
      signature: z.string(),
      /** Head office has acknowledged this place with a signed receipt. */
      receipted: z.boolean(),
      personal: z.enum(['none', 'kept', 'blanked']),
      lines: z.array(LineRow),
    }),
  },
  'exceptions.list': {
    input: z.object({
      state: z.enum(['open', 'closed']).default('open'),
      kind: z.enum(EXCEPTION_KINDS).optional(),
      till: Id.optional(),
      cursor: Cursor,
      limit: Rows,
    }),
    reply: page(ExceptionRow),
  },
  'exceptions.decide': {
    input: z.object({
      id: plain(64),
      decision: z.enum(DECISIONS),
      reason: Reason.default(''),
      /** `choose`: the name. */
      choice: plain(120).optional(),
    }),
    reply: z.object({ state: z.enum(['open', 'closed']), code: Code.nullable() }),
  },
  'reconciliations.list': {
    input: z.object({ till: Id.optional(), cursor: Cursor, limit: Rows }),
    reply: page(Report),
  },
  'reconciliations.one': {
    input: z.object({ id: Id }),
    reply: z.object({ report: Report, differences: z.array(Difference) }),
  },
  'reconciliations.sign_off': { input: z.object({ id: Id }), reply: Done },
  'audit.list': {
    input: z.object({ who: plain(120).optional(), what: plain(60).optional(), cursor: Cursor, limit: Rows }),
    reply: page(
      z.object({
        no: z.int(),
        at: Ms,
        who: z.string(),
        what: z.string(),
        about: z.string(),
        about_name: z.string(),
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
  },
} as const satisfies Record<RouteName, { readonly input: z.ZodObject; readonly reply: z.ZodType }>

/** What is asked, as the asker writes it. */
export type Asked<R extends RouteName> = z.output<(typeof CONTRACT)[R]['input']>
export type Answered<R extends RouteName> = z.output<(typeof CONTRACT)[R]['reply']>
type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: T[K]
}
/** The same for a screen: what has a value when it is left out may be left out. */
export type Asking<R extends RouteName> = Given<
  Omit<Asked<R>, 'limit' | 'cursor' | 'text' | 'state'> & {
    readonly [K in Extract<keyof Asked<R>, 'limit' | 'cursor' | 'text' | 'state'>]?: Asked<R>[K] | undefined
  }
>
