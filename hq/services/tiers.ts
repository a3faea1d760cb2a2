import { businessDate } from '../../shared/base/business-date.ts'
import type { Account } from '../../shared/domain/account.ts'
import type { Program } from '../../shared/domain/program/program.ts'
import { tierStanding } from '../../shared/domain/program/tier.ts'
import type { Tx } from '../db/database.ts'
import { insertRows } from '../db/rows.ts'
import type { AccountBook, Books } from '../ledger/books.ts'
import type { TenantRow } from './load-books.ts'
import { nowOf, type Parts } from './parts.ts'
import { publishedPrograms } from './programs.ts'

/**
 * A tier is derived from the account and the time; what is kept here is where an account was seen last, so that a change
 * has a beginning, an end and, where an entry made it, that entry.
 */

interface Seen {
  readonly customer: string
  readonly program: string
  readonly state: Pick<Account, 'lifetime' | 'months'>
  /** The entry that brought it here; null: time, another version of the program, or a merge. */
  readonly event: string | null
}

interface When {
  readonly now: number
  readonly timeZone: string
}

/** Notes the tiers that a batch gave or took. Its accounts are locked. */
export async function saveTiers(
  tx: Tx,
  tenant: Pick<TenantRow, 'tenant_id' | 'time_zone'>,
  books: Pick<Books, 'postings'>,
  accounts: readonly AccountBook[],
  now: number,
): Promise<void> {
  if (accounts.length === 0) return
  const entries = books.postings.filter(({ what }) => what === 'event')
  const last = new Map(entries.map((one) => [`${one.customer} ${one.program}`, one.event]))
  const seen = accounts.map(({ customer, program, state }) => ({
    customer,
    program,
    state,
    event: last.get(`${customer} ${program}`) ?? null,
  }))
  await noteTiers(tx, tenant.tenant_id, seen, { now, timeZone: tenant.time_zone })
}

/** Writes a change for each account that stands in another tier than it was seen in. */
async function noteTiers(
  tx: Tx,
  tenant: string,
  seen: readonly Seen[],
  { now, timeZone }: When,
): Promise<void> {
  const [programs, standing] = await Promise.all([
    publishedPrograms(tx, tenant, [...new Set(seen.map(({ program }) => program))]),
    tx.query<{ customer: string; program: string; tier: string }>(
      `SELECT t.customer, t.program, t.tier FROM hq.tier_standing t
       JOIN unnest($2::text[], $3::text[]) AS a (customer, program) ON (t.customer, t.program) = (a.customer, a.program)
       WHERE t.tenant_id = $1`,
      [tenant, seen.map(({ customer }) => customer), seen.map(({ program }) => program)],
    ),
  ])
  const known = new Map(standing.map(({ customer, program, tier }) => [`${customer} ${program}`, tier]))
  const changes = seen.flatMap(({ customer, program: id, state, event }) => {
    const program = programs.get(id)
    if (!program) return []
    const from_tier = known.get(`${customer} ${id}`) ?? lowestOf(program)
    const to_tier = tierStanding(program, state, now, timeZone).tier.id
    if (from_tier === to_tier) return []
    return [{ tenant_id: tenant, customer, program: id, from_tier, to_tier, at: now, event }]
  })
  await Promise.all([
    insertRows(tx, 'tier_change', changes),
    insertRows(
      tx,
      'tier_standing',
      changes.map(({ tenant_id, program, customer, to_tier, at }) => ({
        tenant_id,
        program,
        customer,
        tier: to_tier,
        since: at,
      })),
      { key: ['tenant_id', 'program', 'customer'], update: ['tier', 'since'] },
    ),
  ])
}

const lowestOf = ({ tiers }: Pick<Program, 'tiers'>): string => tiers[0]?.id ?? ''

const PAGE_ROWS = 500

/**
 * Looks at the tiers of all accounts where something besides an entry may have moved them: once for each version of a
 * program, and once a day where tiers ask for the points of the last months. An account that is booked on at this moment
 * is left to whoever books. Answers how many accounts were looked at.
 */
export async function sweepTiers(parts: Pick<Parts, 'db' | 'clock'>, tenant: string): Promise<number> {
  const now = nowOf(parts)
  const due = await parts.db.tenant(tenant, async (tx) => {
    const [row] = await tx.query<{ time_zone: string }>(
      'SELECT time_zone FROM hq.tenant WHERE tenant_id = $1',
      [tenant],
    )
    const timeZone = row?.time_zone ?? 'UTC'
    const swept = await tx.query<{ id: string; swept: string }>(
      'SELECT id, swept FROM hq.program WHERE tenant_id = $1',
      [tenant],
    )
    const programs = [...(await publishedPrograms(tx, tenant)).values()]
    return programs.flatMap((program) => {
      const mark = markOf(program, now, timeZone)
      const before = swept.find(({ id }) => id === program.id)?.swept
      return before === mark ? [] : [{ program: program.id, mark, timeZone }]
    })
  })
  let looked = 0
  for (const { program, mark, timeZone } of due) {
    let after: string | null = ''
    while (after !== null) {
      const from: string = after
      const page = await parts.db.tenant(tenant, (tx) =>
        sweepPage(tx, tenant, { program, after: from, now, timeZone }),
      )
      looked += page.rows
      after = page.last
    }
    await parts.db.tenant(tenant, (tx) =>
      tx.query(
        `INSERT INTO hq.program (tenant_id, id, swept) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, id) DO UPDATE SET swept = excluded.swept`,
        [tenant, program, mark],
      ),
    )
  }
  return looked
}

/** What a look at all accounts is good for. */
const markOf = ({ version, qualification }: Program, now: number, timeZone: string): string =>
  qualification.kind === 'rolling' ? `${version} ${businessDate(now, timeZone)}` : `${version}`

async function sweepPage(
  tx: Tx,
  tenant: string,
  { program, after, now, timeZone }: When & { readonly program: string; readonly after: string },
): Promise<{ readonly rows: number; readonly last: string | null }> {
  const rows = await tx.query<{ customer: string; lifetime: number; months: Account['months'] }>(
    `SELECT customer, (state ->> 'lifetime')::bigint AS lifetime, state -> 'months' AS months FROM hq.account
     WHERE tenant_id = $1 AND program = $2 AND customer > $3 ORDER BY customer LIMIT ${PAGE_ROWS}
     FOR UPDATE SKIP LOCKED`,
    [tenant, program, after],
  )
  const seen = rows.map(({ customer, lifetime, months }) => ({
    customer,
    program,
    state: { lifetime, months },
    event: null,
  }))
  if (seen.length > 0) await noteTiers(tx, tenant, seen, { now, timeZone })
  return { rows: rows.length, last: rows.length < PAGE_ROWS ? null : (rows.at(-1)?.customer ?? null) }
}
