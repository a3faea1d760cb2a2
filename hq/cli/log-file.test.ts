import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { logFile } from './log-file.ts'

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-log-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

test('lines are added to what is there, and a large file moves aside while head office runs', () => {
  const file = path.join(work, 'hq.log')
  writeFileSync(file, 'before\n')
  const said: string[] = []
  const log = logFile(file, (sentence) => said.push(sentence), 20)
  for (const line of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n']) log.write(line)
  expect(readFileSync(`${file}.before`, 'utf8')).toBe('before\none\ntwo\nthree\n')
  expect(readFileSync(file, 'utf8')).toBe('four\nfive\n')
  expect(said).toEqual([])
})

test('a file that cannot be written costs its lines and nothing else, is told of once, and is tried again', () => {
  const file = path.join(work, 'away', 'hq.log')
  const said: string[] = []
  const log = logFile(file, (sentence) => said.push(sentence))
  log.write('lost\n')
  log.write('lost too\n')
  expect(said).toEqual([expect.stringMatching(/^Lines of the log are lost: .*hq\.log cannot be written/)])
  mkdirSync(path.dirname(file))
  log.write('here\n')
  expect(readFileSync(file, 'utf8')).toBe('here\n')
})

test.runIf(process.platform === 'linux')('a full disk is told of once', () => {
  const said: string[] = []
  const log = logFile('/dev/full', (sentence) => said.push(sentence))
  for (let n = 0; n < 3; n += 1) log.write('line\n')
  expect(said).toEqual([expect.stringContaining('/dev/full')])
})
