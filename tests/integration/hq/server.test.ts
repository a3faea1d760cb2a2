import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { createApp } from '../../../hq/api/app.ts'
import { openDatabase } from '../../../hq/db/database.ts'
import { Problem, PushReply, SYNC_LIMITS } from '../../../shared/sync/wire.ts'
import {
  codeFor,
  get,
  HandTill,
  type HqApp,
  openHqApp,
  openShop,
  post,
  type Shop,
} from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

/** Head office as a server: what it answers to what nobody should send, what it writes down, and how it is shared. */

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
})

const problemOf = ({ body }: { body: unknown }): Problem => Problem.parse(body)
const leaseAsk = () => ({
  grant: randomHex(16),
  customer: randomHex(16),
  program: 'default',
  points: 100,
  why: 'sale',
})
const heartbeat = (more = {}) => till.signed(till.heartbeat(hq.now(), more))

test('a heartbeat is answered with a signed receipt, and a till of another device or business is refused', async () => {
  const reply = await post(hq, '/sync/v1/push', heartbeat(), till.token)
  expect(PushReply.parse(reply.body)).toMatchObject({ acked: { epoch: 1, seq: 0 }, held: [], hq_epoch: 1 })
  const other = new HandTill()
  await other.join(hq, await codeFor(hq, shop))
  const stolen = await post(hq, '/sync/v1/push', heartbeat(), other.token)
  expect([401, 403]).toContain(stolen.status)
  expect(problemOf(await post(hq, '/sync/v1/push', heartbeat())).code).toBe('token_missing')
  const wrong = await post(hq, '/sync/v1/push', heartbeat({ tenant: randomHex(16) }), till.token)
  expect(problemOf(wrong).code).toBe('wrong_tenant')
})

test('what is no request is refused with a problem and a code', async () => {
  const cases: readonly [string, unknown, number, string][] = [
    ['/sync/v1/push', '{"body": ', 400, 'malformed'],
    ['/sync/v1/push', '[]', 400, 'malformed'],
    ['/sync/v1/challenge', { device: 'x', epoch: 1 }, 400, 'malformed'],
    ['/sync/v1/nothing', {}, 404, 'not_found'],
    ['/sync/v1/enrol', `"${'x'.repeat(SYNC_LIMITS.requestBytesMax)}"`, 413, 'too_large'],
  ]
  for (const [url, body, status, code] of cases) {
    const reply = await post(hq, url, body, till.token)
    expect([url, reply.status, problemOf(reply).code]).toEqual([url, status, code])
    expect(reply.headers['content-type']).toContain('application/problem+json')
  }
  const form = await hq.app.inject({
    method: 'POST',
    url: '/sync/v1/enrol',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'a=b',
  })
  expect(form.statusCode).toBe(400)
  const address = await hq.app.inject({ method: 'GET', url: '/sync/v1/account%E0%A4%A' })
  expect([400, 404]).toContain(address.statusCode)
})

test('whatever is sent to the addresses of tills, nothing of it is a fault of the server', async () => {
  const chance = seeded(20_261_120)
  const good: readonly [string, object][] = [
    ['/sync/v1/enrol', till.signed(till.enrolBody('AAAA-BBBB-CCCC'))],
    ['/sync/v1/challenge', { device: till.device, epoch: 1 }],
    ['/sync/v1/token', await till.tokenRequest(hq)],
    ['/sync/v1/rotate', { ...till.signed({ protocol: 1, device: till.device }), proof: 'AAAA' }],
    ['/sync/v1/push', heartbeat()],
    ['/sync/v1/lease', { protocol: 1, asks: [leaseAsk()] }],
    [
      '/sync/v1/reconcile',
      { protocol: 1, report: randomHex(16), as_of: 1, chains: [], accounts: [], done: true },
    ],
  ]
  for (let i = 0; i < 600; i++) {
    const [url, body] = good[i % good.length] ?? ['/', {}]
    const reply = await post(hq, url, mutated(chance, body), till.token)
    expect([url, reply.status < 500, reply.text]).toEqual([url, true, reply.text])
    if (reply.status !== 200) problemOf(reply)
    expect(reply.text).not.toMatch(/node_modules|\.ts:\d|\bat \w+ \(|SELECT |INSERT /)
  }
  for (let i = 0; i < 150; i++) {
    const pick = ['customer', 'offset', 'table', 'handle', 'live', 'where', 'columns'][chance(7)] ?? ''
    const url = ['/sync/v1/account', '/v1/shape'][i % 2] ?? ''
    const value = encodeURIComponent(JSON.stringify(hostile(chance)))
    const reply = await get(hq, `${url}?${pick}=${value}&table=sync_deny_v1&offset=-1`, till.token)
    expect([value, reply.status < 500]).toEqual([value, true])
  }
}, 60_000)

test('signed bodies that are wrong inside are no fault of the server either', async () => {
  const chance = seeded(7)
  const fields = Object.keys(till.heartbeat(0))
  for (let i = 0; i < 300; i++) {
    const field = fields[chance(fields.length)] ?? ''
    const reply = await post(hq, '/sync/v1/push', heartbeat({ [field]: hostile(chance) }), till.token)
    expect([field, reply.status < 500, reply.text]).toEqual([field, true, reply.text])
  }
  for (let i = 0; i < 100; i++) {
    const field = ['device', 'epoch', 'epochs', 'app_version', 'till_name'][chance(5)] ?? ''
    const body = { ...till.enrolBody(await codeFor(hq, shop)), [field]: hostile(chance) }
    expect((await post(hq, '/sync/v1/enrol', till.signed(body))).status).toBeLessThan(500)
  }
  for (let i = 0; i < 200; i++) {
    const field = Object.keys(leaseAsk())[chance(5)] ?? ''
    const asks = [{ ...leaseAsk(), [field]: hostile(chance) }, leaseAsk()]
    const reply = await post(hq, '/sync/v1/lease', { protocol: 1, asks }, till.token)
    expect([field, reply.status < 500, reply.text]).toEqual([field, true, reply.text])
  }
}, 60_000)

test('log lines say what happened and nothing about people', async () => {
  const secrets = ['08031234567', 'Ngozi Okafor', till.token, 'AAAA-BBBB-CCCC']
  await post(
    hq,
    '/sync/v1/enrol',
    till.signed(till.enrolBody('AAAA-BBBB-CCCC', { till_name: 'Ngozi Okafor' })),
  )
  await get(hq, '/sync/v1/account?customer=08031234567', till.token)
  await post(hq, '/sync/v1/challenge', { device: '08031234567\u0000', epoch: 'Ngozi Okafor' })
  await post(hq, '/api/v1/session', { login: 'Ngozi Okafor', password: '08031234567' })
  const lines = hq.lines.join('')
  expect(lines).toContain('"route":"/sync/v1/enrol"')
  for (const line of hq.lines) expect(() => JSON.parse(line)).not.toThrow()
  for (const secret of secrets) expect(lines).not.toContain(secret)
  expect(lines).not.toMatch(/\b0[789][01]\d{8}\b/)
})

test('answers carry what keeps a browser safe, and nobody keeps them', async () => {
  const reply = await get(hq, '/sync/v1/account?customer=x', till.token)
  expect(reply.headers).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  })
  const page = await get(hq, '/api/docs')
  expect(page.status).toBe(200)
  expect(page.headers['content-security-policy']).toContain("script-src 'self'")
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
  const { body } = await get(hq, '/api/openapi.json')
  expect(Object.keys((body as { paths: object }).paths)).toEqual(
    expect.arrayContaining(['/sync/v1/enrol', '/sync/v1/push', '/sync/v1/account']),
  )
})

test('too many requests of one address are slowed down, codes sooner than the rest', async () => {
  const app = await createApp({ ...hq.parts, log: null, rateLimits: { everything: 30, enrol: 5 } })
  const strict = { app }
  const tries = []
  for (let i = 0; i < 6; i++)
    tries.push(await post(strict, '/sync/v1/enrol', till.signed(till.enrolBody('x'))))
  expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 429])
  expect(problemOf(tries[5] ?? { body: null }).code).toBe('throttled')
  expect(Number(tries[5]?.headers['retry-after'])).toBeGreaterThan(0)
  const asked = []
  for (let i = 0; i < 31; i++) asked.push((await get(strict, '/sync/v1/account')).status)
  expect(asked.at(-1)).toBe(429)
  expect((await get(strict, '/health')).status).toBe(200)
  await app.close()
})

test('it is up while the database is away, and says so', async () => {
  const db = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' })
  const app = await createApp({ ...hq.parts, db, log: null })
  const cut = { app }
  expect((await get(cut, '/health')).status).toBe(200)
  const ready = await get(cut, '/ready')
  expect([ready.status, problemOf(ready).code]).toEqual([503, 'unavailable'])
  const pushed = await post(cut, '/sync/v1/push', heartbeat(), till.token)
  expect([pushed.status, problemOf(pushed).code]).toEqual([503, 'unavailable'])
  expect(pushed.headers['retry-after']).toBeDefined()
  await app.close()
  await db.close()
  expect((await get(hq, '/ready')).body).toMatchObject({ ok: true })
})

test('two instances on one database are one head office', async () => {
  const second = await openHqApp(database.url)
  const other = new HandTill()
  // Code from one, enrolment at the other, challenge from one, token from the other, sent to the first.
  const code = await codeFor(hq, shop)
  expect((await post(second, '/sync/v1/enrol', other.signed(other.enrolBody(code)))).status).toBe(200)
  other.tenant = shop.tenant
  const given = await post(second, '/sync/v1/token', await other.tokenRequest(hq))
  expect(given.status).toBe(200)
  const { token } = given.body as { token: string }
  const sent = await post(hq, '/sync/v1/push', other.signed(other.heartbeat(hq.now())), token)
  expect(sent.status).toBe(200)
  // One code, both instances at the same moment, two tills: one of them gets in.
  const both = await codeFor(second, shop)
  const tills = [new HandTill(), new HandTill()]
  const replies = await Promise.all(
    tills.map((one, i) => post(i === 0 ? hq : second, '/sync/v1/enrol', one.signed(one.enrolBody(both)))),
  )
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 403])
  await second.close()
})

function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Values that have broken servers. */
function hostile(chance: (below: number) => number): unknown {
  const values: readonly unknown[] = [
    null,
    '',
    '\u0000',
    'a\u0000b',
    '\ud800',
    "'; DROP TABLE hq.event; --",
    '../../etc/passwd',
    '0'.repeat(5_000),
    'ffffffffffffffffffffffffffffffff',
    -1,
    0,
    2 ** 31,
    2 ** 53,
    -(2 ** 53),
    1e308,
    0.5,
    true,
    [],
    [[[[]]]],
    {},
    { constructor: 1, toString: 'x' },
    Array.from({ length: 300 }, () => 0),
  ]
  return values[chance(values.length)]
}

/** The text of a request with something of it changed: a field, a character, the end. */
function mutated(chance: (below: number) => number, body: object): string {
  const how = chance(5)
  const fields = Object.keys(body)
  const field = fields[chance(fields.length)] ?? ''
  if (how === 0) return JSON.stringify({ ...body, [field]: hostile(chance) })
  if (how === 1)
    return JSON.stringify(Object.fromEntries(Object.entries(body).filter(([name]) => name !== field)))
  const text = JSON.stringify(body)
  const at = chance(text.length)
  if (how === 2) return text.slice(0, at)
  if (how === 3) return text.slice(0, at) + String.fromCharCode(chance(256)) + text.slice(at + 1)
  return JSON.stringify(hostile(chance)) ?? 'null'
}
