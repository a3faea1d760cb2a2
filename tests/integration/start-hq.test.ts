import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { demoPinsLine } from '../../electron/demo/people.ts'
import { openHq } from '../../hq/cli/open.ts'
import { listTenants } from '../../hq/services/tenants.ts'

/** `npm start` with its head office: what it prints, that the till's ledger arrives, and that it finds it again. */

const ROOT = path.resolve(import.meta.dirname, '../..')
const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-start-hq-'))
const dir = path.join(work, 'till')
const elsewhere = path.join(work, 'elsewhere')
// The till's folder is closed to everybody, the user postgres included.
chmodSync(work, 0o755)
mkdirSync(elsewhere, { mode: 0o755 })
process.env['KASUWA_POSTGRES_DIR'] = elsewhere
const running: ChildProcess[] = []

afterEach(async () => {
  for (const child of running.splice(0)) {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGINT')) await gone
  }
})
afterAll(() => rmSync(work, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }))

interface Started {
  readonly child: ChildProcess
  readonly lines: readonly string[]
  readonly err: () => string
  readonly ended: Promise<number | null>
}

async function start(...flags: string[]): Promise<Started> {
  const args = [path.join(ROOT, 'build/start.ts'), '--no-open', '--data', dir, '--customers', '15', ...flags]
  const child = spawn(process.execPath, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (piece) => {
    out += String(piece)
  })
  child.stderr.on('data', (piece) => {
    err += String(piece)
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  // The first start on a busy machine builds, fills and starts everything.
  await expect
    .poll(() => (/^http:\S+\n/m.test(out) || child.exitCode !== null ? 'ready' : `${out}${err}`), {
      timeout: 120_000,
    })
    .toBe('ready')
  if (child.exitCode !== null) throw new Error(`${out}${err}`)
  return { child, lines: out.trimEnd().split('\n'), err: () => err, ended }
}

interface Seen {
  readonly events: number
  readonly waiting: number
  readonly contact: number
  readonly enrolled: number
  /** Of the program that its tills follow. */
  readonly rules: number
}

/** Waits until head office knows this of the one till. */
async function seen(isSo: (now: Seen) => boolean): Promise<Seen> {
  const hq = await openHq({ dir: path.join(dir, 'hq'), use: 'command' })
  if (!hq.ok) throw new Error(hq.refusal)
  try {
    const [tenant] = await listTenants(hq.value.parts)
    let now: Seen = { events: 0, waiting: -1, contact: 0, enrolled: 0, rules: 0 }
    const look = async (): Promise<Seen> => {
      const rows = await hq.value.db.tenant(tenant?.id ?? '', (tx) =>
        tx.query<Seen>(
          `SELECT (SELECT count(*) FROM hq.event WHERE outcome = 'posted') AS events, d.waiting,
                  coalesce(d.last_contact, 0) AS contact,
                  (SELECT count(*) FROM hq.audit WHERE what LIKE 'till.enrolled%') AS enrolled,
                  (SELECT jsonb_array_length(settings::jsonb -> 'rules') FROM hq.sync_program_v1) AS rules
           FROM hq.device d WHERE d.kind = 'till'`,
        ),
      )
      now = rows[0] ?? now
      return now
    }
    await expect.poll(look, { timeout: 60_000, interval: 100 }).toSatisfy(isSo)
    return now
  } finally {
    await hq.value.close()
  }
}

/** The process of head office that this `npm start` keeps running. */
const hqPid = (parent: number | undefined): number =>
  Number(execFileSync('pgrep', ['-P', String(parent), '-f', 'hq/cli/main.ts'], { encoding: 'utf8' }).trim())

test('the till is enrolled with its ledger, finds head office again, also at another address', async () => {
  const first = await start()
  expect(first.lines).toHaveLength(4)
  expect(first.lines[1]).toMatch(
    /^Head office: http:\/\/127\.0\.0\.1:\d+ \(sign in as demo, [a-z0-9-]{19}\)$/,
  )
  expect(first.lines[2]).toBe(demoPinsLine())
  const { contact, rules } = await seen((now) => now.events > 30 && now.waiting === 0 && now.enrolled === 1)
  // The till follows head office now, and keeps the rules that the demo shop has.
  expect(rules).toBeGreaterThan(0)
  first.child.kill('SIGINT')
  expect(await first.ended).toBe(0)

  const port = Number(readFileSync(path.join(dir, 'hq/port'), 'utf8'))
  // Another program that answers nobody has the port now.
  const other = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  const second = await start()
  expect(second.lines[1]).not.toBe(first.lines[1])
  expect(second.lines[1]?.split('(')[1]).toBe(first.lines[1]?.split('(')[1])
  await seen((now) => now.contact > contact && now.enrolled === 1 && now.waiting === 0)

  // Struck down, it is there again at the same address.
  const { address } = /Head office: (?<address>\S+)/.exec(second.lines[1] ?? '')?.groups ?? {}
  process.kill(hqPid(second.child.pid), 'SIGKILL')
  await expect.poll(second.err, { timeout: 60_000 }).toContain('head office is started again')
  await expect
    .poll(
      () =>
        fetch(`${address}/ready`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 60_000 },
    )
    .toBe(200)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
  await new Promise((resolve) => other.close(resolve))

  // A head office with another business in it, as after its folder was emptied.
  const kept = path.join(dir, 'hq/demo.json')
  const demo = JSON.parse(readFileSync(kept, 'utf8')) as object
  writeFileSync(kept, JSON.stringify({ ...demo, tenant: 'another' }))
  const third = await start()
  expect(third.lines[1]).toMatch(
    /^The till works without head office: it belongs to .+ Everything on the till is safe\. .+\.$/,
  )
  third.child.kill('SIGINT')
  expect(await third.ended).toBe(0)
}, 400_000)
