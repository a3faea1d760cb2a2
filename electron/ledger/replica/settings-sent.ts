import { programRefusal } from '../../../shared/domain/program/check.ts'
import type { Program } from '../../../shared/domain/program/program.ts'
import { readProgram } from '../../../shared/domain/program/schema.ts'
import { TillPolicy } from '../../../shared/sync/rows.ts'
import type { Database } from '../database.ts'

interface SettingsSent {
  /** The program that points are redeemed from; null: none that this app can follow was sent. */
  readonly programSent: Program | null
  /** The programs in which a sale earns beside it. */
  readonly otherPrograms: readonly Program[]
  readonly unreadable: readonly UnreadableProgram[]
  readonly policySet: boolean
  readonly policy: TillPolicy
}

/** A program that was sent and is not followed here. */
export interface UnreadableProgram {
  readonly id: string
  readonly name: string
  /** Why, for a person. */
  readonly sentence: string
}

/** The program that points are redeemed from. */
const PROGRAM = 'default'
const POLICY = 'till'

/** What head office decided for this till. Null: it was never enrolled, and nothing was sent. */
export function settingsSent(db: Database): (enrolled: boolean) => SettingsSent | null {
  const follows = db.prepare<[], number>('SELECT 1 FROM shape LIMIT 1').pluck()
  const programs = db.prepare<[], ProgramRow>(
    `SELECT key AS id, value AS text FROM replica_setting WHERE kind = 'program' ORDER BY key`,
  )
  const readPrograms = programReader()
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
      ...readPrograms(programs.all()),
      policySet: rows.length > 0 && merged.success,
      policy: merged.success ? merged.data : TillPolicy.parse({}),
    }
  }
}

interface ProgramRow {
  readonly id: string
  readonly text: string
}

type Programs = Pick<SettingsSent, 'programSent' | 'otherPrograms' | 'unreadable'>

/** Reads the programs of head office, and reads none again while its row is the same. */
function programReader(): (rows: readonly ProgramRow[]) => Programs {
  let read = new Map<string, { text: string; program: Program | UnreadableProgram }>()
  return (rows) => {
    const now: typeof read = new Map()
    for (const { id, text } of rows) {
      const before = read.get(id)
      now.set(id, before?.text === text ? before : { text, program: programOf(id, text) })
    }
    read = now
    const programs: Program[] = []
    const unreadable: UnreadableProgram[] = []
    for (const { program } of now.values()) {
      if ('sentence' in program) unreadable.push(program)
      else programs.push(program)
    }
    return {
      programSent: programs.find(({ id }) => id === PROGRAM) ?? null,
      otherPrograms: programs.filter(({ id }) => id !== PROGRAM),
      unreadable,
    }
  }
}

/** A program is followed as a whole or not at all: where it is not, the one that stands here goes on. */
function programOf(id: string, text: string): Program | UnreadableProgram {
  const sent = JSON.parse(text) as Readonly<Record<string, unknown>>
  const read = readProgram({ ...sent, id })
  const wrong = read.ok ? programRefusal(read.value) : read.refusal
  if (read.ok && wrong === null) return read.value
  const name = typeof sent['name'] === 'string' ? sent['name'] : id
  const goesOn =
    id === PROGRAM ? 'Sales go on by the rates used before' : 'Sales earn nothing in this program here'
  return {
    id,
    name,
    sentence: `${name} has something that this app does not know. ${goesOn}. Update this app. (${wrong?.sentence ?? ''})`,
  }
}
