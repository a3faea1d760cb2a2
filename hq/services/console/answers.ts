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

const KEY_REUSED = consoleRefusal('key_reused', 'This key was used for another change. Nothing was changed.')
const STILL_UNDER_WAY = consoleRefusal(
  'refused',
  'This is being done at this moment. Look again in a few seconds.',
)

type Kept<T> = typeof UNDER_WAY | { readonly state: 'done'; readonly value: T }

/**
 * Makes a change once for each key of a person: the same question again gets the same answer. What was refused changed
 * nothing and is not kept. A change whose answer was not kept before a crash is made again after a minute: one that
 * makes something new takes its id from the key. Refuses key_reused for another question, and refused while the first
 * is still under way.
 */
export async function once<T>(
  parts: Parts,
  asked: Asked,
  change: () => Promise<Result<T, ConsoleRefusal>>,
): Promise<Result<T, ConsoleRefusal>> {
  const hash = parts.digest.hex(parts.digest.sha256(parts.digest.utf8(asked.question)))
  const standing = await claim<T>(parts, asked, hash)
  return standing === null ? run(parts, asked, change) : answerOf(standing, hash)
}

interface Standing<T> {
  readonly asked: string
  readonly answer: Kept<T>
}

const valuesOf = ({ person, key }: Asked): readonly string[] => [person.tenant, person.id, key]

/** Null: this question is ours to answer. Otherwise what stands under its key. */
function claim<T>(parts: Parts, asked: Asked, hash: string): Promise<Standing<T> | null> {
  const { tenant } = asked.person
  const values = valuesOf(asked)
  return parts.db.tenant(tenant, async (tx) => {
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
      [...values, hash, JSON.stringify(UNDER_WAY), at],
    )
    if (mine.length > 0) return null
    const [row] = await tx.query<Standing<T>>(
      'SELECT asked, answer FROM hq.console_answer WHERE tenant_id = $1 AND person = $2 AND key = $3',
      values,
    )
    return row ?? null
  })
}

function answerOf<T>({ asked, answer }: Standing<T>, hash: string): Result<T, ConsoleRefusal> {
  if (asked !== hash) return refuse(KEY_REUSED)
  return answer.state === 'done' ? ok(answer.value) : refuse(STILL_UNDER_WAY)
}

async function run<T>(
  parts: Parts,
  asked: Asked,
  change: () => Promise<Result<T, ConsoleRefusal>>,
): Promise<Result<T, ConsoleRefusal>> {
  let result: Result<T, ConsoleRefusal>
  try {
    result = await change()
  } catch (error) {
    await forget(parts, asked)
    throw error
  }
  await (result.ok ? keep(parts, asked, result.value) : forget(parts, asked))
  return result
}

function keep<T>(parts: Parts, asked: Asked, value: T): Promise<unknown> {
  const answer: Kept<T> = { state: 'done', value }
  return parts.db.tenant(asked.person.tenant, (tx) =>
    tx.query('UPDATE hq.console_answer SET answer = $4 WHERE tenant_id = $1 AND person = $2 AND key = $3', [
      ...valuesOf(asked),
      JSON.stringify(answer),
    ]),
  )
}

const forget = (parts: Parts, asked: Asked): Promise<unknown> =>
  parts.db.tenant(asked.person.tenant, (tx) =>
    tx.query(
      'DELETE FROM hq.console_answer WHERE tenant_id = $1 AND person = $2 AND key = $3',
      valuesOf(asked),
    ),
  )
