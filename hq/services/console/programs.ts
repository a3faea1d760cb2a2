import type { Program } from '../../../shared/domain/program/program.ts'
import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { knownSegments, programOf, versionsOf } from '../programs.ts'

interface StoredProgram {
  readonly id: string
  readonly settings: string | null
  readonly draft: string | null
  readonly mark: number
  readonly changed_at: number | null
  readonly changed_by: string
}

const PROGRAMS = `SELECT id, s.settings, p.draft, coalesce(p.mark, 0) AS mark,
    nullif(p.changed_at, 0) AS changed_at, coalesce(p.changed_by, '') AS changed_by
  FROM (SELECT id, settings FROM hq.sync_program_v1 WHERE tenant_id = $1) s
  FULL JOIN (SELECT * FROM hq.program WHERE tenant_id = $1) p USING (id)`

/** Every program with who published it last, the one of sales that name none first. */
export async function listPrograms(tx: Tx, tenant: string): Promise<Answered<'programs.list'>> {
  const rows = await tx.query<StoredProgram>(`${PROGRAMS} ORDER BY id <> 'default', id`, [tenant])
  const ids = rows.map(({ id }) => id)
  const versions = await versionsOf(tx, tenant, ids)
  const counts = await tx.query<{ program: string; accounts: number }>(
    `SELECT program, count(*) AS accounts FROM hq.account WHERE tenant_id = $1 GROUP BY program`,
    [tenant],
  )
  return {
    programs: rows.map((row) => {
      const { published, draft } = settingsOf(row)
      const shown = published ?? draft
      const last = versions.find(({ program }) => program === row.id)
      return {
        id: row.id,
        name: shown?.name ?? row.id,
        type: shown?.type ?? 'points',
        version: published?.version ?? null,
        published_at: last?.published_at ?? null,
        published_by: last?.published_by ?? '',
        has_draft: row.draft !== null,
        accounts: counts.find(({ program }) => program === row.id)?.accounts ?? 0,
      }
    }),
  }
}

/** One program with its versions and who stands in its tiers; undefined when there is none. */
export async function findProgram(
  tx: Tx,
  tenant: string,
  id: string,
): Promise<Answered<'programs.one'> | undefined> {
  const [row] = await tx.query<StoredProgram>(`${PROGRAMS} WHERE id = $2`, [tenant, id])
  if (!row) return undefined
  const { published, draft } = settingsOf(row)
  const versions = await versionsOf(tx, tenant, [id])
  return {
    id,
    mark: row.mark,
    published,
    draft,
    changed_at: row.changed_at,
    changed_by: row.changed_by,
    versions: versions.map(({ version, published_at, published_by }) => ({
      version,
      at: published_at,
      by: published_by,
    })),
    tiers: published ? await tierCounts(tx, tenant, published) : [],
    segments: [...knownSegments().all],
  }
}

/** One version as it was published; undefined when there is none, or when this build cannot follow it. */
export async function findVersion(
  tx: Tx,
  tenant: string,
  { id, version }: Asked<'programs.version'>,
): Promise<Answered<'programs.version'> | undefined> {
  const found = (await versionsOf(tx, tenant, [id])).find((one) => one.version === version)
  const settings = found ? programOf(found.settings) : null
  return found && settings
    ? { settings: settings, at: found.published_at, by: found.published_by }
    : undefined
}

function settingsOf({ settings, draft }: StoredProgram) {
  const [published, written] = [settings, draft].map((text) => (text === null ? null : programOf(text)))
  return {
    published: published ?? null,
    draft: written ?? null,
  }
}

/** Accounts by tier, as they were seen last: who has no row stands in the lowest. */
async function tierCounts(
  tx: Tx,
  tenant: string,
  { id, tiers }: Pick<Program, 'id' | 'tiers'>,
): Promise<Answered<'programs.one'>['tiers']> {
  const rows = await tx.query<{ tier: string; accounts: number }>(
    `SELECT coalesce(t.tier, $3) AS tier, count(*) AS accounts
     FROM hq.account a LEFT JOIN hq.tier_standing t
       ON t.tenant_id = a.tenant_id AND t.program = a.program AND t.customer = a.customer
     WHERE a.tenant_id = $1 AND a.program = $2 GROUP BY 1`,
    [tenant, id, tiers[0]?.id ?? ''],
  )
  return tiers.map((tier) => ({
    id: tier.id,
    name: tier.name,
    accounts: rows.find((row) => row.tier === tier.id)?.accounts ?? 0,
  }))
}
