import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { randomHex } from '../../../electron/platform/random.ts'
import { decide } from '../../../hq/services/console/decide.ts'
import { revokeDevice } from '../../../hq/services/devices.ts'
import { dismissEvents, releaseEvents, rerunQuarantine } from '../../../hq/services/holding.ts'
import { createStore } from '../../../hq/services/stores.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { customerId } from '../../../shared/domain/identity.ts'
import { open } from '../../../shared/domain/post.ts'
import type { Payloads } from '../../../shared/protocol/payload.ts'
import { readEvent } from '../../../shared/protocol/payload-schema.ts'
import { ForgingTill, joinedTill } from '../../support/forging-till.ts'
import {
  codeFor,
  get,
  HandTill,
  type HqApp,
  openHqApp,
  openShop,
  openShopOffice,
  post,
  type Shop,
  type ShopOffice,
} from '../../support/hq-app.ts'
import { freshDatabase } from '../../support/postgres.ts'

/** What an enrolled till could write that no till of ours writes: it may harm itself, and nobody else. */

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
async function pointsOf(customer: string): Promise<number> {
  const [row] = await rows<{ state: Account }>('SELECT state FROM hq.account WHERE customer = $1', [customer])
  return row ? open(row.state, hq.now()) : 0
}
const idOf = (till: ForgingTill, phone: string): string =>
  customerId(nodeDigest, till.identityKey, shop.tenant, { kind: 'phone', value: phone }, 0)
const whole = async (): Promise<void> =>
  expect((await verifyTenant(hq.parts, shop.tenant)).findings).toEqual([])

test('what is given back with a sale is what moved for it, whatever the code on a receipt named', async () => {
  const [honest, hostile] = [await newTill(), await newTill()]
  const customer = idOf(honest, '+2348031110009')
  const [sale, other] = [randomHex(16), randomHex(16)]
  const redeemed = {
    kind: 'points.redeemed' as const,
    customer,
    program: 'points',
    payload: { sale, points: 300, pays: 30_000, right: 'unsecured', program_version: 1 },
    personal: null,
  }
  await honest.push(hq, [honest.earned(customer, 500), honest.sold(customer, sale, 100_000)])
  const text = honest.textOf(redeemed)
  await honest.pushText(hq, text)
  const { id } = JSON.parse(text) as { id: string }
  const payload: Payloads['points.reversed'] = {
    sale: other,
    targets: [{ event: id, points: 'all' }],
    personal: '0'.repeat(64),
  }
  const reversed = { kind: 'points.reversed' as const, customer, program: 'points', personal: null }
  await hostile.push(hq, [{ ...reversed, payload }])
  expect(await pointsOf(customer)).toBe(200)
  expect(await rows('SELECT outcome, why FROM hq.event WHERE device = $1', [hostile.device])).toEqual([
    { outcome: 'withheld', why: 'books' },
  ])
  await hostile.push(hq, [{ ...reversed, payload: { ...payload, sale } }])
  expect(await pointsOf(customer)).toBe(500)
  await whole()
})

test('a sale is not undone in the name of somebody else', async () => {
  const [honest, hostile] = [await newTill(), await newTill()]
  const [buyer, thief] = [idOf(honest, '+2348031110041'), idOf(honest, '+2348031110042')]
  const sale = randomHex(16)
  await honest.push(hq, [honest.earned(buyer, 500), honest.sold(buyer, sale, 100_000)])
  const undoing = (rest: Payloads['points.reversed']['rest']) => {
    const payload = { sale, targets: [], personal: '0'.repeat(64), ...(rest ? { rest } : {}) }
    const draft = {
      kind: 'points.reversed' as const,
      customer: thief,
      program: 'points',
      payload,
      personal: null,
    }
    const text = hostile.textOf(draft)
    return rest ? text.replace('"pv":1', '"pv":2') : text
  }
  for (const rest of [undefined, { kobo: 1 }, { kobo: 0 }]) await hostile.pushText(hq, undoing(rest))
  const outcomes = await rows('SELECT outcome FROM hq.event WHERE device = $1 ORDER BY seq', [hostile.device])
  expect(outcomes).toEqual(['withheld', 'withheld', 'posted'].map((outcome) => ({ outcome })))
  expect(await rows('SELECT void_event, refunded_kobo FROM hq.sale WHERE id = $1', [sale])).toEqual([
    { void_event: null, refunded_kobo: 0 },
  ])
  await whole()
})

test('an enrolment cannot make a customer of other tills another id of somebody', async () => {
  const [honest, hostile] = [await newTill(), await newTill()]
  const victim = idOf(honest, '+2348031110001')
  const thief = idOf(honest, '+2348031110002')
  await honest.push(hq, [honest.enrolled(victim, { phone: '+2348031110001' }), honest.earned(victim, 500)])
  await hostile.push(hq, [
    hostile.enrolled(thief, { phone: '+2348031110002' }),
    hostile.enrolled(victim, { phone: '+2348031110002' }),
  ])
  expect([await pointsOf(victim), await pointsOf(thief)]).toEqual([500, 0])
  expect(await rows('SELECT id FROM hq.alias WHERE id = $1', [victim])).toEqual([])
  await whole()
})

test('an enrolment cannot lay hold of somebody who is not a customer yet', async () => {
  const [honest, hostile, liar] = [await newTill(), await newTill(), new ForgingTill()]
  // It may say what it likes of the time before, but then its ids are made of that.
  const alone = { tenant: shop.tenant, identity_key: '7'.repeat(64) }
  await liar.join(hq, await codeFor(hq, shop), alone)
  const victim = idOf(honest, '+2348031110011')
  const thief = idOf(honest, '+2348031110012')
  for (const till of [hostile, liar]) {
    await till.push(hq, [
      till.enrolled(thief, { phone: '+2348031110012' }),
      till.enrolled(victim, { phone: '+2348031110012' }),
    ])
  }
  expect(await rows(`SELECT outcome, why FROM hq.event WHERE customer = $1`, [victim])).toEqual([
    { outcome: 'withheld', why: 'books' },
    { outcome: 'withheld', why: 'books' },
  ])
  await honest.push(hq, [honest.enrolled(victim, { phone: '+2348031110011' }), honest.earned(victim, 500)])
  expect([await pointsOf(victim), await pointsOf(thief)]).toEqual([500, 0])
  expect(await rows('SELECT id FROM hq.alias WHERE id = $1', [victim])).toEqual([])
  await whole()
})

test('what a till alone made proves itself, also in the chain of the business', async () => {
  const till = new ForgingTill()
  const alone = { tenant: 'a'.repeat(32), identity_key: '7'.repeat(64) }
  await till.join(hq, await codeFor(hq, shop), alone)
  const key = nodeDigest.fromHex(alone.identity_key)
  const before = customerId(nodeDigest, key, alone.tenant, { kind: 'phone', value: '+2348031110013' }, 0)
  const root = idOf(till, '+2348031110013')
  await till.push(hq, [till.enrolled(before, { phone: '+2348031110013' }), till.earned(before, 40)])
  expect(await rows('SELECT root FROM hq.alias WHERE id = $1', [before])).toEqual([{ root }])
  expect(await pointsOf(root)).toBe(40)
  await whole()
})

test('a second purchase under the number of another one does not take its place', async () => {
  const [honest, hostile] = [await newTill(), await newTill()]
  const customer = idOf(honest, '+2348031110003')
  const sale = randomHex(16)
  const before = new Set((await rows<{ id: string }>('SELECT id FROM hq.inbox')).map(({ id }) => id))
  await honest.push(hq, [honest.sold(customer, sale, 90_000)])
  await hostile.push(hq, [hostile.sold(idOf(honest, '+2348031110004'), sale, 1)])
  expect(await rows('SELECT customer, net_kobo, device FROM hq.sale WHERE id = $1', [sale])).toEqual([
    { customer, net_kobo: 90_000, device: honest.device },
  ])
  // It waits, and waits on when somebody would count it.
  const who = { tenant: shop.tenant, id: '', login: '', name: 'Ngozi', role: 'manager' } as const
  const waiting = () =>
    rows<{ id: string }>(`SELECT id FROM hq.inbox WHERE kind = 'withheld' AND state = 'open'`)
  const [entry] = (await waiting()).filter(({ id }) => !before.has(id))
  const asked = { id: entry?.id ?? '', reason: 'honest' }
  const released = await decide(hq.parts, who, { ...asked, decision: 'release' })
  expect(released).toMatchObject({ ok: false, refusal: { code: 'refused' } })
  expect(await waiting()).toContainEqual(entry)
  expect((await decide(hq.parts, who, { ...asked, decision: 'dismiss' })).ok).toBe(true)
  await whole()
})

test('an event that nobody can read keeps its till from nothing', async () => {
  const till = await newTill()
  const customer = idOf(till, '+2348031110005')
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const draft = till.earned(customer, 10)
  const bytes = till.textOf(draft).replace(/"payload":\{.*\}/, `"payload":${nested(30_000)}`)
  await till.pushText(hq, bytes)
  await till.push(hq, [till.enrolled(customer, { phone: 5 })])
  await till.push(hq, [till.enrolled(customer, { name: { a: 1 }, phone: ['x'] })])
  await till.push(hq, [till.enrolled(customer, `{"a":${nested(8_000)}}`)])
  await till.push(hq, [till.earned(customer, 25)])
  expect(await pointsOf(customer)).toBe(25)
  await whole()
})

test('what a person has dismissed stays so, whatever head office learns to read', async () => {
  const till = await newTill()
  const customer = idOf(till, '+2348031110006')
  const older = await openHqApp(office.database.url, {
    reads: (text, bytes) => {
      const reading = readEvent(text, bytes)
      const unknown = reading.ok && reading.event.envelope.kind === 'points.earned'
      return unknown ? { ok: false, why: 'newer_version', json: JSON.parse(text ?? '') } : reading
    },
  })
  await till.push(older, [till.earned(customer, 70), till.earned(customer, 30)])
  await older.close()
  const range = {
    tenant: shop.tenant,
    device: till.device,
    epoch: till.epoch,
    who: 'Ngozi',
    reason: 'a trial',
  }
  await dismissEvents(hq.parts, { ...range, fromSeq: 1, toSeq: 1 })
  await rerunQuarantine(hq.parts, shop.tenant)
  expect(await pointsOf(customer)).toBe(30)
  await revokeDevice(hq.parts, { ...range, because: 'lost' })
  await till.push(hq, [till.earned(customer, 7), till.earned(customer, 5)])
  await dismissEvents(hq.parts, { ...range, fromSeq: 3, toSeq: 3 })
  await releaseEvents(hq.parts, { ...range, fromSeq: 1, toSeq: 9 })
  expect(await pointsOf(customer)).toBe(35)
  await whole()
})

test('what a stopped till sent waits for a person also when head office learns to read it', async () => {
  const till = await newTill()
  const customer = idOf(till, '+2348031110007')
  const older = await openHqApp(office.database.url, {
    reads: (text) => ({ ok: false, why: 'newer_version', json: JSON.parse(text ?? '') }),
  })
  await revokeDevice(hq.parts, { tenant: shop.tenant, device: till.device, who: 'Ngozi', because: 'stolen' })
  await till.push(older, [till.earned(customer, 1_000_000)])
  await older.close()
  await rerunQuarantine(hq.parts, shop.tenant)
  expect(await pointsOf(customer)).toBe(0)
  expect(await rows('SELECT outcome, why FROM hq.event WHERE customer = $1', [customer])).toEqual([
    { outcome: 'withheld', why: 'revoked' },
  ])
  await whole()
})

test('a store that has not seen a customer for a year keeps no old account of theirs', async () => {
  const fresh = await freshDatabase()
  const other = await openHqApp(fresh.url)
  const business = await openShop(other)
  const second = await createStore(other.parts, { tenant: business.tenant, name: 'Market', who: 'test' })
  const shown = () =>
    other.db.tenant(business.tenant, (tx) =>
      tx.query<{ scope: string; state: string }>('SELECT scope, state FROM hq.sync_account_v1'),
    )
  await other.db.tenant(business.tenant, (tx) => tx.query(`UPDATE hq.tenant SET account_scope = 'store'`))
  const [here, there] = [new ForgingTill(), new ForgingTill()]
  await here.join(other, await codeFor(other, business))
  const customer = randomHex(16)
  await here.push(other, [here.sold(customer, randomHex(16), 5_000), here.earned(customer, 50)])
  expect((await shown()).map(({ scope }) => scope)).toEqual([business.store])
  other.later(400 * 86_400_000)
  await there.join(other, await codeFor(other, { ...business, store: second.store }))
  const sale = there.sold(customer, randomHex(16), 5_000)
  await there.push(other, [
    { ...sale, payload: { ...sale.payload, occurred_at: other.now() } },
    there.earned(customer, 20),
  ])
  expect((await shown()).map(({ scope }) => scope)).toEqual([second.store])
  expect((await verifyTenant(other.parts, business.tenant)).findings).toEqual([])
  await other.close()
  await fresh.drop()
})

test('a till that was stopped and enrolled again is not the one who has its old key', async () => {
  const thief = await newTill()
  const customer = idOf(thief, '+2348031110021')
  await thief.push(hq, [thief.earned(customer, 10)])
  const about = { tenant: shop.tenant, device: thief.device, who: 'Ngozi' }
  await revokeDevice(hq.parts, { ...about, because: 'stolen' })
  const owner = new HandTill(thief.device)
  owner.epoch = 2
  await owner.join(hq, await codeFor(hq, shop, thief.device))
  // The new epoch has sent nothing yet, so the old one is not closed.
  await thief.push(hq, [thief.earned(customer, 1_000_000)])
  expect(await pointsOf(customer)).toBe(10)
  const asked = await get(hq, '/v1/shape?table=sync_deny_v1&offset=-1', thief.token)
  expect(asked.body).toMatchObject({ code: 'device_revoked' })
  expect((await get(hq, '/v1/shape?table=sync_deny_v1&offset=-1', owner.token)).status).not.toBe(403)
  expect(await rows('SELECT why FROM hq.event WHERE customer = $1 AND seq = 2', [customer])).toEqual([
    { why: 'revoked' },
  ])
  await whole()
})

test('an answer to a code is given again for a day, and to no till that was stopped', async () => {
  const ask = async (later: number, stopped: boolean) => {
    const till = new HandTill()
    const asked = till.signed(till.enrolBody(await codeFor(hq, shop)))
    const first = await post(hq, '/sync/v1/enrol', asked)
    hq.later(later)
    expect((await post(hq, '/sync/v1/enrol', asked)).status).toBe(first.status)
    if (stopped)
      await revokeDevice(hq.parts, {
        tenant: shop.tenant,
        device: till.device,
        who: 'Ngozi',
        because: 'lost',
      })
    else hq.later(86_400_000)
    return post(hq, '/sync/v1/enrol', asked)
  }
  expect((await ask(3_600_000, true)).body).toMatchObject({ code: 'code_wrong' })
  expect((await ask(3_600_000, false)).body).toMatchObject({ code: 'code_wrong' })
})
