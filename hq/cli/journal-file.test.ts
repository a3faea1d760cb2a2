import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { JournalEntry } from '../services/journal.ts'
import { journalFile } from './journal-file.ts'

/** What was promised is read again, whatever a power cut did to the line after it. */

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-journal-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const stopped = (device: string): JournalEntry => ({
  what: 'device',
  tenant: 'a'.repeat(32),
  device,
  state: 'revoked',
  reason: 'stolen',
  keys_from: 0,
  at: 5,
})

it('keeps every promised line, also one that follows a line that was cut off', async () => {
  const file = path.join(work, 'cut.jsonl')
  const journal = journalFile(file)
  expect(journal.entries()).toEqual({ ok: true, value: [] })
  await journal.append(stopped('1'))
  appendFileSync(file, JSON.stringify(stopped('2')).slice(0, 40))
  expect(journal.entries()).toEqual({ ok: true, value: [stopped('1')] })
  await journal.append(stopped('3'))
  await journal.append(stopped('4'))
  expect(journal.entries()).toEqual({ ok: true, value: [stopped('1'), stopped('3'), stopped('4')] })
})

it('names the line that cannot be read, and what to do', async () => {
  const file = path.join(work, 'damaged.jsonl')
  const journal = journalFile(file)
  for (const device of ['1', '2', '3']) await journal.append(stopped(device))
  writeFileSync(file, readFileSync(file, 'utf8').replace('"device":"2"', '"device":'))
  const read = journal.entries()
  expect(read).toMatchObject({ ok: false, refusal: expect.stringContaining('Line 2 of') })
  expect(read).toMatchObject({ refusal: expect.stringContaining('stop again every till') })
})
