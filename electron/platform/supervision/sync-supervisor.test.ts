import { expect, test } from 'vitest'
import type { Port } from '../../ledger/messages.ts'
import type { FromSync, LedgerToSync, SyncToLedger, ToSync } from '../../ledger/sync-port.ts'
import type { Timers } from '../timers.ts'
import type { LedgerSupervisor } from './supervisor.ts'
import { SYNC_SUPERVISION, type SyncProcess, type SyncSupervisor, superviseSync } from './sync-supervisor.ts'

class StillTimers implements Timers {
  now = 0
  waits: { at: number; work: () => void }[] = []
  monotonicMs(): number {
    return this.now
  }
  after(ms: number, work: () => void): () => void {
    const one = { at: this.now + ms, work }
    this.waits.push(one)
    return () => {
      this.waits = this.waits.filter((other) => other !== one)
    }
  }
  pass(ms: number): void {
    this.now += ms
    const due = this.waits.filter(({ at }) => at <= this.now)
    this.waits = this.waits.filter(({ at }) => at > this.now)
    for (const { work } of due) work()
  }
}

class HandProcess implements SyncProcess {
  readonly got: ToSync[] = []
  killed = false
  private listener: (message: FromSync) => void = () => undefined
  private exits: ((how: string) => void)[] = []
  readonly port: Port<ToSync, FromSync> = {
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
  exit(how: string): void {
    const exits = this.exits
    this.exits = []
    for (const listener of exits) listener(how)
  }
  say(message: FromSync): void {
    this.listener(message)
  }
  words(): string[] {
    return this.got.map((message) =>
      message.type === 'ledger_state' ? `ledger ${message.up ? 'up' : 'down'}` : message.type,
    )
  }
}

function bench(spawnFails = 0) {
  const timers = new StillTimers()
  const started: HandProcess[] = []
  const toLedger: SyncToLedger[] = []
  let up = true
  let failures = spawnFails
  let side: Parameters<LedgerSupervisor['relay']>[0] | null = null
  const ledger = {
    relay: (sync: Parameters<LedgerSupervisor['relay']>[0]) => {
      side = sync
      return { isUp: () => up, post: (message: SyncToLedger) => toLedger.push(message) }
    },
  } as unknown as LedgerSupervisor
  const sync: SyncSupervisor = superviseSync({
    spawn: () => {
      if (failures-- > 0) throw new Error('no memory')
      const child = new HandProcess()
      started.push(child)
      return child
    },
    ledger,
    timers,
    log: () => undefined,
  })
  const last = (): HandProcess => {
    const child = started.at(-1)
    if (!child) throw new Error('nothing was started')
    return child
  }
  const ledgerIs = (now: boolean): void => {
    up = now
    side?.ledgerIs(now)
  }
  const fromLedger = (message: LedgerToSync): void => side?.fromLedger(message)
  return { sync, timers, started, toLedger, last, ledgerIs, fromLedger }
}

test('it is told how the ledger stands once it listens, and each change after that', () => {
  const b = bench()
  b.ledgerIs(false)
  b.fromLedger({ type: 'changed', what: 'entries' })
  expect(b.last().words()).toEqual([])
  b.last().say({ type: 'started' })
  b.ledgerIs(true)
  b.fromLedger({ type: 'changed', what: 'entries' })
  expect(b.last().words()).toEqual(['ledger down', 'ledger up', 'ledger'])
  b.last().say({ type: 'ledger', message: { id: 1, op: 'connection', input: {} } })
  expect(b.toLedger).toEqual([{ id: 1, op: 'connection', input: {} }])
})

test('a process that dies is started again for ever, each time later, up to a minute', () => {
  const b = bench()
  const delays: number[] = []
  for (let death = 0; death < 9; death++) {
    const before = b.started.length
    b.last().exit('exit code 1')
    const begun = b.timers.now
    while (b.started.length === before) b.timers.pass(500)
    delays.push(b.timers.now - begun)
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  b.timers.pass(SYNC_SUPERVISION.soundAfterMs + 1)
  b.last().exit('exit code 1')
  b.timers.pass(SYNC_SUPERVISION.restartDelayMs)
  expect(b.started).toHaveLength(11)
})

test('a process that cannot even be started is tried again', () => {
  const b = bench(2)
  b.timers.pass(1_000)
  b.timers.pass(2_000)
  expect(b.started).toHaveLength(1)
})

test('a process that starts while the computer sleeps is told so', () => {
  const b = bench()
  b.last().say({ type: 'started' })
  b.sync.suspend()
  b.last().exit('signal SIGKILL')
  b.timers.pass(1_000)
  b.last().say({ type: 'started' })
  expect(b.last().words()).toEqual(['suspend', 'ledger up'])
  b.sync.resume()
  expect(b.last().words().at(-1)).toBe('resume')
})

test('closing waits a second, then it is ended; one that does not listen yet is ended at once', async () => {
  const polite = bench()
  polite.last().say({ type: 'started' })
  const closed = polite.sync.close()
  expect([polite.last().got.at(-1), polite.last().killed]).toEqual([{ type: 'close' }, false])
  polite.last().say({ type: 'closed' })
  await closed

  const hung = bench()
  hung.last().say({ type: 'started' })
  const late = hung.sync.close()
  hung.timers.pass(SYNC_SUPERVISION.closeMs)
  await late
  expect(hung.last().killed).toBe(true)
  hung.timers.pass(120_000)
  expect(hung.started).toHaveLength(1)

  const deaf = bench()
  const soon = deaf.sync.close()
  expect(deaf.last().killed).toBe(true)
  await soon
})
