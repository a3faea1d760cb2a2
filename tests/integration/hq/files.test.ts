import { createHash, createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgresFeed } from '../../../hq/db/feed.ts'
import { exportPackage } from '../../../hq/services/export-package.ts'
import { importEvents } from '../../../hq/services/import-events.ts'
import { FILE_NUMBERS, FileEnd, PackageHeader, PackageLine } from '../../../shared/sync/files.ts'
import { SHAPES } from '../../../shared/sync/rows.ts'
import { codeFor, HandTill, type HqApp, openHqApp, openShop, type Shop } from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

/** What goes to tills and comes from them on a stick. */

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-files-'))
let database: FreshDatabase
let hq: HqApp
let shop: Shop
const till = new HandTill()

beforeAll(async () => {
  database = await freshDatabase()
  hq = await openHqApp(database.url)
  shop = await openShop(hq)
  await till.join(hq, await codeFor(hq, shop))
})
afterAll(async () => {
  await hq.close()
  await database.drop()
  rmSync(work, { recursive: true, force: true })
})

const hashOf = (lines: readonly string[]) =>
  createHash('sha256').update(lines.map((line) => `${line}\n`).join(''))

test('a package holds every row of the store, is whole, and is signed by the business', async () => {
  const feed = postgresFeed(hq.db, { onTrouble: () => undefined })
  const file = path.join(work, 'package.kasuwa')
  const store = { id: shop.store, name: 'Main Street' }
  const made = await exportPackage(hq.parts, { tenant: shop.tenant, store, feed, file })
  const elsewhere = path.join(work, 'elsewhere.kasuwa')
  const more = { feed, file: elsewhere, streamElsewhere: true }
  await exportPackage(hq.parts, { tenant: shop.tenant, store, ...more })
  const [first = ''] = readFileSync(elsewhere, 'utf8').split('\n')
  expect(PackageHeader.parse(JSON.parse(first)).shapes.every(({ at }) => at === null)).toBe(true)
  await feed.close()
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const header = PackageHeader.parse(JSON.parse(lines[0] ?? ''))
  expect(header).toMatchObject({ tenant: shop.tenant, store: shop.store, hq_epoch: 1 })
  expect(header.shapes.map(({ shape }) => shape)).toEqual([...SHAPES])
  // The stream brings each till its own grants; the package has those of the whole store.
  expect(header.shapes.filter(({ at }) => at === null).map(({ shape }) => shape)).toEqual(['grant'])
  expect(made).toEqual({ rows: 2, receipts: 0 })
  const rows = lines.slice(1, -1).map((line) => PackageLine.parse(JSON.parse(line)))
  expect(rows).toMatchObject([
    { shape: 'policy', row: { store: shop.store, hq_epoch: '1' } },
    { shape: 'program', row: { id: 'default' } },
  ])
  const end = FileEnd.parse(JSON.parse(lines.at(-1) ?? ''))
  const hash = hashOf(lines.slice(0, -1)).digest()
  expect(end).toMatchObject({ lines: lines.length - 1, sha256: hash.toString('hex') })
  const [tenant] = await hq.db.tenant(shop.tenant, (tx) =>
    tx.query<{ public_key: string }>('SELECT public_key FROM hq.tenant'),
  )
  const spki = Buffer.from(`302a300506032b6570032100${tenant?.public_key}`, 'hex')
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  expect(verify(null, hash, key, Buffer.from(end.signature ?? '', 'base64'))).toBe(true)
})

function unsent(pushes: readonly object[], more: object = {}): string[] {
  const header = { tenant: till.tenant, device: till.device, made_at: 1, app_version: '0.1.0', events: 0 }
  const lines = [
    JSON.stringify({ kasuwa: 'unsent', ...FILE_NUMBERS, ...header, ...more }),
    ...pushes.map((push) => JSON.stringify(push)),
  ]
  const sha256 = hashOf(lines).digest('hex')
  return [...lines, JSON.stringify({ end: true, lines: lines.length, sha256, signature: null })]
}

async function* reading(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

test('a file of a till is taken, twice as well; what is foreign, altered, cut or newer is refused', async () => {
  const good = unsent([till.signed(till.heartbeat(hq.now()))])
  for (let i = 0; i < 2; i++) {
    expect(await importEvents(hq.parts, reading(good))).toEqual({
      ok: true,
      value: { device: till.device, events: 0, held: 0 },
    })
  }
  const stranger = new HandTill()
  const forged = { ...till.signed(till.heartbeat(hq.now())), signature: stranger.sign('something else') }
  const cases: readonly [readonly string[], string][] = [
    [['phone,amount'], 'no file of unsent events'],
    [[], 'no file of unsent events'],
    [good.slice(0, -1), 'cut off'],
    [good.map((line) => line.replace('"made_at":1', '"made_at":2')), 'altered'],
    [[good[0] ?? '', 'nonsense', good[2] ?? ''], 'damaged or was altered'],
    [unsent([], { version: 9 }), 'newer Kasuwa'],
    [unsent([forged]), 'was refused'],
    [unsent([stranger.signed(stranger.heartbeat(hq.now(), { tenant: shop.tenant }))]), 'was refused'],
  ]
  for (const [lines, words] of cases) {
    expect(await importEvents(hq.parts, reading(lines))).toMatchObject({
      ok: false,
      refusal: expect.stringContaining(words),
    })
  }
})
