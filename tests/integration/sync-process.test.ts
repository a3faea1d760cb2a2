import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { browserHost } from '../../electron/host/browser-host.ts'
import type { SyncProcess } from '../../electron/platform/supervision/sync-supervisor.ts'
import { type RunningTill, startTill } from '../../electron/platform/supervision/till-host.ts'
import { type LoopbackPage, openPage } from '../support/loopback-page.ts'

/** The real ledger and sync process in the real browser host: the one may die, the other sells on. */

const ROOT = path.resolve(import.meta.dirname, '../..')
const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-sync-'))
const PIN = '730264'
let till: RunningTill | null = null
let page: LoopbackPage | null = null
let syncs: SyncProcess[] = []
let session = ''

async function open(): Promise<LoopbackPage> {
  const host = browserHost({
    dir: path.join(work, 'till'),
    port: 0,
    rendererDir: path.join(ROOT, 'renderer'),
    ledgerEntry: path.join(ROOT, 'electron/ledger/process.ts'),
    syncEntry: path.join(ROOT, 'electron/sync/process.ts'),
    log: () => undefined,
  })
  syncs = []
  const spawnSync = (): SyncProcess => {
    const child = host.spawnSync()
    syncs.push(child)
    return child
  }
  const started = await startTill({ ...host, spawnSync })
  if ('why' in started) throw new Error(started.sentence)
  till = started
  page = await openPage(started.screens.address)
  return page
}

async function close(): Promise<void> {
  page?.close()
  await till?.close()
  page = null
  till = null
}

const until = (what: () => unknown): Promise<unknown> => vi.waitFor(what, { timeout: 50_000, interval: 20 })

beforeAll(async () => {
  const { bridge } = await open()
  const store = await bridge.call('setup.begin', '', {
    command_id: '1'.repeat(32),
    store_name: 'Balogun Market',
    till_name: 'Till 1',
    admin_name: 'Ada',
    pin: PIN,
    date_confirmed: new Date().toISOString().slice(0, 10),
  })
  if (store.outcome !== 'done') throw new Error(store.outcome)
  session = store.value.session.token
})
afterEach(async () => {
  if (till) await close()
})
afterAll(() => rmSync(work, { recursive: true, force: true, maxRetries: 5 }))

test('kill -9 of the sync process while sales are recorded: each is booked once, and the process comes back', async () => {
  const bridge = page?.bridge
  if (!bridge) throw new Error('no page')
  const sell = (n: number) =>
    bridge.call('sale.record', session, {
      command_id: String(n).padStart(32, '0'),
      customer_id: null,
      gross_kobo: 5_000,
      redeem: null,
      receipt: `R-${n}`,
      channel: 'pos',
      approver: null,
    })
  await until(() => expect(syncs).toHaveLength(1))
  for (let n = 1; n <= 10; n++) {
    const sale = sell(n)
    if (n % 5 === 0) syncs.at(-1)?.kill()
    expect(await sale).toMatchObject({ outcome: 'done' })
  }
  await until(() => expect(syncs.length).toBeGreaterThanOrEqual(2))
  const today = await bridge.call('manager.today', session, { date: null })
  if (today.outcome !== 'done') throw new Error(JSON.stringify(today))
  expect(today.value.figures.sales).toBe(10)
})

test('a till that works alone says so, from the sync process by way of the ledger', async () => {
  const { bridge } = await open()
  await until(async () => {
    const status = await bridge.call('system.status', '', {})
    if (status.outcome !== 'done') throw new Error(status.outcome)
    expect(status.value.health?.sync).toEqual({
      doing: 'off',
      sentence: 'This till works alone. Everything is kept here.',
    })
  })
})
