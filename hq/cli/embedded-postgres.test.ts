import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { osRandom } from '../../electron/platform/random.ts'
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.ts'

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-embedded-'))
// The user postgres must be able to reach it; one test shuts it out on purpose.
chmodSync(work, 0o755)
const elsewhere = path.join(work, 'elsewhere')
const open: EmbeddedPostgres[] = []

afterAll(async () => {
  for (const one of open) await one.close()
  rmSync(work, { recursive: true, force: true, maxRetries: 5 })
})

async function opened(dir: string, use: 'serve' | 'command' = 'serve'): Promise<EmbeddedPostgres> {
  const said = await openEmbeddedPostgres({ dir, use, random: osRandom, elsewhere })
  if (!said.ok) throw new Error(said.refusal)
  open.push(said.value)
  return said.value
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  const said = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return Object.values(said.rows[0] ?? {})[0]
}

const pidOf = (dir: string): number =>
  Number(readFileSync(path.join(dir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])

async function gone(pid: number): Promise<void> {
  await expect
    .poll(
      () => {
        try {
          return process.kill(pid, 0)
        } catch {
          return false
        }
      },
      { timeout: 20_000 },
    )
    .toBe(false)
}

test('it starts, is shared, stops with the last user, and starts again with what was written', async () => {
  const dir = path.join(work, 'one')
  const first = await opened(dir)
  expect(await ask(first.url, 'SHOW wal_level')).toBe('logical')
  expect(await ask(first.url, 'SHOW listen_addresses')).toBe('127.0.0.1')
  await ask(first.url, 'CREATE TABLE kept (word text)')
  await ask(first.url, "INSERT INTO kept VALUES ('here')")
  expect(statSync(path.join(dir, 'postgres.json')).mode & 0o777).toBe(0o600)
  const wrong = new URL(first.url)
  wrong.password = 'wrong'
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow(/password/)

  const refused = await openEmbeddedPostgres({ dir, use: 'serve', random: osRandom, elsewhere })
  expect(refused).toMatchObject({ ok: false, refusal: expect.stringMatching(/^Another head office already/) })
  const command = await opened(dir, 'command')
  expect(command.url).toBe(first.url)
  const pid = pidOf(dir)
  expect(await first.close()).toBeNull()
  expect(await ask(command.url, 'SELECT word FROM kept')).toBe('here')
  expect(await command.close()).toBeNull()
  await gone(pid)

  const again = await opened(dir)
  expect(await ask(again.url, 'SELECT word FROM kept')).toBe('here')
  await again.close()
})

test('a server that was struck down starts again, also when its number belongs to another program', async () => {
  const dir = path.join(work, 'two')
  const first = await opened(dir)
  await ask(first.url, "CREATE TABLE kept AS SELECT 'here' AS word")
  const struck = pidOf(dir)
  process.kill(struck, 'SIGKILL')
  await gone(struck)
  await first.close()
  const lock = path.join(dir, 'postgres/postmaster.pid')
  const lines = readFileSync(lock, 'utf8').split('\n')
  writeFileSync(lock, [`${process.pid}`, ...lines.slice(1)].join('\n'))
  const again = await opened(dir)
  expect(await ask(again.url, 'SELECT word FROM kept')).toBe('here')
  await again.close()
})

test('what stands in the way is said in a sentence', async () => {
  const dir = path.join(work, 'three')
  mkdirSync(dir)
  writeFileSync(path.join(dir, 'postgres.json'), '{"data":1}')
  expect(await openEmbeddedPostgres({ dir, use: 'serve', random: osRandom, elsewhere })).toMatchObject({
    ok: false,
    refusal: expect.stringContaining('is damaged'),
  })
  const file = path.join(work, 'a-file')
  writeFileSync(file, '')
  expect(await openEmbeddedPostgres({ dir: file, use: 'serve', random: osRandom, elsewhere })).toMatchObject({
    ok: false,
    refusal: expect.stringContaining('could not be opened'),
  })
})

test.skipIf(process.getuid?.() !== 0)(
  'in a folder that the user postgres cannot reach, the data lies elsewhere and a line says where',
  async () => {
    const closed = path.join(work, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const dir = path.join(closed, 'hq')
    const one = await opened(dir)
    expect(one.note).toContain(elsewhere)
    const place = await ask(one.url, 'SHOW data_directory')
    expect(place).toMatch(new RegExp(`^${elsewhere}/[0-9a-f]{16}/postgres$`))
    await ask(one.url, 'CREATE TABLE kept (word text)')
    await one.close()
    const again = await opened(dir)
    expect(await ask(again.url, 'SHOW data_directory')).toBe(place)
    await again.close()
  },
)
