import { z } from 'zod'
import { LIMITS } from '../base/limits.ts'
import type { Permission } from '../base/roles.ts'
import { Card, CustomerLine, LedgerLine, PhoneReading } from './customer-values.ts'
import { EventRow, Today, VerifyReport } from './manager-values.ts'
import { HqConnection } from './office-values.ts'
import { FileOut, PrinterSettings, Receipt } from './receipt-values.ts'
import {
  Quote,
  RefundDone,
  RefundKobo,
  RefundQuote,
  SaleDone,
  SaleIn,
  SaleLine,
  SaleNamed,
} from './sale-values.ts'
import { Health, Session, SettingsView, StaffMember, Status } from './till-values.ts'
import { Approver, CommandId, Day, Id, Ms, Page, Pin, PointsOut, RoleName, Typed } from './values.ts'

/**
 * The one contract between a screen and the ledger process. Client type, handler type, run-time validation and
 * the preload's list derive from it; a handler without a schema cannot be registered.
 *
 * `access`: 'open' needs no session; any other value is the permission the session's role must have.
 * `kind`: a command carries `command_id` (made and kept by the caller before anything is sent) and is safe to
 * repeat with the same id; a query changes nothing.
 */
export interface Method<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'command' | 'query'
  readonly access: 'open' | 'signed_in' | Permission
  readonly input: I
  readonly output: O
}

const method = <I extends z.ZodType, O extends z.ZodType>(
  kind: Method['kind'],
  access: Method['access'],
  input: I,
  output: O,
): Method<I, O> => ({ kind, access, input, output })

const none = z.object({})

export const CONTRACT = {
  'system.status': method('query', 'open', none, Status),
  /** First run: makes the store, the first admin and the recovery phrase (shown once, never stored). */
  'setup.begin': method(
    'command',
    'open',
    z.object({
      command_id: CommandId,
      store_name: Typed,
      till_name: Typed,
      admin_name: Typed,
      pin: Pin,
      /** The date the person sees on the calendar, yyyy-mm-dd: it takes the place of head office's time. */
      date_confirmed: Day,
    }),
    z.object({ recovery_phrase: z.string(), session: Session }),
  ),
  'session.sign_in': method('command', 'open', z.object({ staff_id: Id, pin: Pin }), Session),
  'session.sign_out': method('command', 'signed_in', none, none),
  /** Called when a person did something, so that the idle lock starts anew. */
  'session.touch': method('command', 'signed_in', none, none),

  'customer.search': method(
    'query',
    'customer.look_up',
    z.object({ text: Typed }),
    z.object({
      results: z.array(CustomerLine),
      /** More matched than are shown. */
      more: z.boolean(),
      /** When the text reads as a phone number: how it was understood, and whether it is known. */
      phone: PhoneReading.nullable(),
      /** True when the text is a phone, email or card nobody has: "New customer" may be offered. */
      can_enrol: z.boolean(),
    }),
  ),
  'customer.card': method('query', 'customer.look_up', z.object({ customer_id: Id }), Card),
  'customer.lines': method(
    'query',
    'customer.look_up',
    z.object({ customer_id: Id, ...Page }),
    z.object({ lines: z.array(LedgerLine), next: z.string().nullable() }),
  ),
  'customer.enrol': method(
    'command',
    'customer.enrol',
    z.object({
      command_id: CommandId,
      phone: Typed,
      email: Typed,
      card: Typed,
      name: Typed,
      /** mm-dd or yyyy-mm-dd or empty. */
      birth: Typed,
      consent: z.object({ marketing: z.enum(['yes', 'no', 'not_asked']), wording: Typed }),
      /** Phone number of the customer whose recommendation it was. */
      recommended_by: Typed.optional(),
    }),
    /** `points`: given for signing up. */
    z.object({ customer_id: Id, warning: PhoneReading.shape.warning, points: PointsOut }),
  ),
  /** Only the fields given change; an empty text never overwrites. `clear` names fields to empty. */
  'customer.update': method(
    'command',
    'customer.edit',
    z.object({
      command_id: CommandId,
      customer_id: Id,
      name: Typed.optional(),
      birth: Typed.optional(),
      email: Typed.optional(),
      card: Typed.optional(),
      note: Typed.optional(),
      clear: z.array(z.enum(['name', 'birth', 'email', 'card', 'note'])).max(5),
    }),
    z.object({ customer_id: Id }),
  ),
  'customer.consent': method(
    'command',
    'customer.edit',
    z.object({ command_id: CommandId, customer_id: Id, marketing: z.enum(['yes', 'no']), wording: Typed }),
    z.object({ customer_id: Id }),
  ),

  /** What would this sale earn, and what may be redeemed. Never refuses for the amount: it says what is wrong. */
  'sale.quote': method('query', 'sale.record', SaleIn, Quote),
  'sale.record': method(
    'command',
    'sale.record',
    SaleIn.extend({
      command_id: CommandId,
      approver: Approver.nullable(),
      /** Why points beyond the limits are to be used by the second person's word. */
      override_reason: Typed.optional(),
    }),
    SaleDone,
  ),
  /** Why points are what they are: of one line of an account, or of all lines of a sale. */
  'sale.explain': method(
    'query',
    'customer.look_up',
    z.object({ customer_id: Id, event_id: Id }),
    z.object({ sentences: z.array(z.string()) }),
  ),
  'sale.list': method(
    'query',
    'customer.look_up',
    z.object({
      /** Null: all. */
      customer_id: Id.nullable(),
      /** Only this till's sales of the signed-in person and of today: what F8 offers. */
      mine_today: z.boolean(),
      receipt: Typed,
      ...Page,
    }),
    z.object({ sales: z.array(SaleLine), next: z.string().nullable() }),
  ),
  'sale.void': method(
    'command',
    'sale.undo_own_today',
    z.object({ command_id: CommandId, sale_id: Id, reason: Typed, approver: Approver.nullable() }),
    z.object({
      sale_id: Id,
      customer_id: Id.nullable(),
      /** Points taken back from what was earned, and given back from what was redeemed. */
      taken_back: PointsOut,
      given_back: PointsOut,
      /** Null: what the customer has is not known here. */
      balance: PointsOut.nullable(),
      debt: PointsOut,
    }),
  ),
  /** What giving so much of a sale back does, and what is left of it. Refuses only for the sale itself. */
  'sale.refund_quote': method(
    'query',
    'sale.undo_own_today',
    z.object({ sale: SaleNamed, kobo: RefundKobo }),
    RefundQuote,
  ),
  /** Gives a part of a sale back, of this till or another one, or all that is left of it. */
  'sale.refund': method(
    'command',
    'sale.undo_own_today',
    z.object({
      command_id: CommandId,
      sale: SaleNamed,
      kobo: RefundKobo,
      reason: Typed,
      approver: Approver.nullable(),
    }),
    RefundDone,
  ),
  /** The receipt of a sale of this till: what the customer was told when it was kept. */
  'receipt.preview': method('query', 'customer.look_up', z.object({ sale_id: Id }), Receipt),
  /** Whatever becomes of the paper, the sale stands: a printer that is missing is a sentence. */
  'receipt.print': method('command', 'sale.record', z.object({ sale_id: Id }), none),
  'receipt.pdf': method('query', 'customer.look_up', z.object({ sale_id: Id }), FileOut),
  'printer.settings': method('query', 'signed_in', none, PrinterSettings),
  'printer.update': method('command', 'settings.edit', PrinterSettings, PrinterSettings),
  /** Prints a page that says so, with the settings given and not yet kept. */
  'printer.test': method('command', 'settings.edit', PrinterSettings, none),
  /** What the QR code on a membership card says: the card number, else a code that names the customer and no phone. */
  'customer.card_qr': method(
    'query',
    'customer.look_up',
    z.object({ customer_id: Id }),
    z.object({ qr: z.string(), number: z.string(), name: z.string() }),
  ),
  /** Membership cards to print and cut out, eight on a sheet of A4. */
  'customer.card_pdf': method(
    'query',
    'customer.look_up',
    z.object({ customer_ids: z.array(Id).min(1).max(LIMITS.pageRowsMax) }),
    FileOut,
  ),
  'points.adjust': method(
    'command',
    'customer.look_up',
    z.object({
      command_id: CommandId,
      customer_id: Id,
      points: z.number(),
      reason: Typed,
      approver: Approver.nullable(),
    }),
    z.object({ customer_id: Id, points: z.int(), balance: PointsOut.nullable(), approved_by: z.string() }),
  ),

  'manager.today': method('query', 'reports.read', z.object({ date: Day.nullable() }), Today),
  'manager.events': method(
    'query',
    'reports.read',
    z.object({
      from: Day.nullable(),
      to: Day.nullable(),
      kinds: z.array(z.string()),
      staff_id: Id.nullable(),
      customer_id: Id.nullable(),
      /** Only this entry, for opening one that another screen or a kept address names. */
      event_id: Id.optional(),
      text: Typed,
      ...Page,
    }),
    z.object({ events: z.array(EventRow), next: z.string().nullable() }),
  ),
  'staff.list': method('query', 'reports.read', none, z.object({ staff: z.array(StaffMember) })),
  'staff.add': method(
    'command',
    'staff.edit',
    z.object({ command_id: CommandId, name: Typed, role: RoleName, pin: Pin }),
    z.object({ staff_id: Id }),
  ),
  /** Null keeps the present value. */
  'staff.update': method(
    'command',
    'staff.edit',
    z.object({
      command_id: CommandId,
      staff_id: Id,
      name: Typed.nullable(),
      role: RoleName.nullable(),
      active: z.boolean().nullable(),
      pin: Pin.nullable(),
    }),
    z.object({ staff_id: Id }),
  ),
  'settings.get': method('query', 'reports.read', none, SettingsView),
  'settings.update': method(
    'command',
    'settings.edit',
    z.object({
      command_id: CommandId,
      store_name: Typed.optional(),
      till_name: Typed.optional(),
      mask_phones: z.boolean().optional(),
      consent_wording: Typed.optional(),
      adjust_daily_limit: z.record(RoleName, z.number()).optional(),
      /** The base program as a whole; `version` is the one that was read, to refuse a lost update. */
      program: z
        .object({
          version: z.int(),
          name: Typed,
          kobo_per_point: z.number(),
          point_worth_kobo: z.number(),
          redeem_min_points: z.number(),
          redeem_step_points: z.number(),
          redeem_max_share_bp: z.number(),
          lot_months: z.number(),
          tiers: z
            .array(
              z.object({
                id: z.string().max(40),
                name: Typed,
                threshold: z.number(),
                multiplier_bp: z.number(),
              }),
            )
            .max(50),
        })
        .optional(),
    }),
    SettingsView,
  ),
  'clock.confirm': method(
    'command',
    'clock.confirm',
    z.object({ command_id: CommandId, date: Day }),
    z.object({ trusted: Ms }),
  ),
  'health.get': method(
    'query',
    'reports.read',
    none,
    z.object({
      health: Health,
      events: z.int(),
      customers: z.int(),
      database_bytes: z.int(),
      sqlite_version: z.string(),
      device: Id,
      epoch: z.int(),
      head_hash: z.string(),
      last_verify: VerifyReport.nullable(),
      verify_running: z.boolean(),
      data_dir: z.string(),
    }),
  ),
  /** Starts a check of the whole ledger beside the sales; poll health.get for the report. */
  'health.verify': method('command', 'ledger.check', none, z.object({ started: z.boolean() })),
  'backup.create': method('command', 'ledger.check', none, z.object({ file: z.string(), bytes: z.int() })),
  /** One page of an export. Text cells that a spreadsheet could run as a formula are made harmless. */
  'export.page': method(
    'query',
    'ledger.export',
    z.object({
      what: z.enum(['customers', 'sales', 'lines', 'events']),
      format: z.enum(['csv', 'json']),
      cursor: z.string().nullable(),
    }),
    z.object({ text: z.string(), next: z.string().nullable(), rows: z.int() }),
  ),

  'hq.connection': method('query', 'reports.read', none, HqConnection),
  /** A code read out by head office: 10 minutes, once. `url`: https, or http on this machine only. */
  'hq.enrol': method(
    'command',
    'settings.edit',
    z.object({ command_id: CommandId, url: z.string().max(300), code: z.string().max(60) }),
    z.object({ tenant_name: z.string(), store_name: z.string(), till_name: z.string() }),
  ),
  /** The link is paid by the megabyte: no long polls, rare contacts. */
  'hq.metered': method(
    'command',
    'settings.edit',
    z.object({ command_id: CommandId, metered: z.boolean() }),
    z.object({ metered: z.boolean() }),
  ),
  /** Try now instead of after the pause. */
  'hq.send_now': method('command', 'signed_in', none, none),
  /** What head office does not have, as the pages of one file (JSON lines). Null `cursor`: from the start. */
  'hq.export_unsent': method(
    'query',
    'ledger.export',
    z.object({ cursor: z.string().nullable() }),
    z.object({ text: z.string(), next: z.string().nullable(), events: z.int() }),
  ),
  /** A package of head office, in parts of at most 512 KiB in order; it is checked and put in place with the last one. */
  'hq.import_package': method(
    'command',
    'settings.edit',
    z.object({
      command_id: CommandId,
      upload: Id,
      part: z.int().min(0),
      text: z.string().max(768 * 1024),
      last: z.boolean(),
    }),
    /** Null while parts are missing. */
    z.object({ done: z.object({ rows: z.int(), made_at: Ms }).nullable() }),
  ),
  /** Asks head office for a customer whose account is not here; waits 1.5 s at most. */
  'customer.fetch': method(
    'query',
    'customer.look_up',
    z.object({ customer_id: Id }),
    z.object({ fetched: z.boolean() }),
  ),
} as const satisfies Record<string, Method>

type Contract = typeof CONTRACT
export type MethodName = keyof Contract
export type Input<M extends MethodName> = z.input<Contract[M]['input']>
export type Parsed<M extends MethodName> = z.output<Contract[M]['input']>
export type Output<M extends MethodName> = z.output<Contract[M]['output']>
