import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { COUNTS_FILE, type Counts } from './count-reporter.ts'
import { ROOT } from './source.ts'
import { PROGRAMS, runNode } from './step.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-counts-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const TESTS = `
let tries = 0
describe('a group', () => {
  test('passes', () => undefined)
  test('passes at last', { retry: 1 }, () => expect(++tries).toBe(2))
  test('fails each time', { retry: 1 }, () => expect(1).toBe(2))
  test('fails', () => expect(1).toBe(2))
  test('waits', ({ skip }) => skip('no printer'))
})
`

test('what passed at the second try counts as passed and is named; what failed twice failed', async () => {
  writeFileSync(path.join(dir, 'one.test.js'), TESTS)
  writeFileSync(path.join(dir, 'broken.test.js'), 'throw new Error("cannot be read")')
  const file = path.join(dir, 'counts.json')
  const args = ['run', '--root', dir, '--globals', `--reporter=${path.join(ROOT, 'build/count-reporter.ts')}`]
  const ran = await runNode([PROGRAMS.vitest, ...args], { quiet: true, environment: { [COUNTS_FILE]: file } })
  expect(ran.code, ran.output).toBe(1)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    passed: 2,
    failed: 3,
    skipped: [{ name: 'one.test.js > a group > waits', why: 'no printer' }],
    secondTry: ['one.test.js > a group > passes at last'],
  } satisfies Counts)
})
