import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/**
 * Finds Electron's program without `require('electron')`, which would start a download of 120 MB by itself.
 * Shared by `npm start`, the packaging script and the smoke test.
 */

const ROOT = path.resolve(import.meta.dirname, '..')
const PACKAGE_DIR = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'))
const FETCH_MS = 20_000
/** A machine that could not fetch it will not be able to a minute later: asked again after a day. */
const ASK_AGAIN_MS = 24 * 3_600_000
const FAILED_FETCH = path.join(ROOT, '.cache', 'electron-fetch.json')

/** The path of Electron's program, or null when it is not on this machine. */
export function electronBinary(environment: NodeJS.ProcessEnv = process.env): string | null {
  const given = environment['ELECTRON_BIN']
  if (given) return existsSync(given) ? given : null
  const pathFile = path.join(PACKAGE_DIR, 'path.txt')
  if (!existsSync(pathFile)) return null
  const binary = path.join(PACKAGE_DIR, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(binary) ? binary : null
}

/** Why Electron cannot show a window here, whatever is installed; null when it can. */
export function noWindowBecause(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  userId: number | undefined = process.getuid?.(),
): string | null {
  if (environment['CI']) return 'this is an automated run'
  if (platform !== 'linux') return null
  if (!environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) return 'this machine has no screen'
  if (userId === 0) return 'Electron keeps its sandbox and so does not run as root'
  return null
}

/** Tries once, for at most 20 s, to fetch Electron's program. Returns why not, or null when it is there. */
export function fetchElectron(nowMs: number): string | null {
  const version = (
    JSON.parse(readFileSync(path.join(PACKAGE_DIR, 'package.json'), 'utf8')) as { version: string }
  ).version
  const byHand = 'run "npx install-electron" to fetch it'
  const failed = readFailure()
  if (failed?.version === version && nowMs - failed.atMs < ASK_AGAIN_MS) {
    return `its program is not on this machine; ${byHand}`
  }
  const run = spawnSync(process.execPath, [path.join(PACKAGE_DIR, 'install.js')], {
    stdio: 'ignore',
    timeout: FETCH_MS,
    killSignal: 'SIGKILL',
  })
  if (run.status === 0 && electronBinary({})) return null
  mkdirSync(path.dirname(FAILED_FETCH), { recursive: true })
  writeFileSync(FAILED_FETCH, JSON.stringify({ version, atMs: nowMs }))
  return `its program could not be fetched; ${byHand}`
}

function readFailure(): { version: string; atMs: number } | null {
  try {
    const read = JSON.parse(readFileSync(FAILED_FETCH, 'utf8')) as Record<string, unknown>
    const { version, atMs } = read
    return typeof version === 'string' && typeof atMs === 'number' ? { version, atMs } : null
  } catch {
    // No attempt is remembered, or the note about it is damaged: it is only a note.
    return null
  }
}
