import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { verifySignature } from '../../../electron/platform/node-signer.ts'
import { randomHex } from '../../../electron/platform/random.ts'
import { openDatabase } from '../../../hq/db/database.ts'
import { revokeDevice, writeOffDevice } from '../../../hq/services/devices.ts'
import { mergeCustomers } from '../../../hq/services/merge.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import { Problem } from '../../../shared/sync/wire.ts'
import {
  type HqApp,
  openHqApp,
  openShopOffice,
  post,
  type Shop,
  type ShopOffice,
} from '../../support/hq-app.ts'
import {
  ask,
  asking,
  book,
  booking,
  customerWith,
  earned,
  newTill,
  officeOf,
  PROGRAM,
  redeemed,
  returned,
  wordsOf,
} from './lease-shop.ts'

/** Points set aside for one till: once, signed, and never more than are there. */

let office: ShopOffice
let hq: HqApp
let shop: Shop
let held: ReturnType<typeof officeOf>

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop } = office)
  held = officeOf(hq, shop)
})
afterAll(() => office.close())

const whole = async (): Promise<void> =>
  expect((await verifyTenant(hq.parts, shop.tenant)).findings).toEqual([])

test('points that are set aside leave the lots, are signed, and the same ask gets the same words', async () => {
  const till = await newTill(hq, shop)
  const customer = await customerWith(hq, till, 100)
  const wanted = asking(customer, 60)
  const reply = await ask(hq, till, wanted)
  expect(reply).toMatchObject({ refused: [], hq_time: hq.now(), hq_epoch: 1 })
  const [signed] = reply.grants
  if (!signed) throw new Error('nothing was set aside')
  expect(wordsOf(signed)).toMatchObject({
    tenant: shop.tenant,
    grant: wanted.grant,
    holder: `${till.device}/1`,
    customer,
    program: PROGRAM,
    points: 60,
    hq_epoch: 1,
  })
  const [{ public_key } = { public_key: '' }] = await held.rows<{ public_key: string }>(
    'SELECT public_key FROM hq.tenant',
  )
  const hash = nodeDigest.sha256(nodeDigest.utf8(signed.body))
  const signature = new Uint8Array(Buffer.from(signed.signature, 'base64'))
  expect(verifySignature(nodeDigest.fromHex(public_key), hash, signature)).toBe(true)
  expect(await held.figures(customer)).toEqual([40, 60, 0])
  // Of what was granted, whatever is asked for now; and once, also twice in one request.
  expect((await ask(hq, till, { ...wanted, points: 5 }, wanted)).grants).toEqual([signed])
  expect(await held.figures(customer)).toEqual([40, 60, 0])
  expect(await held.told(wanted.grant)).toBe('open')
  // The till books it from the reply, before any row has come; spends of it, and gives the rest back.
  await book(hq, till, booking(signed))
  await till.push(hq, [redeemed(customer, 25, wanted.grant)])
  expect([await held.figures(customer), await held.told(wanted.grant)]).toEqual([[40, 35, 0], 'open'])
  await whole()
  await till.push(hq, [returned(wordsOf(signed))])
  expect([await held.figures(customer), await held.told(wanted.grant)]).toEqual([[75, 0, 0], null])
  expect(await held.outcomes(till, 3)).toEqual(['posted', 'posted', 'posted'])
  expect((await ask(hq, till, wanted)).refused).toEqual([{ grant: wanted.grant, code: 'closed' }])
  await whole()
})

test('for the next visit a till gets a share, up to what the policy says of its store', async () => {
  const till = await newTill(hq, shop)
  const customer = await customerWith(hq, till, 1_000)
  const pointsOf = async (points: number): Promise<number> => {
    const { grants } = await ask(hq, till, asking(customer, points, { why: 'default' }))
    return grants[0] ? wordsOf(grants[0]).points : 0
  }
  await held.tell('*', { lease_points: 700, lease_share_bp: 1_000 })
  await held.tell(shop.store, { lease_share_bp: 5_000 })
  // Half of 1,000; half of the other 500 is 250, and with what it has it may have 200 more.
  expect([await pointsOf(100_000), await pointsOf(100_000), await pointsOf(1)]).toEqual([500, 200, 0])
  // Two asks of one request count together.
  const second = await newTill(hq, shop)
  const both = await ask(
    hq,
    second,
    asking(customer, 100, { why: 'default' }),
    asking(customer, 1_000, { why: 'default' }),
  )
  expect(both.grants.map((one) => wordsOf(one).points)).toEqual([100, 100])
  expect(await held.figures(customer)).toEqual([100, 900, 0])
  // Somebody waits: whatever is there.
  expect((await ask(hq, second, asking(customer, 500))).grants.map((one) => wordsOf(one).points)).toEqual([
    100,
  ])
  await held.tell('*', {})
  await held.tell(shop.store, {})
  await whole()
})

test('two tills at two instances ask for the same points: together they get what is there', async () => {
  const other = await openHqApp(office.database.url)
  const [a, b] = [await newTill(hq, shop), await newTill(hq, shop)]
  for (let round = 0; round < 6; round += 1) {
    const [first, second] = [await customerWith(hq, a, 100), await customerWith(hq, a, 100)]
    // Each in its own order, so that they would wait for each other.
    const replies = await Promise.all([
      ask(hq, a, asking(first, 80), asking(second, 80)),
      ask(other, b, asking(second, 80), asking(first, 80)),
    ])
    for (const customer of [first, second]) {
      const got = replies.flatMap(({ grants }) =>
        grants.map(wordsOf).filter((one) => one.customer === customer),
      )
      expect(got.map(({ points }) => points).sort()).toEqual([20, 80])
      expect(await held.figures(customer)).toEqual([0, 100, 0])
    }
    // One id, two tills: it is the grant of one of them.
    const [x, y] = [await customerWith(hq, a, 100), await customerWith(hq, a, 100)]
    const grant = randomHex(16)
    const same = await Promise.all([
      ask(hq, a, asking(x, 50, { grant })),
      ask(other, b, asking(y, 50, { grant })),
    ])
    expect(same.map(({ grants }) => grants.length).sort()).toEqual([0, 1])
    expect(same.flatMap(({ refused }) => refused)).toEqual([{ grant, code: 'closed' }])
    expect([...(await held.figures(x)), ...(await held.figures(y))].filter((one) => one === 50)).toHaveLength(
      2,
    )
  }
  await other.close()
  await whole()
}, 60_000)

test('a reply that is lost at any statement costs nothing', async () => {
  const till = await newTill(hq, shop)
  const customer = await customerWith(hq, till, 100)
  const wanted = asking(customer, 60)
  let left = 0
  const cut = await openHqApp(office.database.url, {
    db: openDatabase({
      url: office.database.url,
      onStatement: () => {
        left -= 1
        if (left === 0) throw new Error('cut')
      },
    }),
  })
  let cuts = 0
  for (let at = 1; at < 200; at += 1) {
    left = at
    const answer = await post(cut, '/sync/v1/lease', { protocol: 1, asks: [wanted] }, till.token)
    if (answer.status === 200) break
    expect(await held.figures(customer)).toEqual([100, 0, 0])
    cuts += 1
  }
  expect(cuts).toBeGreaterThan(10)
  expect(await held.figures(customer)).toEqual([40, 60, 0])
  expect((await ask(hq, till, wanted)).grants).toHaveLength(1)
  expect(await held.figures(customer)).toEqual([40, 60, 0])
  await cut.parts.db.close()
  await cut.close()
  await whole()
}, 60_000)

test('an ask that gets nothing is told why', async () => {
  const till = await newTill(hq, shop)
  const rich = await customerWith(hq, till, 500)
  const [denied, waiting, poor] = [
    await customerWith(hq, till, 100),
    await customerWith(hq, till, 100),
    await customerWith(hq, till, 100),
  ]
  await till.push(hq, [redeemed(denied, 150), redeemed(poor, 100), redeemed(waiting, 1, randomHex(16))])
  await held.rows(
    `UPDATE hq.account SET held = '[{"device":"x","epoch":1,"seq":1,"event":null,"kind":"","outcome":"withheld","why":"","points":null}]' WHERE customer = $1`,
    [waiting],
  )
  const nobody = randomHex(16)
  const asks = [
    asking(nobody, 1),
    asking(rich, 1, { program: 'nothing' }),
    asking(denied, 1),
    asking(waiting, 1),
    asking(poor, 1),
  ]
  const { grants, refused } = await ask(hq, till, ...asks)
  expect(grants).toEqual([])
  expect(refused.map(({ code }) => code)).toEqual([
    'unknown_customer',
    'unknown_program',
    'denied',
    'held',
    'nothing_left',
  ])
  expect(await held.rows('SELECT 1 FROM hq.customer WHERE id = $1', [nobody])).toEqual([])
  await held.rows(`UPDATE hq.account SET held = '[]' WHERE customer = $1`, [waiting])
  // As many customers as the policy says, unless one of them waits.
  await held.tell('*', { lease_customers_max: 1 })
  await held.tell(shop.store, {})
  const few = await ask(hq, till, asking(rich, 10, { why: 'default' }), asking(rich, 10, { why: 'default' }))
  expect([few.grants.length, few.refused.map(({ code }) => code)]).toEqual([1, ['limit']])
  expect((await ask(hq, till, asking(rich, 10))).grants).toHaveLength(1)
  await held.tell('*', {})
  await whole()
})

test('a grant is its holder’s: another till, or none, gets neither its words nor its points', async () => {
  const [holder, other] = [await newTill(hq, shop), await newTill(hq, shop)]
  const customer = await customerWith(hq, holder, 100)
  const wanted = asking(customer, 60)
  const [signed] = (await ask(hq, holder, wanted)).grants
  if (!signed) throw new Error('nothing was set aside')
  expect((await ask(hq, other, wanted)).refused).toEqual([{ grant: wanted.grant, code: 'closed' }])
  const nobody = await post(hq, '/sync/v1/lease', { protocol: 1, asks: [wanted] })
  expect(Problem.parse(nobody.body).code).toBe('token_missing')
  // Its own words in another mouth, altered words, words of nobody.
  const mine = { holder: `${other.device}/1` }
  for (const draft of [
    booking(signed),
    booking(signed, mine),
    booking(signed, { ...mine, grant: randomHex(16) }),
  ]) {
    await book(hq, other, draft)
  }
  expect(await held.outcomes(other, 3)).toEqual(Array(3).fill('withheld books'))
  for (const draft of [
    booking(signed, { points: 61 }),
    booking(signed, { grant: randomHex(16) }),
    booking(signed, { grant: randomHex(16) }, null),
    booking(signed, { customer: randomHex(16) }),
  ]) {
    await book(hq, holder, draft)
  }
  expect(await held.outcomes(holder, 4)).toEqual(Array(4).fill('withheld books'))
  expect(await held.figures(customer)).toEqual([40, 60, 0])
  await book(hq, holder, booking(signed))
  expect(await held.outcomes(holder, 1)).toEqual(['posted'])
  await whole()
})

test('a till that is stopped gets nothing; written off, what it held goes back and its late sale is flagged', async () => {
  const [lost, other] = [await newTill(hq, shop), await newTill(hq, shop)]
  const customer = await customerWith(hq, other, 100)
  const wanted = asking(customer, 60)
  const [signed] = (await ask(hq, lost, wanted)).grants
  if (!signed) throw new Error('nothing was set aside')
  await book(hq, lost, booking(signed))
  const stop = { tenant: shop.tenant, device: lost.device, who: 'Amina Bello', reason: 'burnt' }
  await writeOffDevice(hq.parts, stop)
  expect([await held.figures(customer), await held.told(wanted.grant)]).toEqual([[100, 0, 0], 'closed'])
  const refused = await post(hq, '/sync/v1/lease', { protocol: 1, asks: [wanted] }, lost.token)
  expect(Problem.parse(refused.body).code).toBe('device_revoked')
  await whole()
  // Somebody else spends all of it; then the dead one speaks.
  await other.push(hq, [redeemed(customer, 90)])
  await lost.push(hq, [redeemed(customer, 60, wanted.grant)])
  expect(await held.figures(customer)).toEqual([0, 0, 50])
  expect(await held.rows('SELECT reason FROM hq.sync_deny_v1 WHERE customer = $1', [customer])).toEqual([
    { reason: 'overdraft' },
  ])
  await lost.push(hq, [returned(wordsOf(signed))])
  expect([await held.figures(customer), await held.told(wanted.grant)]).toEqual([[0, 0, 50], null])
  await whole()
  const stolen = await newTill(hq, shop)
  await revokeDevice(hq.parts, { tenant: shop.tenant, device: stolen.device, because: 'stolen', who: 'x' })
  const none = await post(hq, '/sync/v1/lease', { protocol: 1, asks: [wanted] }, stolen.token)
  expect(Problem.parse(none.body).code).toBe('device_revoked')
})

test('each redemption beyond what is there has one flag, and the customer is off the list with the last', async () => {
  const till = await newTill(hq, shop)
  const customer = await customerWith(hq, till, 100)
  const flags = () =>
    held.rows<{ state: string; times: number }>(
      `SELECT state, times FROM hq.inbox WHERE kind = 'overdraft' AND customer = $1 ORDER BY state, id`,
      [customer],
    )
  const denied = async (): Promise<number> =>
    (await held.rows('SELECT 1 FROM hq.sync_deny_v1 WHERE customer = $1', [customer])).length
  await till.push(hq, [redeemed(customer, 130), redeemed(customer, 20)])
  expect([await flags(), await denied()]).toEqual([[...Array(2).fill({ state: 'open', times: 1 })], 1])
  // The oldest debt is repaid first.
  await till.push(hq, [earned(till, customer, 35)])
  expect([(await flags()).map(({ state }) => state), await denied()]).toEqual([['closed', 'open'], 1])
  await till.push(hq, [earned(till, customer, 15)])
  expect([(await flags()).map(({ state }) => state), await denied()]).toEqual([['closed', 'closed'], 0])
  await whole()
})

test('what is set aside for somebody who turns out to be another one stays set aside', async () => {
  const till = await newTill(hq, shop)
  const [into, from] = [await customerWith(hq, till, 10), await customerWith(hq, till, 100)]
  const wanted = asking(from, 60)
  const [signed] = (await ask(hq, till, wanted)).grants
  if (!signed) throw new Error('nothing was set aside')
  expect((await mergeCustomers(hq.parts, { tenant: shop.tenant, into, from, who: 'Amina Bello' })).ok).toBe(
    true,
  )
  expect(await held.figures(into)).toEqual([50, 60, 0])
  await whole()
  // The words stay as they were signed, and the till books them so.
  expect((await ask(hq, till, wanted)).grants).toEqual([signed])
  await book(hq, till, booking(signed))
  // Under the old id another grant is one of the person's.
  const [more] = (await ask(hq, till, asking(from, 60))).grants
  expect(more && wordsOf(more)).toMatchObject({ customer: into, points: 50 })
  await till.push(hq, [redeemed(from, 20, wanted.grant), returned({ ...wordsOf(signed), customer: into })])
  expect(await held.outcomes(till, 3)).toEqual(['posted', 'posted', 'posted'])
  expect(await held.figures(into)).toEqual([40, 50, 0])
  await whole()
})
