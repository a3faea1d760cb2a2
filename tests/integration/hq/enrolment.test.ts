import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { revokeDevice, writeOffDevice } from '../../../hq/services/devices.ts'
import { makeEnrolCode } from '../../../hq/services/enrol-code.ts'
import type { EnrolReply, OwnEpoch, Problem } from '../../../shared/sync/wire.ts'
import {
  codeFor,
  get,
  HandTill,
  type HqApp,
  openShop,
  openShopOffice,
  post,
  type Shop,
  type ShopOffice,
} from '../../support/hq-app.ts'

/** Who gets in, and who does not: every refusal by its code, with the till's events safe. */

let office: ShopOffice
let hq: HqApp
let shop: Shop

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop } = office)
})
afterAll(() => office.close())

const codeOf = ({ body }: { body: unknown }): string => (body as Problem).code

async function audit(what: string): Promise<readonly { who: string; about: string }[]> {
  return hq.db.tenant(shop.tenant, (tx) =>
    tx.query<{ who: string; about: string }>('SELECT who, about FROM hq.audit WHERE what = $1 ORDER BY no', [
      what,
    ]),
  )
}

test('a code lets one till in; the same till may ask again, another one may not', async () => {
  const code = await codeFor(hq, shop)
  expect(code).toMatch(/^[A-HJ-NP-RT-Z2346789]{4}(?:-[A-HJ-NP-RT-Z2346789]{4}){2}$/)
  const till = new HandTill()
  // As it is read out over the phone.
  const first = await post(
    hq,
    '/sync/v1/enrol',
    till.signed(till.enrolBody(code.toLowerCase().replaceAll('-', ' '))),
  )
  expect(first.status).toBe(200)
  expect(first.body).toMatchObject({
    tenant: { id: shop.tenant, name: 'Alheri Stores', currency: 'NGN', time_zone: 'Africa/Lagos' },
    store: { id: shop.store, name: 'Main Street' },
    device: till.device,
    epoch: 1,
    hq_epoch: 1,
  })
  // The reply was lost, and the code is older than ten minutes by now.
  hq.later(11 * 60_000)
  const second = await post(hq, '/sync/v1/enrol', till.signed(till.enrolBody(code)))
  expect({ ...(second.body as EnrolReply), hq_time: 0 }).toEqual({
    ...(first.body as EnrolReply),
    hq_time: 0,
  })

  const other = new HandTill()
  const refused = await post(hq, '/sync/v1/enrol', other.signed(other.enrolBody(code)))
  expect([refused.status, codeOf(refused)]).toEqual([403, 'code_wrong'])
  expect(refused.headers['content-type']).toContain('application/problem+json')
  expect((await audit('till.enrolled')).filter(({ about }) => about === till.device)).toEqual([
    { who: 'Amina Bello', about: till.device },
  ])
})

test('a code that is too old, unknown, unsigned or signed by another key is refused', async () => {
  const till = new HandTill()
  const old = await codeFor(hq, shop)
  hq.later(10 * 60_000)
  const late = await post(hq, '/sync/v1/enrol', till.signed(till.enrolBody(old)))
  expect([late.status, codeOf(late)]).toEqual([403, 'code_wrong'])
  const unknown = await post(hq, '/sync/v1/enrol', till.signed(till.enrolBody('AAAA-BBBB-CCCC')))
  expect(codeOf(unknown)).toBe('code_wrong')
  const code = await codeFor(hq, shop)
  const { body } = till.signed(till.enrolBody(code))
  const forged = await post(hq, '/sync/v1/enrol', { body, signature: new HandTill().sign(body) })
  expect([forged.status, codeOf(forged)]).toEqual([401, 'signature_wrong'])
  const newer = await post(hq, '/sync/v1/enrol', till.signed({ ...till.enrolBody(code), protocol: 2 }))
  expect([newer.status, codeOf(newer)]).toEqual([400, 'protocol_unknown'])
  // None of them used it up.
  await till.join(hq, code)
})

test('a till that worked alone brings its epochs; they may still be sent', async () => {
  const till = new HandTill()
  const alone: OwnEpoch = {
    tenant: randomHex(16),
    device: till.device,
    epoch: 1,
    public_key: new HandTill().publicKey,
    last_seq: 12,
    head_hash: randomHex(32),
  }
  const body = till.enrolBody(await codeFor(hq, shop), { epoch: 2, epochs: [alone] })
  const reply = await post(hq, '/sync/v1/enrol', till.signed(body))
  expect(reply.body).toMatchObject({ device: till.device, epoch: 2 })
  const epochs = await hq.db.tenant(shop.tenant, (tx) =>
    tx.query('SELECT epoch, chain_tenant, closed_at FROM hq.device_epoch WHERE device = $1 ORDER BY epoch', [
      till.device,
    ]),
  )
  expect(epochs).toEqual([
    { epoch: 1, chain_tenant: alone.tenant, closed_at: null },
    { epoch: 2, chain_tenant: shop.tenant, closed_at: null },
  ])
})

test('a code for a known till opens its next epoch; a code for a new till makes a copy another till', async () => {
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  // A machine that was restored from an older state: it counts from there.
  const restored = new HandTill(till.device)
  const again = await restored.join(hq, await codeFor(hq, shop, till.device))
  expect(again).toMatchObject({ device: till.device, epoch: 2 })
  const stranger = new HandTill()
  const refused = await post(
    hq,
    '/sync/v1/enrol',
    stranger.signed(stranger.enrolBody(await codeFor(hq, shop, till.device))),
  )
  expect(codeOf(refused)).toBe('code_wrong')
  const copy = new HandTill(till.device)
  const made = await copy.join(hq, await codeFor(hq, shop))
  expect(made.device).toMatch(/^[0-9a-f]{32}$/)
  expect(made.device).not.toBe(till.device)
})

test('a token needs a fresh challenge, signed by the key of an open epoch', async () => {
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  const asked = await till.tokenRequest(hq)
  expect((await post(hq, '/sync/v1/token', asked)).status).toBe(200)
  const replayed = await post(hq, '/sync/v1/token', asked)
  expect([replayed.status, codeOf(replayed)]).toEqual([401, 'challenge_used'])
  const slow = await till.tokenRequest(hq)
  hq.later(60_000)
  expect(codeOf(await post(hq, '/sync/v1/token', slow))).toBe('challenge_used')
  const wrong = { ...(await till.tokenRequest(hq)), signature: new HandTill().sign('other words') }
  expect(codeOf(await post(hq, '/sync/v1/token', wrong))).toBe('signature_wrong')

  const challenge = (device: string, epoch: number) => post(hq, '/sync/v1/challenge', { device, epoch })
  expect(codeOf(await challenge(randomHex(16), 1))).toBe('unknown_device')
  expect(codeOf(await challenge(till.device, 7))).toBe('epoch_unknown')
  expect(codeOf(await challenge(till.device, 2 ** 40))).toBe('malformed')
  await hq.db.tenant(shop.tenant, (tx) =>
    tx.query('UPDATE hq.device_epoch SET closed_at = 1 WHERE device = $1', [till.device]),
  )
  expect(codeOf(await challenge(till.device, 1))).toBe('epoch_closed')
  expect(codeOf(await get(hq, `/sync/v1/account?customer=${randomHex(16)}`, till.token))).toBe('epoch_closed')
})

test('access ends after a quarter of an hour, and what is no token gives none', async () => {
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  const ask = (token?: string) => get(hq, `/sync/v1/account?customer=${randomHex(16)}`, token)
  expect(codeOf(await ask(till.token))).toBe('not_found')
  expect(codeOf(await ask())).toBe('token_missing')
  for (const token of ['nonsense', 'a.b.c', `${till.token}x`])
    expect(codeOf(await ask(token))).toBe('token_stale')
  hq.later(15 * 60_000)
  expect(codeOf(await ask(till.token))).toBe('token_stale')
})

test('the next key is opened by the old one and the new one together, once', async () => {
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  const next = new HandTill(till.device)
  const body = {
    protocol: 1,
    device: till.device,
    epoch: 1,
    next_epoch: 2,
    public_key: next.publicKey,
    last_seq: 0,
    head_hash: '0'.repeat(64),
  }
  const signed = till.signed(body)
  const rotate = (proof: string) => post(hq, '/sync/v1/rotate', { ...signed, proof })
  // Numbers are not used up in one step.
  const far = till.signed({ ...body, next_epoch: 999_999 })
  const refused = await post(hq, '/sync/v1/rotate', { ...far, proof: next.sign(far.body) })
  expect(codeOf(refused)).toBe('epoch_closed')
  expect(codeOf(await rotate(till.sign(signed.body)))).toBe('signature_wrong')
  expect((await rotate(next.sign(signed.body))).body).toMatchObject({ epoch: 2 })
  expect((await rotate(next.sign(signed.body))).body).toMatchObject({ epoch: 2 })
  next.epoch = 2
  expect(await next.refresh(hq)).toMatchObject({ may: 'all' })
})

test('the next key that is asked for many times at one moment is opened once', async () => {
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  const next = new HandTill(till.device)
  const body = { protocol: 1, device: till.device, epoch: 1, next_epoch: 2, public_key: next.publicKey }
  const signed = till.signed({ ...body, last_seq: 0, head_hash: '0'.repeat(64) })
  const asked = { ...signed, proof: next.sign(signed.body) }
  const answers = await Promise.all(Array.from({ length: 6 }, () => post(hq, '/sync/v1/rotate', asked)))
  expect(answers.map(({ status, body: said }) => [status, said])).toEqual(
    Array(6).fill([200, { epoch: 2, hq_time: hq.now() }]),
  )
})

test('a till that was stopped may send and gets nothing; enrolled again it is back; written off it is not', async () => {
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  const about = { tenant: shop.tenant, device: till.device, who: 'Amina Bello' }
  await revokeDevice(hq.parts, { ...about, because: 'stolen' })
  expect(hq.journal.at(-1)).toMatchObject({
    what: 'device',
    device: till.device,
    state: 'revoked',
    reason: 'stolen',
  })
  const account = () => get(hq, `/sync/v1/account?customer=${randomHex(16)}`, till.token)
  expect(codeOf(await account())).toBe('device_revoked')
  expect(codeOf(await get(hq, '/v1/shape?table=sync_deny_v1&offset=-1', till.token))).toBe('device_revoked')
  expect(await till.refresh(hq)).toMatchObject({ may: 'push' })
  const back = new HandTill(till.device)
  await back.join(hq, await codeFor(hq, shop, till.device))
  expect(await back.refresh(hq)).toMatchObject({ may: 'all' })
  await writeOffDevice(hq.parts, { ...about, reason: 'burnt' })
  const code = await makeEnrolCode(hq.parts, {
    tenant: shop.tenant,
    for: { device: till.device },
    who: 'Amina Bello',
  })
  expect(code).toMatchObject({ ok: false, refusal: { code: 'device_revoked' } })
  expect((await audit('till.revoked')).at(-1)).toEqual({ who: 'Amina Bello', about: till.device })
  expect((await audit('till.written_off')).at(-1)).toEqual({ who: 'Amina Bello', about: till.device })
})

test('what belongs to another business is not there', async () => {
  const elsewhere = await openShop(hq, 'Other Business')
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  const revoked = await revokeDevice(hq.parts, {
    tenant: elsewhere.tenant,
    device: till.device,
    because: 'lost',
    who: 'somebody else',
  })
  expect(revoked).toMatchObject({ ok: false, refusal: { code: 'not_found' } })
  const code = { tenant: elsewhere.tenant, for: { device: till.device }, who: 'somebody else' }
  expect(await makeEnrolCode(hq.parts, code)).toMatchObject({ ok: false, refusal: { code: 'not_found' } })
  expect(await till.refresh(hq)).toMatchObject({ may: 'all' })
})
