import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { startTill } from '../platform/supervision/till-host.ts'
import { systemTimers } from '../platform/timers.ts'
import { appOptions, DEBUG_SWITCHES, shellSettings } from './app-options.ts'
import { electronHost } from './electron-host.ts'
import { chooseKeyStore } from './key-store.ts'
import { endInOrder } from './lifecycle.ts'
import { setMenu } from './menu.ts'
import { confineNavigation } from './navigation.ts'
import type { ElectronParts, Window } from './parts.ts'
import { registerScheme } from './protocol.ts'
import { selfTest } from './self-test.ts'
import { Shift } from './shift.ts'
import { keepUpToDate, type Updater } from './updater.ts'

const REFUSED = 2

interface Surroundings {
  readonly argv: readonly string[]
  readonly rendererDir: string
  readonly preload: string
  readonly ledgerEntry: string
  readonly syncEntry: string
  /** Written by the packager when there is a place to ask for updates. */
  readonly updateFeed: string
  readonly loadUpdater: () => Promise<Updater>
  readonly say: (line: string) => void
  readonly log: (line: string) => void
}

/** The app from start to end. What must happen before Electron is ready happens before the first `await`. */
export async function runApp(parts: ElectronParts, around: Surroundings): Promise<void> {
  const { app } = parts
  const options = appOptions(around.argv)
  if (options.dir !== null) {
    const folder = ownFolderFor(app.getPath('appData'), options.dir)
    // Electron takes no folder that is not there.
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    app.setPath('userData', folder)
  }
  if (!app.requestSingleInstanceLock()) {
    around.log('Kasuwa is already open for this data folder. Use that window.')
    app.exit(REFUSED)
    return
  }
  if (app.isPackaged && DEBUG_SWITCHES.some((name) => app.commandLine.hasSwitch(name))) {
    around.log('Kasuwa does not start with a debugging switch.')
    app.exit(REFUSED)
    return
  }
  app.enableSandbox()
  registerScheme(parts.protocol)
  confineNavigation(parts, around.log)
  await app.whenReady()
  setMenu(parts, app.isPackaged)
  await openTill(parts, around, options.dir ?? path.join(app.getPath('userData'), 'till'), options.selfTest)
}

async function openTill(
  parts: ElectronParts,
  around: Surroundings,
  dir: string,
  testing: boolean,
): Promise<void> {
  const { app } = parts
  const { kiosk } = shellSettings(app.getPath('userData'), around.log)
  const shift = new Shift(systemTimers)
  let closeTill = async (): Promise<void> => undefined
  let window: Window | null = null
  const lifecycle = endInOrder(parts, () => closeTill(), around.log)
  const keyStore = await chooseKeyStore(parts.safeStorage, dir)
  const host = electronHost({
    parts,
    dir,
    keyStore,
    rendererDir: around.rendererDir,
    preload: around.preload,
    ledgerEntry: around.ledgerEntry,
    syncEntry: around.syncEntry,
    kiosk,
    visible: !testing,
    watchCalls: (call) => shift.watch(call),
    onWindow: (opened) => {
      window = opened
      lifecycle.watch(opened)
    },
    log: around.log,
  })
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  const till = await startTill(host)
  if ('why' in till) {
    around.log(till.sentence)
    app.exit(REFUSED)
    return
  }
  closeTill = () => till.close()
  parts.powerMonitor.on('suspend', () => till.sync.suspend())
  parts.powerMonitor.on('resume', () => till.sync.resume())
  if (keyStore.notice !== '') around.log(keyStore.notice)
  if (kiosk) parts.powerSaveBlocker.start('prevent-display-sleep')
  if (testing && window) {
    const result = await selfTest(window)
    around.say(JSON.stringify(result))
    await lifecycle.close()
    app.exit(result.ok ? 0 : 1)
    return
  }
  const status = await till.ledger.call('system.status', '', {})
  if (!app.isPackaged) around.say(status.outcome === 'done' && status.value.demo ? 'ready demo' : 'ready')
  if (app.isPackaged && existsSync(around.updateFeed)) {
    keepUpToDate({
      updater: await around.loadUpdater(),
      timers: systemTimers,
      mayInstall: () => !shift.isOpen(),
      closeTill: () => lifecycle.close(),
      log: around.log,
    })
  }
}

/** Two data directories are two apps: each has its own lock and its own browser profile. */
function ownFolderFor(appData: string, dir: string): string {
  return path.join(appData, `kasuwa-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`)
}
