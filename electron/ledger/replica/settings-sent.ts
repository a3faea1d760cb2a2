import { baseProgramRefusal } from '../../../shared/domain/program/check-base.ts'
import type { BaseProgram } from '../../../shared/domain/program/program.ts'
import { TillPolicy } from '../../../shared/sync/rows.ts'
import type { Database } from '../database.ts'

interface SettingsSent {
  readonly programSent: BaseProgram | null
  readonly policySet: boolean
  readonly policy: TillPolicy
}

/** The program every sale here is rated by. */
const PROGRAM = 'default'
const POLICY = 'till'

/** What head office decided for this till. Null: it was never enrolled, and nothing was sent. */
export function settingsSent(db: Database): (enrolled: boolean) => SettingsSent | null {
  const follows = db.prepare<[], number>('SELECT 1 FROM shape LIMIT 1').pluck()
  const program = db
    .prepare<[string], string>(`SELECT value FROM replica_setting WHERE kind = 'program' AND key = ?`)
    .pluck()
  // For all stores first: what is said of this store stands.
  const policies = db
    .prepare<[string], string>(
      `SELECT value FROM replica_setting WHERE kind = 'policy' AND key = ? ORDER BY scope <> '*', scope`,
    )
    .pluck()
  return (enrolled) => {
    if (!enrolled && follows.get() === undefined) return null
    const rows = policies.all(POLICY)
    const merged = TillPolicy.safeParse(Object.assign({}, ...rows.map((text) => JSON.parse(text) as object)))
    return {
      programSent: readProgram(program.get(PROGRAM)),
      policySet: rows.length > 0 && merged.success,
      policy: merged.success ? merged.data : TillPolicy.parse({}),
    }
  }
}

/** A program this app cannot follow is as good as none: the one that stands here goes on. */
function readProgram(text: string | undefined): BaseProgram | null {
  if (text === undefined) return null
  const sent = JSON.parse(text) as Partial<BaseProgram>
  if (!Array.isArray(sent.tiers) || typeof sent.name !== 'string' || !Number.isSafeInteger(sent.version))
    return null
  const program = { ...sent, id: PROGRAM } as BaseProgram
  return baseProgramRefusal(program) === null ? program : null
}
