import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { browserHost } from '../../electron/host/browser-host.ts'
import { runApp } from '../../electron/main/run-app.ts'
import { type RunningTill, startTill } from '../../electron/platform/supervision/till-host.ts'
import type { KasuwaBridge } from '../../shared/ipc/message.ts'
import { FakeElectron, type FakeOptions } from './fake-electron.ts'
import { openPage } from './loopback-page.ts'

const STUB_LEDGER = path.resolve(import.meta.dirname, 'stub-ledger.ts')
const STUB_SYNC = path.resolve(import.meta.dirname, 'stub-sync.ts')

/** A till in a shell, as a person at the screen and a person at the keyboard of the machine see it. */
export interface ShellUnderTest {
  /** Null when nothing was opened. */
  readonly bridge: KasuwaBridge | null
  readonly log: readonly string[]
  /** Sends anything at all, past the bridge's own types. */
  sendRaw(raw: unknown): Promise<unknown>
  asset(path: string, method?: string): Promise<Response>
  close(): Promise<void>
}

/** A folder with a data directory, a screen and room for what Electron keeps. */
export interface Shop {
  readonly dir: string
  readonly rendererDir: string
  readonly userData: string
  remove(): void
}

export function makeShop(): Shop {
  const root = mkdtempSync(path.join(tmpdir(), 'kasuwa-shop-'))
  const rendererDir = path.join(root, 'renderer')
  const dir = path.join(root, 'data')
  mkdirSync(path.join(rendererDir, 'assets'), { recursive: true })
  mkdirSync(dir, { mode: 0o700 })
  writeFileSync(path.join(rendererDir, 'index.html'), '<!doctype html><div id="root"></div>')
  writeFileSync(path.join(rendererDir, 'assets/main.js'), 'export {}')
  writeFileSync(path.join(root, 'secret.js'), 'secret')
  return {
    dir,
    rendererDir,
    userData: path.join(root, 'profile'),
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** What the stub of the sync process has told the ledger so far, oldest first. */
export function toldBySync({ dir }: Shop): { pid: number; heard: string; argv: string[]; env: object }[] {
  const file = path.join(dir, 'sync')
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line))
}

export async function startBrowser(shop: Shop): Promise<ShellUnderTest> {
  const log: string[] = []
  const host = browserHost({
    dir: shop.dir,
    port: 0,
    rendererDir: shop.rendererDir,
    ledgerEntry: STUB_LEDGER,
    syncEntry: STUB_SYNC,
    log: (line) => log.push(line),
  })
  const till = await startTill(host)
  if ('why' in till) {
    log.push(till.sentence)
    return nothingOpened(log)
  }
  return pageOf(till, log)
}

async function pageOf(till: RunningTill, log: readonly string[]): Promise<ShellUnderTest> {
  const page = await openPage(till.screens.address)
  return {
    bridge: page.bridge,
    log,
    async sendRaw(raw) {
      const headers = { 'Content-Type': 'application/json' }
      const response = await page.fetch('/call', { method: 'POST', headers, body: JSON.stringify(raw) ?? '' })
      return response.json()
    },
    asset: (rawPath, method = 'GET') => page.fetch(rawPath, { method }),
    async close() {
      page.close()
      await till.close()
    },
  }
}

export interface ElectronUnderTest extends ShellUnderTest {
  readonly electron: FakeElectron
  readonly said: readonly string[]
}

export async function startElectron(
  shop: Shop,
  options: Partial<FakeOptions> = {},
  flags: readonly string[] = [],
): Promise<ElectronUnderTest> {
  const log: string[] = []
  const said: string[] = []
  const electron = new FakeElectron({ userData: shop.userData, ...options })
  const running = runApp(electron.parts, {
    argv: [`--data=${shop.dir}`, ...flags],
    rendererDir: shop.rendererDir,
    preload: '/app/preload/index.cjs',
    ledgerEntry: STUB_LEDGER,
    syncEntry: STUB_SYNC,
    updateFeed: path.join(shop.userData, 'app-update.yml'),
    loadUpdater: () => Promise.reject(new Error('no update may be looked for in a test')),
    say: (line) => said.push(line),
    log: (line) => log.push(line),
  })
  electron.start()
  await running
  const open = electron.windows.length > 0
  return {
    ...nothingOpened(log),
    electron,
    said,
    bridge: open ? electron.page.bridge : null,
    sendRaw: (raw) => electron.invoke(electron.page, electron.page.mainFrame, 'kasuwa:call', raw),
    asset: (rawPath, method) => electron.fetch(`kasuwa://app${rawPath}`, method),
    async close() {
      electron.app.quit()
      while (electron.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}

function nothingOpened(log: readonly string[]): ShellUnderTest {
  const closed = (): Promise<never> => Promise.reject(new Error('nothing was opened'))
  return { bridge: null, log, sendRaw: closed, asset: closed, close: async () => undefined }
}
