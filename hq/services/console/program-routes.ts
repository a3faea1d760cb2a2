import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { Tx } from '../../db/database.ts'
import { nowOf, type Parts } from '../parts.ts'
import type { ConsoleHandlers } from './handlers.ts'
import type { Person } from './person.ts'
import { createProgram, discardDraft, publishProgram, saveDraft } from './program-changes.ts'
import { lapsingSoon, programReport } from './program-report.ts'
import { findProgram, findVersion, listPrograms } from './programs.ts'

type ProgramRoute = Extract<keyof ConsoleHandlers, `programs.${string}`>

const NO_PROGRAM = consoleRefusal(
  'not_found',
  'This program is not here, or tills do not follow it yet. Go back to the list and choose again.',
)
/** Of a new program. */
const ID_SIGNS = 12

/** Every question about programs with what answers it. */
export function programHandlers(parts: Parts): Pick<ConsoleHandlers, ProgramRoute> {
  const find = async <T>(
    { tenant }: Person,
    work: (tx: Tx) => Promise<T | undefined>,
  ): Promise<Result<T, ConsoleRefusal>> => {
    const found = await parts.db.tenant(tenant, work, { isolation: 'snapshot' })
    return found === undefined ? refuse(NO_PROGRAM) : ok(found)
  }
  const { digest } = parts
  return {
    'programs.list': (who) => find(who, (tx) => listPrograms(tx, who.tenant)),
    'programs.one': (who, { id }) => find(who, (tx) => findProgram(tx, who.tenant, id)),
    'programs.version': (who, asked) => find(who, (tx) => findVersion(tx, who.tenant, asked)),
    'programs.report': (who, asked) => find(who, (tx) => programReport(tx, who.tenant, nowOf(parts), asked)),
    'programs.lapsing': (who, asked) => find(who, (tx) => lapsingSoon(tx, who.tenant, nowOf(parts), asked)),
    // Each try of it makes the same.
    'programs.create': (who, { name }, key) => {
      const id = digest.hex(digest.sha256(digest.utf8(`program ${who.tenant} ${who.id} ${key}`)))
      return createProgram(parts, who, { id: id.slice(0, ID_SIGNS), name })
    },
    'programs.save': (who, asked) => saveDraft(parts, who, asked),
    'programs.discard': (who, asked) => discardDraft(parts, who, asked),
    'programs.publish': (who, asked) => publishProgram(parts, who, asked),
  }
}
