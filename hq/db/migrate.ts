import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { invariant } from '../../shared/base/result.ts'

/** Held while the structure is looked at and changed, so that several instances may start at once. */
const MIGRATE_LOCK = 7_223_302_810
const LOCK_POLL_MS = 200
/** The first line of a migration whose statements Postgres takes only by themselves, like an index built CONCURRENTLY. */
const OUTSIDE = '-- outside a transaction\n'
/** `GRANT` of a role that another database of the same server grants at this moment. */
const UPDATED_AT_ONCE = 'XX000'
const TRIES = 5
const MIGRATIONS_DIR = path.join(import.meta.dirname, '..', '..', 'migrations', 'hq')

interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** The database was made by a newer head office. The message is a sentence for the operator. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase'
}

/** The numbered SQL, in order. Throws when a number is missing or a name is not 0001_words.sql. */
function readMigrations(dir: string): readonly Migration[] {
  const files = readdirSync(dir)
    .filter((file) => file.endsWith('.sql'))
    .sort()
  return files.map((file, i) => {
    const match = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file)
    invariant(match, `migration ${file} is not named 0001_words.sql`)
    const version = Number(match[1])
    invariant(version === i + 1, `migration ${version} does not follow ${i}`)
    return { version, name: match[2] ?? '', sql: readFileSync(path.join(dir, file), 'utf8') }
  })
}

/**
 * Brings the structure of a database up to this build. Each migration is one transaction; of one that begins with
 * `-- outside a transaction` each statement is one, and all of them run again where the last one was not reached. `url`
 * is of the owner of the structure. Throws NewerDatabase when the database is ahead of this build.
 */
export async function migrate(url: string, dir = MIGRATIONS_DIR): Promise<void> {
  const migrations = readMigrations(dir)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await lock(client)
    const standing = await versionOf(client)
    const latest = migrations.length
    if (standing > latest) {
      throw new NewerDatabase(
        `The database was made by a newer head office (its structure is ${standing}, this program knows ${latest}). ` +
          'Nothing was changed. Start the newer program.',
      )
    }
    for (const migration of migrations.slice(standing)) await apply(client, migration)
  } finally {
    await client.end()
  }
}

/** Asks again and again: an index built CONCURRENTLY waits for every statement that is under way, and so for who waits. */
async function lock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      MIGRATE_LOCK,
    ])
    if (rows[0]?.mine) return
    await pause(LOCK_POLL_MS)
  }
}

async function versionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('hq.migration') IS NOT NULL AS there`,
  )
  if (!rows[0]?.there) return 0
  const found = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM hq.migration',
  )
  return found.rows[0]?.version ?? 0
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  if (!migration.sql.startsWith(OUTSIDE)) return applyWhole(client, migration)
  const statements = migration.sql.split(/;[ ]*\n/).filter((one) => one.trim() !== '')
  for (const statement of statements) await client.query(statement)
  await note(client, migration)
}

const note = (client: pg.Client, { version, name }: Migration): Promise<unknown> =>
  client.query('INSERT INTO hq.migration (version, name) VALUES ($1, $2)', [version, name])

async function applyWhole(client: pg.Client, migration: Migration): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await client.query('BEGIN')
      await client.query('CREATE SCHEMA IF NOT EXISTS hq')
      await client.query(
        'CREATE TABLE IF NOT EXISTS hq.migration (version integer PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())',
      )
      await client.query(migration.sql)
      await note(client, migration)
      await client.query('COMMIT')
      return
    } catch (error) {
      await client.query('ROLLBACK')
      if (tried === TRIES || !(error instanceof pg.DatabaseError) || error.code !== UPDATED_AT_ONCE)
        throw error
    }
  }
}
