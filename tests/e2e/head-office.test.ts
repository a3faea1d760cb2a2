import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '../../electron/platform/system-clock.ts'
import { postgresFeed } from '../../hq/db/feed.ts'
import { exportPackage } from '../../hq/services/export-package.ts'
import { createStore } from '../../hq/services/stores.ts'
import { DEFAULT_PROGRAM } from '../../shared/domain/program/program.ts'
import { readEvent } from '../../shared/protocol/payload-schema.ts'
import { violations } from '../support/axe.ts'
import { freePort } from '../support/free-port.ts'
import { keysOf, makeTenant, registerTill, sendAll } from '../support/head-office.ts'
import { codeFor, type HqApp, openHqApp, type Shop } from '../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import type { Screen } from '../support/screen.ts'
import { aShop, SMALL } from '../support/shop.ts'
import { newTill, removeTempDirs } from '../support/till.ts'

/**
 * A shop that joins head office, as its people see it: with a code, with head office away and back, with somebody
 * whose points another store knows, with an entry that is not counted, and with a till that is stopped.
 */

const shop = aShop()
const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-office-'))
const MUSA = '08031110001'
const BALA = '08031110003'
let database: FreshDatabase
let hq: HqApp
let office: Shop
let port = 0
let isOpen = false
/** What head office takes for too new to count. */
let holds = false

async function openOffice(): Promise<void> {
  hq = await openHqApp(database.url, {
    clock: systemClock(),
    reads: (text, bytes) => {
      const reading = readEvent(text, bytes)
      return holds && reading.ok && reading.event.envelope.kind === 'points.earned'
        ? { ok: false, why: 'newer_version', json: JSON.parse(text ?? '') }
        : reading
    },
  })
  await hq.app.listen({ host: '127.0.0.1', port })
  isOpen = true
}
async function closeOffice(): Promise<void> {
  if (!isOpen) return
  isOpen = false
  await hq.close()
}

/** Another store has sold to Musa: his account is known there and at head office. */
beforeAll(async () => {
  database = await freshDatabase()
  port = await freePort()
  await openOffice()
  const elsewhere = await newTill()
  const tenant = await makeTenant(
    { ...hq, fresh: database, clock: elsewhere.clock },
    keysOf(elsewhere),
    'store',
  )
  await hq.db.tenant(tenant, (tx) =>
    tx.query('INSERT INTO hq.sync_program_v1 (tenant_id, id, settings) VALUES ($1, $2, $3)', [
      tenant,
      DEFAULT_PROGRAM.id,
      JSON.stringify(DEFAULT_PROGRAM),
    ]),
  )
  await elsewhere.sell(await elsewhere.enrol(MUSA, { name: 'Musa Bello' }), 130_000)
  await elsewhere.sell(await elsewhere.enrol(BALA, { name: 'Bala Umar' }), 20_000)
  const there = { ...hq, fresh: database, clock: elsewhere.clock }
  await sendAll(there, await registerTill(there, tenant, elsewhere))
  office = { tenant, ...(await createStore(hq.parts, { tenant, name: 'Balogun Market', who: 'test' })) }
})
afterAll(async () => {
  await closeOffice()
  await database?.drop()
  removeTempDirs()
  rmSync(work, { recursive: true, force: true })
})

const cashier = shop.windowOf('Chidi', { size: SMALL })
const manager = shop.windowOf('Tunde', { bypassPolicy: true })

const until = (look: () => Promise<void>): Promise<void> =>
  vi.waitFor(look, { timeout: 50_000, interval: 100 })
const health = async () => (await shop.ask('Tunde', 'health.get', {})).health
const allSent = () =>
  until(async () => expect(await health()).toMatchObject({ waiting: 0, sync: { doing: 'up_to_date' } }))

async function room(name: string, screen: Screen = manager()): Promise<Screen> {
  if ((await screen.page.getByRole('navigation', { name: 'Rooms of the manager' }).count()) === 0)
    await screen.press('F10')
  await screen.page
    .getByRole('navigation', { name: 'Rooms of the manager' })
    .getByRole('link', { name })
    .click()
  await screen.page.getByRole('heading', { name, level: 1 }).waitFor()
  return screen
}
async function connectWith(code: string, screen: Screen): Promise<void> {
  await screen.page.getByLabel('Address of head office').fill(`http://127.0.0.1:${port}`)
  await screen.page.getByLabel('Code', { exact: true }).fill(code)
  await screen.page.getByRole('button', { name: 'Connect', exact: true }).click()
}

test('a wrong code is told in a sentence; the right one connects, and what was sold before is sent', async () => {
  await shop.customer('Ada Obi', { phone: '08031110002', points: 2_000 })
  await cashier().sees('All kept on this till')
  const screen = await room('Head office')
  await screen.sees('Works alone')
  expect(await violations(screen)).toEqual([])
  await connectWith('AAAA-BBBB-CCCC', screen)
  await screen.hears('code')
  await screen.sees('Works alone')
  await connectWith(await codeFor(hq, office), screen)
  await screen.page.getByRole('heading', { name: 'Kasuwa Test' }).waitFor()
  await allSent()
  await until(async () => {
    const { lists } = await shop.ask('Tunde', 'hq.connection', {})
    expect(lists.filter(({ complete }) => !complete)).toEqual([])
  })
  await screen.sees('Everything is sent.')
  await cashier().sees('Everything sent')
  expect(await violations(screen)).toEqual([])
})

test('what head office sets cannot be changed here, and it is said who sets it', async () => {
  const screen = await room('Settings')
  await screen.sees('Head office sets the program for all stores.')
  expect(await screen.page.getByLabel('One point per').isDisabled()).toBe(true)
  expect(await screen.page.getByLabel('Till name').isDisabled()).toBe(false)
})

test('somebody only another store knows is asked for at head office, and the card fills', async () => {
  const till = cashier()
  await till.find.fill(BALA)
  await till.sees('Points not known yet', till.results.first())
  await till.take(BALA)
  await till.sees('200 points', till.customer)
  await till.sees('As of', till.customer)
  await till.press('F4')
  await till.type('50000')
  await till.sees('Up to 200 points', till.sale)
})

test('while head office is away a stranger’s points are unknown, never zero, and sales wait in plain words', async () => {
  await closeOffice()
  // Until it has noticed, it offers to ask head office.
  await shop.ask('Tunde', 'hq.send_now', {})
  await until(async () => expect((await health()).sync.doing).toBe('offline'))
  const till = cashier()
  await till.find.fill(MUSA)
  await till.sees('Points not known yet', till.results.first())
  await till.take(MUSA)
  await till.sees('to redeem, the till must reach head office', till.customer)
  await till.type('5000')
  await till.sees('Earns 50 points')
  await till.sees('This till does not have the account of Musa Bello yet', till.sale)
  await till.press('Enter')
  expect((await till.told('Musa earns 50 points')).text).not.toContain('now has')
  await till.sees('1 sale waiting to be sent')
  const ada = await shop.ask('Chidi', 'customer.search', { text: '08031110002' })
  await shop.sell(ada.results[0]?.id ?? '', 100)
  await till.sees('2 sales waiting to be sent')

  // The whole of it, by keys alone.
  const strip = till.page.getByRole('button', { name: '2 sales waiting to be sent' })
  await strip.focus()
  await till.press('Enter')
  await till.sees('No connection to head office.', till.dialog)
  await till.sees('2 sales waiting to be sent.', till.dialog)
  await till.sees('The oldest is from', till.dialog)
  await till.sees('Last contact with head office:', till.dialog)
  await till.sees('The clock of this computer is right.', till.dialog)
  expect(await till.outOfSight()).toEqual([])
  await till.press('Escape')
  await till.hasFocus(strip)
})

test('what waits goes out as a file while there is no connection', async () => {
  const screen = await room('Head office')
  await screen.sees('Connected')
  const [download] = await Promise.all([
    screen.page.waitForEvent('download'),
    screen.page.getByRole('button', { name: 'Save what waits to a file' }).click(),
  ])
  const out = path.join(work, 'unsent.jsonl')
  await download.saveAs(out)
  expect(readFileSync(out, 'utf8').trim().split('\n').length).toBeGreaterThan(1)
  await screen.sees('until head office has them.')
})

test('head office is back: everything is sent, and the points of the stranger are known', async () => {
  await openOffice()
  const screen = await room('Head office')
  await screen.page.getByRole('button', { name: 'Send now' }).click()
  await allSent()
  const till = cashier()
  await till.sees('Everything sent')
  await till.take(MUSA)
  await till.sees('1,350 points', till.customer)
})

test('a package of head office comes in as a file', async () => {
  const screen = await room('Head office')
  const file = path.join(work, 'package.jsonl')
  const store = { id: office.store, name: 'Balogun Market' }
  const feed = postgresFeed(hq.db, { onTrouble: (error) => expect.fail(String(error)) })
  await exportPackage(hq.parts, { tenant: office.tenant, store, feed, file })
  await feed.close()
  await screen.page.getByLabel('Read a file from head office').setInputFiles(file)
  await screen.hears('Head office made the file')
})

test('an entry that is not counted, a customer who owes, and a till that is stopped lead to one room', async () => {
  holds = true
  const till = cashier()
  const { results } = await shop.ask('Chidi', 'customer.search', { text: '08031110002' })
  const ada = results[0]?.id ?? ''
  await shop.sell(ada, 30_000)
  await until(async () => expect((await health()).quarantined).toBe(1))
  await until(async () => {
    const card = await shop.ask('Chidi', 'customer.card', { customer_id: ada })
    expect(card.account).toMatchObject({ waiting: 375, unconfirmed: 0 })
  })
  await hq.db.tenant(office.tenant, (tx) =>
    tx.query(
      `INSERT INTO hq.sync_deny_v1 (tenant_id, customer, reason, since) VALUES ($1, $2, 'overdraft', 1)`,
      [office.tenant, ada],
    ),
  )
  await until(async () => {
    const card = await shop.ask('Chidi', 'customer.card', { customer_id: ada })
    expect(card.account.denied).toBe(true)
  })
  await till.take('08031110002')
  await till.sees('375 more wait to be checked at head office', till.customer)
  await till.sees('Head office asks to take no points from this customer now.', till.customer)
  await till.type('10000')
  // What was set aside for this till before can be used.
  await till.sees('because head office asks not to take others from this customer now', till.sale)
  // As when another computer was enrolled in the place of this one.
  await hq.db.tenant(office.tenant, (tx) =>
    tx.query(
      `UPDATE hq.device_epoch SET closed_at = 1 WHERE device IN (SELECT id FROM hq.device WHERE store = $1)`,
      [office.store],
    ),
  )
  await shop.sell(ada, 100)
  await till.sees('Sending has stopped. Call the manager')
  const screen = await room('Today')
  await screen.sees('not counted yet. This till is newer than head office.')
  await screen.sees('Another computer took the place of this till')
  await screen.page.getByRole('button', { name: 'Open head office' }).first().click()
  await screen.page.getByRole('heading', { name: 'Head office', level: 1 }).waitFor()
  await screen.sees('Needs you')
  await screen.sees('Nothing is sent to head office')
  await screen.sees('it counts by itself when head office is updated')
  expect(await violations(screen)).toEqual([])
})
