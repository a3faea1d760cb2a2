import type { FromLedger, ToLedger } from '../ledger/messages.ts'
import type { FromSync, ToSync } from '../ledger/sync-port.ts'
import type { KeyStore } from '../platform/key-store.ts'
import { ledgerEnvironment } from '../platform/supervision/fork-ledger.ts'
import { syncEnvironment } from '../platform/supervision/fork-sync.ts'
import type { ScreenDoor, TillHost } from '../platform/supervision/till-host.ts'
import { systemClock } from '../platform/system-clock.ts'
import { systemTimers } from '../platform/timers.ts'
import type { ElectronParts, Window } from './parts.ts'
import { denyPermissions } from './permissions.ts'
import { APP_ADDRESS, handleScheme } from './protocol.ts'
import { registerDoor } from './registrar.ts'
import { startUtility } from './utility-process.ts'
import { createWindow, loadScreens } from './window.ts'

interface ElectronHostOptions {
  readonly parts: ElectronParts
  readonly dir: string
  readonly keyStore: KeyStore
  readonly rendererDir: string
  readonly preload: string
  readonly ledgerEntry: string
  readonly syncEntry: string
  readonly kiosk: boolean
  readonly visible: boolean
  /** Sees every call of the screens on its way to the till. */
  readonly watchCalls: (call: ScreenDoor['call']) => ScreenDoor['call']
  readonly onWindow: (window: Window) => void
  readonly log: (line: string) => void
}

/** The till's shell in Electron, after the app is ready: ledger and sync are utility processes, the screens a window. */
export function electronHost(options: ElectronHostOptions): TillHost {
  const { parts, dir, keyStore, log } = options
  const clock = systemClock()
  return {
    kind: 'electron',
    dir,
    keyStore,
    timers: systemTimers,
    wallMs: () => clock.read().wallMs,
    log,
    spawnLedger: () =>
      startUtility<ToLedger, FromLedger>(parts.utilityProcess, {
        entry: options.ledgerEntry,
        name: 'Kasuwa ledger',
        env: ledgerEnvironment(),
        log,
      }),
    spawnSync: () =>
      startUtility<ToSync, FromSync>(parts.utilityProcess, {
        entry: options.syncEntry,
        name: 'Kasuwa sync',
        env: syncEnvironment(),
        log,
      }),
    async openScreens(door) {
      denyPermissions(parts.session.defaultSession)
      handleScheme(parts.protocol, options.rendererDir)
      const window = createWindow(parts, {
        preload: options.preload,
        kiosk: options.kiosk,
        packaged: parts.app.isPackaged,
        visible: options.visible,
      })
      // Before the page is loaded: its first question must not come too early.
      const registered = registerDoor(
        parts.ipcMain,
        { ...door, call: options.watchCalls(door.call) },
        () => window.webContents,
      )
      options.onWindow(window)
      await loadScreens(window)
      return {
        address: APP_ADDRESS,
        close: async () => {
          registered.close()
          if (!window.isDestroyed()) window.destroy()
        },
      }
    },
  }
}
