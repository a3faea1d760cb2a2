import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { appOptions, shellSettings } from '../../electron/main/app-options.ts'
import { makeShop, type Shop, startElectron, toldBySync } from '../support/stub-shells.ts'

let shop: Shop
beforeEach(() => {
  shop = makeShop()
})
afterEach(() => shop.remove())

const closedProperly = (): string => readFileSync(path.join(shop.dir, 'closed'), 'utf8')

test('the self test asks the page itself, says what it found as JSON, and ends', async () => {
  const { electron, said } = await startElectron(shop, {}, ['--self-test'])
  expect(JSON.parse(said[0] ?? '')).toEqual({ ok: true, drawn: true, answered: 'done', sandboxed: true })
  expect([electron.exitCode, said.length]).toEqual([0, 1])
  expect(electron.calls).not.toContain('show')
  expect(closedProperly()).toBe('closed\n')
})

test('quitting waits until the ledger has closed; asked twice it closes once', async () => {
  const { electron } = await startElectron(shop)
  electron.app.quit()
  electron.app.quit()
  expect(electron.exitCode).toBeNull()
  while (electron.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(closedProperly()).toBe('closed\n')
})

test.each([
  [
    'the machine is shut down',
    (e: Awaited<ReturnType<typeof startElectron>>) => e.electron.powerMonitor.emit('shutdown'),
  ],
  [
    'Windows ends the session',
    (e: Awaited<ReturnType<typeof startElectron>>) => e.electron.windows[0]?.emit('session-end'),
  ],
  [
    'the window is closed',
    (e: Awaited<ReturnType<typeof startElectron>>) => e.electron.app.emit('window-all-closed'),
  ],
])('the till is closed in order when %s', async (_when, happen) => {
  const shell = await startElectron(shop)
  happen(shell)
  while (shell.electron.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(closedProperly()).toBe('closed\n')
})

test('the sync process is told when the computer goes to sleep and when it wakes', async () => {
  const shell = await startElectron(shop)
  const heard = (word: string): Promise<void> =>
    vi.waitFor(() => expect(toldBySync(shop).map((one) => one.heard)).toContain(word), { timeout: 20_000 })
  await heard('ledger up')
  shell.electron.powerMonitor.emit('suspend')
  await heard('suspend')
  shell.electron.powerMonitor.emit('resume')
  await heard('resume')
  await shell.close()
})

test('a page that crashed is loaded again', async () => {
  const shell = await startElectron(shop)
  shell.electron.page.emit('render-process-gone', {}, { reason: 'crashed' })
  shell.electron.page.emit('render-process-gone', {}, { reason: 'clean-exit' })
  expect(shell.electron.page.reloads).toBe(0)
  await vi.waitFor(() => expect(shell.electron.page.reloads).toBe(1), { timeout: 20_000 })
  await shell.close()
})

test('a second start brings the first window to the front', async () => {
  const shell = await startElectron(shop)
  shell.electron.app.emit('second-instance')
  expect(shell.electron.calls).toContain('focus')
  await shell.close()
})

test('a kiosk fills the screen and keeps it lit', async () => {
  const first = await startElectron(shop)
  expect(first.electron.windows[0]?.options.kiosk).toBe(false)
  const folder = first.electron.app.getPath('userData')
  await first.close()
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'shell.json'), '{"kiosk":true}')
  const second = await startElectron(shop)
  expect(second.electron.windows[0]?.options.kiosk).toBe(true)
  expect(second.electron.calls).toContain('block prevent-display-sleep')
  await second.close()
})

test('settings of the shell: absent is the default in silence, damaged is the default with a word', () => {
  const said: string[] = []
  expect(shellSettings(shop.dir, (line) => said.push(line))).toEqual({ kiosk: false })
  expect(said).toEqual([])
  for (const text of ['{', 'null', '7', '{"kiosk":"yes"}']) {
    writeFileSync(path.join(shop.dir, 'shell.json'), text)
    expect(shellSettings(shop.dir, (line) => said.push(line))).toEqual({ kiosk: false })
  }
  expect(said).toHaveLength(1)
})

test('flags of Chromium and of the system are left alone', () => {
  expect(appOptions(['--no-first-run', '-psn_0_1', 'kasuwa://x', '--data=shop'])).toEqual({
    dir: path.resolve('shop'),
    selfTest: false,
  })
  expect(appOptions(['--data', '--self-test=no'])).toMatchObject({ selfTest: false })
})
