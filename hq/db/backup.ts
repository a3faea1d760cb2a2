import { once } from 'node:events'
import { closeSync, createWriteStream, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { invariant } from '../../shared/base/result.ts'
import { BACKUP_VERSION, type BackupHeader, backupRows, endLine, lineHash } from './backup-file.ts'
import { cutToBytes } from './cut-to-bytes.ts'

/**
 * Backup and restore of everything that head office knows, by the owner of the structure. The change log is not part
 * of it: a restore begins a new one.
 */

/** What stands in memory at once, as JSON; a single row may be larger. */
const PAGE = { rows: 1_000, bytes: 8 * 1024 * 1024 } as const
const INSERT_ROWS = 500
/** Begins empty after a restore: what lives for a short time, belongs to one incarnation, or follows from other rows. */
const EMPTIED: readonly string[] = [
  'sync_log',
  'challenge',
  'session',
  'sign_in',
  'console_answer',
  'customer_key',
  'reading',
]
/** Those, and what the migrations write. */
const LEFT_OUT: readonly string[] = ['migration', 'incarnation', 'sync_log_floor', ...EMPTIED]
/** Others refer to these. */
const FIRST: readonly string[] = ['tenant', 'store', 'device']

/** A connection of the owner of the structure, inside the transaction of a restore. */
export type OwnerConnection = pg.Client

interface BackupFigures {
  readonly rows: number
  readonly tables: number
}

/** Writes a backup of one moment, sealed with a key. The file is there whole, or not at all; for its owner alone. */
export async function writeBackup(
  url: string,
  file: string,
  madeAt: number,
  key: Uint8Array,
): Promise<BackupFigures> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const part = `${file}.part`
  try {
    rmSync(part, { force: true })
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const figures = await writeRows(client, part, madeAt, key)
    await client.query('COMMIT')
    const descriptor = openSync(part, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(part, file)
    return figures
  } finally {
    rmSync(part, { force: true })
    await client.end()
  }
}

async function writeRows(
  client: pg.Client,
  part: string,
  madeAt: number,
  key: Uint8Array,
): Promise<BackupFigures> {
  const zip = createGzip()
  const out = createWriteStream(part, { flags: 'wx', mode: 0o600 })
  const written = once(out, 'close')
  let failed: Error | null = null
  const fail = (error: Error): void => {
    failed = error
    zip.destroy()
  }
  out.on('error', fail)
  zip.on('error', fail)
  zip.pipe(out)
  const hash = lineHash()
  const write = async (text: string): Promise<void> => {
    if (failed) throw failed
    if (!zip.write(text) && !zip.destroyed) await Promise.race([once(zip, 'drain'), once(zip, 'close')])
  }
  const line = async (text: string): Promise<void> => {
    hash.update(text)
    await write(text)
  }
  await line(`${JSON.stringify(await headerOf(client, madeAt))}\n`)
  const counts: Record<string, number> = {}
  for (const table of await tablesOf(client)) {
    for (const tenant of await tenantsOf(client)) {
      await client.query("SELECT set_config('kasuwa.tenant', $1, true)", [tenant])
      for await (const rows of pagesOf(client, table, tenant)) {
        counts[table] = (counts[table] ?? 0) + rows.length
        await line(rows.map((row) => `{"t":"${table}","r":${row}}\n`).join(''))
      }
    }
  }
  await write(endLine(counts, hash.digest('hex'), key))
  zip.end()
  await written
  if (failed) throw failed
  return {
    rows: Object.values(counts).reduce((sum, count) => sum + count, 0),
    tables: Object.keys(counts).length,
  }
}

/** The rows of a tenant as JSON, in the order of their key: a page holds few rows where they are large. */
export async function* pagesOf(
  client: pg.Client,
  table: string,
  tenant: string,
): AsyncGenerator<readonly string[]> {
  const key = (await keyOf(client, table)).map((column) => pg.escapeIdentifier(column))
  const order = key.join(', ')
  const places = key.map((_, i) => `$${i + 2}`)
  const page = (behind: string): string =>
    cutToBytes({
      rows: `SELECT ${order}, row_to_json(t)::text AS whole_row FROM hq.${table} t
        WHERE t.tenant_id = $1 ${behind} ORDER BY ${order} LIMIT ${PAGE.rows}`,
      names: `whole_row, ${order}`,
      order,
      bytes: 'octet_length(whole_row)',
      most: String(PAGE.bytes),
    })
  const next = page(`AND (${order}) > (${places.join(', ')})`)
  let found = await client.query<string[]>({ text: page(''), values: [tenant], rowMode: 'array' })
  for (;;) {
    const last = found.rows.at(-1)
    if (last === undefined) return
    yield found.rows.map(([row]) => row ?? '')
    found = await client.query({
      text: next,
      values: [tenant, ...last.slice(1, 1 + key.length)],
      rowMode: 'array',
    })
  }
}

async function keyOf(client: pg.Client, table: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.attname AS name FROM pg_index i
     CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE i.indisprimary AND i.indrelid = $1::regclass ORDER BY k.place`,
    [`hq.${table}`],
  )
  invariant(rows.length > 0, `${table} has a key`)
  return rows.map(({ name }) => name)
}

async function headerOf(client: pg.Client, madeAt: number): Promise<BackupHeader> {
  const { rows } = await client.query<{ structure: number; hq_epoch: number }>(
    'SELECT (SELECT max(version) FROM hq.migration) AS structure, (SELECT hq_epoch FROM hq.incarnation) AS hq_epoch',
  )
  const found = rows[0]
  invariant(found, 'the database has an incarnation')
  return { kasuwa: 'hq-backup', version: BACKUP_VERSION, ...found, made_at: madeAt }
}

/** The number of the structure that a database has. */
export async function structureOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ version: number }>(
      'SELECT max(version) AS version FROM hq.migration',
    )
    return rows[0]?.version ?? 0
  } finally {
    await client.end()
  }
}

async function tablesOf(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relnamespace = 'hq'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname`,
  )
  const names = rows.map(({ name }) => name).filter((name) => !LEFT_OUT.includes(name))
  return [...FIRST, ...names.filter((name) => !FIRST.includes(name))]
}

/** An owner who is no superuser sees one business at a time, like everybody. */
async function tenantsOf(client: pg.Client): Promise<readonly string[]> {
  await client.query('SET LOCAL ROLE kasuwa_app')
  const { rows } = await client.query<{ id: string }>('SELECT id FROM hq.tenants() AS id')
  await client.query('RESET ROLE')
  return rows.map(({ id }) => id)
}

interface RestorePlan {
  readonly file: string
  /** Above everything that any till can know. */
  readonly hqEpoch: number
  /** In the same transaction, after the rows: what the backup must not take back. */
  readonly afterwards: (client: pg.Client) => Promise<void>
}

/** Replaces everything by a backup that was checked: in one transaction, so it is all of it or nothing. */
export async function readBackup(url: string, { file, hqEpoch, afterwards }: RestorePlan): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('BEGIN')
    const tables = await tablesOf(client)
    await client.query(`TRUNCATE ${[...tables, ...EMPTIED].map((one) => `hq.${one}`).join(', ')}`)
    await client.query(
      `UPDATE hq.incarnation SET hq_epoch = $1, feed = replace(gen_random_uuid()::text, '-', ''),
         token_key = sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))`,
      [hqEpoch],
    )
    await client.query("SELECT set_config('kasuwa.change_log', 'off', true)")
    await raiseNumbers(client, await insertRows(client, file))
    await afterwards(client)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    await client.end()
  }
}

/** Answers the highest number in each column that the database numbers itself. */
async function insertRows(client: pg.Client, file: string): Promise<ReadonlyMap<string, number>> {
  const highest = new Map((await numberedColumns(client)).map((column) => [column, 0]))
  let batch: string[] = []
  let size = 0
  let open = { table: '', tenant: '', columns: [] as readonly string[] }
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    const columns = open.columns.map((column) => pg.escapeIdentifier(column)).join(', ')
    await client.query("SELECT set_config('kasuwa.tenant', $1, true)", [open.tenant])
    await client.query(
      `INSERT INTO hq.${open.table} (${columns}) OVERRIDING SYSTEM VALUE
       SELECT ${columns} FROM jsonb_populate_recordset(NULL::hq.${open.table}, $1::jsonb)`,
      [`[${batch.join(',')}]`],
    )
    batch = []
    size = 0
  }
  for await (const { table, json, row, tenant } of backupRows(file)) {
    const full = batch.length >= INSERT_ROWS || size >= PAGE.bytes
    if (table !== open.table || tenant !== open.tenant || full) {
      await flush()
      open = { table, tenant, columns: Object.keys(row) }
    }
    batch.push(json)
    size += json.length
    for (const column of open.columns) {
      const before = highest.get(`${table}.${column}`)
      if (before !== undefined) highest.set(`${table}.${column}`, Math.max(before, Number(row[column])))
    }
  }
  await flush()
  return highest
}

async function numberedColumns(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; column: string }>(
    `SELECT table_name AS name, column_name AS column FROM information_schema.columns
     WHERE table_schema = 'hq' AND is_identity = 'YES'`,
  )
  return rows.map(({ name, column }) => `${name}.${column}`)
}

/** Numbers that the database gives go on behind those of the backup. */
async function raiseNumbers(client: pg.Client, highest: ReadonlyMap<string, number>): Promise<void> {
  for (const [place, number] of highest) {
    const [table, column] = place.split('.')
    await client.query('SELECT setval(pg_get_serial_sequence($1, $2), $3)', [
      `hq.${table}`,
      column,
      number + 1,
    ])
  }
}
