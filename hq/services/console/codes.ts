import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import type { ConsoleRefusal } from '../../../shared/hq/problem.ts'
import { type CodeFor, makeEnrolCode } from '../enrol-code.ts'
import { nowOf, type Parts } from '../parts.ts'
import type { Person } from './person.ts'
import { refusalOf } from './refusals.ts'

export type EnrolmentCode = Answered<'tills.code'>

/** A one-time code with where it is for, shown once. Refuses not_found, refused. */
export async function codeFor(
  parts: Parts,
  who: Person,
  wanted: CodeFor,
): Promise<Result<EnrolmentCode, ConsoleRefusal>> {
  const made = await makeEnrolCode(parts, { tenant: who.tenant, for: wanted, who: who.name })
  if (!made.ok) return refuse(refusalOf(made.refusal))
  const place = await parts.db.tenant(who.tenant, async (tx) => {
    const [row] = await tx.query<{ name: string; store_name: string }>(
      'device' in wanted
        ? `SELECT d.name, s.name AS store_name FROM hq.device d
           JOIN hq.store s ON s.tenant_id = d.tenant_id AND s.id = d.store WHERE d.tenant_id = $1 AND d.id = $2`
        : `SELECT $3::text AS name, s.name AS store_name FROM hq.store s WHERE s.tenant_id = $1 AND s.id = $2`,
      'device' in wanted ? [who.tenant, wanted.device] : [who.tenant, wanted.store, wanted.name],
    )
    return row
  })
  const { code, expires_at } = made.value
  return ok({
    code,
    expires_at,
    life_ms: Math.max(0, expires_at - nowOf(parts)),
    name: place?.name ?? '',
    store_name: place?.store_name ?? '',
  })
}
