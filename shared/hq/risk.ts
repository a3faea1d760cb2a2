import { z } from 'zod'
import { TillPolicy } from '../sync/rows.ts'
import { POLICY_BOUNDS } from './limits.ts'
import { Id, Ms, plain } from './values.ts'

/** What an outage may cost, what the last one did cost, and what decides it. */

const number = (of: keyof typeof POLICY_BOUNDS) => z.int().min(POLICY_BOUNDS[of][0]).max(POLICY_BOUNDS[of][1])

/** The whole policy of a store, or of all of them (`*`): then no store keeps one of its own. */
export const PolicyChange = z.object({
  id: plain(64),
  /** Of what the person saw: somebody else may have changed it since. */
  mark: plain(200),
  mask_phones: z.boolean(),
  floor_customer_points: number('floor_customer_points'),
  floor_till_points: number('floor_till_points'),
  view_age_hours_max: number('view_age_hours_max'),
  override_till_points: number('override_till_points'),
  lease_points: number('lease_points'),
  lease_share_bp: number('lease_share_bp'),
  lease_seen_days: number('lease_seen_days'),
  lease_customers_max: number('lease_customers_max'),
  lease_unused_days: number('lease_unused_days'),
}) satisfies z.ZodType<TillPolicy>

const SetAside = z.object({ grants: z.int(), points: z.int(), kobo: z.int() })
const Told = z.object({ policy: TillPolicy, mark: z.string() })
const NamedTill = z.object({ id: Id, name: z.string(), store_name: z.string() })

export const Risk = z.object({
  now: Ms,
  /** Of the program whose points are worth most. */
  point_worth_kobo: z.int(),
  /** Tills that are not written off: they may sell without being heard. */
  tills: z.int(),
  /** If every till is cut off and pays out all it may. Points; `kobo`: all of them together. */
  worst: z.object({
    floor_points: z.int(),
    override_points: z.int(),
    leased_points: z.int(),
    kobo: z.int(),
  }),
  /** The same for the one customer who goes to every till. */
  customer: z.object({
    floor_points: z.int(),
    override_points: z.int(),
    leased_points: z.int(),
    kobo: z.int(),
  }),
  set_aside: SetAside,
  /** What is told to all stores. */
  all: Told,
  stores: z.array(
    Told.extend({
      id: z.string(),
      name: z.string(),
      tills: z.int(),
      /** It is told something of its own. */
      own: z.boolean(),
      floor_points: z.int(),
      override_points: z.int(),
      set_aside: SetAside,
    }),
  ),
  /** Head office was put back from a backup, and these have not sent all they have: until then nothing is set aside. */
  awaited: z.array(NamedTill),
  /** Of each till the last time it was not heard of for more than an hour, the latest first. */
  outages: z.array(
    z.object({
      till: NamedTill,
      from: Ms,
      to: Ms,
      /** Redemptions without a promise, and their points. */
      redeemed: z.int(),
      redeemed_points: z.int(),
      /** Of those: what was not there, and what of that is owed today. */
      short_points: z.int(),
      owed_points: z.int(),
      owed_kobo: z.int(),
    }),
  ),
})
