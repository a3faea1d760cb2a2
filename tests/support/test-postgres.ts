import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { randomHex } from '../../electron/platform/random.ts'
import { findPrograms, type Programs } from '../../hq/cli/postgres-place.ts'
import { migrate } from '../../hq/db/migrate.ts'
import { freePort } from './free-port.ts'

export interface TestPostgres {
  /** Of the server, naming a database that is not for tests. */
  readonly url: string
  /** A migrated database to copy. */
  readonly template: string
  stop(): Promise<void>
}

const START_MS = 60_000
/** Nothing of a test has to survive a power cut. */
const FLAGS = [
  'fsync=off',
  'full_page_writes=off',
  'wal_level=logical',
  'max_connections=200',
  'shared_buffers=128MB',
  'max_wal_size=4GB',
  'autovacuum_naptime=10s',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
]

/** The Postgres of one run, with a template: KASUWA_TEST_DATABASE_URL where it is set, else an embedded one. */
export async function startTestPostgres(flags: readonly string[] = []): Promise<TestPostgres> {
  const given = process.env['KASUWA_TEST_DATABASE_URL']
  const server = given ? { url: given, stop: async () => undefined } : await startEmbedded(flags)
  const template = `kasuwa_template_${randomHex(6)}`
  try {
    await onServer(server.url, `CREATE DATABASE ${template}`)
    await migrate(urlOf(server.url, template))
  } catch (error) {
    await server.stop()
    throw error
  }
  return {
    url: server.url,
    template,
    async stop() {
      if (given) await onServer(server.url, `DROP DATABASE ${template}`)
      await server.stop()
    },
  }
}

/** The address of another database of the same server. */
export function urlOf(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

/** One statement outside any database of a test. */
export async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function startEmbedded(flags: readonly string[]): Promise<{ url: string; stop(): Promise<void> }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-test-postgres-'))
  const found = findPrograms(path.join(tmpdir(), 'kasuwa-test-programs'))
  if (!found.ok) throw new Error(found.refusal)
  const programs = found.value
  const { uid, gid } = programs.as
  if (uid !== undefined && gid !== undefined) chownSync(dir, uid, gid)
  const data = path.join(dir, 'data')
  await finished(
    spawn(
      programs.initdb,
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      {
        ...programs.as,
        cwd: dir,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    ),
  )
  const port = await freePort()
  const server = spawn(
    programs.postgres,
    ['-D', data, '-p', String(port), ...[...FLAGS, ...flags].flatMap((flag) => ['-c', flag])],
    { ...programs.as, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await ready(server, programs)
  return {
    url,
    async stop() {
      const gone = once(server, 'exit')
      // Ends every connection; a server that a test has left busy does not hold the run up.
      server.kill('SIGINT')
      await gone
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function finished(child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${said}`)
}

async function ready(server: ChildProcess, programs: Programs): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new Error(`Postgres ${programs.major} did not start (${why}): ${said}`))
    const timer = setTimeout(() => fail('too late'), START_MS)
    server.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000)
      if (!said.includes('ready to accept connections')) return
      clearTimeout(timer)
      resolve()
    })
    server.once('exit', (code) => {
      clearTimeout(timer)
      fail(`ended with ${code}`)
    })
    server.once('error', (error) => fail(error.message))
  })
}
