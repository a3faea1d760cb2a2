import { afterEach, beforeEach, expect, test } from 'vitest'
import { GRANTS_WANTED } from '../../shared/sync/state.ts'
import type { LeaseAsk, LeaseReply } from '../../shared/sync/wire.ts'
import { HQ_TIME, MemoryLedger } from '../../tests/support/memory-ledger.ts'
import {
  hurriedTimers,
  openScriptedServer,
  type ScriptedServer,
  sendJson,
  sendProblem,
} from '../../tests/support/scripted-server.ts'
import { BatchAhead } from './batch-ahead.ts'
import { askForGrants } from './grants.ts'
import type { Access } from './requests.ts'

/** The question what head office sets aside, against a scripted server: what is asked, and what the ledger is told. */

let server: ScriptedServer
let ledger: MemoryLedger
let access: Access

const ask = (byte: string): LeaseAsk => ({
  grant: byte.repeat(16),
  customer: 'c1'.repeat(16),
  program: 'default',
  points: 300,
  why: 'default',
})
const answerOf = (more: Partial<LeaseReply> = {}): LeaseReply => ({
  grants: [],
  refused: [],
  hq_time: HQ_TIME,
  hq_epoch: 1,
  ...more,
})
const heard: number[] = []

beforeEach(async () => {
  server = await openScriptedServer((_asked, response) => sendJson(response, 200, answerOf()))
  ledger = new MemoryLedger(server.url)
  heard.length = 0
  access = {
    fetch: globalThis.fetch,
    timers: hurriedTimers(10),
    ledger,
    standing: () => ledger.connection,
    token: 'the token',
    ahead: new BatchAhead(),
    heardTime: (hqTime) => heard.push(hqTime),
    log: () => undefined,
  }
})
afterEach(() => server.close())

const run = () => askForGrants(access, new AbortController().signal)
const told = () => ledger.calls.filter(({ op }) => op === 'leased').map(({ input }) => input)

test('asks for all that is wanted with the token, and hands over the answer as it came', async () => {
  ledger.asks = [ask('a1'), ask('a2')]
  const reply = answerOf({
    grants: [{ body: '{}', signature: 'AA==' }],
    refused: [{ grant: 'a2'.repeat(16), code: 'nothing_left' }],
  })
  server.answer = (_asked, response) => sendJson(response, 200, reply)
  expect(await run()).toEqual({ type: 'fetched', customer: GRANTS_WANTED })
  const [asked] = server.asked
  expect(asked).toMatchObject({ path: '/sync/v1/lease', method: 'POST' })
  expect(asked?.headers.authorization).toBe('Bearer the token')
  expect(JSON.parse(asked?.body ?? '')).toEqual({ protocol: 1, asks: [ask('a1'), ask('a2')] })
  expect(told()).toEqual([{ asked: ['a1'.repeat(16), 'a2'.repeat(16)], reply, known: true }])
  expect(heard).toEqual([HQ_TIME])
})

test('asks on for what is wanted meanwhile, and asks nobody where nothing is', async () => {
  await run()
  expect(server.asked).toEqual([])
  ledger.asks = [ask('a1')]
  server.answer = (_asked, response) => {
    if (server.asked.length === 1) ledger.asks = [...ledger.asks, ask('b2')]
    sendJson(response, 200, answerOf())
  }
  await run()
  expect(
    server.asked.map(({ body }) => (JSON.parse(body) as { asks: LeaseAsk[] }).asks.map(({ grant }) => grant)),
  ).toEqual([['a1'.repeat(16), 'b2'.repeat(16)].slice(0, 1), ['b2'.repeat(16)]])
})

test.each([
  ['an older head office', 404, 'not_found', false],
  ['one that reads no such request', 400, 'malformed', false],
  ['one in trouble', 503, 'unavailable', true],
  ['one that does not take the token', 401, 'token_stale', true],
] as const)('%s is not asked again at once, and the ledger knows why', async (_what, status, code, known) => {
  ledger.asks = [ask('a1')]
  server.answer = (_asked, response) => sendProblem(response, status, code)
  await run()
  expect(server.asked).toHaveLength(1)
  expect(told()).toEqual([{ asked: ['a1'.repeat(16)], reply: null, known }])
  expect(heard).toEqual([])
})

test('an answer that is not what was agreed is as good as none', async () => {
  ledger.asks = [ask('a1')]
  server.answer = (_asked, response) => sendJson(response, 200, { grants: 'all' })
  await run()
  expect(told()).toEqual([{ asked: ['a1'.repeat(16)], reply: null, known: false }])
})
