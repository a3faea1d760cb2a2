import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { randomHex } from '../../../electron/platform/random.ts'
import { createApp } from '../../../hq/api/app.ts'
import { pagesOf, writeBackup } from '../../../hq/db/backup.ts'
import { restoreBackup } from '../../../hq/services/backup.ts'
import { listEvents } from '../../../hq/services/console/events.ts'
import { staffNames } from '../../../hq/services/console/staff-names.ts'
import { rerunQuarantine } from '../../../hq/services/holding.ts'
import { chainDifference } from '../../../hq/services/reconcile-chains.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { customerId } from '../../../shared/domain/identity.ts'
import { type ForgingTill, joinedTill } from '../../support/forging-till.ts'
import {
  BACKUP_KEY,
  type HqApp,
  openShopOffice,
  post,
  type Shop,
  type ShopOffice,
} from '../../support/hq-app.ts'
import { freshDatabase } from '../../support/postgres.ts'

/** An enrolled till sends what is large or what no database reads: nobody else is kept from anything by it. */

let office: ShopOffice
let hq: HqApp
let shop: Shop
let rows: ShopOffice['rows']

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop, rows } = office)
})
afterAll(() => office.close())

const newTill = (): Promise<ForgingTill> => joinedTill(hq, shop)
let phones = 0
function someone(till: ForgingTill): { readonly id: string; readonly phone: string } {
  phones += 1
  const phone = `+23480311200${String(phones).padStart(2, '0')}`
  return {
    id: customerId(nodeDigest, till.identityKey, shop.tenant, { kind: 'phone', value: phone }, 0),
    phone,
  }
}
const eventsOf = (till: ForgingTill) =>
  rows<{ outcome: string; why: string }>('SELECT outcome, why FROM hq.event WHERE device = $1 ORDER BY seq', [
    till.device,
  ])

test('an event up to the limit of tills counts, a larger one waits, and one beyond all measure is not taken', async () => {
  const sized = (till: ForgingTill, bytes: number): string => {
    const text = till.textOf(till.earned(someone(till).id, 5))
    return `${text.slice(0, -1)}${' '.repeat(bytes - text.length)}}`
  }
  const till = await newTill()
  await till.pushText(hq, sized(till, LIMITS.eventBytesMax))
  await till.pushText(hq, sized(till, LIMITS.eventBytesMax + 1))
  await till.pushText(hq, sized(till, LIMITS.eventTakenBytesMax))
  const taken = [
    { outcome: 'posted', why: '' },
    { outcome: 'quarantined', why: 'too_large' },
    { outcome: 'quarantined', why: 'too_large' },
  ]
  expect(await eventsOf(till)).toEqual(taken)
  const refused = await till.pushText(hq, sized(till, LIMITS.eventTakenBytesMax + 1)).catch(String)
  expect(refused).toContain('"code":"too_large"')
  expect(refused).toContain('"at":{"epoch":1,"seq":4}')
  expect(refused).toContain('Nothing was changed')
  expect(await eventsOf(till)).toEqual(taken)
})

test('a batch with personal values beyond their measure is not taken, none of it', async () => {
  const [till, other] = [await newTill(), await newTill()]
  const customer = someone(till)
  const large = { name: 'a'.repeat(LIMITS.personalBytesMax) }
  const batch = [till.earned(customer.id, 5), till.enrolled(customer.id, large)]
  expect(await till.push(hq, batch).catch(String)).toContain('"at":{"epoch":1,"seq":2}')
  expect(await eventsOf(till)).toEqual([])
  // Counted in bytes.
  const wide = { note: '\u20a6'.repeat(LIMITS.personalBytesMax / 3) }
  expect(await other.push(hq, [other.enrolled(customer.id, wide)]).catch(String)).toContain('too_large')
})

test('of values longer than a till keeps them nothing is kept, and a person is told', async () => {
  const till = await newTill()
  const fields = { name: 121, phone: 41, note: 501, email: 255, other: 501 }
  for (const [field, chars] of Object.entries(fields)) {
    const { id, phone } = someone(till)
    const random = Buffer.from(randomHex(chars)).toString('latin1').slice(0, chars)
    const draft = till.enrolled(id, { name: 'Ngozi', phone, [field]: random })
    await till.push(hq, [draft])
    expect([field, await rows('SELECT name, phone FROM hq.customer WHERE id = $1', [id])]).toEqual([
      field,
      [{ name: '', phone: null }],
    ])
  }
  const told = await rows(`SELECT 1 FROM hq.inbox WHERE kind = 'personal_differs' AND device = $1`, [
    till.device,
  ])
  expect(told).toHaveLength(Object.keys(fields).length)
  expect(
    await rows('SELECT 1 FROM hq.event_personal p JOIN hq.event e ON e.id = p.event WHERE e.device = $1', [
      till.device,
    ]),
  ).toEqual([])
  const { id, phone } = someone(till)
  const name = '\u{1f600}'.repeat(120)
  await till.push(hq, [till.enrolled(id, { name, phone })])
  expect(await rows('SELECT name, phone FROM hq.customer WHERE id = $1', [id])).toEqual([{ name, phone }])
})

test('a value that the database finds too long for an index is a refusal and no failure', async () => {
  const failing = Object.assign(new Error('index row size exceeds maximum'), { code: '54000' })
  const db = { ...hq.db, global: () => Promise.reject(failing), tenant: () => Promise.reject(failing) }
  const app = await createApp({ ...hq.parts, db, log: null })
  const asked = await post({ app }, '/sync/v1/challenge', { device: 'a'.repeat(32), epoch: 1 })
  expect([asked.status, asked.body]).toEqual([400, expect.objectContaining({ code: 'malformed' })])
  const signed = await app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
    payload: JSON.stringify({ login: 'ngozi', password: 'long enough 12' }),
  })
  expect(signed.statusCode).toBe(400)
  await app.close()
})

const staffChanged = (till: ForgingTill, staff: string, json: string) => {
  const { payload, personal } = till.enrolled(staff, json)
  const sealed = (payload as { personal: string }).personal
  const said = { staff, role: 'cashier', active: true, pin_changed: false, personal: sealed }
  return { kind: 'staff.changed' as const, customer: staff, payload: said, personal }
}
const namesOf = (...ids: string[]) =>
  hq.db.tenant(shop.tenant, async (tx) => Object.fromEntries(await staffNames(tx, shop.tenant, ids)))

test.each([
  ['an escaped character 0', '{"name":"a\\u0000"}'],
  ['half a character', '{"name":"\\ud83d"}'],
])('%s beside an entry of staff is not kept, and takes the ledgers from nobody', async (_, crafted) => {
  const [honest, hostile] = [await newTill(), await newTill()]
  const [hauwa, binta] = [randomHex(16), randomHex(16)]
  await honest.push(hq, [staffChanged(honest, hauwa, '{"name":"Hauwa"}')])
  await hostile.push(hq, [staffChanged(hostile, binta, crafted)])
  expect(await namesOf(hauwa, binta)).toEqual({ [hauwa]: 'Hauwa' })
  expect(
    await rows('SELECT 1 FROM hq.event_personal p JOIN hq.event e ON e.id = p.event WHERE e.device = $1', [
      hostile.device,
    ]),
  ).toEqual([])
  await honest.push(hq, [staffChanged(honest, hauwa, '{"name":"Hauwa Bello"}')])
  // What stands there from before this was asked.
  await rows(
    `UPDATE hq.event_personal p SET json = $2 FROM hq.event e WHERE e.id = p.event AND e.device = $1 AND e.seq = 1`,
    [honest.device, crafted],
  )
  expect(await namesOf(hauwa, binta)).toEqual({ [hauwa]: 'Hauwa Bello' })
  await hq.db.tenant(shop.tenant, (tx) => listEvents(tx, shop.tenant, { limit: 50 }))
})

test('a name is found behind many entries about others', async () => {
  const till = await newTill()
  const [hauwa, binta] = [randomHex(16), randomHex(16)]
  await till.push(hq, [staffChanged(till, hauwa, '{"name":"Hauwa"}')])
  for (let i = 0; i < 3; i += 1) {
    hq.later(1_000)
    await till.push(
      hq,
      Array.from({ length: 60 }, () => staffChanged(till, binta, '{"name":"Binta"}')),
    )
  }
  expect(await namesOf(hauwa, binta)).toEqual({ [hauwa]: 'Hauwa', [binta]: 'Binta' })
})

test('what Postgres does not take for JSON keeps no reconciliation from its end', async () => {
  const till = await newTill()
  const { id } = someone(till)
  await till.push(hq, [till.sold(id, randomHex(16), 90_000)])
  const zero = till.textOf(till.earned(id, 30)).replace('"v":1', '"v":1,"answer":{"name":"a\\u0000"}')
  await till.pushText(hq, zero)
  const power = till.textOf(till.sold(id, randomHex(16), 7)).replace('"gross":7', '"gross":7.0')
  await till.pushText(hq, power)
  const [known] = await rows<{ head_hash: string }>(
    'SELECT head_hash FROM hq.device_epoch WHERE device = $1',
    [till.device],
  )
  const compared = (figures: object) =>
    hq.db.tenant(shop.tenant, (tx) =>
      chainDifference(tx, shop.tenant, till.device, {
        epoch: 1,
        events: 3,
        head_hash: known?.head_hash ?? '',
        points: 0,
        sales_kobo: 90_007,
        ...figures,
      }),
    )
  expect(await compared({})).toBeNull()
  // One that counts, read by what head office keeps of it.
  await till.push(hq, [till.earned(id, 12)])
  expect(await eventsOf(till)).toEqual([
    { outcome: 'posted', why: '' },
    { outcome: 'quarantined', why: 'schema' },
    { outcome: 'posted', why: '' },
    { outcome: 'posted', why: '' },
  ])
})

test('a backup takes large rows in small pages and brings every one back; what waits is read again in pages', async () => {
  const till = await newTill()
  const text = (): string => {
    const one = till.textOf(till.earned(someone(till).id, 5))
    return `${one.slice(0, -1)}${' '.repeat(60_000 - one.length)}}`
  }
  for (let i = 0; i < 3; i += 1) await till.pushText(hq, text())
  const sql = new pg.Client({ connectionString: office.database.url })
  await sql.connect()
  // As many again as make several pages of each kind.
  await sql.query(
    `INSERT INTO hq.event (tenant_id, device, epoch, seq, id, kind, customer, program, staff, trusted, received_at,
       effective_at, bytes, hash, signature, outcome, why, content)
     SELECT tenant_id, device, epoch, seq + 3 * n, NULL, kind, customer, program, staff, trusted, received_at,
       effective_at, bytes, hash, signature, outcome, why, content
     FROM hq.event, generate_series(1, 70) n WHERE device = $1`,
    [till.device],
  )
  const largest: number[] = []
  const watched = { ...hq.db, tenant: watching(largest) }
  expect(await rerunQuarantine({ ...hq.parts, db: watched }, shop.tenant)).toEqual({ counted: 0 })
  expect(largest.length).toBeGreaterThan(3)
  expect(Math.max(...largest)).toBeLessThan(5 * 1024 * 1024)

  const pages: number[] = []
  for await (const page of pagesOf(sql, 'event', shop.tenant)) pages.push(page.join('').length)
  expect(pages.length).toBeGreaterThan(2)
  expect(Math.max(...pages)).toBeLessThan(9 * 1024 * 1024)

  const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-large-'))
  const file = path.join(work, 'large.kasuwa-hq')
  const empty = await freshDatabase()
  const written = await writeBackup(office.database.url, file, hq.now(), BACKUP_KEY)
  const restored = await restoreBackup({
    url: empty.url,
    file,
    key: BACKUP_KEY,
    journal: hq.parts.journal,
    entries: hq.journal,
    present: 1,
    now: hq.now(),
  })
  expect(restored).toMatchObject({ ok: true, value: { rows: written.rows } })
  const again = new pg.Client({ connectionString: empty.url })
  await again.connect()
  const all = `SELECT device, epoch, seq, id, outcome, gross_kobo, md5(bytes) FROM hq.event ORDER BY device, epoch, seq`
  expect((await again.query(all)).rows).toEqual((await sql.query(all)).rows)
  await again.end()
  await sql.end()
  await empty.drop()
  rmSync(work, { recursive: true, force: true })
})

/** Notes how many bytes of events each statement brought. */
function watching(largest: number[]): HqApp['db']['tenant'] {
  return (tenant, work, options) =>
    hq.db.tenant(
      tenant,
      (tx) =>
        work({
          async query<R extends object>(sql: string, values: readonly unknown[] = []) {
            const found = await tx.query<R>(sql, values)
            const bytes = found.map((row) =>
              'bytes' in row && row.bytes instanceof Buffer ? row.bytes.length : 0,
            )
            if (bytes.length > 0 && 'bytes' in (found[0] ?? {}))
              largest.push(bytes.reduce((sum, one) => sum + one, 0))
            return found
          },
        }),
      options,
    )
}
