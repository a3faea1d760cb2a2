import { spawn } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import pg from 'pg'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { ownFolder, type Programs, sayWhy } from './postgres-place.ts'

/** One Postgres server process: make its data, start it, find one that runs, stop it. */

export interface Place {
  readonly programs: Programs
  /** The data of the server. */
  readonly data: string
  readonly password: string
  /** What the server says before its own log is open. */
  readonly startLog: string
}

const SUPERUSER = 'postgres'
const STOP_SECONDS = 60
const CONNECT_MS = 10_000
const SAID_CHARS = 500

const SETTINGS: readonly string[] = [
  // Electric can attach to it.
  'wal_level=logical',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'logging_collector=on',
  'log_directory=log',
  'log_filename=postgres-%a.log',
  'log_truncate_on_rotation=on',
  'log_rotation_age=1d',
  'log_rotation_size=0',
  // Neither rows nor values of a statement: they are about people.
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
  'log_statement=none',
]

export const serverUrl = (place: Place, port: number, database: string): string =>
  `postgres://${SUPERUSER}:${place.password}@127.0.0.1:${port}/${database}`

/** A connection, or null. When the server goes away later, the connection ends and nothing else does. */
export async function connect(place: Place, port: number, database: string): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: serverUrl(place, port, database),
    connectionTimeoutMillis: CONNECT_MS,
  })
  // Its queries are rejected; an event that nobody hears would end this process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch {
    return null
  }
}

/** Makes an empty cluster, whole or not at all; else, or when the data is of another version, a sentence. */
export async function initialise({ data, programs, password }: Place): Promise<Result<null, string>> {
  const version = path.join(data, 'PG_VERSION')
  if (existsSync(version)) {
    const major = readFileSync(version, 'utf8').trim()
    if (major === programs.major) return ok(null)
    return refuse(
      `${data} was written by Postgres ${major}, and this is ${programs.major}. Restore a backup into an empty folder.`,
    )
  }
  const making = `${data}.making`
  const passwordFile = `${data}.password`
  try {
    rmSync(making, { recursive: true, force: true })
    ownFolder(making, programs.as)
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    if (programs.as.uid !== undefined && programs.as.gid !== undefined) {
      chownSync(passwordFile, programs.as.uid, programs.as.gid)
    }
    const ended = await run(programs, programs.initdb, [
      `--pgdata=${making}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ])
    if (ended.code !== 0) return refuse(`The database of head office could not be made: ${ended.said}`)
    renameSync(making, data)
    return ok(null)
  } catch (error) {
    return refuse(`The database of head office could not be made: ${sayWhy(error)}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** The port of the server that works on this data now; null when none answers. */
export async function findRunning(place: Place): Promise<number | null> {
  const lock = readLock(place.data)
  if (lock === null) return null
  const client = await connect(place, lock.port, 'postgres')
  if (client === null) return null
  try {
    const said = await client.query<{ data_directory: string }>('SHOW data_directory')
    return said.rows[0]?.data_directory === place.data ? lock.port : null
  } catch {
    return null
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * A lock file of a server that was struck down with the machine names a process that is gone, or another program that
 * has its number now: then Postgres would refuse to start for ever.
 */
export function clearStaleLock(place: Place): void {
  const lock = readLock(place.data)
  if (lock === null || process.platform !== 'linux') return
  const commandLine = `/proc/${lock.pid}/cmdline`
  if (!existsSync(commandLine)) return
  try {
    if (readFileSync(commandLine, 'utf8').split('\0').includes(place.data)) return
    rmSync(path.join(place.data, 'postmaster.pid'), { force: true })
  } catch (error) {
    // The process ended while it was looked at: Postgres sees to the file.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))) {
      throw error
    }
  }
}

function readLock(data: string): { pid: number; port: number } | null {
  const file = path.join(data, 'postmaster.pid')
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  return Number.isInteger(pid) && Number.isInteger(port) && pid > 0 && port > 0 ? { pid, port } : null
}

/**
 * Starts a server on a port the system chose. It is no child of this process's group: Ctrl-C in a terminal reaches
 * head office alone, which stops it in order. Answers `ended` when it stopped again before it answered.
 */
export async function startServer(
  place: Place,
): Promise<{ readonly port: number; readonly ended: () => boolean }> {
  const port = await freePort()
  const log = openSync(place.startLog, 'w', 0o600)
  let ended = false
  try {
    const child = spawn(
      place.programs.postgres,
      ['-D', place.data, '-p', `${port}`, ...SETTINGS.flatMap((one) => ['-c', one])],
      {
        ...place.programs.as,
        cwd: path.parse(place.data).root,
        env: plainEnvironment(),
        detached: true,
        windowsHide: true,
        stdio: ['ignore', log, log],
      },
    )
    child.once('error', () => {
      ended = true
    })
    child.once('exit', () => {
      ended = true
    })
    child.unref()
  } finally {
    closeSync(log)
  }
  return { port, ended: () => ended }
}

/** The last words of a server that did not start. */
export function startSaid(place: Place): string {
  const text = existsSync(place.startLog) ? readFileSync(place.startLog, 'utf8').trim() : ''
  return text === '' ? 'it ended without a word' : text.slice(-SAID_CHARS)
}

/** Stops the server in order: what is committed is on disk either way. A sentence when it would not stop. */
export async function stopServer(place: Place): Promise<string | null> {
  const ended = await run(place.programs, place.programs.control, [
    'stop',
    '-D',
    place.data,
    '-m',
    'fast',
    '-w',
    '-t',
    `${STOP_SECONDS}`,
  ])
  // Already stopped is as good.
  if (ended.code === 0 || readLock(place.data) === null) return null
  return `The database of head office could not be stopped: ${ended.said}`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Nothing of this process's own Postgres settings, keys or language. */
const plainEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  SystemRoot: process.env['SystemRoot'],
  LC_ALL: 'C',
  TZ: 'UTC',
})

function run(
  programs: Programs,
  program: string,
  given: readonly string[],
): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    let said = ''
    const child = spawn(program, [...given], {
      ...programs.as,
      cwd: path.parse(program).root,
      env: plainEnvironment(),
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const hear = (piece: Buffer): void => {
      said = `${said}${piece.toString('utf8')}`.slice(-SAID_CHARS)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', (error) => resolve({ code: null, said: error.message }))
    child.once('close', (code) => resolve({ code, said: said.trim() }))
  })
}
