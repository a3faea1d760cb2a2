import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '..')
const SCREEN_SOURCES = ['renderer', 'shared', 'vite.config.ts', 'package-lock.json']
const APP_SOURCES = [...SCREEN_SOURCES, 'electron', 'migrations']

/** True when the output is missing or any source is newer. */
export function isStale(output: string, sources: readonly string[]): boolean {
  if (!existsSync(output)) return true
  const builtMs = statSync(output).mtimeMs
  return sources.some((source) => newestMs(source) > builtMs)
}

function newestMs(entry: string): number {
  const found = statSync(entry)
  if (!found.isDirectory()) return found.mtimeMs
  // A folder's own time tells of files that were taken away.
  const inside = readdirSync(entry).map((name) => newestMs(path.join(entry, name)))
  return Math.max(found.mtimeMs, ...inside)
}

const absolute = (names: readonly string[]): string[] => names.map((name) => path.join(ROOT, name))

/**
 * Builds what is out of date: the till's screens alone for a browser, the console alone for head office, everything of
 * the till for Electron. In a process of its own:
 * the bundler's memory would stay with whoever loaded it.
 */
export function bundleIfStale(target: 'screens' | 'console' | 'app'): void {
  const page = path.join(ROOT, 'out/renderer/index.html')
  const preload = path.join(ROOT, 'out/preload/index.cjs')
  const consolePage = path.join(ROOT, 'out/console/hq.html')
  const wanted = [
    ...(target !== 'console' && isStale(page, absolute(SCREEN_SOURCES)) ? ['client'] : []),
    ...(target === 'console' && isStale(consolePage, absolute(SCREEN_SOURCES)) ? ['console'] : []),
    ...(target === 'app' && isStale(preload, absolute(APP_SOURCES)) ? ['main', 'preload'] : []),
  ]
  if (wanted.length === 0) return
  const run = spawnSync(process.execPath, [path.join(ROOT, 'build/bundle.ts'), ...wanted], {
    // Inputs are named from the root, wherever this was started.
    cwd: ROOT,
    // Standard output is kept for the lines of whoever asked.
    stdio: ['ignore', 2, 2],
  })
  if (run.status !== 0) throw new Error('The app could not be built, so nothing was started.')
}
