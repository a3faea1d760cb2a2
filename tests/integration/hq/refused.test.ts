import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { SYNC_LIMITS } from '../../../shared/sync/wire.ts'
import {
  codeFor,
  get,
  HandTill,
  type HqApp,
  openHqApp,
  openShopOffice,
  post,
  type Shop,
  type ShopOffice,
} from '../../support/hq-app.ts'

/** Who is refused is counted, and what a till does not put right by itself lies before a person, once. */

let office: ShopOffice
let reader: HqApp
let shop: Shop

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq: reader, shop } = office)
})
afterAll(() => office.close())

const inboxOf = (device: string) =>
  reader.db.tenant(shop.tenant, (tx) =>
    tx.query<{ why: string; times: number; state: string }>(
      `SELECT facts ->> 'why' AS why, times, state FROM hq.inbox WHERE kind = 'refused' AND device = $1 ORDER BY 1`,
      [device],
    ),
  )

async function figures(hq: HqApp): Promise<Readonly<Record<string, number>>> {
  return ((await get(hq, '/ready')).body as { refused: Record<string, number> }).refused
}

/** A till that is enrolled, and an office that writes what it has collected when it closes. */
async function joined(): Promise<{ hq: HqApp; till: HandTill }> {
  const hq = await openHqApp(office.database.url)
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  return { hq, till }
}

test('each thing a known till is refused for is one entry, counted up, and each is counted by code', async () => {
  const { hq, till } = await joined()
  const push = (body: unknown) => post(hq, '/sync/v1/push', body, till.token)
  await push('{"body": ')
  await push('[]')
  await push(`"${'x'.repeat(SYNC_LIMITS.requestBytesMax)}"`)
  await push(till.signed(till.heartbeat(hq.now(), { tenant: randomHex(16) })))
  await push(till.signed({ ...till.heartbeat(hq.now()), protocol: 9 }))
  await push(new HandTill().signed(till.heartbeat(hq.now())))
  await push(till.signed(till.heartbeat(hq.now(), { device: randomHex(16) })))
  for (const query of [
    'table=person',
    'table=sync_deny_v1&columns=token_key',
    'table=sync_deny_v1&tenant=x',
  ]) {
    expect((await get(hq, `/v1/shape?${query}&offset=-1`, till.token)).status).toBe(403)
  }
  const used = await till.tokenRequest(hq)
  expect((await post(hq, '/sync/v1/token', used)).status).toBe(200)
  expect((await post(hq, '/sync/v1/token', used)).status).toBe(401)
  await post(hq, '/sync/v1/token', { ...(await till.tokenRequest(hq)), signature: 'AAAA' })
  await post(hq, '/sync/v1/challenge', { device: till.device, epoch: 7 })
  expect(await figures(hq)).toMatchObject({ malformed: 2, too_large: 1, shape_refused: 3, challenge_used: 1 })
  await hq.close()
  expect(await inboxOf(till.device)).toEqual(
    [
      ['challenge_used', 1],
      ['epoch_unknown', 1],
      ['malformed', 2],
      ['protocol_unknown', 1],
      ['shape_refused', 3],
      ['signature_wrong', 2],
      ['too_large', 1],
      ['unknown_device', 1],
      ['wrong_tenant', 1],
    ].map(([why, times]) => ({ why, times, state: 'open' })),
  )
  const lines = hq.lines.filter((line) => line.includes('"code":"wrong_tenant"'))
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ device: till.device, status: 403 }])
})

test('what a till puts right by itself, and what is said by nobody known, is a figure alone', async () => {
  const { hq, till } = await joined()
  const before = await inboxOf(till.device)
  await post(hq, '/sync/v1/push', till.signed(till.heartbeat(hq.now())))
  await post(hq, '/sync/v1/push', till.signed(till.heartbeat(hq.now())), 'no.token.atall')
  await post(hq, '/sync/v1/push', '{', 'no.token.atall')
  await post(hq, '/sync/v1/challenge', { device: randomHex(16), epoch: 1 })
  await post(hq, '/sync/v1/enrol', till.signed(till.enrolBody('AAAA-BBBB-CCCC')))
  await get(hq, '/sync/v1/nothing', till.token)
  hq.later(SYNC_LIMITS.tokenLifeMs + 1)
  await get(hq, '/v1/shape?table=sync_deny_v1&offset=-1', till.token)
  expect(await figures(hq)).toEqual({
    token_missing: 1,
    token_stale: 2,
    malformed: 1,
    unknown_device: 1,
    code_wrong: 1,
    not_found: 1,
  })
  // The console's own refusals are none of a till.
  await post(hq, '/api/v1/session', { login: 'nobody', password: 'nothing' })
  expect(Object.values(await figures(hq)).reduce((sum, one) => sum + one, 0)).toBe(7)
  await hq.close()
  expect(await inboxOf(till.device)).toEqual(before)
})

test('what is collected is written a few seconds after the first, by the timers that are passed in', async () => {
  const waiting: { ms: number; work: () => void | Promise<void> }[] = []
  const after: HqApp['parts']['after'] = (ms, work) => {
    const one = { ms, work }
    waiting.push(one)
    return () => void waiting.splice(waiting.indexOf(one), 1)
  }
  const hq = await openHqApp(office.database.url, { after })
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  for (let n = 0; n < 2; n += 1) await get(hq, '/v1/shape?table=person&offset=-1', till.token)
  await post(hq, '/sync/v1/challenge', { device: till.device, epoch: 7 })
  expect(waiting.map(({ ms }) => ms)).toEqual([3_000, 0])
  // The till that was named without a proof is looked up, and joins what waits.
  await waiting.pop()?.work()
  expect(await inboxOf(till.device)).toEqual([])
  await waiting.pop()?.work()
  expect(waiting).toEqual([])
  expect((await inboxOf(till.device)).map(({ why, times }) => [why, times])).toEqual([
    ['epoch_unknown', 1],
    ['shape_refused', 2],
  ])
  await hq.close()
})

test('it is written within seconds, and what was noted comes again when it happens again', async () => {
  const { hq, till } = await joined()
  const ask = () => get(hq, '/v1/shape?table=person&offset=-1', till.token)
  await ask()
  await expect.poll(() => inboxOf(till.device), { timeout: 20_000 }).toHaveLength(1)
  await reader.db.tenant(shop.tenant, (tx) =>
    tx.query(`UPDATE hq.inbox SET state = 'closed' WHERE device = $1`, [till.device]),
  )
  for (let i = 0; i < 5; i++) await ask()
  await hq.close()
  expect(await inboxOf(till.device)).toEqual([{ why: 'shape_refused', times: 6, state: 'open' }])
})

test('whoever names a till without its key reopens nothing, and takes no place of what is proven', async () => {
  const { hq, till } = await joined()
  const wrong = async () =>
    post(hq, '/sync/v1/token', { ...(await till.tokenRequest(hq)), signature: 'AAAA' })
  await wrong()
  await expect.poll(() => inboxOf(till.device), { timeout: 20_000 }).toHaveLength(1)
  await wrong()
  await hq.close()
  expect(await inboxOf(till.device)).toEqual([{ why: 'signature_wrong', times: 2, state: 'open' }])
  await reader.db.tenant(shop.tenant, (tx) =>
    tx.query(`UPDATE hq.inbox SET state = 'closed' WHERE device = $1`, [till.device]),
  )

  const again = await openHqApp(office.database.url)
  const rotate = (device: string) =>
    post(again, '/sync/v1/rotate', { body: JSON.stringify({ device }), signature: 'AAAA', proof: 'AAAA' })
  const challenged = await till.tokenRequest(again)
  await post(again, '/sync/v1/token', { ...challenged, signature: 'AAAA' })
  // More invented ones than there is room for: the one that is known has its entries all the same.
  await Promise.all(Array.from({ length: 2_100 }, () => rotate(randomHex(16))))
  await get(again, '/v1/shape?table=person&offset=-1', till.token)
  const known = async () => {
    await rotate(till.device)
    return (await inboxOf(till.device)).map(({ why, state }) => [why, state])
  }
  await expect.poll(known, { timeout: 60_000, interval: 500 }).toEqual([
    ['malformed', 'open'],
    ['shape_refused', 'open'],
    ['signature_wrong', 'closed'],
  ])
  await again.close()
})

test('a till whose epoch has ended is before a person as soon as it comes with the token it still has', async () => {
  const { hq, till } = await joined()
  await hq.db.tenant(shop.tenant, (tx) =>
    tx.query('UPDATE hq.device_epoch SET closed_at = 1 WHERE device = $1', [till.device]),
  )
  const asked = await get(hq, `/sync/v1/account?customer=${randomHex(16)}`, till.token)
  expect(asked.status).toBe(403)
  await hq.close()
  expect(await inboxOf(till.device)).toEqual([{ why: 'epoch_closed', times: 1, state: 'open' }])
})
