import { z } from 'zod'
import { Program } from './program-values.ts'
import { Day, Id, Ms, RoleName } from './values.ts'

/** The till itself: who may work at it, and how it stands. */

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

export const SettingsView = z.object({
  /** What head office sets for all stores: nobody changes it here. */
  from_head_office: z.object({ program: z.boolean(), mask_phones: z.boolean() }),
  store_name: z.string(),
  till_name: z.string(),
  mask_phones: z.boolean(),
  consent_wording: z.string(),
  adjust_daily_limit: z.record(RoleName, z.int()),
  program: Program,
  /** What stands beside the base, in words: head office alone changes it. */
  program_words: z.object({ rules: z.array(z.string()), rewards: z.array(z.string()) }),
  /** Programs of head office that this app does not follow, and why. */
  unreadable_programs: z.array(z.string()),
})
