import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { demoPinsLine } from '../../electron/demo/people.ts'
import { callControl } from '../../electron/platform/control-socket.ts'
import { openPage } from '../support/loopback-page.ts'

/** `npm start` as a person meets it: what it prints, and how it ends. Here without head office, to be quick. */

const ROOT = path.resolve(import.meta.dirname, '../..')
const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-start-'))
const dir = path.join(work, 'till')
const running: ChildProcess[] = []

interface Started {
  readonly child: ChildProcess
  readonly lines: readonly string[]
  readonly address: string
  readonly err: () => string
  readonly ended: Promise<number | null>
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(work, { recursive: true, force: true, maxRetries: 5 }))

function run(...flags: string[]): {
  child: ChildProcess
  out: () => string
  err: () => string
  ended: Promise<number | null>
} {
  const args = [path.join(ROOT, 'build/start.ts'), '--no-open', '--no-hq', ...flags]
  const child = spawn(process.execPath, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (piece) => {
    out += String(piece)
  })
  child.stderr.on('data', (piece) => {
    err += String(piece)
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return { child, out: () => out, err: () => err, ended }
}

async function start(...flags: string[]): Promise<Started> {
  const { child, out, err, ended } = run('--data', dir, ...flags)
  let code: number | null | undefined
  void ended.then((given) => {
    code = given
  })
  while (!/^http:\S+\n/m.test(out())) {
    if (code !== undefined) throw new Error(`ended with ${code}:\n${out()}${err()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const lines = out().trimEnd().split('\n')
  return { child, lines, address: lines.at(-1) ?? '', err, ended }
}

test('a first start makes a demo shop, says what runs and why, the PINs and last the address', async () => {
  const first = await start('--customers', '20')
  expect(first.lines).toHaveLength(3)
  expect(first.lines[0]).toBe('Kasuwa runs in the browser: no window is to be opened.')
  expect(first.lines[1]).toBe(demoPinsLine())
  expect(first.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?key=[0-9a-f]{48}$/)
  expect(first.err()).toContain('till.key, protected only by the rights of that file')
  // What is made on the way is called by its name, and the PINs stand once in all that is printed.
  expect(first.err()).toMatch(/^Demo data: \d+ customers, [\d,]+ sales, made in [\d.]+ s\.$/m)
  expect(first.err()).not.toMatch(/seeding|PIN/)
  expect(existsSync(`${dir}.seeding`)).toBe(false)
  if (process.platform !== 'win32') expect(statSync(path.join(dir, 'till.key')).mode & 0o777).toBe(0o600)

  const page = await openPage(first.address)
  const status = await page.bridge.call('system.status', '', {})
  expect(status).toMatchObject({ outcome: 'done', value: { phase: 'ready', demo: true, host: 'browser' } })
  expect(await (await page.fetch('/')).text()).toContain('<div id="root">')
  page.close()

  // The command line finds the app that holds the lock; a second app does not take it away.
  const control = await callControl(dir)
  expect(control).not.toBeNull()
  control?.close()
  const second = run('--data', dir)
  expect(await second.ended).toBe(2)
  expect(second.err()).toBe('Another Kasuwa is using this data folder. Close it first, or use that window.\n')

  first.child.kill('SIGINT')
  first.child.kill('SIGINT')
  expect(await first.ended).toBe(0)
  expect(existsSync(path.join(dir, 'writer.json'))).toBe(false)

  const made = statSync(path.join(dir, 'till.key')).mtimeMs
  const again = await start()
  expect(again.lines).toHaveLength(3)
  expect(statSync(path.join(dir, 'till.key')).mtimeMs).toBe(made)
  expect(again.address).not.toBe(first.address)
  again.child.kill('SIGTERM')
  expect(await again.ended).toBe(0)
}, 120_000)

test('a host whose parent is struck down closes by itself and lets go of the till', async () => {
  const first = await start('--customers', '20')
  first.child.kill('SIGKILL')
  await first.ended
  const deadline = performance.now() + 60_000
  while ((await callControl(dir)) !== null && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const next = await start()
  next.child.kill('SIGINT')
  expect(await next.ended).toBe(0)
}, 120_000)

test.each(['--help', '-h'])('%s prints how it is used, and starts nothing', async (flag) => {
  const asked = run(flag)
  expect(await asked.ended).toBe(0)
  for (const option of ['--data', '--customers', '--seed', '--port', '--no-open', '--hq-port', '--no-hq']) {
    expect(asked.out()).toContain(`  ${option} `)
  }
  expect(asked.err()).toBe('')
})

test.each([
  [['--port', 'eighty'], '--port takes a whole number from 0 to 65535, not "eighty".'],
  [['--customers', '-5'], '--customers'],
  [['--hq-port', '99999'], '--hq-port takes a whole number'],
  [['--seed', '1e9'], '--seed takes a whole number'],
  [['--data', 'a-file'], '--data takes a folder, and "a-file" is none.'],
  [['--colour', 'green'], '--colour'],
])('%j is refused with a sentence', async (flags, sentence) => {
  writeFileSync(path.join(work, 'a-file'), '')
  const refused = run(...flags)
  expect(await refused.ended).toBe(2)
  expect(refused.err()).toContain(sentence)
  expect(refused.out()).toBe('')
})

test('a port that is taken is said so', async () => {
  const first = await start('--customers', '20')
  const { port } = new URL(first.address)
  const other = path.join(work, 'other')
  mkdirSync(other)
  // Not empty: no demo is made in it.
  writeFileSync(path.join(other, 'note.txt'), '')
  const second = run('--data', other, '--port', port)
  expect(await second.ended).toBe(2)
  expect(second.err()).toContain('That port is used by another program.')
  first.child.kill('SIGINT')
  expect(await first.ended).toBe(0)
}, 120_000)
