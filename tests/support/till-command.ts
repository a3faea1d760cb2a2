import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Starts the real `till` command as its own process. Nothing is read from a terminal. */
export function spawnTill(...argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, [path.join(ROOT, 'electron/cli/main.ts'), ...argv], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs it to its end. */
export async function till(...argv: readonly string[]): Promise<Ran> {
  return ended(spawnTill(...argv))
}

export function ended(child: ChildProcess): Promise<Ran> {
  return new Promise((resolve, reject) => {
    let out = ''
    let err = ''
    child.stdout?.on('data', (piece) => {
      out += String(piece)
    })
    child.stderr?.on('data', (piece) => {
      err += String(piece)
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}
