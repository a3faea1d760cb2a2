import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { type Journal, JournalEntry } from '../services/journal.ts'

/** The journal as a file of JSON lines beside the database, for its owner alone. */
export function journalFile(file: string): Journal & { entries(): readonly JournalEntry[] } {
  return {
    async append(entry) {
      const descriptor = openSync(file, 'a', 0o600)
      try {
        writeSync(descriptor, `${JSON.stringify(entry)}\n`)
        fsyncSync(descriptor)
      } finally {
        closeSync(descriptor)
      }
    },
    entries() {
      if (!existsSync(file)) return []
      const lines = readFileSync(file, 'utf8').split('\n')
      // A line that was cut off by a power cut was never promised to anybody.
      return lines.flatMap((line) => {
        const read = readEntry(line)
        return read === null ? [] : [read]
      })
    },
  }
}

function readEntry(line: string): JournalEntry | null {
  try {
    return JournalEntry.safeParse(JSON.parse(line)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
