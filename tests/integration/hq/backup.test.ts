import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBackup } from '../../../hq/db/backup.ts'
import { restoreBackup } from '../../../hq/services/backup.ts'
import { revokeDevice } from '../../../hq/services/devices.ts'
import type { TokenReply } from '../../../shared/sync/wire.ts'
import {
  BACKUP_KEY,
  codeFor,
  HandTill,
  type HqApp,
  openHqApp,
  openShop,
  post,
  type Shop,
} from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { onServer } from '../../support/test-postgres.ts'

/** A backup brings back what it holds, and never what was taken back since. */

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-backup-'))
const file = path.join(work, 'monday.kasuwa-hq')
let database: FreshDatabase
let empty: FreshDatabase
let hq: HqApp
let shop: Shop

beforeAll(async () => {
  database = await freshDatabase()
  empty = await freshDatabase()
  hq = await openHqApp(database.url)
  shop = await openShop(hq)
})
afterAll(async () => {
  await hq.close()
  await database.drop()
  await empty.drop()
  rmSync(work, { recursive: true, force: true })
})

const restore = (url: string, from: string, key: Uint8Array | null = BACKUP_KEY) =>
  restoreBackup({
    url,
    file: from,
    key,
    journal: hq.parts.journal,
    entries: hq.journal,
    present: 1,
    now: hq.now(),
  })

async function everything(of: HqApp): Promise<unknown> {
  return of.db.tenant(shop.tenant, async (tx) => ({
    tenants: await tx.query('SELECT * FROM hq.tenant'),
    stores: await tx.query('SELECT * FROM hq.store ORDER BY id'),
    devices: await tx.query(
      "SELECT id, kind, store, name, state FROM hq.device WHERE kind = 'till' ORDER BY id",
    ),
    epochs: await tx.query('SELECT * FROM hq.device_epoch ORDER BY device, epoch'),
    programs: await tx.query('SELECT id, settings FROM hq.sync_program_v1'),
    policies: await tx.query('SELECT store, key, value FROM hq.sync_policy_v1 ORDER BY store'),
  }))
}

test('what was backed up is there again, under a new incarnation; a till that was stopped since stays so', async () => {
  const [lost, kept, later] = [new HandTill(), new HandTill(), new HandTill()]
  await lost.join(hq, await codeFor(hq, shop))
  await kept.join(hq, await codeFor(hq, shop))
  const before = await everything(hq)
  const { rows } = await writeBackup(database.url, file, hq.now(), BACKUP_KEY)
  expect(rows).toBeGreaterThan(8)
  await later.join(hq, await codeFor(hq, shop))
  await revokeDevice(hq.parts, { tenant: shop.tenant, device: lost.device, because: 'stolen', who: 'test' })

  const first = await restore(empty.url, file)
  expect(first).toMatchObject({ ok: true, value: { rows, hq_epoch: 2 } })
  const again = await openHqApp(empty.url)
  const state = (await everything(again)) as { devices: { id: string; state: string }[] }
  expect(state.devices.find(({ id }) => id === lost.device)?.state).toBe('revoked')
  const asBefore = state.devices.map((row) => (row.id === lost.device ? { ...row, state: 'active' } : row))
  expect({ ...state, devices: asBefore }).toEqual(before)
  const renewed = await again.db.incarnation()
  const present = await hq.db.incarnation()
  expect(renewed.hqEpoch).toBe(2)
  expect(renewed.feed).not.toBe(present.feed)
  // Rows are newer than every row that a till can have.
  const versions = await again.db.tenant(shop.tenant, (tx) =>
    tx.query<{ hq_epoch: number }>('SELECT DISTINCT hq_epoch FROM hq.sync_program_v1'),
  )
  expect(versions).toEqual([{ hq_epoch: 2 }])

  // A token of before is stale, the key of the till is not.
  const pushed = await post(again, '/sync/v1/push', kept.signed(kept.heartbeat(hq.now())), kept.token)
  expect(pushed.status).toBe(401)
  expect(((await kept.refresh(again)) satisfies TokenReply).may).toBe('all')
  expect((await lost.refresh(again)).may).toBe('push')
  const { device, epoch } = later
  expect((await post(again, '/sync/v1/challenge', { device, epoch })).body).toMatchObject({
    code: 'unknown_device',
  })
  // What the database numbers itself goes on behind the backup.
  await openShop(again, 'After the restore')
  await again.close()

  const second = await restore(empty.url, file)
  expect(second).toMatchObject({ ok: true, value: { hq_epoch: 3 } })
})

test('what is no whole backup is refused with a sentence, and nothing is changed', async () => {
  const good = readFileSync(file)
  const lines = gunzipSync(good).toString('utf8').split('\n')
  const write = (name: string, bytes: Buffer | string): string => {
    const to = path.join(work, name)
    writeFileSync(to, bytes)
    return to
  }
  const header = JSON.parse(lines[0] ?? '') as object
  const zipped = (text: readonly string[]) => gzipSync(text.join('\n'))
  const cases: readonly [string, string][] = [
    [write('cut', good.subarray(0, good.length - 40)), 'damaged or no backup'],
    [write('altered', zipped(lines.map((line) => line.replace('Main Street', 'Other Street')))), 'altered'],
    [write('shorter', zipped(lines.filter((_, i) => i !== 3))), 'altered'],
    [write('unended', zipped(lines.slice(0, 4))), 'cut off'],
    [
      write('newer', zipped([JSON.stringify({ ...header, structure: 999 }), ...lines.slice(1)])),
      'newer head office',
    ],
    [write('foreign', zipped(['{"kasuwa":"unsent"}'])), 'no backup of head office'],
    [write('text', 'phone,amount\n'), 'damaged or no backup'],
    [path.join(work, 'nowhere'), 'There is no file'],
  ]
  for (const [from, words] of cases) {
    expect(await restore(empty.url, from)).toMatchObject({
      ok: false,
      refusal: expect.stringContaining(words),
    })
  }
  const again = await openHqApp(empty.url)
  expect((await again.db.incarnation()).hqEpoch).toBe(3)
  await again.close()
})

test('a backup that somebody made anew around other rows is refused: its seal needs a key that no backup holds', async () => {
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n')
  const others = lines.slice(0, -1).map((line) => line.replace('Main Street', 'Other Street'))
  const sha256 = createHash('sha256')
    .update(others.map((line) => `${line}\n`).join(''))
    .digest('hex')
  const end = JSON.parse(lines.at(-1) ?? '') as object
  const forged = path.join(work, 'forged')
  writeFileSync(forged, gzipSync([...others, JSON.stringify({ ...end, sha256 }), ''].join('\n')))
  const unsealed = { ok: false, refusal: expect.stringContaining('not sealed with the key') }
  expect(await restore(empty.url, forged)).toMatchObject(unsealed)
  expect(await restore(empty.url, file, Buffer.alloc(32, 8))).toMatchObject(unsealed)
  const again = await openHqApp(empty.url)
  expect((await again.db.incarnation()).hqEpoch).toBe(3)
  await again.close()
  // Whoever gives no key answers for the file.
  expect(await restore(empty.url, forged, null)).toMatchObject({ ok: true })
})

test('a backup of an older structure is restored: what it lacks gets its default, what follows from rows is made anew', async () => {
  const source = await freshDatabase()
  const target = await freshDatabase()
  const older = path.join(work, 'older.kasuwa-hq')
  await onServer(
    source.url,
    `INSERT INTO hq.tenant (tenant_id, name, identity_key, signing_key, public_key, created_at) VALUES ('t', 'T', 'i', 's', 'p', 1);
     INSERT INTO hq.customer (tenant_id, id, public_id, name, joined) VALUES ('t', 'a', 'a', 'Amina Bello', 1);
     INSERT INTO hq.sign_in VALUES ('t', 'p', '127.0.0.1', 1, 0, 1, 0);
     INSERT INTO hq.console_answer VALUES ('t', 'k', 'p', 'h', '{}', 1)`,
  )
  await writeBackup(source.url, older, 1, BACKUP_KEY)
  await onServer(target.url, `ALTER TABLE hq.customer ADD COLUMN shelf text NOT NULL DEFAULT 'main'`)
  const { journal } = hq.parts
  const wanted = { url: target.url, file: older, journal, entries: hq.journal, present: 2, now: hq.now() }
  expect(await restoreBackup({ ...wanted, key: BACKUP_KEY })).toMatchObject({ ok: true })
  const client = new pg.Client({ connectionString: target.url })
  await client.connect()
  const rowsOf = async (sql: string): Promise<unknown> => (await client.query(sql)).rows
  expect(await rowsOf('SELECT name, shelf FROM hq.customer')).toEqual([
    { name: 'Amina Bello', shelf: 'main' },
  ])
  expect(await rowsOf('SELECT key FROM hq.customer_key ORDER BY key')).toEqual([
    { key: 'namina bello' },
    { key: 'nbello' },
  ])
  expect(await rowsOf('SELECT 1 FROM hq.sign_in UNION ALL SELECT 1 FROM hq.console_answer')).toEqual([])
  await client.end()
  await source.drop()
  await target.drop()
})
