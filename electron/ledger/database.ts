import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { invariant } from '../../shared/base/result.ts'

export type Database = Sqlite.Database

/** Below this SQLite may corrupt a WAL file that several connections use. */
const SQLITE_LEAST = [3, 51, 3] as const
/** Page cache of the writer, KiB. */
const CACHE_KIB = 32 * 1024
/** A sale changes about fifteen pages: copied back into the file every 300 sales, not every 70. 16 MB of log. */
const CHECKPOINT_PAGES = 4_096

/** The file belongs to a newer app, or is not what it should be. */
export class NewerFile extends Error {
  override readonly name = 'NewerFile'
  readonly fileVersion: number
  constructor(fileVersion: number) {
    super(`the file has schema version ${fileVersion}, this app knows ${LATEST_VERSION}`)
    this.fileVersion = fileVersion
  }
}

/**
 * SQL: true of the event `e` unless it lies behind the end of a closed epoch. Such an event may be damaged: it is kept
 * as it is, counted nowhere, and its bytes must not be read before this was asked.
 */
export const EVENT_COUNTS = `NOT EXISTS (SELECT 1 FROM epoch closed WHERE e.place > closed.last_place
  AND e.place < (SELECT min(next.first_place) FROM epoch next WHERE next.epoch > closed.epoch))`

interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

const MIGRATIONS_DIR = path.join(import.meta.dirname, '..', '..', 'migrations', 'till')

/** Numbered SQL, forward only. Read once. */
export const MIGRATIONS: readonly Migration[] = readMigrations(MIGRATIONS_DIR)
export const LATEST_VERSION = MIGRATIONS.at(-1)?.version ?? 0

/** The numbered SQL of a folder, in order. Throws when a number is missing or a name is not 0001_words.sql. */
export function readMigrations(dir: string): Migration[] {
  const found = readdirSync(dir)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const match = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file)
      invariant(match, `migration ${file} is not named 0001_words.sql`)
      return {
        version: Number(match[1]),
        name: match[2] ?? '',
        sql: readFileSync(path.join(dir, file), 'utf8'),
      }
    })
  for (const [i, migration] of found.entries()) {
    invariant(migration.version === i + 1, `migration ${migration.version} does not follow ${i}`)
  }
  return found
}

interface OpenOptions {
  readonly file: string
  /** 64 hex characters. */
  readonly key: string
  readonly mode: 'write' | 'read' | 'create'
}

/**
 * Opens the encrypted ledger. Asserts the cipher, the SQLite version and WAL with `synchronous=FULL`; fails closed.
 * Throws SqliteError SQLITE_NOTADB for a wrong key or a damaged file, NewerFile for a file from a newer app.
 */
export function openDatabase({ file, key, mode }: OpenOptions): Database {
  invariant(/^[0-9a-f]{64}$/.test(key), 'the database key is 64 hex characters')
  // For its owner alone, before anything is in it; the log and what SQLite puts beside it take the same rights.
  if (mode === 'create') closeSync(openSync(file, 'a', 0o600))
  const db = new Sqlite(file, { readonly: mode === 'read', fileMustExist: mode !== 'create', timeout: 5_000 })
  try {
    applyKey(db, key)
    assertVersion(db)
    const empty = db.pragma('user_version', { simple: true }) === 0
    // A ledger cut to nothing reads as a new file: it must not become one.
    invariant(mode === 'create' || !empty, 'it is empty')
    if (empty) db.pragma('page_size = 4096')
    if (mode !== 'read') {
      invariant(db.pragma('journal_mode = WAL', { simple: true }) === 'wal', 'the ledger needs WAL')
      db.pragma('synchronous = FULL')
      invariant(db.pragma('synchronous', { simple: true }) === 2, 'the ledger needs synchronous=FULL')
    }
    db.pragma('foreign_keys = ON')
    db.pragma('trusted_schema = OFF')
    db.pragma(`cache_size = -${CACHE_KIB}`)
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    migrate(db, mode)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * AEGIS-256: authenticated, as SQLCipher's AES-CBC with HMAC is, at a fifth of its time for a page read and a third
 * for a page written where the processor knows AES (docs/bench.md).
 */
const CIPHER = 'aegis'

/** The cipher must be there before the key is given: stock SQLite would ignore the key and write plain text. */
export function applyKey(db: Database, key: string): void {
  db.pragma(`cipher = '${CIPHER}'`)
  invariant(db.pragma('cipher', { simple: true }) === CIPHER, 'this SQLite has no cipher')
  // "raw:" is the key itself; anything else would be taken for a pass phrase to derive one from.
  db.pragma(`key = 'raw:${key}'`)
  db.prepare('SELECT count(*) FROM sqlite_master').get()
}

function assertVersion(db: Database): void {
  const version = sqliteVersion(db)
  const parts = version.split('.').map(Number)
  for (const [i, least] of SQLITE_LEAST.entries()) {
    const part = parts[i] ?? 0
    if (part > least) return
    invariant(part === least, `SQLite ${version} is older than ${SQLITE_LEAST.join('.')}`)
  }
}

/** "3.51.3": the SQLite inside this program. */
export const sqliteVersion = (db: Database): string =>
  db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? ''

function migrate(db: Database, mode: OpenOptions['mode']): void {
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > LATEST_VERSION) throw new NewerFile(version)
  if (version === LATEST_VERSION) return
  invariant(mode !== 'read', 'the ledger must be opened once for writing after an update')
  for (const migration of MIGRATIONS.slice(version)) {
    db.transaction(() => {
      db.exec(migration.sql)
      db.pragma(`user_version = ${migration.version}`)
    }).immediate()
  }
}
