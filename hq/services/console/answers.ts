import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import { nowOf, type Parts } from '../parts.ts'
import type { Person } from './person.ts'

interface Asked {
  readonly person: Person
  readonly key: string
  /** The route and what is asked of it. */
  readonly question: string
}

/** Where a change stands while it is being made: an answer that is still to come. */
const UNDER_WAY = { state: 'under_way' } as const
/** A change that never ended was cut short: after so long it may be tried again. Ms. */
const UNDER_WAY_MS = 60_000

type Kept<T> = typeof UNDER_WAY | { readonly state: 'done'; readonly value: T }

/**
 * Makes a change once for each key of a person: the same question again gets the same answer. What was refused changed
 * nothing and is not kept. Refuses key_reused for another question, and refused while the first is still under way.
 */
export async function once<T>(
  parts: Parts,
  { person, key, question }: Asked,
  change: () => Promise<Result<T, ConsoleRefusal>>,
): Promise<Result<T, ConsoleRefusal>> {
  const { tenant, id } = person
  const asked = parts.digest.hex(parts.digest.sha256(parts.digest.utf8(question)))
  const values = [tenant, id, key]
  const standing = await parts.db.tenant(tenant, async (tx) => {
    const at = nowOf(parts)
    await tx.query('DELETE FROM hq.console_answer WHERE tenant_id = $1 AND at < $2', [
      tenant,
      at - CONSOLE_LIMITS.answerKeptMs,
    ])
    await tx.query(
      `DELETE FROM hq.console_answer WHERE tenant_id = $1 AND person = $2 AND key = $3 AND at < $4
         AND answer ->> 'state' = 'under_way'`,
      [...values, at - UNDER_WAY_MS],
    )
    const mine = await tx.query(
      `INSERT INTO hq.console_answer (tenant_id, person, key, asked, answer, at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING RETURNING key`,
      [...values, asked, JSON.stringify(UNDER_WAY), at],
    )
    if (mine.length > 0) return null
    const [row] = await tx.query<{ asked: string; answer: Kept<T> }>(
      'SELECT asked, answer FROM hq.console_answer WHERE tenant_id = $1 AND person = $2 AND key = $3',
      values,
    )
    return row ?? null
  })
  if (standing) {
    if (standing.asked !== asked) {
      return refuse(
        consoleRefusal('key_reused', 'This key was used for another change. Nothing was changed.'),
      )
    }
    return standing.answer.state === 'done'
      ? ok(standing.answer.value)
      : refuse(consoleRefusal('refused', 'This is being done at this moment. Look again in a few seconds.'))
  }
  const forget = (): Promise<unknown> =>
    parts.db.tenant(tenant, (tx) =>
      tx.query('DELETE FROM hq.console_answer WHERE tenant_id = $1 AND person = $2 AND key = $3', values),
    )
  let result: Result<T, ConsoleRefusal>
  try {
    result = await change()
  } catch (error) {
    await forget()
    throw error
  }
  if (!result.ok) {
    await forget()
    return result
  }
  const answer: Kept<T> = { state: 'done', value: result.value }
  await parts.db.tenant(tenant, (tx) =>
    tx.query('UPDATE hq.console_answer SET answer = $4 WHERE tenant_id = $1 AND person = $2 AND key = $3', [
      ...values,
      JSON.stringify(answer),
    ]),
  )
  return result
}
