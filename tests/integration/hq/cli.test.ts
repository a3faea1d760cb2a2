import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Terminal } from '../../../electron/cli/terminal.ts'
import { osRandom } from '../../../electron/platform/random.ts'
import { openEmbeddedPostgres } from '../../../hq/cli/embedded-postgres.ts'
import { runCommand } from '../../../hq/cli/run.ts'
import { openDatabase } from '../../../hq/db/database.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

/** The `hq` command as it is typed. */

const ROOT = path.resolve(import.meta.dirname, '../../..')
const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-cli-'))
chmodSync(work, 0o755)
const elsewhere = path.join(work, 'elsewhere')
const running: ChildProcess[] = []
let database: FreshDatabase

beforeAll(async () => {
  database = await freshDatabase()
})
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await database.drop()
  rmSync(work, { recursive: true, force: true, maxRetries: 10 })
})

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A command in this process, on the database of this file. */
async function hq(...words: string[]): Promise<Said> {
  let [out, err] = ['', '']
  const terminal: Terminal = {
    out: async (text) => {
      out += text
    },
    note: (text) => {
      err += `${text}\n`
    },
    interactive: false,
    ask: async () => '',
    bar: () => ({ update: () => undefined, stop: () => undefined }),
    input: async () => '',
  }
  vi.stubEnv('DATABASE_URL', database.url)
  try {
    const code = await runCommand([...words, '--data', path.join(work, 'a')], terminal)
    return { code, out, err }
  } finally {
    vi.unstubAllEnvs()
  }
}

async function facts(...words: string[]): Promise<Record<string, unknown>> {
  const said = await hq(...words, '--json')
  expect([said.code, said.err]).toEqual([0, ''])
  return JSON.parse(said.out) as Record<string, unknown>
}

interface Run {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  readonly code: Promise<number | null>
}

/** The command as a process, on the embedded database of its folder. */
function start(...words: string[]): Run {
  const { DATABASE_URL: _, ...rest } = process.env
  const args = [path.join(ROOT, 'hq/cli/main.ts'), ...words, '--data', path.join(work, 'b')]
  const child = spawn(process.execPath, args, {
    cwd: work,
    env: { ...rest, KASUWA_POSTGRES_DIR: elsewhere },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (piece) => {
    out += String(piece)
  })
  child.stderr.on('data', (piece) => {
    err += String(piece)
  })
  const code = new Promise<number | null>((resolve) => child.once('close', (given) => resolve(given)))
  return { child, out: () => out, err: () => err, code }
}

async function serving(): Promise<Run & { readonly address: string }> {
  const run = start('serve', '--port', '0', '--log', path.join(work, 'b.log'))
  await expect
    .poll(() => /Head office: (\S+)\n/.test(run.out()) || run.child.exitCode !== null, { timeout: 60_000 })
    .toBe(true)
  const address = /Head office: (\S+)\n/.exec(run.out())?.[1]
  if (!address) throw new Error(run.err())
  return { ...run, address }
}

test('a business, a store, a person and a code are made by name, and written down', async () => {
  const { tenant } = await facts('create-tenant', 'Alheri Stores')
  expect(tenant).toMatch(/^[0-9a-f]{32}$/)
  await facts('create-store', 'Main Street')
  const person = await facts('create-person', 'Amina', '--role', 'owner')
  expect(person).toMatchObject({
    role: 'owner',
    password: expect.stringMatching(/^[a-z2-9]{4}(?:-[a-z2-9]{4}){3}$/),
  })
  const code = await facts('enrol-code', '--store', 'Main Street', '--till', 'Till 1')
  expect(code).toMatchObject({ code: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/) })
  expect(await facts('verify')).toMatchObject({ findings: 0 })
})

test('a person gets another role and another first password, and is removed', async () => {
  await facts('create-person', 'bola', '--role', 'viewer')
  expect(await facts('set-role', 'Bola', '--role', 'manager')).toEqual({ login: 'bola', role: 'manager' })
  expect(await facts('reset-password', 'bola')).toMatchObject({
    password: expect.stringMatching(/^[a-z2-9-]{19}$/),
  })
  expect(await facts('deactivate-person', 'bola')).toEqual({ deactivated: 'bola' })
  const again = await hq('set-role', 'bola', '--role', 'owner')
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('was deactivated')])
  expect((await hq('deactivate-person', 'amina')).err).toContain('the last active owner')
})

test('two customers become one, once', async () => {
  const db = openDatabase({ url: database.url })
  const [into, from] = ['a'.repeat(32), 'b'.repeat(32)]
  const [tenant] = await db.global((tx) => tx.query<{ id: string }>('SELECT id FROM hq.tenants() AS id'))
  await db.tenant(tenant?.id ?? '', (tx) =>
    tx.query(
      `INSERT INTO hq.customer (tenant_id, id, public_id, joined) SELECT $1, id, id, 1 FROM unnest($2::text[]) AS id`,
      [tenant?.id, [into, from]],
    ),
  )
  expect(await facts('merge-customers', into, from)).toEqual({ customer: into, merged: from })
  const aliases = await db.tenant(tenant?.id ?? '', (tx) => tx.query('SELECT id, root FROM hq.alias'))
  expect(aliases).toEqual([{ id: from, root: into }])
  await db.close()
  const again = await hq('merge-customers', from, into)
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('one customer already')])
  expect((await hq('merge-customers', into, 'c'.repeat(32))).err).toContain('not known here')
  expect((await hq('merge-customers', into)).err).toContain('needs INTO FROM')
  expect(await facts('verify')).toMatchObject({ findings: 0 })
})

test('a backup is sealed with a key beside the journal, and a restore without it asks for it', async () => {
  const [file, key] = [path.join(work, 'monday.kasuwa-hq'), path.join(work, 'a', 'backup.key')]
  const { rows } = await facts('backup', file)
  expect([statSync(key).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o600, 0o600])
  expect(await facts('restore', file)).toMatchObject({ rows })
  const elsewhere = path.join(work, 'usb.key')
  renameSync(key, elsewhere)
  const without = await hq('restore', file)
  expect([without.code, without.err]).toEqual([2, expect.stringContaining('--unverified')])
  expect(await facts('restore', file, '--key', elsewhere)).toMatchObject({ rows })
  expect(await facts('restore', file, '--unverified')).toMatchObject({ rows })
  // Another backup has another key: the first one is not its own.
  await facts('backup', path.join(work, 'tuesday.kasuwa-hq'))
  expect((await hq('restore', file)).err).toContain('not sealed with the key')
})

test('what cannot be done is refused with a sentence and exit code 2', async () => {
  const cases: readonly [readonly string[], string][] = [
    [['create-store'], 'create-store needs NAME.'],
    [['enrol-cod'], 'did you mean "enrol-code"?'],
    [['enrol-code', '--stor', 'x'], 'did you mean --store?'],
    [['enrol-code', '--store', 'Main Street'], 'Give --store and --till for a new till'],
    [['enrol-code', '--store', 'Nowhere', '--till', 'T'], 'There is no store "Nowhere".'],
    [['revoke-device', 'x', '--because', 'sold'], '--because is one of lost, stolen, not "sold".'],
    [['revoke-device', 'x'], 'revoke-device needs --because'],
    [['serve', '--port', '99999'], '--port takes a whole number'],
    [['restore', path.join(work, 'nowhere')], 'Check the path.'],
    [['import-events', path.join(work, 'nowhere')], 'Check the path.'],
    [['import-events', path.join(ROOT, 'package.json')], 'no file of unsent events'],
  ]
  for (const [words, sentence] of cases) {
    const said = await hq(...words)
    expect([words, said.code, said.out]).toEqual([words, 2, ''])
    expect(said.err).toContain(sentence)
  }
})

test('the server outlives a kill with its data; commands work beside it; one folder has one of it', async () => {
  const first = await serving()
  expect((await fetch(`${first.address}/ready`)).status).toBe(200)
  const made = start('create-tenant', 'Alheri Stores', '--json')
  expect([await made.code, made.err()]).toEqual([0, ''])
  const second = start('serve', '--port', '0')
  expect(await second.code).toBe(2)
  expect(second.err()).toContain('Another head office already serves')
  first.child.kill('SIGKILL')
  await first.code

  const again = await serving()
  const store = start('create-store', 'Main Street', '--tenant', 'Alheri Stores')
  expect([await store.code, store.err()]).toEqual([0, ''])
  again.child.kill('SIGINT')
  again.child.kill('SIGINT')
  expect(await again.code).toBe(0)
  expect(existsSync(path.join(work, 'b/postgres/postmaster.pid'))).toBe(false)
  for (const line of readFileSync(path.join(work, 'b.log'), 'utf8').trim().split('\n')) {
    expect(() => JSON.parse(line)).not.toThrow()
  }
}, 120_000)

test('a command that is cut short leaves no database running', async () => {
  const lock = path.join(work, 'b/postgres/postmaster.pid')
  expect(existsSync(lock)).toBe(false)
  const cut = start('verify')
  await expect.poll(() => existsSync(lock), { timeout: 60_000, interval: 5 }).toBe(true)
  cut.child.kill('SIGINT')
  cut.child.kill('SIGTERM')
  expect([0, 130]).toContain(await cut.code)
  expect(existsSync(lock)).toBe(false)
}, 120_000)

afterAll(async () => {
  // Where a test failed half-way, its database still runs.
  const left = await openEmbeddedPostgres({
    dir: path.join(work, 'b'),
    use: 'command',
    random: osRandom,
    elsewhere,
  })
  if (left.ok) await left.value.close()
})
