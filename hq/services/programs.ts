import type { Program } from '../../shared/domain/program/program.ts'
import { readProgram } from '../../shared/domain/program/schema.ts'
import type { Tx } from '../db/database.ts'

/** Programs are read anew with every batch, and change once in a while. */
const KEPT_MAX = 200
const read = new Map<string, Program | null>()

/** Settings as they stand in a row; null where this build cannot follow them. */
export function programOf(settings: string): Program | null {
  const known = read.get(settings)
  if (known !== undefined) return known
  const found = readProgram(JSON.parse(settings))
  const program = found.ok ? found.value : null
  const oldest = read.keys().next()
  if (read.size >= KEPT_MAX && !oldest.done) read.delete(oldest.value)
  read.set(settings, program)
  return program
}

/** What tills are told now, by id; those of `ids` alone where they are given. */
export async function publishedPrograms(
  tx: Tx,
  tenant: string,
  ids: readonly string[] | null = null,
): Promise<ReadonlyMap<string, Program>> {
  const rows = await tx.query<{ id: string; settings: string }>(
    `SELECT id, settings FROM hq.sync_program_v1
     WHERE tenant_id = $1 AND ($2::text[] IS NULL OR id = ANY($2)) ORDER BY id`,
    [tenant, ids],
  )
  const programs = new Map<string, Program>()
  for (const { id, settings } of rows) {
    const program = programOf(settings)
    if (program) programs.set(id, program)
  }
  return programs
}

/** One version of a program as it was published; the first one stands where tills find it until there is a second. */
interface StoredVersion {
  readonly program: string
  readonly version: number
  readonly settings: string
  readonly published_at: number | null
  readonly published_by: string
}

/** All versions of programs, the newest first. */
export function versionsOf(tx: Tx, tenant: string, ids: readonly string[]): Promise<StoredVersion[]> {
  return tx.query<StoredVersion>(
    `SELECT program, version, settings, published_at, published_by FROM hq.program_version
     WHERE tenant_id = $1 AND program = ANY($2)
     UNION ALL
     SELECT s.id, (s.settings::jsonb ->> 'version')::int, s.settings, NULL, '' FROM hq.sync_program_v1 s
     WHERE s.tenant_id = $1 AND s.id = ANY($2) AND NOT EXISTS (SELECT FROM hq.program_version v
       WHERE v.tenant_id = $1 AND v.program = s.id AND v.version = (s.settings::jsonb ->> 'version')::int)
     ORDER BY program, version DESC`,
    [tenant, ids],
  )
}

/** Ids of the segments that there are, and of those whose members tills know: there are none yet. */
export const knownSegments = (): { readonly all: readonly string[]; readonly sent: readonly string[] } => ({
  all: [],
  sent: [],
})
