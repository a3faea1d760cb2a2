import { z } from 'zod'
import { Id, Ms } from './values.ts'

/** The tie to head office. */

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
  /** Of each list that comes from head office: how many are here, and as of when. Customers are people, not ids. */
  lists: z.array(z.object({ name: z.string(), here: z.int(), complete: z.boolean(), as_of: Ms.nullable() })),
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
