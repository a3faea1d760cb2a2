import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { writeBackup } from '../../../hq/db/backup.ts'
import { restoreBackup } from '../../../hq/services/backup.ts'
import { writeOffDevice } from '../../../hq/services/devices.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import { writeOffStray } from '../../../hq/services/write-off.ts'
import {
  BACKUP_KEY,
  type HqApp,
  openHqApp,
  openShopOffice,
  type Shop,
  type ShopOffice,
} from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import {
  ask,
  asking,
  book,
  booking,
  customerWith,
  newTill,
  officeOf,
  redeemed,
  wordsOf,
} from './lease-shop.ts'

/** Head office was put back from a backup: what was set aside meanwhile comes back by its signature, and once. */

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-leases-'))
let office: ShopOffice
let target: FreshDatabase
let hq: HqApp
let shop: Shop

beforeAll(async () => {
  office = await openShopOffice()
  target = await freshDatabase()
  ;({ hq, shop } = office)
})
afterAll(async () => {
  await office.close()
  await target.drop()
  rmSync(work, { recursive: true, force: true })
})

test('a grant of the life that was lost is made again in full by its holder, and nothing new until all have spoken', async () => {
  const [spender, giver, gone] = [await newTill(hq, shop), await newTill(hq, shop), await newTill(hq, shop)]
  const customer = randomHex(16)
  // In the backup: the tills, a grant of one that is written off later; not what they say or get afterwards.
  const other = await customerWith(hq, gone, 300)
  const [lost] = (await ask(hq, gone, asking(other, 200))).grants
  const file = path.join(work, 'monday.kasuwa-hq')
  await writeBackup(office.database.url, file, hq.now(), BACKUP_KEY)

  await giver.push(hq, [{ ...giver.earned(customer, 100), program: 'default' }])
  const [signed] = (await ask(hq, spender, asking(customer, 80))).grants
  if (!signed || !lost) throw new Error('nothing was set aside')
  await book(hq, spender, booking(signed))
  await spender.push(hq, [redeemed(customer, 50, wordsOf(signed).grant)])
  const before = officeOf(hq, shop)
  expect(await before.figures(customer)).toEqual([20, 30, 0])
  await writeOffDevice(hq.parts, {
    tenant: shop.tenant,
    device: gone.device,
    who: 'Amina Bello',
    reason: 'burnt',
  })

  const { journal } = hq.parts
  const from = { url: target.url, file, key: BACKUP_KEY, journal, entries: hq.journal }
  const done = await restoreBackup({ ...from, present: 1, now: hq.now() })
  expect(done).toMatchObject({ ok: true, value: { hq_epoch: 2 } })
  const again = await openHqApp(target.url)
  const after = officeOf(again, shop)
  // Written off stays written off: what the backup holds for it goes back.
  expect(await after.figures(other)).toEqual([100, 200, 0])
  expect(await writeOffStray(again.parts, shop.tenant)).toEqual({ leases: 1 })
  expect(await after.figures(other)).toEqual([300, 0, 0])
  expect(await writeOffStray(again.parts, shop.tenant)).toEqual({ leases: 0 })

  // Until every till has sent what it has, nobody gets anything new.
  for (const till of [spender, giver]) await till.refresh(again)
  const wanted = asking(other, 10)
  const codes = async () => (await ask(again, spender, wanted)).refused.map(({ code }) => code)
  expect(await codes()).toEqual(['recovering'])
  // The holder is heard first: the pot is made in full, and what the lots lack is advanced.
  await spender.pushAgain(again, 1)
  expect(await after.figures(customer)).toEqual([0, 30, 80])
  expect(await after.told(wordsOf(signed).grant)).toBe('open')
  expect(
    (await ask(again, spender, { ...asking(customer, 1), grant: wordsOf(signed).grant })).grants,
  ).toEqual([signed])
  await giver.pushAgain(again)
  expect(await codes()).toEqual(['recovering'])
  expect(await after.figures(customer)).toEqual([20, 30, 0])
  await spender.pushAgain(again)
  const { grants } = await ask(again, spender, wanted)
  expect(grants.map((one) => wordsOf(one))).toMatchObject([{ points: 10, hq_epoch: 2 }])
  expect((await verifyTenant(again.parts, shop.tenant)).findings).toEqual([])
  await again.close()
})

test('a till that never speaks again is written off, and the others get something', async () => {
  const again = await openHqApp(target.url)
  const [asker, silent] = [await newTill(again, shop), await newTill(again, shop)]
  const customer = await customerWith(again, asker, 100)
  const file = path.join(work, 'tuesday.kasuwa-hq')
  await writeBackup(target.url, file, again.now(), BACKUP_KEY)
  const third = await freshDatabase()
  const { journal } = again.parts
  const from = { url: third.url, file, key: BACKUP_KEY, journal, entries: again.journal }
  expect((await restoreBackup({ ...from, present: 2, now: again.now() })).ok).toBe(true)
  const hqNow = await openHqApp(third.url)
  await asker.refresh(hqNow)
  await asker.push(hqNow, [redeemed(customer, 1)])
  const tills = officeOf(hqNow, shop)
  const waiting = await tills.rows<{ id: string }>(
    `SELECT id FROM hq.device WHERE awaited AND state <> 'written_off'`,
  )
  expect(waiting.map(({ id }) => id)).toContain(silent.device)
  expect((await ask(hqNow, asker, asking(customer, 5))).refused).toMatchObject([{ code: 'recovering' }])
  for (const { id: device } of waiting) {
    await writeOffDevice(hqNow.parts, { tenant: shop.tenant, device, who: 'Amina Bello', reason: 'lost' })
  }
  expect((await ask(hqNow, asker, asking(customer, 5))).grants).toHaveLength(1)
  // One that is new has nothing to tell.
  await newTill(hqNow, shop)
  expect((await ask(hqNow, asker, asking(customer, 5))).grants).toHaveLength(1)
  expect((await verifyTenant(hqNow.parts, shop.tenant)).findings).toEqual([])
  await hqNow.close()
  await again.close()
  await third.drop()
})
