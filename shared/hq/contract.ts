import { z } from 'zod'
import { TillPolicy } from '../sync/rows.ts'
import { DECISIONS, EXCEPTION_KINDS } from './exceptions.ts'
import { CONSOLE_LIMITS } from './limits.ts'
import { PEOPLE_CONTRACT } from './people.ts'
import { PROGRAM_CONTRACT } from './programs.ts'
import { PolicyChange, Risk } from './risk.ts'
import type { RouteName } from './routes.ts'
import {
  AccountView,
  Code,
  CustomerRow,
  Difference,
  EVENT_OUTCOMES,
  EventRow,
  ExceptionRow,
  LineRow,
  Report,
  Session,
  TILL_STATES,
  TierChange,
  Till,
  TillEpoch,
} from './rows.ts'
import { Cursor, DayAsked, Done, filled, Hash, Id, Ms, Nothing, page, plain, Reason, Rows } from './values.ts'

/**
 * The questions and answers of the console, declared once: validation, types of both sides and the reference page
 * derive from it. Times are ms since 1970, money is kobo, ids and hashes are lower-case hex.
 */

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
        z.object({
          id: z.string(),
          name: z.string(),
          tills: z.int(),
          created_at: Ms,
          policy: TillPolicy,
          policy_mark: z.string(),
        }),
      ),
    }),
  },
  'stores.create': { input: z.object({ name: filled(60) }), reply: z.object({ id: z.string() }) },
  'stores.rename': { input: z.object({ id: plain(64), name: filled(60) }), reply: Done },
  'stores.policy': { input: PolicyChange, reply: Done },
  risk: { input: Nothing, reply: Risk },
  ...PROGRAM_CONTRACT,
  'tills.list': {
    input: z.object({ store: plain(64).optional(), state: z.enum(TILL_STATES).optional() }),
    reply: z.object({ tills: z.array(Till), now: Ms }),
  },
  'tills.one': {
    input: z.object({ id: Id }),
    reply: z.object({
      till: Till,
      epochs: z.array(TillEpoch),
      /** Lost or stolen, written off or not: what it still sends waits for a person. */
      stopped: z.boolean(),
      /** Open grants, and what of their points is neither used nor given back. */
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
      /** Newest first. */
      tier_changes: z.array(TierChange),
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
  ...PEOPLE_CONTRACT,
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
