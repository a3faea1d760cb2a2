import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { demoPinsLine } from '../electron/demo/people.ts'
import { DATA_DIR, dataDirectory, wholeNumber } from '../electron/platform/flags.ts'
import { bundleIfStale } from './bundles.ts'
import { electronBinary, fetchElectron, noWindowBecause } from './electron-binary.ts'
import { joinHq } from './join-hq.ts'
import { type RunningHq, startHq } from './start-hq.ts'

/**
 * `npm start`: a working till on demo data, in Electron where that can be had, else in the browser; and a head office
 * beside it, with which it is enrolled.
 */

const ROOT = path.resolve(import.meta.dirname, '..')
const REFUSED = 2

const USAGE = `npm start -- [options]: a working till on demo data, and a head office beside it. Ctrl-C ends both.

  --data DIR        the folder of the till (${DATA_DIR}); an empty one gets demo data
  --customers N     how many customers the demo data has (2000)
  --seed N          the same number gives the same demo data (1)
  --port N          the till in the browser at this port of this computer
  --no-open         open no window and no browser; the address is printed
  --hq-port N       head office at this port
  --no-hq           the till alone
  --help            this page
`

interface Wanted {
  readonly dir: string
  readonly port: string | undefined
  readonly customers: number
  readonly seed: number
  readonly open: boolean
  /** False: the till works alone. */
  readonly hq: boolean
  readonly hqPort: number | null
}

/** Null: how it is used was asked. */
function wantedFrom(argv: readonly string[]): Wanted | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string', default: DATA_DIR },
      port: { type: 'string' },
      customers: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      'no-open': { type: 'boolean', default: false },
      'no-hq': { type: 'boolean', default: false },
      'hq-port': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  const hqPort = values['hq-port']
  if (values.port !== undefined) wholeNumber('--port', values.port, 0, 65_535)
  return {
    dir: dataDirectory(values.data),
    port: values.port,
    customers: wholeNumber('--customers', values.customers, 0, 10_000_000),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1),
    open: !values['no-open'] && !process.env['CI'],
    hq: !values['no-hq'],
    hqPort: hqPort === undefined ? null : wholeNumber('--hq-port', hqPort, 0, 65_535),
  }
}

/** Electron's program, or the reason for the browser. */
function chooseHost(wanted: Wanted): { electron: string } | { browserBecause: string } {
  if (wanted.port !== undefined) return { browserBecause: '--port was given' }
  if (!wanted.open) return { browserBecause: 'no window is to be opened' }
  const noWindow = noWindowBecause()
  if (noWindow) return { browserBecause: noWindow }
  const there = electronBinary()
  if (there) return { electron: there }
  const notFetched = fetchElectron(Date.now())
  const fetched = electronBinary()
  return fetched ? { electron: fetched } : { browserBecause: `Electron is missing, ${notFetched}` }
}

/**
 * Fills an empty data directory with a demo shop, whole or not at all: an interrupted start leaves nothing behind
 * that a second one would take for a till.
 */
function seedIfEmpty({ dir, customers, seed }: Wanted): void {
  if (existsSync(dir) && readdirSync(dir).length > 0) return
  const beside = `${dir}.seeding`
  rmSync(beside, { recursive: true, force: true })
  const run = spawnSync(
    process.execPath,
    [
      path.join(ROOT, 'electron/demo/main.ts'),
      '--data',
      beside,
      '--customers',
      `${customers}`,
      '--seed',
      `${seed}`,
      '--brief',
    ],
    // Standard output is kept for the start-up lines.
    { stdio: ['inherit', 2, 2] },
  )
  if (run.status !== 0) throw new Error('The demo data could not be made, so nothing was started.')
  rmSync(dir, { recursive: true, force: true })
  renameSync(beside, dir)
}

/** The till as a process. `ready` are the lines it says when it works; null when it ended before. */
interface Till {
  readonly child: ChildProcess
  readonly ready: Promise<readonly string[] | null>
}

function startBrowserHost(wanted: Wanted): Till {
  const flags = ['--data', wanted.dir, '--port', wanted.port ?? '0', '--demo-note', demoPinsLine()]
  if (!wanted.open) flags.push('--no-open')
  const child = fork(path.join(ROOT, 'electron/host/main.ts'), flags, {
    execArgv: [],
    stdio: ['inherit', 'pipe', 'inherit', 'ipc'],
  })
  return { child, ready: linesUntil(child, (line) => line.startsWith('http://')) }
}

function startElectron(binary: string, wanted: Wanted): Till {
  const child = spawn(binary, [ROOT, `--data=${wanted.dir}`], { stdio: ['inherit', 'pipe', 'inherit'] })
  const ready = linesUntil(child, (line) => line.startsWith('ready')).then((lines) => {
    if (lines === null) return null
    const demo = lines.at(-1)?.startsWith('ready demo') ? [demoPinsLine()] : []
    return [...demo, 'Kasuwa is open in its own window.']
  })
  return { child, ready }
}

function linesUntil(
  child: ChildProcess,
  isLast: (line: string) => boolean,
): Promise<readonly string[] | null> {
  return new Promise((resolve) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      const lines = said.split('\n').slice(0, -1)
      if (lines.some(isLast)) resolve(lines)
    })
    child.once('exit', () => resolve(null))
    child.once('error', () => resolve(null))
  })
}

/** Head office, with the till enrolled; or one line that says why the till works without it. */
async function startBoth(wanted: Wanted, stopping: () => boolean): Promise<RunningHq | null> {
  const alone = (why: string): null => {
    process.stdout.write(
      `The till works without head office: ${why.trim().split('\n')[0]?.replace(/\.$/, '')}.\n`,
    )
    return null
  }
  buildConsole()
  if (stopping()) return null
  const join = async (running: RunningHq): Promise<void> => {
    const joined = await joinHq(wanted.dir, running)
    if (!joined.ok) alone(joined.refusal)
  }
  let running: RunningHq | null = null
  const started = await startHq(path.join(wanted.dir, 'hq'), wanted.hqPort, {
    say: (line) => process.stderr.write(`${line}\n`),
    onMoved: (address) => {
      process.stderr.write(`Head office is at ${address} now.\n`)
      if (running) void join({ ...running, address })
    },
  })
  if (!started.ok) return alone(started.refusal)
  const hq = started.value
  running = hq
  if (stopping()) return hq
  await join(hq)
  process.stdout.write(`Head office: ${hq.address} (sign in as ${hq.demo.login}, ${hq.demo.password})\n`)
  return hq
}

/** The pages of head office. Without them everything else works, and its address says what is missing. */
function buildConsole(): void {
  try {
    bundleIfStale('console')
  } catch {
    process.stderr.write(
      'The console of head office could not be built, so it has no pages. The rest runs.\n',
    )
  }
}

async function main(): Promise<number> {
  const wanted = wantedFrom(process.argv.slice(2))
  if (wanted === null) {
    process.stdout.write(USAGE)
    return 0
  }
  const host = chooseHost(wanted)
  process.stdout.write(
    'electron' in host
      ? 'Kasuwa runs in Electron: its program is on this machine.\n'
      : `Kasuwa runs in the browser: ${host.browserBecause}.\n`,
  )
  bundleIfStale('electron' in host ? 'app' : 'screens')
  seedIfEmpty(wanted)
  const { child, ready } =
    'electron' in host ? startElectron(host.electron, wanted) : startBrowserHost(wanted)
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
  let stopping = false
  // Ctrl-C may reach the child twice; it closes once. Head office goes after it, and this process last.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping = true
      child.kill(signal)
    })
  }
  const lines = await ready
  const hq = lines !== null && wanted.hq && !stopping ? await startBoth(wanted, () => stopping) : null
  if (lines !== null) process.stdout.write(`${lines.join('\n')}\n`)
  const code = await ended
  stopping = true
  await hq?.stop()
  return code
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = REFUSED
}
