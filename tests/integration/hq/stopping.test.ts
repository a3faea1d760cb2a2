import { afterAll, beforeAll, expect, test } from 'vitest'
import { RATE_LIMITS } from '../../../hq/api/security.ts'
import { PushReply } from '../../../shared/sync/wire.ts'
import {
  codeFor,
  HandTill,
  type HqApp,
  openHqApp,
  openShop,
  type Shop,
  waitingForLocks,
} from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

/** Head office on a port: what becomes of requests when it stops, and whom it slows down. */

let database: FreshDatabase
let reader: HqApp
let shop: Shop

beforeAll(async () => {
  database = await freshDatabase()
  reader = await openHqApp(database.url)
  shop = await openShop(reader)
})
afterAll(async () => {
  await reader.close()
  await database.drop()
})

test('on stopping, a push under way is answered, and a long poll ends at once', async () => {
  const hq = await openHqApp(database.url)
  const till = new HandTill()
  await till.join(hq, await codeFor(hq, shop))
  const address = await hq.app.listen({ port: 0, host: '127.0.0.1' })
  const authorization = `Bearer ${till.token}`
  const shape = `${address}/v1/shape?table=sync_deny_v1`
  const start = await fetch(`${shape}&offset=-1`, { headers: { authorization } })
  expect(await start.json()).toEqual([])
  const { 'electric-handle': handle = '', 'electric-offset': offset = '' } = Object.fromEntries(start.headers)
  const at = `${shape}&offset=${offset}&handle=${encodeURIComponent(handle)}`
  const poll = fetch(`${at}&live=true`, { headers: { authorization } })

  let isHeld = (): void => undefined
  const held = new Promise<void>((resolve) => {
    isHeld = resolve
  })
  let release = (): void => undefined
  const letGo = new Promise<void>((resolve) => {
    release = resolve
  })
  const holding = reader.db.tenant(shop.tenant, async (tx) => {
    await tx.query('SELECT 1 FROM hq.device WHERE id = $1 FOR UPDATE', [till.device])
    isHeld()
    await letGo
  })
  await held
  const push = fetch(`${address}/sync/v1/push`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(till.signed(till.heartbeat(hq.now()))),
  })
  // Both are under way: the push waits for the row, the poll for a change.
  await expect.poll(() => waitingForLocks(reader), { timeout: 20_000 }).toBeGreaterThan(0)
  const closed = hq.close()
  expect([200, 409]).toContain((await poll).status)
  release()
  await holding
  const reply = await push
  expect(reply.status).toBe(200)
  expect(PushReply.parse(await reply.json()).acked).toEqual({ epoch: 1, seq: 0 })
  await closed
}, 60_000)

/** What twenty tills behind one address ask in a busy minute: five lists in polls of 20 s, a push a second, a token. */
const BUSY_MINUTE = 20 * (5 * 3 + 60 + 2)

test('a shop behind one address is not slowed down, a flood is, and nobody else with it', async () => {
  expect(RATE_LIMITS.everything).toBeGreaterThan(5 * BUSY_MINUTE)
  const hq = await openHqApp(database.url, {
    log: null,
    rateLimits: { ...RATE_LIMITS, everything: BUSY_MINUTE },
  })
  const ask = (remoteAddress: string) =>
    hq.app.inject({ method: 'GET', url: '/v1/shape?table=sync_deny_v1&offset=-1', remoteAddress })
  const shopped = await Promise.all(Array.from({ length: BUSY_MINUTE }, () => ask('10.0.0.1')))
  expect(new Set(shopped.map(({ statusCode }) => statusCode))).toEqual(new Set([401]))
  const flood = await ask('10.0.0.1')
  expect([flood.statusCode, flood.json().code]).toEqual([429, 'throttled'])
  expect(Number(flood.headers['retry-after'])).toBeGreaterThan(0)
  expect((await ask('10.0.0.2')).statusCode).toBe(401)
  await hq.close()
}, 60_000)
