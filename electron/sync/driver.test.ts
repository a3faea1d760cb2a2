import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GRANTS_WANTED } from '../../shared/sync/state.ts'
import { HQ_TIME, MemoryLedger, Office } from '../../tests/support/memory-ledger.ts'
import {
  type Asked,
  hurriedTimers,
  openScriptedServer,
  type ScriptedServer,
  sendJson,
  sendProblem,
} from '../../tests/support/scripted-server.ts'
import type { SyncReport } from '../ledger/sync-port.ts'
import { type SyncDriver, syncDriver } from './driver.ts'

/** Pauses of seconds pass in hundredths of seconds. */
const SPEED = 20

let server: ScriptedServer
let office: Office
let ledger: MemoryLedger
let driver: SyncDriver
let follows: string[]
const log: string[] = []

beforeEach(async () => {
  office = new Office()
  server = await openScriptedServer(office.answer)
  ledger = new MemoryLedger(server.url)
  follows = []
  driver = syncDriver({
    ledger,
    fetch: globalThis.fetch,
    timers: hurriedTimers(SPEED),
    random: () => 0.5,
    follow: ({ mode }) => {
      follows.push(mode)
      return { reached: () => undefined, close: () => follows.push('closed') }
    },
    log: (line) => log.push(line),
  })
})
afterEach(async () => {
  driver.close()
  await server.close()
})

const until = (what: () => void): Promise<void> => vi.waitFor(what, { timeout: 20_000, interval: 5 })
const allSent = (): Promise<void> =>
  until(() => expect([ledger.sent, office.arrived]).toEqual([ledger.written, ledger.written]))
const lastReport = (): SyncReport | undefined => ledger.reports.at(-1)

function begin(written = 5): void {
  ledger.written = written
  driver.hear({ type: 'ledger_up' })
}

/** Answers pushes badly until it is told to stop, everything else well. */
function spoil(
  bad: (asked: Asked, response: ServerResponse) => void | Promise<void>,
  times: number,
): () => number {
  let spoilt = 0
  server.answer = (asked, response) => {
    if (asked.path !== '/sync/v1/push' || spoilt >= times) return office.answer(asked, response)
    spoilt += 1
    return bad(asked, response)
  }
  return () => spoilt
}

test('it signs in, sends all in batches, follows the shapes, and says so', async () => {
  begin(450)
  await allSent()
  expect(office.batches).toEqual([200, 200, 50])
  expect(office.tokens).toBe(1)
  await until(() =>
    expect(lastReport()).toMatchObject({ doing: 'up_to_date', sentence: 'Everything is sent.' }),
  )
  expect(follows).toEqual(['live'])
  const push = server.asked.find(({ path }) => path === '/sync/v1/push')
  expect(push?.headers.authorization).toBe('Bearer token 1')
  const signed = ledger.calls.find(({ op }) => op === 'sign')
  expect(signed?.input).toEqual({ text: `kasuwa token 1\n${'d'.repeat(32)}\n2\nYQ==` })
  const report = lastReport()
  expect(report?.last_contact_ms).toBeGreaterThan(HQ_TIME - 60_000)
})

const batchesAsked = (ahead: boolean): number =>
  ledger.calls.filter(({ op, input }) => op === 'next_batch' && 'ahead' in (input as object) === ahead).length

test('the next batch is taken while one is on its way, and one request is in flight at a time', async () => {
  let inFlight = 0
  let most = 0
  let takenAhead = 0
  server.answer = async (asked, response) => {
    if (asked.path !== '/sync/v1/push') return office.answer(asked, response)
    inFlight += 1
    most = Math.max(most, inFlight)
    if (office.batches.length < 3) {
      await until(() => expect(batchesAsked(true)).toBe(office.batches.length + 1))
      takenAhead += 1
    }
    inFlight -= 1
    return office.push(asked, response)
  }
  begin(700)
  await allSent()
  expect(office.batches).toEqual([200, 200, 200, 100])
  expect({ most, takenAhead, inTurn: batchesAsked(false) }).toEqual({ most: 1, takenAhead: 3, inTurn: 1 })
})

test.each<[string, (asked: Asked, response: ServerResponse) => void, number[]]>([
  ['a lost answer', (_, response) => void response.destroy(), [200, 200, 50]],
  ['an answer that wants less', (_, response) => sendProblem(response, 413, 'too_large'), [100, 200, 150]],
  ['a stale token', (_, response) => sendProblem(response, 401, 'token_stale'), [200, 200, 50]],
])('after %s the batch ahead is not sent, but what comes first', async (_what, bad, batches) => {
  spoil(async (asked, response) => {
    await until(() => expect(batchesAsked(true)).toBe(1))
    bad(asked, response)
  }, 1)
  begin(450)
  await allSent()
  expect(office.batches).toEqual(batches)
})

test('a batch ahead that the ledger does not confirm is thrown away', async () => {
  ledger.confirmsAhead = false
  begin(450)
  await allSent()
  expect(office.batches).toEqual([200, 200, 50])
  expect(batchesAsked(false)).toBeGreaterThanOrEqual(3)
})

test('a batch ahead that cannot be taken loses nothing', async () => {
  ledger.failsAhead = true
  begin(450)
  await allSent()
  expect(office.batches).toEqual([200, 200, 50])
  expect(log.at(-1)).toMatch(/the batch ahead was not taken: the disk is full/)
})

test('a new entry is sent by itself', async () => {
  begin()
  await allSent()
  ledger.written += 1
  driver.hear({ type: 'entries' })
  await allSent()
})

const NETWORK: [string, (asked: Asked, response: ServerResponse) => void][] = [
  ['a connection that breaks', (_, response) => void response.destroy()],
  [
    'a body that is cut off',
    (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '5000' })
      response.write('{"acked":')
      setTimeout(() => response.destroy(), 20)
    },
  ],
  [
    'a page of a captive portal with status 200',
    (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' })
      response.end('<html>Buy data now</html>')
    },
  ],
  ['JSON that is not ours with status 200', (_, response) => sendJson(response, 200, { hello: 'shop' })],
  [
    'a redirect',
    (_, response) => {
      response.writeHead(302, { Location: '/elsewhere' })
      response.end()
    },
  ],
  ['an error page of a gateway', (_, response) => void response.writeHead(502).end('<h1>Bad gateway</h1>')],
  ['a problem of its own', (_, response) => sendProblem(response, 503, 'unavailable')],
  [
    'an answer without end',
    (_, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(1024 * 1024, 32)
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    },
  ],
]

test.each(NETWORK)('%s loses nothing, is tried again, and is said in words', async (_what, bad) => {
  const spoilt = spoil(bad, 2)
  begin()
  await until(() => expect(lastReport()?.doing).toBe('offline'))
  expect(lastReport()?.sentence).toContain('will be sent.')
  await allSent()
  expect(spoilt()).toBe(2)
  expect(server.asked.some(({ path }) => path === '/elsewhere')).toBe(false)
  await until(() => expect(lastReport()?.doing).toBe('up_to_date'))
})

test('a body that never comes is given up after a time, and smaller batches follow', async () => {
  spoil((_, response) => void response.writeHead(200).write('{'), 1)
  begin(300)
  await allSent()
  expect(office.batches).toEqual([100, 200])
})

test('too large: half of it at once, until it fits', async () => {
  spoil((_, response) => sendProblem(response, 413, 'too_large'), 3)
  begin(30)
  await allSent()
  expect(office.batches[0]).toBe(25)
})

test.each([
  ['is alone in its batch', 1, {}],
  ['is named', 30, { at: { epoch: 2, seq: 7 } }],
])('too large: an event that %s is not sent again and again', async (_, events, named) => {
  const problem = { type: '', title: '', status: 413, code: 'too_large', detail: 'Too large.', ...named }
  const spoilt = spoil((_, response) => sendJson(response, 413, problem), 50)
  begin(events)
  await until(() => expect(lastReport()).toMatchObject({ doing: 'stopped', sentence: 'Too large.' }))
  expect(ledger.calls.find(({ op }) => op === 'push_refused')?.input).toEqual({ problem })
  expect(driver.state()).toMatchObject({ name: 'stopped', wakeAt: null })
  expect(spoilt()).toBe(1)
})

test('one event that head office cannot digest is found alone', async () => {
  const sizes: number[] = []
  server.answer = (asked, response) => {
    if (asked.path !== '/sync/v1/push') return office.answer(asked, response)
    const { events } = JSON.parse(JSON.parse(asked.body).body) as { events: number }
    sizes.push(events)
    if (events > 1) return sendProblem(response, 500, 'internal')
    server.answer = office.answer
    return office.push(asked, response)
  }
  begin(10)
  await allSent()
  expect(sizes).toEqual([10, 10, 10, 1])
})

test('throttled: not before the time it was given', async () => {
  spoil((_, response) => sendProblem(response, 429, 'throttled', { 'Retry-After': '10' }), 1)
  begin()
  await until(() => expect(lastReport()?.sentence).toMatch(/asks for a short wait/))
  const { wakeAt, floorAt } = driver.state()
  expect(wakeAt).toBeGreaterThanOrEqual(floorAt)
  driver.hear({ type: 'send_now' })
  expect(driver.state().wakeAt).toBe(wakeAt)
  await allSent()
})

test('a stale token is replaced once and the batch goes out with the new one', async () => {
  spoil((_, response) => sendProblem(response, 401, 'token_stale'), 1)
  begin()
  await allSent()
  expect(office.tokens).toBe(2)
  expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer token 2')
})

test('a gap moves the cursor and goes on at once; a fork stops with a sentence until the ledger says otherwise', async () => {
  office.arrived = 2
  ledger.sent = 4
  spoil((_, response) => {
    const problem = {
      type: '',
      title: '',
      status: 409,
      code: 'gap',
      detail: '',
      expected: { epoch: 2, seq: 2 },
    }
    sendJson(response, 409, problem)
  }, 1)
  begin(6)
  await allSent()
  spoil((_, response) => sendProblem(response, 409, 'fork'), 100)
  ledger.written += 1
  driver.hear({ type: 'entries' })
  await until(() => expect(lastReport()).toMatchObject({ doing: 'stopped', sentence: 'Refused: fork.' }))
  expect(follows).toEqual(['live', 'closed'])
  const asked = server.asked.length
  driver.hear({ type: 'entries' })
  expect(driver.state()).toMatchObject({ name: 'stopped', wakeAt: null })
  expect(server.asked.length).toBe(asked)
  // Enrolled again: another epoch.
  server.answer = office.answer
  const { connection } = ledger.connection
  if (connection) ledger.connection = { ...ledger.connection, connection: { ...connection, epoch: 3 } }
  driver.hear({ type: 'moved' })
  await allSent()
})

test('a ledger that fails is asked again; one that is gone is waited for', async () => {
  begin()
  await allSent()
  ledger.broken = true
  ledger.written += 1
  driver.hear({ type: 'entries' })
  await until(() => expect(driver.state()).toMatchObject({ name: 'pausing', pause: 'ledger' }))
  ledger.broken = false
  await allSent()
  driver.hear({ type: 'ledger_down' })
  ledger.written += 1
  expect(driver.state()).toMatchObject({ name: 'starting', ticket: 0 })
  driver.hear({ type: 'ledger_up' })
  await allSent()
})

test('sleep drops what is under way and the token; waking begins at once', async () => {
  server.answer = (asked, response) => {
    if (asked.path !== '/sync/v1/push') return office.answer(asked, response)
  }
  begin()
  await until(() => expect(server.asked.some(({ path }) => path === '/sync/v1/push')).toBe(true))
  driver.hear({ type: 'suspend' })
  expect(driver.state()).toMatchObject({ name: 'asleep', ticket: 0, tokenUntil: null })
  server.answer = office.answer
  driver.hear({ type: 'resume' })
  await allSent()
  expect(office.tokens).toBe(2)
})

test('a customer who is wanted is fetched beside a push that hangs', async () => {
  const customer = 'c'.repeat(32)
  server.answer = (asked, response) => {
    if (asked.path === '/sync/v1/account') return sendJson(response, 200, { customer: [], account: [] })
    if (asked.path !== '/sync/v1/push') return office.answer(asked, response)
  }
  begin()
  await until(() => expect(server.asked.some(({ path }) => path === '/sync/v1/push')).toBe(true))
  // Asked for again where the short time was over on a busy machine.
  await until(() => {
    ledger.connection = { ...ledger.connection, wanted: [customer] }
    if (driver.state().fetching === null) driver.hear({ type: 'moved' })
    expect(ledger.calls.some(({ op }) => op === 'fetched')).toBe(true)
  })
  const fetched = ledger.calls.find(({ op }) => op === 'fetched')
  expect(fetched?.input).toEqual({ customer, rows: '{"customer":[],"account":[]}' })
  expect(server.asked.find(({ path }) => path === '/sync/v1/account')?.query.get('customer')).toBe(customer)
})

test('points to set aside are asked for beside a push that hangs', async () => {
  const ask = { customer: 'c'.repeat(32), program: 'default', points: 100, why: 'sale' } as const
  ledger.asks = [{ grant: 'd'.repeat(32), ...ask }]
  server.answer = (asked, response) => {
    if (asked.path === '/sync/v1/lease')
      return sendJson(response, 200, { grants: [], refused: [], hq_time: HQ_TIME, hq_epoch: 1 })
    if (asked.path !== '/sync/v1/push') return office.answer(asked, response)
  }
  begin()
  await until(() => expect(server.asked.some(({ path }) => path === '/sync/v1/push')).toBe(true))
  await until(() => {
    ledger.connection = { ...ledger.connection, wanted: [GRANTS_WANTED] }
    if (driver.state().fetching === null) driver.hear({ type: 'moved' })
    expect(ledger.calls.some(({ op }) => op === 'leased')).toBe(true)
  })
  expect(driver.state().name).toBe('sending')
})

test('a till that may only send follows nothing', async () => {
  server.answer = (asked, response) => {
    if (asked.path !== '/sync/v1/token') return office.answer(asked, response)
    const times = { expires_at: HQ_TIME + 900_000, hq_time: HQ_TIME }
    return sendJson(response, 200, { token: 'x', ...times, hq_epoch: 1, may: 'push' })
  }
  begin()
  await allSent()
  await until(() => expect(driver.state().name).toBe('following'))
  expect(follows).toEqual([])
})

test('no secret goes to an address without a lock', async () => {
  ledger.connection = {
    ...ledger.connection,
    connection: { url: 'http://hq.example', tenant: '', store: '', device: 'd'.repeat(32), epoch: 1 },
  }
  begin()
  await until(() => expect(log.at(-1)).toMatch(/https only/))
  expect(server.asked).toEqual([])
})

test('reports come at most once a second, the last word always', async () => {
  begin(450)
  await allSent()
  await until(() => expect(lastReport()?.doing).toBe('up_to_date'))
  expect(ledger.reports.length).toBeLessThan(6)
})

test('an answer to the code of another till is as good as none', async () => {
  const key = (sign: string): string => sign.repeat(64)
  const reply = {
    tenant: {
      id: 't',
      name: 'Shop',
      currency: 'NGN',
      minor_digits: 2,
      time_zone: 'Africa/Lagos',
      phone_region: 'NG',
    },
    identity_key: key('1'),
    store: { id: '2'.repeat(32), name: 'Main street' },
    till_name: 'Till',
    device: '3'.repeat(32),
    epoch: 1,
    hq_public_key: key('4'),
    hq_epoch: 1,
    hq_time: HQ_TIME,
  }
  const keys = [key('b'), key('b'), key('a')]
  server.answer = (asked, response) =>
    asked.path === '/sync/v1/enrol'
      ? sendJson(response, 200, { ...reply, public_key: keys.shift() ?? key('a') })
      : office.answer(asked, response)
  const request = { body: JSON.stringify({ public_key: key('a') }), signature: '' }
  ledger.connection = { ...ledger.connection, connection: null, enrolling: { url: server.url, request } }
  begin(0)
  const enrolled = () => ledger.calls.filter(({ op }) => op === 'enrolled')
  await until(() => expect(enrolled().length).toBeGreaterThan(0))
  expect(keys).toEqual([])
  expect(enrolled()[0]?.input).toMatchObject({ reply: { public_key: key('a') } })
})
