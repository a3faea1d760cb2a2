import { DEFAULT_PROGRAM } from '../../../shared/domain/program/program.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { readPolicies } from '../till-policy.ts'
import { POTS } from './pots.ts'

type Risk = Answered<'risk'>
type Outage = Risk['outages'][number]

/** So long after a till was heard of again, what it did meanwhile has arrived. Ms. */
const ARRIVES_WITHIN_MS = 2 * 86_400_000
const OUTAGES_MAX = 200

/**
 * What it costs at most when tills cannot be reached, what stands for them to redeem, and what the last time did cost. A
 * till that is cut off may pay out its limit and that of overrides; points that are set aside are the customer's own, and
 * are lost only where the till was copied or put back.
 */
export async function risk(tx: Tx, tenant: string, now: number): Promise<Risk> {
  const told = await readPolicies(tx, tenant)
  const worth = await worthOf(tx, tenant)
  const most = Math.max(...worth.values())
  const { byStore, ofOne } = await setAside(tx, tenant, worth)
  const rows = await tx.query<{ id: string; name: string; tills: number }>(
    `SELECT s.id, s.name, (SELECT count(*) FROM hq.device d WHERE d.tenant_id = s.tenant_id AND d.store = s.id
       AND d.kind = 'till' AND d.state <> 'written_off') AS tills
     FROM hq.store s WHERE s.tenant_id = $1 ORDER BY s.name, s.id`,
    [tenant],
  )
  const stores = rows.map((store): Risk['stores'][number] => {
    const { policy, mark, own } = told.of(store.id)
    return {
      ...store,
      policy,
      mark,
      own,
      floor_points: store.tills * policy.floor_till_points,
      override_points: store.tills * policy.override_till_points,
      set_aside: byStore.get(store.id) ?? NOTHING,
    }
  })
  const sum = (of: (store: Risk['stores'][number]) => number): number =>
    stores.reduce((all, store) => all + of(store), 0)
  const aside = {
    grants: sum(({ set_aside }) => set_aside.grants),
    points: sum(({ set_aside }) => set_aside.points),
    kobo: sum(({ set_aside }) => set_aside.kobo),
  }
  const floor_points = sum((store) => store.floor_points)
  const override_points = sum((store) => store.override_points)
  const ofCustomer = sum(
    ({ tills, policy }) => tills * Math.min(policy.floor_customer_points, policy.floor_till_points),
  )
  return {
    now,
    point_worth_kobo: most,
    tills: sum(({ tills }) => tills),
    worst: {
      floor_points,
      override_points,
      leased_points: aside.points,
      kobo: (floor_points + override_points) * most + aside.kobo,
    },
    customer: {
      floor_points: ofCustomer,
      override_points,
      leased_points: ofOne.points,
      kobo: (ofCustomer + override_points) * most + ofOne.kobo,
    },
    set_aside: aside,
    all: { policy: told.all.policy, mark: told.all.mark },
    stores,
    awaited: await awaitedTills(tx, tenant),
    outages: await lastOutages(tx, tenant, worth, most),
  }
}

const NOTHING = { grants: 0, points: 0, kobo: 0 }

/** What a point of each program pays, kobo. */
async function worthOf(tx: Tx, tenant: string): Promise<ReadonlyMap<string | undefined, number>> {
  const rows = await tx.query<{ id: string; settings: string }>(
    'SELECT id, settings FROM hq.sync_program_v1 WHERE tenant_id = $1',
    [tenant],
  )
  const found = new Map<string | undefined, number>()
  for (const { id, settings } of rows) {
    const { point_worth_kobo: worth } = JSON.parse(settings) as { point_worth_kobo?: unknown }
    found.set(id, Number.isSafeInteger(worth) ? Number(worth) : DEFAULT_PROGRAM.point_worth_kobo)
  }
  // Of a program that is not here.
  return found.size > 0 ? found : new Map([[undefined, DEFAULT_PROGRAM.point_worth_kobo]])
}

async function setAside(tx: Tx, tenant: string, worth: ReadonlyMap<string | undefined, number>) {
  const rows = await tx.query<{
    store: string | null
    customer: string | null
    program: string
    grants: number
    points: number
  }>(
    `WITH pots AS (${POTS}), most AS (SELECT customer FROM pots GROUP BY customer ORDER BY sum(points) DESC LIMIT 1)
     SELECT store, NULL AS customer, program, count(*) AS grants, sum(points)::bigint AS points FROM pots GROUP BY store, program
     UNION ALL
     SELECT NULL, customer, program, count(*), sum(points)::bigint FROM pots JOIN most USING (customer) GROUP BY customer, program`,
    [tenant],
  )
  const byStore = new Map<string, typeof NOTHING>()
  let ofOne = NOTHING
  for (const { store, customer, program, grants, points } of rows) {
    const kobo = points * (worth.get(program) ?? 0)
    const added = (to: typeof NOTHING) => ({
      grants: to.grants + grants,
      points: to.points + points,
      kobo: to.kobo + kobo,
    })
    if (customer !== null) ofOne = added(ofOne)
    else if (store !== null) byStore.set(store, added(byStore.get(store) ?? NOTHING))
  }
  return { byStore, ofOne }
}

function awaitedTills(tx: Tx, tenant: string): Promise<Risk['awaited']> {
  return tx.query(
    `SELECT d.id, d.name, coalesce(s.name, '') AS store_name FROM hq.device d
     LEFT JOIN hq.store s ON s.tenant_id = d.tenant_id AND s.id = d.store
     WHERE d.tenant_id = $1 AND d.kind = 'till' AND d.awaited AND d.state <> 'written_off' ORDER BY s.name, d.name, d.id`,
    [tenant],
  )
}

interface OutageRow extends Omit<Outage, 'till' | 'owed_kobo'> {
  readonly id: string
  readonly name: string
  readonly store_name: string
  readonly owed: Readonly<Record<string, number>>
}

/**
 * What each till redeemed without a promise the last time it was silent for more than an hour, what of that was not there,
 * and what of that is owed today. What counted as unsecured though the till held a promise shows by its flag.
 */
async function lastOutages(
  tx: Tx,
  tenant: string,
  worth: ReadonlyMap<string | undefined, number>,
  most: number,
): Promise<Risk['outages']> {
  const rows = await tx.query<OutageRow>(
    `WITH silent AS (
       SELECT d.id, d.name, coalesce(s.name, '') AS store_name, d.silent_from, d.silent_to FROM hq.device d
       LEFT JOIN hq.store s ON s.tenant_id = d.tenant_id AND s.id = d.store
       WHERE d.tenant_id = $1 AND d.kind = 'till' AND d.silent_to IS NOT NULL ORDER BY d.silent_to DESC, d.id LIMIT ${OUTAGES_MAX}),
     redeemed AS (
       SELECT e.device, -e.points AS points, i.id AS flag, i.customer, i.facts ->> 'program' AS program,
         coalesce((i.facts ->> 'points')::bigint, 0) AS short,
         (SELECT coalesce(sum((debt ->> 'points')::bigint), 0)::bigint FROM hq.account a, jsonb_array_elements(a.state -> 'debts') AS debt
          WHERE a.tenant_id = $1 AND a.customer = i.customer AND a.program = i.facts ->> 'program'
            AND debt ->> 'event' = e.id) AS owed
       FROM silent s JOIN hq.event e ON e.tenant_id = $1 AND e.device = s.id AND e.kind = 'points.redeemed' AND e.outcome = 'posted'
         AND e.received_at >= s.silent_to AND e.received_at < s.silent_to + ${ARRIVES_WITHIN_MS}
         AND e.effective_at > s.silent_from AND e.effective_at <= s.silent_to
       LEFT JOIN hq.inbox i ON i.tenant_id = $1 AND i.kind = 'overdraft' AND i.event = e.id
       WHERE i.id IS NOT NULL OR CASE WHEN e.outcome = 'posted'
         THEN strpos(convert_from(e.bytes, 'UTF8'), '"right":"unsecured"') > 0 END),
     owing AS (SELECT device, jsonb_object_agg(program, owed) AS owed FROM (
         SELECT device, program, sum(owed)::bigint AS owed FROM redeemed WHERE flag IS NOT NULL GROUP BY device, program) AS one
       GROUP BY device)
     SELECT s.id, s.name, s.store_name, s.silent_from AS "from", s.silent_to AS "to", count(r.points) AS redeemed,
       coalesce(sum(r.points), 0)::bigint AS redeemed_points, coalesce(sum(r.short), 0)::bigint AS short_points,
       coalesce(sum(r.owed), 0)::bigint AS owed_points, coalesce(o.owed, '{}') AS owed
     FROM silent s LEFT JOIN redeemed r ON r.device = s.id LEFT JOIN owing o ON o.device = s.id
     GROUP BY s.id, s.name, s.store_name, s.silent_from, s.silent_to, o.owed ORDER BY s.silent_to DESC, s.id`,
    [tenant],
  )
  return rows.map(({ id, name, store_name, owed, ...figures }) => ({
    ...figures,
    till: { id, name, store_name },
    owed_kobo: Object.entries(owed).reduce(
      (all, [program, points]) => all + points * (worth.get(program) ?? most),
      0,
    ),
  }))
}
