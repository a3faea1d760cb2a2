import { z } from 'zod'
import { Day, Id, KoboOut, Ms, PointsOut } from './values.ts'

/** What a manager looks at: the day, the entries, a check of the ledger. */

const Figures = z.object({
  sales: z.int(),
  gross_kobo: KoboOut,
  sales_with_customer: z.int(),
  earned: PointsOut,
  redeemed: PointsOut,
  redeemed_kobo: KoboOut,
  enrolled: z.int(),
  voids: z.int(),
  /** Parts of sales given back on the day, and how much was given back by now of the sales of the day that stand. */
  refunds: z.int(),
  refunded_kobo: KoboOut,
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
