import { z } from 'zod'
import type { Account, Line } from '../domain/account.ts'
import type { HeldEvent } from './wire.ts'

/**
 * The tables a till follows. Narrow and versioned: a change of columns is a new table beside the old one, so that no
 * till has to load a million rows anew. The order is the order of loading: what is small and protects comes first.
 */
export const SHAPES = ['deny', 'policy', 'grant', 'program', 'account', 'customer'] as const
export type ShapeName = (typeof SHAPES)[number]

/** The columns of each table as a till asks for them; the primary key is among them. Head office fixes them itself. */
export const SHAPE_TABLES = {
  deny: {
    table: 'sync_deny_v1',
    columns: ['tenant_id', 'customer', 'reason', 'since', 'hq_epoch', 'version'],
  },
  policy: { table: 'sync_policy_v1', columns: ['tenant_id', 'store', 'key', 'value', 'hq_epoch', 'version'] },
  grant: {
    table: 'sync_grant_v1',
    columns: [
      'tenant_id',
      'device',
      'id',
      'customer',
      'program',
      'points',
      'body',
      'signature',
      'state',
      'hq_epoch',
      'version',
    ],
  },
  program: { table: 'sync_program_v1', columns: ['tenant_id', 'id', 'settings', 'hq_epoch', 'version'] },
  account: {
    table: 'sync_account_v1',
    columns: [
      'tenant_id',
      'scope',
      'customer',
      'program',
      'fn',
      'state',
      'lines',
      'applied',
      'held',
      'hq_epoch',
      'version',
    ],
  },
  customer: {
    table: 'sync_customer_v1',
    columns: [
      'tenant_id',
      'id',
      'merged_into',
      'generation',
      'name',
      'phone',
      'phone_typed',
      'email',
      'card',
      'birth',
      'note',
      'marketing',
      'consent_at',
      'consent_wording',
      'joined',
      'sale_count',
      'spend_kobo',
      'last_sale',
      'applied',
      'hq_epoch',
      'version',
    ],
  },
} as const satisfies Record<ShapeName, { readonly table: string; readonly columns: readonly string[] }>

/** By "device/epoch": the highest seq of that chain that is in a row. */
export type Applied = Readonly<Record<string, number>>
export const appliedKey = (device: string, epoch: number): string => `${device}/${epoch}`

/** A version of a row: a restored head office counts anew under a higher epoch. */
export interface RowVersion {
  readonly hq_epoch: number
  readonly version: number
}
/** Below 0: `a` is the older one. */
export const compareVersions = (a: RowVersion, b: RowVersion): number =>
  a.hq_epoch - b.hq_epoch || a.version - b.version

/** Postgres text, as every value of a shape arrives. */
const int = z.union([z.int(), z.string().regex(/^-?\d{1,16}$/), z.bigint()]).transform(Number)
const text = z.string()
/** JSON of the form it must have at the least: what is kept is read in the middle of a sale, and must not fail there. */
const json = <T>(isFit: (value: unknown) => boolean = () => true) =>
  z.string().transform((said, context) => {
    const value = parsed(said)
    if (value !== undefined && isFit(value)) return value as T
    context.addIssue({ code: 'custom', message: 'is not what it must be' })
    return z.NEVER
  })

function parsed(said: string): unknown {
  try {
    return JSON.parse(said)
  } catch {
    // No JSON: the row as a whole is refused.
    return undefined
  }
}

type Fields = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isRecords = (value: unknown): boolean => Array.isArray(value) && value.every(isRecord)
const isNumbers = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every(Number.isSafeInteger)

const isAccount = (value: unknown): boolean =>
  isRecord(value) &&
  ['postNo', 'lifetime', 'settledUntil', 'lastEffective'].every((name) =>
    Number.isSafeInteger(value[name]),
  ) &&
  ['lots', 'pots', 'debts', 'pending'].every((name) => isRecords(value[name])) &&
  Array.isArray(value['closedGrants']) &&
  isRecord(value['once']) &&
  isNumbers(value['totals']) &&
  isNumbers(value['months'])
const version = { tenant_id: text, hq_epoch: int, version: int }

export const SHAPE_ROWS = {
  deny: z.object({ ...version, customer: text, reason: text, since: int }),
  policy: z.object({ ...version, store: text, key: text, value: json<unknown>() }),
  /** Points set aside for one till, by id; `closed`: head office has ended it, and the till books that. */
  grant: z.object({
    ...version,
    device: text,
    id: text,
    customer: text,
    program: text,
    points: int,
    /** JSON of a GrantBody, exactly as it was signed. */
    body: text,
    signature: text,
    state: z.enum(['open', 'closed']),
  }),
  program: z.object({ ...version, id: text, settings: json<Record<string, unknown>>(isRecord) }),
  account: z.object({
    ...version,
    /** `*`, or the store whose tills are to have it. */
    scope: text,
    customer: text,
    program: text,
    /** Version of the posting function that made `state`. */
    fn: int,
    state: json<Account>(isAccount),
    /** Lines of the last 90 days and of every open lot, pot and debt, in the order of posting. */
    lines: json<readonly Line[]>(isRecords),
    applied: json<Applied>(isNumbers),
    held: json<readonly z.infer<typeof HeldEvent>[]>(isRecords),
  }),
  customer: z.object({
    ...version,
    id: text,
    /** Another id of the same person: nothing else of this row counts. */
    merged_into: text.nullable(),
    generation: int,
    name: text,
    phone: text.nullable(),
    phone_typed: text,
    email: text.nullable(),
    card: text.nullable(),
    birth: text,
    note: text,
    marketing: z.enum(['yes', 'no', 'not_asked']),
    consent_at: int.nullable(),
    consent_wording: text,
    joined: int,
    sale_count: int,
    spend_kobo: int,
    last_sale: int.nullable(),
    applied: json<Applied>(isNumbers),
  }),
} as const satisfies Record<ShapeName, z.ZodType>
export type ShapeRow<S extends ShapeName> = z.output<(typeof SHAPE_ROWS)[S]>

/** Value of policy row `till`: what head office says of the tills of a store. */
export const TillPolicy = z.object({
  mask_phones: z.boolean().default(false),
  /** Redeeming beyond what head office has promised, while nobody can be asked. In points. */
  floor_customer_points: z.int().min(0).default(2_000),
  floor_till_points: z.int().min(0).default(20_000),
  /** An account seen longer ago than this is no ground for redeeming. */
  view_age_hours_max: z
    .int()
    .min(1)
    .default(24 * 14),
  /** Beyond every limit, by a second person's word, until rows cover it. In points. */
  override_till_points: z.int().min(0).default(10_000),
  /** The most that is set aside at a till for one customer without anybody waiting; 0: nothing is. In points. */
  lease_points: z.int().min(0).default(2_000),
  /** Of what a customer has, so that other tills have something too. Basis points. */
  lease_share_bp: z.int().min(0).max(10_000).default(5_000),
  /** For whom: customers seen here so lately, and so many of them. */
  lease_seen_days: z.int().min(0).max(365).default(60),
  lease_customers_max: z.int().min(0).max(5_000).default(500),
  /** What was not used for so long is given back. */
  lease_unused_days: z.int().min(1).max(365).default(30),
})
export type TillPolicy = z.infer<typeof TillPolicy>

/** Where a till stands in a shape: committed together with the rows, or not at all. */
export interface ShapeCursor {
  readonly shape: ShapeName
  readonly handle: string | null
  /** `-1`: from the start. */
  readonly offset: string
  readonly phase: 'snapshot' | 'live'
}
