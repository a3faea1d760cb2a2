import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBackup } from '../../../hq/db/backup.ts'
import { restoreBackup } from '../../../hq/services/backup.ts'
import { somebody } from '../../support/console.ts'
import { BACKUP_KEY, type HqApp, openHqApp, openShopOffice, type ShopOffice } from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

/** Head office was put back from a backup: what entries say of the program that gave their points stays true. */

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-programs-'))
let office: ShopOffice
let target: FreshDatabase

beforeAll(async () => {
  office = await openShopOffice()
  target = await freshDatabase()
})
afterAll(async () => {
  await office.close()
  await target.drop()
  rmSync(work, { recursive: true, force: true })
})

/** Answers the number of the version that gives a point for so much. */
async function publish(hq: HqApp, kobo_per_point: number): Promise<number> {
  const person = await somebody(hq, office.shop.tenant, 'manager')
  const { mark, published } = await person.get('programs.one', { id: 'default' })
  if (!published) throw new Error('the default program is there')
  const settings = { ...published, kobo_per_point }
  const saved = await person.get('programs.save', { id: 'default', mark, settings })
  return (await person.get('programs.publish', { id: 'default', mark: saved.mark })).version
}

test('no number of a version that was lost with the life before is given again', async () => {
  const { hq } = office
  expect(await publish(hq, 5_000)).toBe(2)
  const file = path.join(work, 'monday.kasuwa-hq')
  await writeBackup(office.database.url, file, hq.now(), BACKUP_KEY)
  // Tills followed this one, and the backup knows nothing of it.
  expect(await publish(hq, 4_000)).toBe(3)

  const { journal } = hq.parts
  const from = { url: target.url, file, key: BACKUP_KEY, journal, entries: hq.journal }
  expect((await restoreBackup({ ...from, present: 1, now: hq.now() })).ok).toBe(true)
  const again = await openHqApp(target.url)
  expect(await publish(again, 2_000)).toBe(10_001)
  expect(await publish(again, 1_000)).toBe(10_002)
  await again.close()
})
