import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { programChanges } from '../../../shared/domain/program/changes.ts'
import { programRefusal } from '../../../shared/domain/program/check.ts'
import { offlineRefusal } from '../../../shared/domain/program/check-offline.ts'
import { DEFAULT_PROGRAM, type Program } from '../../../shared/domain/program/program.ts'
import { readProgram } from '../../../shared/domain/program/schema.ts'
import type { Asked } from '../../../shared/hq/contract.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { Tx } from '../../db/database.ts'
import { writeAudit } from '../audit.ts'
import { hqEpochOf } from '../hq-epoch.ts'
import { nowOf, type Parts } from '../parts.ts'
import { knownSegments, programOf, versionsOf } from '../programs.ts'
import type { Person } from './person.ts'

type Outcome<T> = Promise<Result<T, ConsoleRefusal>>

const NO_PROGRAM = refuse(
  consoleRefusal(
    'not_found',
    'This program is not here. It may belong to another business. Go back to the list and choose again.',
  ),
)
const CHANGED = refuse(
  consoleRefusal(
    'changed_meanwhile',
    'Somebody changed this program since you opened it. Nothing was changed now. Copy what you typed, open it again and look at what stands there.',
  ),
)
const NO_DRAFT = refuse(
  consoleRefusal(
    'refused',
    'There is nothing to publish: tills already follow this program as it stands here. Change something first.',
  ),
)

/** A program of its own beside the others, as a draft: nobody follows it before it is published. */
export function createProgram(
  parts: Parts,
  who: Person,
  { id, name }: { readonly id: string; readonly name: string },
): Outcome<{ id: string }> {
  const { tenant } = who
  return parts.db.tenant(tenant, async (tx) => {
    const at = nowOf(parts)
    const draft = JSON.stringify({ ...DEFAULT_PROGRAM, id, name, version: 0 })
    const made = await tx.query(
      `INSERT INTO hq.program (tenant_id, id, draft, mark, changed_at, changed_by) VALUES ($1, $2, $3, 1, $4, $5)
       ON CONFLICT (tenant_id, id) DO NOTHING RETURNING id`,
      [tenant, id, draft, at, who.name],
    )
    if (made.length > 0)
      await writeAudit(tx, {
        tenant,
        at,
        who: who.name,
        what: 'program.created',
        about: id,
        detail: { name },
      })
    return ok({ id })
  })
}

/**
 * Keeps what somebody wrote, for nobody to follow yet. Refuses `not_found`, `changed_meanwhile`, and `refused` with the
 * place where it is no program at all.
 */
export function saveDraft(
  parts: Parts,
  who: Person,
  { id, mark, settings }: Asked<'programs.save'>,
): Outcome<{ mark: number }> {
  return change(parts, who, { id, mark }, async (tx, standing) => {
    const version = standing.published?.version ?? 0
    const found = readProgram({ ...settings, id, version })
    if (!found.ok) return refuse(consoleRefusal('refused', found.refusal.sentence))
    // A till of before there were other kinds of expiry knows the months alone.
    const program = { ...found.value, lot_months: found.value.expiry.months }
    await write(tx, who, standing, { draft: JSON.stringify(program), at: nowOf(parts) })
    return ok({ mark: mark + 1 })
  })
}

/** Takes back what is not published. Refuses `not_found`, `changed_meanwhile`, and `refused` where nothing stands behind it. */
export function discardDraft(
  parts: Parts,
  who: Person,
  asked: Asked<'programs.discard'>,
): Outcome<{ done: true }> {
  const { tenant } = who
  return change(parts, who, asked, async (tx, standing) => {
    if (standing.published === null) {
      const why =
        'This program was never published, so there is nothing to go back to. Change it, or leave it as it is: nobody follows it.'
      return refuse(consoleRefusal('refused', why))
    }
    const at = nowOf(parts)
    await write(tx, who, standing, { draft: null, at })
    await writeAudit(tx, { tenant, at, who: who.name, what: 'program.discarded', about: asked.id })
    return ok({ done: true as const })
  })
}

/**
 * Makes the draft the next version, which tills follow from their next contact on. The versions before stay, to explain
 * what was given by them; no number is ever used again, not even after a restore. Refuses `not_found`, `changed_meanwhile`, and `refused` with the place and the way out: nothing
 * to publish, a program that contradicts itself, or one that tills cannot follow.
 */
export function publishProgram(
  parts: Parts,
  who: Person,
  asked: Asked<'programs.publish'>,
): Outcome<{ version: number }> {
  const { tenant } = who
  const { id } = asked
  return change(parts, who, asked, async (tx, standing) => {
    if (standing.draft === null) return NO_DRAFT
    const found = readProgram(JSON.parse(standing.draft))
    if (!found.ok) return refuse(consoleRefusal('refused', found.refusal.sentence))
    const before = standing.published
    const versions = await versionsOf(tx, tenant, [id])
    const version = Math.max(behindLostLives(await hqEpochOf(tx)), ...versions.map((one) => one.version)) + 1
    const program: Program = { ...found.value, id, version }
    const changes = programChanges(before, program)
    if (changes.length === 0) return NO_DRAFT
    const { all, sent } = knownSegments()
    const refusal = programRefusal(program, { segments: all }) ?? offlineRefusal(program, sent)
    if (refusal) return refuse(consoleRefusal('refused', refusal.sentence))
    const at = nowOf(parts)
    for (const one of versions.filter(({ published_at }) => published_at === null))
      await keep(tx, tenant, one)
    const settings = JSON.stringify(program)
    await keep(tx, tenant, { program: id, version, settings, published_at: at, published_by: who.name })
    await tx.query(
      `INSERT INTO hq.sync_program_v1 (tenant_id, id, settings) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id, id) DO UPDATE SET settings = excluded.settings`,
      [tenant, id, settings],
    )
    await write(tx, who, standing, { draft: null, at })
    const detail = { version, changes, before, after: program }
    await writeAudit(tx, { tenant, at, who: who.name, what: 'program.published', about: id, detail })
    return ok({ version })
  })
}

/** More versions than a business publishes in one life of head office. */
const VERSIONS_A_LIFE = 10_000

/**
 * A number behind every version of the lives before this one. Entries name the version that gave their points: after a
 * restore the backup lacks the latest ones, and their numbers must not come to mean something else.
 */
const behindLostLives = (hqEpoch: number): number => Math.max(0, hqEpoch - 1) * VERSIONS_A_LIFE

interface Standing {
  readonly id: string
  readonly mark: number
  readonly draft: string | null
  readonly published: Program | null
}

/** One change at a time of one program, by whoever saw it as it is. */
function change<T>(
  parts: Parts,
  { tenant }: Person,
  { id, mark }: { readonly id: string; readonly mark: number },
  work: (tx: Tx, standing: Standing) => Outcome<T>,
): Outcome<T> {
  return parts.db.tenant(tenant, async (tx) => {
    await tx.query(
      `INSERT INTO hq.program (tenant_id, id) SELECT tenant_id, id FROM hq.sync_program_v1
       WHERE tenant_id = $1 AND id = $2 ON CONFLICT (tenant_id, id) DO NOTHING`,
      [tenant, id],
    )
    const [row] = await tx.query<{ mark: number; draft: string | null }>(
      'SELECT mark, draft FROM hq.program WHERE tenant_id = $1 AND id = $2 FOR UPDATE',
      [tenant, id],
    )
    if (!row) return NO_PROGRAM
    if (row.mark !== mark) return CHANGED
    const [told] = await tx.query<{ settings: string }>(
      'SELECT settings FROM hq.sync_program_v1 WHERE tenant_id = $1 AND id = $2',
      [tenant, id],
    )
    return work(tx, { id, ...row, published: told ? programOf(told.settings) : null })
  })
}

async function write(
  tx: Tx,
  { tenant, name }: Person,
  { id }: Standing,
  { draft, at }: { readonly draft: string | null; readonly at: number },
): Promise<void> {
  await tx.query(
    `UPDATE hq.program SET draft = $3, mark = mark + 1, changed_at = $4, changed_by = $5
     WHERE tenant_id = $1 AND id = $2`,
    [tenant, id, draft, at, name],
  )
}

async function keep(
  tx: Tx,
  tenant: string,
  one: Awaited<ReturnType<typeof versionsOf>>[number],
): Promise<void> {
  await tx.query(
    `INSERT INTO hq.program_version (tenant_id, program, version, settings, published_at, published_by)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, program, version) DO NOTHING`,
    [tenant, one.program, one.version, one.settings, one.published_at, one.published_by],
  )
}
