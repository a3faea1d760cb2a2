import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { invariant } from '../../shared/base/result.ts'

/** Held while the structure is looked at and changed, so that several instances may start at once. */
const MIGRATE_LOCK = 7_223_302_810
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
 * Brings the structure of a database up to this build; each migration is one transaction. `url` is of the owner of the
 * structure. Throws NewerDatabase when the database is ahead of this build.
 */
export async function migrate(url: string): Promise<void> {
  const migrations = readMigrations(MIGRATIONS_DIR)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATE_LOCK])
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

async function apply(client: pg.Client, { version, name, sql }: Migration): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await client.query('BEGIN')
      await client.query('CREATE SCHEMA IF NOT EXISTS hq')
      await client.query(
        'CREATE TABLE IF NOT EXISTS hq.migration (version integer PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())',
      )
      await client.query(sql)
      await client.query('INSERT INTO hq.migration (version, name) VALUES ($1, $2)', [version, name])
      await client.query('COMMIT')
      return
    } catch (error) {
      await client.query('ROLLBACK')
      if (tried === TRIES || !(error instanceof pg.DatabaseError) || error.code !== UPDATED_AT_ONCE)
        throw error
    }
  }
}
