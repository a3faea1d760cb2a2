import { afterEach, expect, it } from 'vitest'
import type { SyncOps } from '../../../electron/ledger/sync-port.ts'
import type { PushBatch, PushReply } from '../../../shared/sync/wire.ts'
import { ScriptedHq } from '../../support/scripted-hq.ts'
import { enrolAt, sendAll } from '../../support/sync-till.ts'
import { MINUTE, newTill, removeTempDirs, SECOND, type TestTill } from '../../support/till.ts'

afterEach(removeTempDirs)

const LIMITS = { events_max: 2, bytes_max: 256 * 1024 }
type Given = NonNullable<SyncOps['next_batch']['output']>

interface Waiting {
  readonly till: TestTill
  readonly hq: ScriptedHq
  /** On its way, and the answer to it. */
  readonly first: Given
  readonly reply: PushReply
  /** Taken ahead meanwhile. */
  readonly second: Given
}

const bodyOf = (given: Given): PushBatch => JSON.parse(given.push.body) as PushBatch

async function given(till: TestTill, how: object = {}): Promise<Given> {
  const batch = await till.open.sync('next_batch', { ...LIMITS, ...how })
  if (!batch) throw new Error('nothing waits')
  return batch
}

function answered(hq: ScriptedHq, batch: Given): PushReply {
  const answer = hq.push(batch.push)
  if (!('reply' in answer)) throw new Error(`refused: ${answer.problem.code}`)
  return answer.reply
}

/** Five sales wait. */
async function fiveWait(): Promise<Pick<Waiting, 'till' | 'hq'>> {
  const till = await newTill()
  const hq = new ScriptedHq(() => till.clock.wallMs)
  await enrolAt(till, hq)
  expect(await sendAll(till, hq)).toBe('done')
  for (let i = 0; i < 5; i += 1) await till.sell(null, 100 + i)
  return { till, hq }
}

/** Two of them are on their way, and head office has answered. */
async function onTheWay(): Promise<Waiting> {
  const { till, hq } = await fiveWait()
  const first = await given(till)
  const second = await given(till, { ahead: true })
  return { till, hq, first, second, reply: answered(hq, first) }
}

it('the batch ahead begins where the one on its way ends, and is the next one once that is acknowledged', async () => {
  const { till, hq, first, second, reply } = await onTheWay()
  expect(bodyOf(second)).toMatchObject({
    from_seq: bodyOf(first).from_seq + 2,
    prev_hash: bodyOf(first).head_hash,
  })
  expect(await till.open.sync('pushed', { reply })).toEqual({ taken: true, waiting: 3, ahead: true })
  const inItsTurn = bodyOf(await given(till))
  expect(bodyOf(second)).toEqual(inItsTurn)
  expect(await till.open.sync('pushed', { reply: answered(hq, second) })).toMatchObject({ waiting: 1 })
})

it('ahead goes on from one to the next, and there is none behind the last one', async () => {
  const { till, hq, second, reply } = await onTheWay()
  await till.open.sync('pushed', { reply })
  const third = await given(till, { ahead: true })
  expect(third).toMatchObject({ events: 1, waiting: 0 })
  expect(await till.open.sync('pushed', { reply: answered(hq, second) })).toMatchObject({ ahead: true })
  expect(await till.open.sync('next_batch', { ...LIMITS, ahead: true })).toBeNull()
  expect(await till.open.sync('pushed', { reply: answered(hq, third) })).toEqual({
    taken: true,
    waiting: 0,
    ahead: false,
  })
})

it('none is given ahead before any was given', async () => {
  const { till } = await onTheWay()
  await till.restart()
  expect(await till.open.sync('next_batch', { ...LIMITS, ahead: true })).toBeNull()
})

const SPOILT: readonly [string, (waiting: Waiting) => Promise<unknown>][] = [
  ['it was asked for once more', ({ till }) => given(till)],
  ['the ledger process began anew', ({ till }) => till.restart()],
  ['it has been lying for long', async ({ till }) => till.clock.pass(3 * SECOND)],
  ['the computer slept over it', async ({ till }) => till.clock.setWall(till.clock.wallMs + 10 * MINUTE)],
  [
    'a person has set the clock',
    async ({ till }) => {
      till.clock.pass(SECOND)
      await till.done('manager', 'clock.confirm', { date: '2026-12-01' })
    },
  ],
]

it.each(SPOILT)('it is thrown away when %s', async (_, spoil) => {
  const waiting = await onTheWay()
  await spoil(waiting)
  expect(await waiting.till.open.sync('pushed', { reply: waiting.reply })).toMatchObject({
    taken: true,
    ahead: false,
  })
  expect(await sendAll(waiting.till, waiting.hq)).toBe('done')
})

it('it is thrown away when head office acknowledges less than what is on its way', async () => {
  const { till, hq } = await fiveWait()
  const late = answered(hq, await given(till, { events_max: 1 }))
  const first = await given(till)
  await given(till, { ahead: true })
  expect(await till.open.sync('pushed', { reply: late })).toEqual({ taken: true, waiting: 4, ahead: false })
  expect(await till.open.sync('pushed', { reply: answered(hq, first) })).toMatchObject({ waiting: 3 })
})

it('it is thrown away when the answer stops sending, or sets the clock', async () => {
  const stopped = await onTheWay()
  const signed = JSON.parse(stopped.reply.receipt.body) as Parameters<ScriptedHq['sign']>[0]
  const wrong = { ...stopped.reply, receipt: stopped.hq.sign({ ...signed, head_hash: '00'.repeat(32) }) }
  expect(await stopped.till.open.sync('pushed', { reply: wrong })).toMatchObject({ ahead: false })
  const apart = await onTheWay()
  const told = JSON.parse(apart.reply.receipt.body) as Parameters<ScriptedHq['sign']>[0]
  const later = { ...apart.reply, receipt: apart.hq.sign({ ...told, at: told.at + 20 * MINUTE }) }
  expect(await apart.till.open.sync('pushed', { reply: later })).toMatchObject({ taken: true, ahead: false })
  expect(apart.till.till.ledger.writer.now().trusted).toBe(told.at + 20 * MINUTE)
})
