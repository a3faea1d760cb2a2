import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { writeDurably } from '../electron/platform/files.ts'
import { ok, type Result, refuse } from '../shared/base/result.ts'

/** Head office as a process of `npm start`: started, started again when it dies, stopped. */

const ROOT = path.resolve(import.meta.dirname, '..')
const START_MS = 120_000
const STOP_MS = 30_000
const SAID_CHARS = 2_000
const PORT_TAKEN = /is used by another program/
const RESTART = { pauseMs: 1_000, perMinute: 3, minuteMs: 60_000 } as const

interface HqProcess {
  readonly address: string
  stop(): Promise<void>
}

interface HqProcessWanted {
  readonly dir: string
  /** Null: the one it had before, or a free one. */
  readonly port: number | null
  readonly say: (line: string) => void
  /** It was started again, and another program has its port. */
  readonly onMoved: (address: string) => void
}

/** Starts it and keeps it running, with a line for each time it died. Refuses with a sentence when the first start fails. */
export async function runHq(wanted: HqProcessWanted): Promise<Result<HqProcess, string>> {
  const first = await serveAtPort(wanted)
  if (!first.ok) return first
  const { address } = first.value
  const stopping = new AbortController()
  const kept = keep(wanted, first.value, stopping.signal)
  return ok({
    address,
    async stop() {
      stopping.abort()
      await kept
    },
  })
}

/** Until it is stopped, or has died too often. */
async function keep(wanted: HqProcessWanted, first: Served, stopping: AbortSignal): Promise<void> {
  const next = restartPlan()
  let running: Served | null = first
  let address = first.address
  for (;;) {
    if (running !== null) await endOf(running.child, stopping)
    if (stopping.aborted) return stopServing(running?.child ?? null)
    const pauseMs = next(performance.now())
    if (pauseMs === null) {
      wanted.say('Head office ended again and is left so. The till goes on; start again to have both.')
      return
    }
    wanted.say('Head office ended by itself. The till goes on; head office is started again.')
    await pause(pauseMs, null, { signal: stopping }).catch(() => null)
    if (stopping.aborted) return
    const again = await serveAtPort(wanted)
    running = again.ok ? again.value : null
    if (!again.ok) wanted.say(again.refusal.trim())
    else if (again.value.address !== address) {
      address = again.value.address
      wanted.onMoved(address)
    }
  }
}

/** How long to wait before the next start, ms; null when it died too often within a minute. */
export function restartPlan(): (nowMs: number) => number | null {
  let starts: number[] = []
  return (nowMs) => {
    starts = starts.filter((at) => nowMs - at < RESTART.minuteMs)
    if (starts.length >= RESTART.perMinute) return null
    starts.push(nowMs)
    return RESTART.pauseMs * starts.length
  }
}

interface Served {
  readonly child: ChildProcess
  readonly address: string
}

/** The port stays the same over restarts, unless somebody else has it. */
async function serveAtPort({ dir, port }: HqProcessWanted): Promise<Result<Served, string>> {
  const portFile = path.join(dir, 'port')
  const kept = existsSync(portFile) ? readFileSync(portFile, 'utf8').trim() : '0'
  const first = await serve(dir, port ?? (/^\d{1,5}$/.test(kept) ? Number(kept) : 0))
  const served = !first.ok && port === null && PORT_TAKEN.test(first.refusal) ? await serve(dir, 0) : first
  if (served.ok) writeDurably(portFile, `${new URL(served.value.address).port}\n`)
  return served
}

function serve(dir: string, port: number): Promise<Result<Served, string>> {
  const flags = ['--data', dir, '--port', `${port}`, '--log', path.join(dir, 'hq.log')]
  const child = fork(path.join(ROOT, 'hq/cli/main.ts'), ['serve', ...flags], {
    execArgv: [],
    // Ctrl-C in a terminal goes to this process alone, which closes the till first.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.on('data', (piece: Buffer) => {
    said = `${said}${piece.toString('utf8')}`.slice(-SAID_CHARS)
  })
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.kill('SIGTERM')
      resolve(refuse('it did not answer'))
    }, START_MS)
    const settle = (result: Result<Served, string>): void => {
      clearTimeout(timer)
      resolve(result)
    }
    child.once('message', (message) => {
      const { address } = z.object({ address: z.string() }).parse(message)
      // A line about where its database lies.
      if (said !== '') process.stderr.write(said)
      settle(ok({ child, address }))
    })
    child.once('error', (error) => settle(refuse(error.message)))
    child.once('exit', (code) => settle(refuse(said.trim() || `it ended with ${code}`)))
  })
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

/** Resolves when it has ended, or is to be stopped. */
function endOf(child: ChildProcess, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child) || stopping.aborted) return resolve()
    child.once('exit', () => resolve())
    stopping.addEventListener('abort', () => resolve(), { once: true })
  })
}

function stopServing(child: ChildProcess | null): Promise<void> {
  return new Promise((resolve) => {
    if (child === null || hasEnded(child)) return resolve()
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
