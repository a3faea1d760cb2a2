import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')
const START_MS_MAX = 100_000
const CLOSE_MS_MAX = 60_000

export interface HostProcess {
  readonly child: ChildProcess
  /** What it printed as its last line of start-up: the address with its token. */
  readonly address: string
  /** All it has said so far. */
  out(): string
  err(): string
  /** The process that holds the ledger now; undefined between two of them. */
  ledgerPid(): number | undefined
  /** Asks it to close as Ctrl-C does; gives its exit code. */
  stop(): Promise<number | null>
}

/** A host has two children; the other one is the sync process. */
const LEDGER_ENTRY = 'electron/ledger/process.ts'

/** Starts the real browser host on a data directory and waits for its address. Rejects with what it said. */
export function startHost(dir: string): Promise<HostProcess> {
  return startProgram(['electron/host/main.ts', '--data', dir, '--no-open'])
}

/** Starts any program of ours that ends its start-up with an address on standard output. */
export async function startProgram(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<HostProcess> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stderr.on('data', (piece) => {
    err += String(piece)
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const address = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`no address after ${START_MS_MAX} ms:\n${out}${err}`))
    }, START_MS_MAX)
    child.stdout.on('data', (piece) => {
      out += String(piece)
      const found = /^(?:Head office: )?(http:\/\/\S+)\n/m.exec(out)?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      resolve(found)
    })
    // Not at its exit: what it said may come after that.
    child.once('close', (code) => {
      clearTimeout(timer)
      reject(new Error(`it ended with ${code} before it was ready:\n${out}${err}`))
    })
  })
  return {
    child,
    address,
    out: () => out,
    err: () => err,
    ledgerPid: () => childrenOf(child.pid).find((pid) => commandOf(pid).includes(LEDGER_ENTRY)),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill('SIGINT')
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS_MAX)
      const code = await ended
      clearTimeout(timer)
      return code
    },
  }
}

/** Process ids that a process started and that still run. */
export function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined) return []
  const file = `/proc/${pid}/task/${pid}/children`
  const text = existsSync(file) ? readFileSync(file, 'utf8') : pgrep(pid)
  return text.trim().split(/\s+/).filter(Boolean).map(Number)
}

/** The command line of a process; empty when it has ended. */
export function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(file, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

function pgrep(parent: number): string {
  try {
    return execFileSync('pgrep', ['-P', String(parent)], { encoding: 'utf8' })
  } catch {
    // It ends with 1 when there are none.
    return ''
  }
}
