import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { z } from 'zod'
import { writeDurably } from '../../electron/platform/files.ts'
import { systemTimers } from '../../electron/platform/timers.ts'
import type { RandomSource } from '../../shared/base/ports.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { dataFolder, ELSEWHERE, findPrograms, sayWhy } from './postgres-place.ts'
import {
  clearStaleLock,
  connect,
  findRunning,
  initialise,
  type Place,
  serverUrl,
  startSaid,
  startServer,
  stopServer,
} from './postgres-server.ts'

/**
 * A real Postgres in a data folder, for this machine alone. It is a process of its own that outlives a crash of head
 * office: the next start finds it and goes on with it. Whoever uses it holds a shared lock inside it, and the last one
 * to leave stops it; `serve` holds a second lock alone, so that a folder has one head office.
 */

const LIMITS = {
  /** For a server that recovers after a power cut. */
  openMs: 120_000,
  /** A head office that is just closing is waited for. */
  serveLockMs: 5_000,
  pollMs: 50,
  /** Another program took the port between the choice and the start, or another head office was quicker. */
  startsMax: 5,
} as const
/** Keys of the advisory locks: everybody who uses this server, and the one head office. */
const USERS_LOCK = 7_223_302_812
const SERVE_LOCK = 7_223_302_813
const DATABASE = 'kasuwa'
const PASSWORD_BYTES = 16
const DUPLICATE = ['42P04', '23505']

export interface EmbeddedPostgres {
  /** Of the owner of the structure. Holds the password: never log it. */
  readonly url: string
  /** A line that says where the data lies, when that is not in the folder that was given. */
  readonly note: string | null
  /** Stops the server, unless another program still uses it. Answers a sentence when it would not stop. */
  close(): Promise<string | null>
}

interface EmbeddedWanted {
  readonly dir: string
  /** `serve`: refused while another head office serves this folder. */
  readonly use: 'serve' | 'command'
  readonly random: RandomSource
  /** Where programs and data go when the user postgres cannot reach them. */
  readonly elsewhere?: string
}

/** Opens the Postgres of a data folder, making and starting it where needed; else a sentence. */
export async function openEmbeddedPostgres(
  wanted: EmbeddedWanted,
): Promise<Result<EmbeddedPostgres, string>> {
  try {
    const place = findPlace({ ...wanted, dir: path.resolve(wanted.dir) })
    if (!place.ok) return place
    const made = await initialise(place.value)
    if (!made.ok) return made
    return await openAt(wanted, place.value)
  } catch (error) {
    return refuse(`The database of head office in ${wanted.dir} could not be opened: ${sayWhy(error)}`)
  }
}

async function openAt(wanted: EmbeddedWanted, place: Place): Promise<Result<EmbeddedPostgres, string>> {
  const until = systemTimers.monotonicMs() + LIMITS.openMs
  while (systemTimers.monotonicMs() < until) {
    const port = await findOrStart(place, until)
    if (!port.ok) return port
    const joined = await join(wanted, place, port.value)
    if (joined !== 'gone') return joined
    await pause(LIMITS.pollMs)
  }
  return refuse(`The database of head office did not answer. It last said: ${startSaid(place)}`)
}

/** What lies where. The password and the place stand in a file of the folder, for its owner alone. */
function findPlace({ dir, random, elsewhere = ELSEWHERE }: EmbeddedWanted): Result<Place, string> {
  const programs = findPrograms(elsewhere)
  if (!programs.ok) return programs
  mkdirSync(dir, { recursive: true })
  const noteFile = path.join(dir, 'postgres.json')
  const known = existsSync(noteFile) ? Note.safeParse(JSON.parse(readFileSync(noteFile, 'utf8'))) : null
  if (known !== null && !known.success) return refuse(`${noteFile} is damaged. Restore it, or a backup.`)
  const data = known === null ? dataFolder(dir, programs.value.as, elsewhere) : ok(known.data.data)
  if (!data.ok) return data
  const password = known?.data.password ?? Buffer.from(random.bytes(PASSWORD_BYTES)).toString('hex')
  if (known === null) writeDurably(noteFile, `${JSON.stringify({ data: data.value, password })}\n`)
  return ok({
    programs: programs.value,
    data: data.value,
    password,
    startLog: path.join(dir, 'postgres-start.log'),
  })
}
const Note = z.object({ data: z.string(), password: z.string() })

async function findOrStart(place: Place, until: number): Promise<Result<number, string>> {
  for (let starts = 0; starts < LIMITS.startsMax; starts++) {
    const running = await findRunning(place)
    if (running !== null) return ok(running)
    clearStaleLock(place)
    const { ended } = await startServer(place)
    while (!ended() && systemTimers.monotonicMs() < until) {
      const port = await findRunning(place)
      if (port !== null) return ok(port)
      await pause(LIMITS.pollMs)
    }
  }
  const running = await findRunning(place)
  if (running !== null) return ok(running)
  return refuse(`The database of head office did not start: ${startSaid(place)}`)
}

/** The server ended the connection, or the connection ended: not a mistake in what was asked. */
const hasGone = (error: unknown): boolean =>
  error instanceof Error &&
  (/^(?:57P|08|ECONN|EPIPE)/.test('code' in error ? String(error.code) : '') ||
    /[Cc]onnection (?:terminated|error)|not queryable/.test(error.message))

/** Takes the locks. `gone`: the server was stopped by whoever left last; start it again. */
async function join(
  wanted: EmbeddedWanted,
  place: Place,
  port: number,
): Promise<Result<EmbeddedPostgres, string> | 'gone'> {
  const held = await connect(place, port, 'postgres')
  if (held === null) return 'gone'
  try {
    await held.query('SELECT pg_advisory_lock_shared($1)', [USERS_LOCK])
    if (wanted.use === 'serve' && !(await takeServeLock(held))) {
      await held.end()
      return refuse(
        `Another head office already serves ${wanted.dir}. Use that one, or stop it first. Nothing was changed.`,
      )
    }
    await makeDatabase(held)
  } catch (error) {
    await held.end().catch(() => undefined)
    if (hasGone(error)) return 'gone'
    throw error
  }
  const elsewhere = path.dirname(place.data) !== path.resolve(wanted.dir)
  return ok({
    url: serverUrl(place, port, DATABASE),
    note: elsewhere
      ? `The user postgres cannot reach ${wanted.dir}, so head office keeps its database in ${place.data}.`
      : null,
    close: () => leave(place, held),
  })
}

async function takeServeLock(held: pg.Client): Promise<boolean> {
  const until = systemTimers.monotonicMs() + LIMITS.serveLockMs
  while (!(await tryLock(held, SERVE_LOCK))) {
    if (systemTimers.monotonicMs() >= until) return false
    await pause(LIMITS.pollMs)
  }
  return true
}

async function tryLock(held: pg.Client, key: number): Promise<boolean> {
  const said = await held.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [key])
  return said.rows[0]?.taken === true
}

async function makeDatabase(held: pg.Client): Promise<void> {
  const there = await held.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
  if (there.rowCount !== 0) return
  try {
    await held.query(`CREATE DATABASE ${DATABASE}`)
  } catch (error) {
    // Somebody else made it a moment ago.
    if (!(error instanceof Error && 'code' in error && DUPLICATE.includes(String(error.code)))) throw error
  }
}

/** The last one out stops the server. */
async function leave(place: Place, held: pg.Client): Promise<string | null> {
  let last: boolean
  try {
    await held.query('SELECT pg_advisory_unlock_shared($1)', [USERS_LOCK])
    last = await tryLock(held, USERS_LOCK)
  } catch {
    // The server is gone already.
    return null
  }
  const trouble = last ? await stopServer(place) : null
  await held.end().catch(() => undefined)
  return trouble
}
