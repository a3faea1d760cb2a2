import type { Account } from '../../../shared/domain/account.ts'
import { tierStanding } from '../../../shared/domain/program/tier.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { publishedPrograms } from '../programs.ts'
import { tenantOf } from './tenant.ts'

type Page = Answered<'customers.one'>
type View = Pick<Page['accounts'][number], 'program_name' | 'tier'>

const CHANGES_MAX = 50

/** How the programs of accounts are called, and where each account stands in its own at `now`. */
export async function tiersOf(
  tx: Tx,
  tenant: string,
  now: number,
): Promise<(account: { readonly program: string; readonly state: Account }) => View> {
  const programs = await publishedPrograms(tx, tenant)
  const { time_zone } = await tenantOf(tx, tenant)
  return ({ program: id, state }) => {
    const program = programs.get(id)
    if (!program) return { program_name: id, tier: null }
    const { tier, next, missing, points, keeps_until } = tierStanding(program, state, now, time_zone)
    const shown = { id: tier.id, name: tier.name, points, next: next?.name ?? null, missing, keeps_until }
    return { program_name: program.name, tier: shown }
  }
}

/** The tiers that a customer gained and lost, newest first; a tier that is gone is named by its id. */
export async function tierChanges(tx: Tx, tenant: string, customer: string): Promise<Page['tier_changes']> {
  const rows = await tx.query<{
    no: number
    program: string
    from_tier: string
    to_tier: string
    at: number
    event: string | null
  }>(
    `SELECT no, program, from_tier, to_tier, at, event FROM hq.tier_change
     WHERE tenant_id = $1 AND customer = $2 ORDER BY no DESC LIMIT ${CHANGES_MAX}`,
    [tenant, customer],
  )
  const programs = await publishedPrograms(tx, tenant)
  return rows.map(({ no, program: id, from_tier, to_tier, at, event }) => {
    const program = programs.get(id)
    const nameOf = (tier: string): string => program?.tiers.find((one) => one.id === tier)?.name ?? tier
    return {
      no,
      program: program?.name ?? id,
      from: nameOf(from_tier),
      to: nameOf(to_tier),
      at,
      by_entry: event !== null,
    }
  })
}
