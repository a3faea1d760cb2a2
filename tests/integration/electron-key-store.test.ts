import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Secrets } from '../../electron/ledger/messages.ts'
import { chooseKeyStore } from '../../electron/main/key-store.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import { FakeElectron, type FakeOptions } from '../support/fake-electron.ts'

const SECRETS: Secrets = { database_key: 'cd'.repeat(32), signing_key: 'c3R1Yg==' }
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-seal-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function storage(options: Partial<FakeOptions> = {}): FakeElectron['parts']['safeStorage'] {
  const electron = new FakeElectron({ userData: dir, ...options })
  electron.start()
  return electron.parts.safeStorage
}
const sealed = (): string => path.join(dir, 'till.key.sealed')

test('S15 keys are sealed by the system, readable by the owner alone, and nowhere in plain text', async () => {
  const store = await chooseKeyStore(storage(), dir, 'linux')
  expect([store.kind, store.notice, await store.load()]).toEqual(['os', '', null])
  await store.save(SECRETS)
  expect(await store.load()).toEqual(SECRETS)
  const written = Buffer.from(readFileSync(sealed(), 'utf8'), 'base64').toString()
  expect(written).not.toContain(SECRETS.database_key)
  expect(existsSync(path.join(dir, 'till.key'))).toBe(false)
  if (process.platform !== 'win32') expect(statSync(sealed()).mode & 0o777).toBe(0o600)
})

test('S15 where the system only pretends, or has nothing, the person is told and nothing is claimed', async () => {
  for (const store of [
    await chooseKeyStore(storage({ storage: 'basic_text' }), dir, 'linux'),
    await chooseKeyStore(storage({ sealing: false }), dir, 'darwin'),
  ]) {
    expect(store.kind).toBe('file')
    expect(store.notice).toContain('protected only by the rights of that file')
  }
})

test('S15 the key store is asked only when the app is ready', async () => {
  const { safeStorage } = new FakeElectron({ userData: dir }).parts
  await expect(chooseKeyStore(safeStorage, dir, 'darwin')).rejects.toThrow('before the app is ready')
})

test('S15 what an older key sealed is sealed anew', async () => {
  const old = `v11${Buffer.from(JSON.stringify(SECRETS)).toString('hex')}`
  writeFileSync(sealed(), Buffer.from(old).toString('base64'), { mode: 0o600 })
  const store = await chooseKeyStore(storage(), dir, 'linux')
  expect(await store.load()).toEqual(SECRETS)
  expect(Buffer.from(readFileSync(sealed(), 'utf8'), 'base64').toString()).toMatch(/^v10/)
})

test('a key that does not open is never taken for no key', async () => {
  writeFileSync(sealed(), Buffer.from('of another computer').toString('base64'))
  const store = await chooseKeyStore(storage(), dir, 'linux')
  await expect(store.load()).rejects.toThrow('run recover with the recovery phrase')
})

test('a till that was made with a key file keeps it', async () => {
  await fileKeyStore(dir).save(SECRETS)
  const store = await chooseKeyStore(storage(), dir, 'linux')
  expect([store.kind, await store.load()]).toEqual(['file', SECRETS])
})
