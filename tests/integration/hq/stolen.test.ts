import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { writeBackup } from '../../../hq/db/backup.ts'
import { restoreBackup } from '../../../hq/services/backup.ts'
import { revokeDevice, writeOffDevice } from '../../../hq/services/devices.ts'
import type { OwnEpoch, Problem } from '../../../shared/sync/wire.ts'
import { joinedTill } from '../../support/forging-till.ts'
import {
  BACKUP_KEY,
  codeFor,
  HandTill,
  type HqApp,
  openHqApp,
  openShopOffice,
  post,
  type Shop,
  type ShopOffice,
  waitingForLocks,
} from '../../support/hq-app.ts'
import { freshDatabase } from '../../support/postgres.ts'

/** Whoever has the key of a till that was stopped gets nowhere with it, whatever happens afterwards. */

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-stolen-'))
let office: ShopOffice
let hq: HqApp
let shop: Shop
let rows: ShopOffice['rows']

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop, rows } = office)
})
afterAll(async () => {
  await office.close()
  rmSync(work, { recursive: true, force: true })
})

const DAY = 86_400_000
const codeOf = ({ body }: { readonly body: unknown }): string => (body as Problem).code
const about = (device: string) => ({ tenant: shop.tenant, device, who: 'Ngozi' })

async function joined(): Promise<HandTill> {
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  return till
}

/** What the till has signed in other epochs, as it says itself. */
const claimed = ({ tenant, device, publicKey }: HandTill, epoch: number): OwnEpoch => ({
  tenant,
  device,
  epoch,
  public_key: publicKey,
  last_seq: 0,
  head_hash: '0'.repeat(64),
})

function rotation(till: HandTill, next_epoch: number, next = new HandTill(till.device)) {
  const body = { protocol: 1, device: till.device, epoch: till.epoch, next_epoch, public_key: next.publicKey }
  const signed = till.signed({ ...body, last_seq: 0, head_hash: '0'.repeat(64) })
  return { next, ask: () => post(hq, '/sync/v1/rotate', { ...signed, proof: next.sign(signed.body) }) }
}

async function restored(file: string): Promise<{ office: HqApp; close: () => Promise<void> }> {
  const empty = await freshDatabase()
  const { journal } = hq.parts
  const from = {
    url: empty.url,
    file,
    key: BACKUP_KEY,
    journal,
    entries: hq.journal,
    present: 1,
    now: hq.now(),
  }
  expect(await restoreBackup(from)).toMatchObject({ ok: true })
  const back = await openHqApp(empty.url)
  const close = async (): Promise<void> => {
    await back.close()
    await empty.drop()
  }
  return { office: back, close }
}

test('a restored head office does not believe the old key again; the till itself gets on with a code', async () => {
  const thief = await joined()
  const file = path.join(work, 'before.kasuwa-hq')
  await writeBackup(office.database.url, file, hq.now(), BACKUP_KEY)
  await revokeDevice(hq.parts, { ...about(thief.device), because: 'stolen' })
  const owner = new HandTill(thief.device)
  owner.epoch = 2
  await owner.join(hq, await codeFor(hq, shop, thief.device))
  // Once more, while it is at work.
  const later = new HandTill(thief.device)
  later.epoch = 3
  await later.join(hq, await codeFor(hq, shop, thief.device))

  const { office: back, close } = await restored(file)
  expect((await thief.refresh(back)).may).toBe('push')
  const said = await post(back, '/sync/v1/challenge', { device: later.device, epoch: later.epoch })
  expect(said.body).toMatchObject({
    code: 'epoch_unknown',
    detail: expect.stringContaining('Enrol it again with a code'),
  })
  const again = new HandTill(thief.device)
  again.tenant = shop.tenant
  const asked = again.enrolBody(await codeFor(back, shop, thief.device), {
    epoch: 4,
    epochs: [claimed(later, 3)],
  })
  expect((await post(back, '/sync/v1/enrol', again.signed(asked))).body).toMatchObject({ epoch: 4 })
  again.epoch = 4
  expect((await again.refresh(back)).may).toBe('all')
  expect((await thief.refresh(back)).may).toBe('push')
  await close()
})

test('a till that is newer than the backup brings its old keys along, and none of them is believed', async () => {
  const file = path.join(work, 'empty.kasuwa-hq')
  await writeBackup(office.database.url, file, hq.now(), BACKUP_KEY)
  const thief = await joined()
  await revokeDevice(hq.parts, { ...about(thief.device), because: 'stolen' })
  const { office: back, close } = await restored(file)
  const owner = new HandTill(thief.device)
  const asked = owner.enrolBody(await codeFor(back, shop), { epoch: 2, epochs: [claimed(thief, 1)] })
  expect((await post(back, '/sync/v1/enrol', owner.signed(asked))).body).toMatchObject({ epoch: 2 })
  owner.epoch = 2
  expect((await owner.refresh(back)).may).toBe('all')
  expect((await thief.refresh(back)).may).toBe('push')
  await close()
})

test.each([
  ['written off after it was revoked', true],
  ['revoked after it was written off', false],
])('what a till sends that was %s waits for a person', async (_how, revokedFirst) => {
  const till = await joinedTill(hq, shop)
  const customer = randomHex(16)
  await till.push(hq, [till.earned(customer, 10)])
  const revoke = () => revokeDevice(hq.parts, { ...about(till.device), because: 'stolen' })
  const writeOff = () => writeOffDevice(hq.parts, { ...about(till.device), reason: 'gone' })
  for (const step of revokedFirst ? [revoke, writeOff] : [writeOff, revoke]) {
    expect(await step()).toMatchObject({ ok: true })
  }
  await till.push(hq, [till.earned(customer, 1_000)])
  expect(
    await rows('SELECT seq, outcome, why FROM hq.event WHERE device = $1 ORDER BY seq', [till.device]),
  ).toEqual([
    { seq: 1, outcome: 'posted', why: '' },
    { seq: 2, outcome: 'withheld', why: 'revoked' },
  ])
  const written = await rows<{ what: string }>(
    'SELECT what FROM hq.audit WHERE about = $1 AND what IN ($2, $3) ORDER BY what',
    [till.device, 'till.revoked', 'till.written_off'],
  )
  expect(written.map(({ what }) => what)).toEqual(['till.revoked', 'till.written_off'])
  expect(hq.journal.at(-1)).toMatchObject({ device: till.device, state: 'written_off', keys_from: 2 })
})

test('revoked and written off at the same moment, it is both', async () => {
  const till = await joined()
  const both = await hq.db.tenant(shop.tenant, async (tx) => {
    await tx.query('SELECT 1 FROM hq.device WHERE id = $1 FOR UPDATE', [till.device])
    const asked = [
      revokeDevice(hq.parts, { ...about(till.device), because: 'stolen' }),
      writeOffDevice(hq.parts, { ...about(till.device), reason: 'gone' }),
    ]
    await expect.poll(() => waitingForLocks(hq), { timeout: 30_000 }).toBe(2)
    return asked
  })
  expect(await Promise.all(both)).toMatchObject([{ ok: true }, { ok: true }])
  expect(await rows('SELECT state, keys_from FROM hq.device WHERE id = $1', [till.device])).toEqual([
    { state: 'written_off', keys_from: 2 },
  ])
  expect(hq.journal.at(-1)).toMatchObject({ device: till.device, state: 'written_off', keys_from: 2 })
})

test('a code made before a till was written off does not bring it back', async () => {
  const till = await joined()
  const code = await codeFor(hq, shop, till.device)
  await writeOffDevice(hq.parts, { ...about(till.device), reason: 'gone' })
  const said = await post(hq, '/sync/v1/enrol', till.signed(till.enrolBody(code, { epoch: 2 })))
  expect(codeOf(said)).toBe('code_wrong')
  expect(await rows('SELECT state FROM hq.device WHERE id = $1', [till.device])).toEqual([
    { state: 'written_off' },
  ])
})

test('a till has a few new keys a day, and numbers near those it has', async () => {
  const till = await joined()
  expect(codeOf(await rotation(till, 18).ask())).toBe('epoch_closed')
  let present = till
  let answer = { status: 200, body: null as unknown }
  let opened = 0
  for (let i = 0; i < 20 && answer.status === 200; i += 1) {
    const { next, ask } = rotation(present, present.epoch + 1)
    answer = await ask()
    if (answer.status !== 200) break
    next.epoch = present.epoch + 1
    present = next
    opened += 1
  }
  expect([opened, answer.status, codeOf(answer)]).toEqual([9, 429, 'throttled'])
  hq.later(DAY)
  expect((await rotation(present, present.epoch + 1).ask()).status).toBe(200)
})

test('a key that was stopped opens no epoch', async () => {
  const till = await joined()
  await revokeDevice(hq.parts, { ...about(till.device), because: 'stolen' })
  expect(codeOf(await rotation(till, 2).ask())).toBe('device_revoked')
  const owner = new HandTill(till.device)
  await owner.join(hq, await codeFor(hq, shop, till.device))
  expect(codeOf(await rotation(till, 3).ask())).toBe('device_revoked')
})

test('an enrolment that claims numbers no till gets is refused, and its code is still good', async () => {
  const till = new HandTill()
  const code = await codeFor(hq, shop)
  for (const epoch of [1_001, 1_000_000]) {
    const body = till.enrolBody(code, { epoch: 2, epochs: [claimed(till, epoch)] })
    const said = await post(hq, '/sync/v1/enrol', till.signed(body))
    expect([said.status, codeOf(said)]).toEqual([400, 'malformed'])
  }
  await till.join(hq, code)
})
