import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { browserHost } from '../../electron/host/browser-host.ts'
import { applyKey, LATEST_VERSION } from '../../electron/ledger/database.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import { SUPERVISION } from '../../electron/platform/supervision/supervisor.ts'
import { type RunningTill, startTill } from '../../electron/platform/supervision/till-host.ts'
import { systemTimers } from '../../electron/platform/timers.ts'
import { type LoopbackPage, openPage } from '../support/loopback-page.ts'

/**
 * The real ledger process in the real browser host, on files that cannot be used: the screen is there, says what is
 * wrong in a sentence, and the till comes back by itself when the cause is gone.
 */

const ROOT = path.resolve(import.meta.dirname, '../..')
/** Instead of twenty seconds. All other waits stay: a till that is closed in a hurry leaves a log behind. */
const LOOK_AGAIN_MS = 200

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-blocked-'))
const prepared = path.join(work, 'prepared')
let dir = prepared
let till: RunningTill | null = null
let page: LoopbackPage | null = null

beforeAll(async () => {
  const opened = await open()
  const store = await opened.bridge.call('setup.begin', '', {
    command_id: '1'.repeat(32),
    store_name: 'Balogun Market',
    till_name: 'Till 1',
    admin_name: 'Ada',
    pin: '730264',
    date_confirmed: new Date().toISOString().slice(0, 10),
  })
  expect(store).toMatchObject({ outcome: 'done' })
  await close()
})
beforeEach(({ task }) => {
  dir = path.join(work, task.id)
  cpSync(prepared, dir, { recursive: true })
})
afterEach(close)
afterAll(() => rmSync(work, { recursive: true, force: true, maxRetries: 5 }))

async function open(): Promise<LoopbackPage> {
  const host = browserHost({
    dir,
    port: 0,
    rendererDir: path.join(ROOT, 'renderer'),
    ledgerEntry: path.join(ROOT, 'electron/ledger/process.ts'),
    syncEntry: path.join(ROOT, 'electron/sync/process.ts'),
    log: () => undefined,
  })
  const timers = {
    ...systemTimers,
    after: (ms: number, work: () => void) =>
      systemTimers.after(ms === SUPERVISION.blockedRetryMs ? LOOK_AGAIN_MS : ms, work),
  }
  const started = await startTill({ ...host, timers })
  if ('why' in started) throw new Error(started.sentence)
  till = started
  page = await openPage(started.screens.address)
  return page
}

async function close(): Promise<void> {
  page?.close()
  await till?.close()
  till = null
}

async function phaseOf({ bridge }: LoopbackPage): Promise<{ phase: string; why: string; sentence: string }> {
  const status = await bridge.call('system.status', '', {})
  if (status.outcome !== 'done') throw new Error(`no status: ${status.outcome}`)
  const { phase, blocked } = status.value
  return { phase, why: blocked?.why ?? '', sentence: blocked?.sentence ?? '' }
}

async function comesBack(opened: LoopbackPage): Promise<void> {
  const deadline = performance.now() + 45_000
  while ((await phaseOf(opened)).phase !== 'ready') {
    if (performance.now() > deadline) throw new Error('the till stayed blocked')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const database = (): string => path.join(dir, 'till.db')
const key = (): string => path.join(dir, 'till.key')
async function setVersion(version: number): Promise<void> {
  const secrets = await fileKeyStore(dir).load()
  const db = new Sqlite(database())
  applyKey(db, secrets?.database_key ?? '')
  db.pragma(`user_version = ${version}`)
  db.close()
}

const CAUSES: readonly {
  name: string
  why: string
  says: string
  spoil: () => void | Promise<void>
  mend: () => void | Promise<void>
}[] = [
  {
    name: 'a damaged file',
    why: 'file_damaged',
    says: 'Do not delete it',
    spoil: () => {
      renameSync(database(), `${database()}.good`)
      const bytes = readFileSync(`${database()}.good`)
      writeFileSync(database(), bytes.fill(7, 100, 4_000))
    },
    mend: () => renameSync(`${database()}.good`, database()),
  },
  {
    name: 'a file of a newer Kasuwa',
    why: 'file_newer',
    says: 'Update this app first',
    spoil: () => setVersion(LATEST_VERSION + 1),
    mend: () => setVersion(LATEST_VERSION),
  },
  {
    name: 'a lost key',
    why: 'key_missing',
    says: 'recovery phrase',
    spoil: () => renameSync(key(), `${key()}.away`),
    mend: () => renameSync(`${key()}.away`, key()),
  },
  {
    name: 'another key',
    why: 'key_wrong',
    says: 'recovery phrase',
    spoil: async () => {
      renameSync(key(), `${key()}.away`)
      await fileKeyStore(dir).save({ database_key: '00'.repeat(32), signing_key: 'c3R1Yg==' })
    },
    mend: () => renameSync(`${key()}.away`, key()),
  },
  {
    name: 'a key that others may read',
    why: 'key_wrong',
    says: 'chmod 600',
    spoil: () => chmodSync(key(), 0o644),
    mend: () => chmodSync(key(), 0o600),
  },
]

test.each(
  CAUSES,
)('$name: a page that says so, and a till that comes back when it is mended', async (cause) => {
  await cause.spoil()
  const opened = await open()
  expect((await opened.fetch('/')).status).toBe(200)
  const seen = await phaseOf(opened)
  expect(seen).toMatchObject({ phase: 'blocked', why: cause.why })
  expect(seen.sentence).toContain(cause.says)
  expect(
    await opened.bridge.call('session.sign_in', '', { staff_id: '0'.repeat(32), pin: '1' }),
  ).toMatchObject({
    outcome: 'refused',
    refusal: { code: 'till_blocked' },
  })
  await cause.mend()
  await comesBack(opened)
  expect(existsSync(database())).toBe(true)
})
