import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { type Journal, JournalEntry } from '../services/journal.ts'

const END = '\n'
/** Stands at the end of a line that a power cut broke off: it was never promised to anybody. */
const CUT_OFF = '~cut off'

export interface JournalFile extends Journal {
  /** Every entry, oldest first. Refuses with a sentence where a line cannot be read that somebody was promised. */
  entries(): Result<readonly JournalEntry[], string>
}

/** The journal as a file of JSON lines beside the database, for its owner alone. */
export function journalFile(file: string): JournalFile {
  return {
    async append(entry) {
      const descriptor = openSync(file, 'a+', 0o600)
      try {
        const before = endsWhole(descriptor) ? '' : `${CUT_OFF}${END}`
        writeSync(descriptor, `${before}${JSON.stringify(entry)}${END}`)
        fsyncSync(descriptor)
      } finally {
        closeSync(descriptor)
      }
    },
    entries() {
      if (!existsSync(file)) return ok([])
      // After the last end there is nothing, or what was cut off.
      const lines = readFileSync(file, 'utf8').split(END).slice(0, -1)
      const entries: JournalEntry[] = []
      for (const [i, line] of lines.entries()) {
        if (line.endsWith(CUT_OFF)) continue
        const entry = readEntry(line)
        if (entry === null) return refuse(unreadable(file, i + 1))
        entries.push(entry)
      }
      return ok(entries)
    },
  }
}

const unreadable = (file: string, line: number): string =>
  `Line ${line} of ${file} cannot be read. It may say which till was stopped, so nothing was restored and nothing was changed. Put back the journal from a copy of this disk, or correct the line; if that is not possible, take the line out, restore, and stop again every till that is lost or stolen.`

function endsWhole(descriptor: number): boolean {
  const { size } = fstatSync(descriptor)
  if (size === 0) return true
  const last = Buffer.alloc(1)
  readSync(descriptor, last, 0, 1, size - 1)
  return last.toString('latin1') === END
}

function readEntry(line: string): JournalEntry | null {
  try {
    return JournalEntry.safeParse(JSON.parse(line)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
