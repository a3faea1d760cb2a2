import { expect, test } from 'vitest'
import type { Notice } from '../../../shared/ipc/message.ts'
import type { FromLedger, Port, Secrets, ToLedger } from '../../ledger/messages.ts'
import { type KeyStore, KeyStoreProblem } from '../key-store.ts'
import type { Timers } from '../timers.ts'
import { type LedgerProcess, type LedgerSupervisor, SUPERVISION, superviseLedger } from './supervisor.ts'

/** Time that stands still until it is told to move. */
class StillTimers implements Timers {
  now = 0
  private due: { at: number; work: () => void }[] = []
  monotonicMs(): number {
    return this.now
  }
  after(ms: number, work: () => void): () => void {
    const one = { at: this.now + ms, work }
    this.due.push(one)
    return () => {
      this.due = this.due.filter((other) => other !== one)
    }
  }
  pass(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const next = this.due.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.due = this.due.filter((one) => one !== next)
      this.now = next.at
      next.work()
    }
    this.now = until
  }
}

/** A ledger process under the test's hand. */
class HandProcess implements LedgerProcess {
  readonly got: ToLedger[] = []
  killed = false
  private listener: (message: FromLedger) => void = () => undefined
  private exits: ((how: string) => void)[] = []
  readonly port: Port<ToLedger, FromLedger> = {
    post: (message) => {
      this.got.push(message)
    },
    onMessage: (listener) => {
      this.listener = listener
    },
  }
  onExit(listener: (how: string) => void): void {
    this.exits.push(listener)
  }
  kill(): void {
    this.killed = true
    this.exit('signal SIGKILL')
  }
  say(message: FromLedger): void {
    this.listener(message)
  }
  exit(how: string): void {
    const exits = this.exits
    this.exits = []
    for (const listener of exits) listener(how)
  }
  open(): void {
    this.say({ type: 'started' })
    this.say({ type: 'opened' })
  }
  requests(): number[] {
    return this.got.flatMap((message) => (message.type === 'request' ? [message.request.id] : []))
  }
  reply(id: number): void {
    this.say({ type: 'reply', reply: { id, outcome: 'done', value: {} } as never })
  }
}

interface Bench {
  readonly ledger: LedgerSupervisor
  readonly timers: StillTimers
  readonly started: HandProcess[]
  readonly notices: string[]
  readonly saved: Secrets[]
  last(): HandProcess
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const SECRETS: Secrets = { database_key: 'ab'.repeat(32), signing_key: 'c3R1Yg==' }

async function bench(keys: Partial<KeyStore> = {}, spawnFails = 0): Promise<Bench> {
  const timers = new StillTimers()
  const started: HandProcess[] = []
  const notices: string[] = []
  const saved: Secrets[] = []
  let failures = spawnFails
  const ledger = superviseLedger({
    spawn: () => {
      if (failures-- > 0) throw new Error('no memory')
      const child = new HandProcess()
      started.push(child)
      return child
    },
    dir: '/shop',
    host: 'test',
    keyStore: {
      kind: 'file',
      notice: '',
      load: async () => SECRETS,
      save: async (secrets) => {
        saved.push(secrets)
      },
      ...keys,
    },
    timers,
    wallMs: () => 0,
    log: () => undefined,
  })
  ledger.onNotice((notice: Notice) => {
    if (notice.notice === 'ledger') notices.push(notice.state)
  })
  await settled()
  const last = (): HandProcess => {
    const child = started.at(-1)
    if (!child) throw new Error('nothing was started')
    return child
  }
  return { ledger, timers, started, notices, saved, last }
}

/** Ends the present process and lets the back-off pass. */
async function crashAndWait(b: Bench): Promise<void> {
  b.last().exit('exit code 1')
  b.timers.pass(SUPERVISION.restartDelayMaxMs)
  await settled()
}

const command = (n: number) =>
  ({
    command_id: String(n).padStart(32, '0'),
    customer_id: '0'.repeat(32),
    marketing: 'yes',
    wording: '',
  }) as const

test('secrets go to the process in the open message, once it says that it started', async () => {
  const b = await bench()
  expect(b.last().got).toEqual([])
  b.last().say({ type: 'started' })
  expect(b.last().got).toEqual([
    { type: 'open', dir: '/shop', secrets: SECRETS, key_store: 'file', host: 'test' },
  ])
})

test('what is asked before the till is open waits, and is answered in any order by id', async () => {
  const b = await bench()
  const first = b.ledger.call('system.status', '', {})
  const second = b.ledger.call('staff.list', 's', {})
  expect(b.last().requests()).toEqual([])
  b.last().open()
  expect(await b.ledger.firstOpen).toBeNull()
  expect(b.last().requests()).toEqual([1, 2])
  b.last().reply(2)
  b.last().reply(1)
  expect([(await first).id, (await second).id]).toEqual([1, 2])
  expect(b.notices).toEqual(['up'])
})

test('a crash: queries and commands with an id are given to the next process once, others are not', async () => {
  const b = await bench()
  b.last().open()
  const query = b.ledger.call('system.status', '', {})
  const booked = b.ledger.call('customer.consent', 's', command(1))
  const signIn = b.ledger.call('session.sign_in', '', { staff_id: '0'.repeat(32), pin: '1234' })
  const backup = b.ledger.admin('backup', { file: 'x' })
  b.last().exit('signal SIGKILL')
  expect(await signIn).toMatchObject({ outcome: 'failed', retry: true })
  expect(await backup).toMatchObject({ ok: false })
  const later = b.ledger.call('staff.list', 's', {})
  b.timers.pass(SUPERVISION.restartDelayMaxMs)
  await settled()
  expect(b.started).toHaveLength(2)
  b.last().open()
  expect(b.last().requests()).toEqual([1, 2, 5])
  const again = b.last().got.find((message) => message.type === 'request' && message.request.id === 2)
  expect(again).toMatchObject({ request: { input: command(1) } })
  for (const id of [1, 2, 5]) b.last().reply(id)
  for (const reply of [query, booked, later]) expect((await reply).outcome).toBe('done')
  expect(b.notices).toEqual(['up', 'restarting', 'up'])
})

test('a request that ends every process it meets is given up after the second', async () => {
  const b = await bench()
  b.last().open()
  const poison = b.ledger.call('system.status', '', {})
  await crashAndWait(b)
  b.last().open()
  await crashAndWait(b)
  expect(await poison).toMatchObject({ outcome: 'failed', retry: true })
  b.last().open()
  expect(b.last().requests()).toEqual([])
  expect(b.ledger.state()).toBe('up')
})

test('three starts a minute, then blocked with a sentence; it looks again by itself and comes back', async () => {
  const b = await bench()
  for (let start = 1; start <= 3; start++) {
    expect(b.started).toHaveLength(start)
    b.last().open()
    await crashAndWait(b)
  }
  expect(b.started).toHaveLength(3)
  expect(b.ledger.state()).toBe('blocked')
  const status = await b.ledger.call('system.status', '', {})
  expect(status).toMatchObject({ outcome: 'done', value: { phase: 'blocked', blocked: { why: 'crashed' } } })
  expect(await b.ledger.call('staff.list', 's', {})).toMatchObject({
    outcome: 'refused',
    refusal: { code: 'till_blocked' },
  })
  b.timers.pass(SUPERVISION.blockedRetryMs)
  await settled()
  expect(b.started).toHaveLength(4)
  b.last().exit('exit code 1')
  expect(b.ledger.state()).toBe('blocked')
  b.timers.pass(SUPERVISION.blockedRetryMs)
  await settled()
  b.last().open()
  expect(b.ledger.state()).toBe('up')
  expect(b.notices).toEqual(['up', 'restarting', 'up', 'restarting', 'up', 'blocked', 'up'])
})

test('crashes further apart than a minute never block', async () => {
  const b = await bench()
  for (let start = 1; start <= 6; start++) {
    b.last().open()
    b.timers.pass(61_000)
    await crashAndWait(b)
    expect(b.started).toHaveLength(start + 1)
  }
  expect(b.ledger.state()).toBe('restarting')
})

test('a process that cannot even be started counts as a crash', async () => {
  const b = await bench({}, 3)
  b.timers.pass(SUPERVISION.restartDelayMaxMs)
  await settled()
  b.timers.pass(SUPERVISION.restartDelayMaxMs)
  await settled()
  expect(await b.ledger.firstOpen).toMatchObject({ why: 'crashed', detail: 'no memory' })
})

test('a blocked till answers for itself, and a new process looks whether the cause is gone', async () => {
  const b = await bench()
  b.last().say({ type: 'started' })
  b.last().say({ type: 'blocked', why: 'disk_full', sentence: 'The disk is full.', detail: '' })
  expect(await b.ledger.firstOpen).toMatchObject({ why: 'disk_full' })
  void b.ledger.call('system.status', '', {})
  expect(b.last().requests()).toEqual([1])
  b.last().reply(1)
  const first = b.last()
  b.timers.pass(SUPERVISION.blockedRetryMs)
  await settled()
  expect(first.killed).toBe(true)
  expect(b.started).toHaveLength(2)
  b.last().open()
  expect(b.notices).toEqual(['blocked', 'up'])
})

test('a key store that needs a person blocks with its sentence and is asked again', async () => {
  let exposed = true
  const b = await bench({
    load: async () => {
      if (exposed) throw new KeyStoreProblem('Run: chmod 600 "till.key"')
      return SECRETS
    },
  })
  expect(await b.ledger.firstOpen).toMatchObject({ why: 'key_wrong', sentence: 'Run: chmod 600 "till.key"' })
  expect(b.started).toHaveLength(0)
  exposed = false
  b.timers.pass(SUPERVISION.blockedRetryMs)
  await settled()
  b.last().open()
  expect(b.ledger.state()).toBe('up')
})

test('new secrets are kept before the ledger is told so; a failure is told too', async () => {
  const b = await bench()
  b.last().say({ type: 'save_secrets', secrets: SECRETS })
  await settled()
  expect(b.saved).toEqual([SECRETS])
  expect(b.last().got.at(-1)).toEqual({ type: 'secrets_saved', error: null })
  const full = await bench({
    save: async () => {
      throw new Error('ENOSPC')
    },
  })
  full.last().say({ type: 'save_secrets', secrets: SECRETS })
  await settled()
  expect(full.last().got.at(-1)).toEqual({ type: 'secrets_saved', error: 'ENOSPC' })
})

test('the queue is bounded: one more is told to try again', async () => {
  const b = await bench()
  for (let n = 0; n < SUPERVISION.requestsWaitingMax; n++) void b.ledger.call('system.status', '', {})
  expect(await b.ledger.call('system.status', '', {})).toMatchObject({ outcome: 'failed', retry: true })
})

test('a process that owes an answer for too long is replaced, unless the command line has it work', async () => {
  const b = await bench()
  b.last().open()
  const first = b.last()
  void b.ledger.admin('rebuild', {})
  void b.ledger.call('system.status', '', {})
  b.timers.pass(SUPERVISION.hungAfterMs * 2)
  expect(first.killed).toBe(false)
  first.say({ type: 'admin_reply', id: 1, ok: true, output: { events: 1, projections_hash: '' } })
  b.timers.pass(SUPERVISION.watchEveryMs)
  expect(first.killed).toBe(true)
})

test('close waits for the checkpoint, at most so long, and answers what is left', async () => {
  const b = await bench()
  b.last().open()
  const open = b.ledger.call('system.status', '', {})
  const closed = b.ledger.close()
  expect(b.last().got.at(-1)).toEqual({ type: 'close' })
  expect(b.last().killed).toBe(false)
  b.last().say({ type: 'closed' })
  await closed
  expect(await open).toMatchObject({ outcome: 'failed', retry: false })
  expect(await b.ledger.call('system.status', '', {})).toMatchObject({ outcome: 'failed', retry: false })

  const hung = await bench()
  hung.last().open()
  const late = hung.ledger.close()
  hung.timers.pass(SUPERVISION.closeMs - 1)
  expect(hung.last().killed).toBe(false)
  hung.timers.pass(1)
  expect(hung.last().killed).toBe(true)
  await late
  await settled()
  expect(hung.started).toHaveLength(1)
})
