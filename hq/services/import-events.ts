import { createHash } from 'node:crypto'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { FILE_LIMITS, FILE_VERSION, FileEnd, UnsentHeader, UnsentLine } from '../../shared/sync/files.ts'
import { PROTOCOL_VERSION, type Signed } from '../../shared/sync/wire.ts'
import type { Parts } from './parts.ts'
import { push } from './push.ts'

interface Imported {
  readonly device: string
  /** Of the file. */
  readonly events: number
  /** Held for a person. */
  readonly held: number
}

const NOTHING = 'Nothing more was taken. What was taken before stands.'

/** A file that is read to its end before anything of it is taken. */
interface UnsentFile {
  readonly header: UnsentHeader
  readonly pushes: readonly Signed[]
}

/**
 * Takes the events of a till's file as if the till had sent them: the same signatures, the same order, and twice is as
 * good as once. Refuses with a sentence what is foreign, newer, altered or cut off.
 */
export async function importEvents(
  parts: Parts,
  lines: AsyncIterable<string>,
): Promise<Result<Imported, string>> {
  const read = await readUnsent(lines)
  if (!read.ok) return read
  const { header, pushes } = read.value
  let held = 0
  for (const [i, signed] of pushes.entries()) {
    const said = await push(parts, signed, null)
    if (!said.ok) {
      const { detail } = said.refusal
      return refuse(`Part ${i + 1} of ${pushes.length} was refused: ${detail} ${NOTHING}`)
    }
    held += said.value.held.length
  }
  return ok({ device: header.device, events: header.events, held })
}

const FOREIGN = 'This is no file of unsent events. Nothing was taken. Choose another file.'

async function readUnsent(lines: AsyncIterable<string>): Promise<Result<UnsentFile, string>> {
  const hash = createHash('sha256')
  let header: UnsentHeader | null = null
  let end: FileEnd | null = null
  const pushes: Signed[] = []
  for await (const line of lines) {
    if (end !== null) return refuse(`The file goes on after its end. ${FOREIGN}`)
    const raw = line.length > FILE_LIMITS.lineCharsMax ? undefined : parseJson(line)
    if (header === null) {
      const first = readHeader(raw)
      if (!first.ok) return first
      header = first.value
    } else {
      const last = FileEnd.safeParse(raw)
      if (last.success) {
        end = last.data
        continue
      }
      const one = UnsentLine.safeParse(raw)
      if (!one.success)
        return refuse('The file is damaged or was altered. Nothing was taken. Export it again.')
      pushes.push(one.data)
    }
    hash.update(`${line}\n`)
  }
  if (header === null) return refuse(FOREIGN)
  if (end === null) return refuse('The file is cut off. Nothing was taken. Copy or export it again.')
  if (end.sha256 !== hash.digest('hex') || end.lines !== pushes.length + 1) {
    return refuse('The file was altered or is damaged. Nothing was taken. Export it again.')
  }
  return ok({ header, pushes })
}

function readHeader(raw: unknown): Result<UnsentHeader, string> {
  const header = UnsentHeader.safeParse(raw)
  if (!header.success) return refuse(FOREIGN)
  if (header.data.version > FILE_VERSION || header.data.protocol > PROTOCOL_VERSION) {
    return refuse('This file was made by a newer Kasuwa. Nothing was taken. Update head office first.')
  }
  return ok(header.data)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
