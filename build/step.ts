import { spawn } from 'node:child_process'
import path from 'node:path'
import { ROOT } from './source.ts'

/** Runs the steps of the test command as programs of their own. */

/** The program of an npm package, by its file inside node_modules. */
const program = (file: string): string => path.join(ROOT, 'node_modules', file)
export const PROGRAMS = {
  biome: program('@biomejs/biome/bin/biome'),
  tsc: program('typescript/bin/tsc'),
  vite: program('vite/bin/vite.js'),
  vitest: program('vitest/vitest.mjs'),
}

/** Programs that tests start again and again read their sources compiled: half of a start is reading them. */
const COMPILED = path.join(ROOT, '.cache', 'compiled')

interface Finished {
  readonly code: number
  readonly seconds: number
  /** Empty unless `quiet`. */
  readonly output: string
}

/** Runs a script with this Node. `quiet` keeps its output for the caller instead of showing it. */
export function runNode(
  args: readonly string[],
  { quiet = false, environment = {} }: { quiet?: boolean; environment?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], {
      cwd: ROOT,
      env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...environment },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    })
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal) chunks.push(Buffer.from(`ended by ${signal}\n`))
      resolve({
        code: code ?? 1,
        seconds: (performance.now() - started) / 1000,
        output: Buffer.concat(chunks).toString('utf8'),
      })
    })
  })
}

export const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

export const tookSeconds = (seconds: number): string => `${seconds.toFixed(1)} s`
