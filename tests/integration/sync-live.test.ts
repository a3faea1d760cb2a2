import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { browserHost } from '../../electron/host/browser-host.ts'
import { type RunningTill, startTill } from '../../electron/platform/supervision/till-host.ts'
import { systemClock } from '../../electron/platform/system-clock.ts'
import type { Output } from '../../shared/ipc/contract.ts'
import { freePort } from '../support/free-port.ts'
import { codeFor, type HqApp, openHqApp, openShop, type Shop } from '../support/hq-app.ts'
import { type LoopbackPage, openPage } from '../support/loopback-page.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'

/**
 * A till of real processes and head office on a loopback port: enrolled with a code, a sale is at head office within
 * moments, head office may go away and come back, and the strip says at each time what is being done.
 */

const ROOT = path.resolve(import.meta.dirname, '../..')
const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-live-'))
let database: FreshDatabase
let hq: HqApp
let shop: Shop
let port = 0
let till: RunningTill
let page: LoopbackPage
let session = ''
const log: string[] = []

const until = <T>(what: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(what, { timeout: 50_000, interval: 50 })

let officeIsOpen = false
async function closeOffice(): Promise<void> {
  if (!officeIsOpen) return
  officeIsOpen = false
  await hq.close()
}

async function openOffice(): Promise<void> {
  hq = await openHqApp(database.url, { clock: systemClock() })
  await hq.app.listen({ host: '127.0.0.1', port })
  officeIsOpen = true
}

beforeAll(async () => {
  database = await freshDatabase()
  port = await freePort()
  await openOffice()
  shop = await openShop(hq)
  const started = await startTill(
    browserHost({
      dir: path.join(work, 'till'),
      port: 0,
      rendererDir: path.join(ROOT, 'renderer'),
      ledgerEntry: path.join(ROOT, 'electron/ledger/process.ts'),
      syncEntry: path.join(ROOT, 'electron/sync/process.ts'),
      log: (line) => log.push(line),
    }),
  )
  if ('why' in started) throw new Error(started.sentence)
  till = started
  page = await openPage(till.screens.address)
  const store = await page.bridge.call('setup.begin', '', {
    command_id: '1'.repeat(32),
    store_name: 'Balogun Market',
    till_name: 'Till 1',
    admin_name: 'Ada',
    pin: '730264',
    date_confirmed: new Date().toISOString().slice(0, 10),
  })
  if (store.outcome !== 'done') throw new Error(store.outcome)
  session = store.value.session.token
})
afterAll(async () => {
  page?.close()
  await till?.close()
  await closeOffice()
  await database?.drop()
  rmSync(work, { recursive: true, force: true, maxRetries: 5 })
})

async function health(): Promise<NonNullable<Output<'system.status'>['health']>> {
  const status = await page.bridge.call('system.status', '', {})
  if (status.outcome !== 'done' || !status.value.health) throw new Error('no health')
  return status.value.health
}

let sales = 0
async function sell(): Promise<void> {
  sales += 1
  const sale = await page.bridge.call('sale.record', session, {
    command_id: String(sales).padStart(32, '0'),
    customer_id: null,
    gross_kobo: 5_000,
    redeem: null,
    receipt: `R-${sales}`,
    channel: 'pos',
    approver: null,
  })
  expect(sale).toMatchObject({ outcome: 'done' })
}

const salesAtOffice = (): Promise<number> =>
  hq.db.tenant(shop.tenant, async (tx) => {
    const sql = `SELECT count(*)::int AS count FROM hq.event WHERE kind = 'sale.recorded'`
    const [found] = await tx.query<{ count: number }>(sql)
    return found?.count ?? 0
  })
const allThere = () =>
  until(async () => {
    expect(await salesAtOffice()).toBe(sales)
    expect(await health()).toMatchObject({ waiting: 0, sync: { doing: 'up_to_date' } })
  })

test('a till with sales of its own is enrolled with a code and brings them', async () => {
  await sell()
  await sell()
  const enrolled = await page.bridge.call('hq.enrol', session, {
    command_id: 'e'.repeat(32),
    url: `http://127.0.0.1:${port}`,
    code: await codeFor(hq, shop),
  })
  expect(enrolled, log.join('\n')).toMatchObject({ outcome: 'done', value: { store_name: 'Main Street' } })
  await allThere()
  const connection = await page.bridge.call('hq.connection', session, {})
  expect(connection).toMatchObject({ outcome: 'done', value: { stopped: null } })
  await until(async () => {
    const lists = await page.bridge.call('hq.connection', session, {})
    if (lists.outcome !== 'done') throw new Error(lists.outcome)
    expect(lists.value.lists.map(({ complete }) => complete)).not.toContain(false)
  })
})

test('a sale is there within moments', async () => {
  await sell()
  await allThere()
})

test('head office goes away: the till sells on and says so; it comes back and has everything', async () => {
  await closeOffice()
  await sell()
  await sell()
  await until(async () => {
    const now = await health()
    expect(now).toMatchObject({ waiting: 2, sync: { doing: 'offline' } })
    expect(now.sync.sentence).toBe('No connection to head office. 2 entries are kept here and will be sent.')
  })
  await openOffice()
  const sent = await page.bridge.call('hq.send_now', session, {})
  expect(sent.outcome).toBe('done')
  await allThere()
})
