import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PACE } from '../../shared/sync/state.ts'
import { MemoryLedger, Office } from '../../tests/support/memory-ledger.ts'
import {
  hurriedTimers,
  openScriptedServer,
  type ScriptedServer,
  sendJson,
  sendProblem,
} from '../../tests/support/scripted-server.ts'
import type { ListFigures, SyncOp, SyncOps } from '../ledger/sync-port.ts'
import { type SyncDriver, syncDriver } from './driver.ts'

/** Pauses of seconds pass in hundredths of seconds. */
const SPEED = 20
const FIGURES: ListFigures = { shape: 'customer', handle: 'h', offset: '1_0', buckets: [] }

/** A list is to be compared until an answer to that came. */
class ComparingLedger extends MemoryLedger {
  override async call<O extends SyncOp>(op: O, input: SyncOps[O]['input']): Promise<SyncOps[O]['output']> {
    const output = await super.call(op, input)
    if (op === 'list_compared') this.connection = { ...this.connection, check: false }
    return op === 'list_figures' && this.connection.check ? (FIGURES as SyncOps[O]['output']) : output
  }
}

let server: ScriptedServer
let office: Office
let ledger: ComparingLedger
let driver: SyncDriver

beforeEach(async () => {
  office = new Office()
  server = await openScriptedServer(office.answer)
  ledger = new ComparingLedger(server.url)
  ledger.connection = { ...ledger.connection, check: true }
  driver = syncDriver({
    ledger,
    fetch: globalThis.fetch,
    timers: hurriedTimers(SPEED),
    random: () => 0.5,
    follow: () => ({ reached: () => undefined, close: () => undefined }),
    log: () => undefined,
  })
})
afterEach(async () => {
  driver.close()
  await server.close()
})

const until = (what: () => void): Promise<void> => vi.waitFor(what, { timeout: 40_000, interval: 5 })
function begin(): void {
  ledger.written = 5
  driver.hear({ type: 'ledger_up' })
}

const compared = (): unknown[] =>
  ledger.calls.flatMap(({ op, input }) => (op === 'list_compared' ? [input] : []))

test.each([
  ['has no time for a comparison is asked again', 503, 'unavailable', PACE.checkTriesMax],
  ['does not know what a comparison is is asked once', 404, 'not_found', 1],
] as const)('a head office that %s, and the ledger is told in the end', async (_, status, code, times) => {
  let asked = 0
  server.answer = (question, response) => {
    if (question.path !== '/sync/v1/digest') return office.answer(question, response)
    asked += 1
    return sendProblem(response, status, code)
  }
  begin()
  await until(() => expect(compared()).toEqual([{ figures: FIGURES, reply: null }]))
  expect(asked).toBe(times)
  expect(ledger.sent).toBe(5)
})

test('a comparison is made as soon as head office has time for it', async () => {
  let asked = 0
  const reply = { state: 'not_comparable', why: 'moved' }
  server.answer = (question, response) => {
    if (question.path !== '/sync/v1/digest') return office.answer(question, response)
    asked += 1
    return asked < 3 ? sendProblem(response, 503, 'unavailable') : sendJson(response, 200, reply)
  }
  begin()
  await until(() => expect(compared()).toEqual([{ figures: FIGURES, reply }]))
  expect(asked).toBe(3)
})
