import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createCheckpointer } from '../../../electron/ledger/checkpointer.ts'
import { openDatabase } from '../../../electron/ledger/database.ts'

const KEY = 'ab'.repeat(32)
const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-checkpointer-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('pages are copied beside the commits, the log stays short, and nothing is open afterwards', async () => {
  const file = path.join(dir, 'till.db')
  const db = openDatabase({ file, key: KEY, mode: 'create' })
  const lines: string[] = []
  const beside = createCheckpointer({ file, key: () => KEY, log: (line) => lines.push(line) })
  db.exec('CREATE TABLE filled (n INTEGER PRIMARY KEY, bytes BLOB)')
  const put = db.prepare('INSERT INTO filled (bytes) VALUES (randomblob(?))')
  const fill = db.transaction(() => {
    for (let page = 0; page < 500; page += 1) put.run(4_000)
  })
  const state = () => (db.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }])[0]
  // Three times what the log may hold.
  for (let round = 0; round < 60; round += 1) {
    fill()
    await beside.settle(db)
    expect(state().log - state().checkpointed).toBeLessThanOrEqual(8_192)
  }
  expect(lines).toEqual([])
  expect(statSync(file).size).toBeGreaterThan(2_048 * 4_096)
  expect(state().log).toBeLessThan(16_384)
  beside.close()
  // The thread's connection is gone: this one is the last, and takes the log with it.
  db.close()
  expect(() => statSync(`${file}-wal`)).toThrow('ENOENT')
  const again = openDatabase({ file, key: KEY, mode: 'read' })
  expect(again.prepare('SELECT count(*) FROM filled').pluck().get()).toBe(30_000)
  expect(again.pragma('quick_check', { simple: true })).toBe('ok')
  again.close()
}, 60_000)
