import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'

/** Held for as long as the process lives; the operating system lets go when it ends, however it ends. */
export interface WriterLock {
  release(): void
}

/**
 * One writer for each data directory. The lock is SQLite's own lock on an empty file, which every platform's kernel
 * drops with the process, so that no stale lock can be left behind. Null when another process holds it.
 */
export function takeWriterLock(dir: string): WriterLock | null {
  const file = path.join(dir, 'writer.lock')
  // For its owner alone: whoever may read a file may lock it.
  closeSync(openSync(file, 'a', 0o600))
  const db = new Sqlite(file, { timeout: 0 })
  try {
    db.pragma('journal_mode = MEMORY')
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
  return { release: () => db.close() }
}
