import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { Timers } from '../platform/timers.ts'
import { SHIFT_IDLE_MS, Shift } from './shift.ts'
import { keepUpToDate, UPDATES, type Updater } from './updater.ts'

class FakeUpdater extends EventEmitter implements Updater {
  autoDownload = false
  autoInstallOnAppQuit = true
  checks = 0
  readonly done: string[] = []
  async checkForUpdates(): Promise<void> {
    this.checks += 1
    throw new Error('no network')
  }
  quitAndInstall(): void {
    this.done.push('install')
  }
}

function bench(mayInstall: () => boolean) {
  let now = 0
  let due: { at: number; work: () => void }[] = []
  const timers: Timers = {
    monotonicMs: () => now,
    after(ms, work) {
      const one = { at: now + ms, work }
      due.push(one)
      return () => {
        due = due.filter((other) => other !== one)
      }
    },
  }
  const pass = async (ms: number): Promise<void> => {
    now += ms
    const ready = due.filter((one) => one.at <= now)
    due = due.filter((one) => one.at > now)
    for (const one of ready) one.work()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const updater = new FakeUpdater()
  keepUpToDate({
    updater,
    timers,
    mayInstall,
    closeTill: async () => void updater.done.push('close'),
    log: () => undefined,
  })
  return { updater, pass, timers }
}

test('an update is never installed while a shift is open, and the till is closed in order before it', async () => {
  let open = true
  const { updater, pass } = bench(() => !open)
  expect([updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([true, false])
  updater.emit('update-downloaded')
  for (let tries = 0; tries < 10; tries++) await pass(UPDATES.tryInstallEveryMs)
  expect(updater.done).toEqual([])
  open = false
  await pass(UPDATES.tryInstallEveryMs)
  expect(updater.done).toEqual(['close', 'install'])
})

test('a check without network is no error, and is made again', async () => {
  const { updater, pass } = bench(() => true)
  await pass(UPDATES.firstCheckMs)
  await pass(UPDATES.checkEveryMs)
  await pass(UPDATES.checkEveryMs)
  expect(updater.checks).toBe(3)
})

test('a shift is open from the last thing somebody did; what screens ask by themselves does not count', async () => {
  const { timers, pass } = bench(() => true)
  const shift = new Shift(timers)
  const call = shift.watch(async () => ({ id: 1, outcome: 'failed', message: '', retry: false }))
  expect(shift.isOpen()).toBe(true)
  await pass(SHIFT_IDLE_MS - 1)
  await call({ method: 'customer.search' })
  await pass(SHIFT_IDLE_MS - 1)
  expect(shift.isOpen()).toBe(true)
  for (const method of ['system.status', 'health.get', 'session.sign_out']) await call({ method })
  await call(null)
  await pass(1)
  expect(shift.isOpen()).toBe(false)
})
