import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Secrets } from '../ledger/messages.ts'
import { fileKeyStore, KeyStoreProblem } from './key-store.ts'
import { generateSigningKey } from './node-signer.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kasuwa-keys-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const secrets = (): Secrets => ({ database_key: 'ab'.repeat(32), signing_key: generateSigningKey() })

test('an empty folder has no keys; what is saved is loaded, by the owner alone, and nothing else is left', async () => {
  const store = fileKeyStore(join(dir, 'till'))
  expect(await store.load()).toBeNull()
  const first = secrets()
  await store.save(first)
  expect(await store.load()).toEqual(first)
  const second = secrets()
  await store.save(second)
  expect(await store.load()).toEqual(second)
  expect(readdirSync(join(dir, 'till'))).toEqual(['till.key'])
  if (process.platform !== 'win32') expect(statSync(join(dir, 'till', 'till.key')).mode & 0o777).toBe(0o600)
})

test.skipIf(process.platform === 'win32')('a key others may read is refused with what to do', async () => {
  const store = fileKeyStore(dir)
  await store.save(secrets())
  for (const mode of [0o640, 0o604, 0o660]) {
    chmodSync(join(dir, 'till.key'), mode)
    const problem = await store.load().then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(problem).toBeInstanceOf(KeyStoreProblem)
    expect((problem as KeyStoreProblem).sentence).toContain('chmod 600')
  }
})

test.each([
  '',
  '{',
  '{}',
  'null',
  '{"database_key":"xyz","signing_key":"a"}',
])('a damaged key file %j is named as such and never taken for none', async (text) => {
  writeFileSync(join(dir, 'till.key'), text, { mode: 0o600 })
  await expect(fileKeyStore(dir).load()).rejects.toThrow('recover with the recovery phrase')
})

test('a folder that cannot be written rejects: the ledger must not write under a lost key', async () => {
  writeFileSync(join(dir, 'blocked'), '')
  await expect(fileKeyStore(join(dir, 'blocked')).save(secrets())).rejects.toThrow()
})
