import type { WebPreferences } from 'electron/main'
import type { ElectronParts, Window } from './parts.ts'
import { APP_ADDRESS } from './protocol.ts'

/** The one set of rights a page has. `preload` and `devTools` are all that is added to it. */
export const WEB_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const satisfies WebPreferences

/** A page that crashes as soon as it is loaded must not take the whole machine with it. */
const RELOAD_DELAY_MS = 500

interface WindowOptions {
  readonly preload: string
  readonly kiosk: boolean
  readonly packaged: boolean
  /** False for the self test. */
  readonly visible: boolean
}

/** The one window, still empty. It is shown when there is something to see, so that no bare frame flashes. */
export function createWindow(
  { BrowserWindow }: Pick<ElectronParts, 'BrowserWindow'>,
  { preload, kiosk, packaged, visible }: WindowOptions,
): Window {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 800,
    minHeight: 560,
    show: false,
    kiosk,
    autoHideMenuBar: true,
    title: 'Kasuwa',
    webPreferences: { ...WEB_PREFERENCES, preload, devTools: !packaged },
  })
  if (visible) window.once('ready-to-show', () => window.show())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload()
    }, RELOAD_DELAY_MS)
  })
  return window
}

/** Shows the app in its window; the only address that is ever loaded. */
export function loadScreens(window: Window): Promise<void> {
  return window.loadURL(APP_ADDRESS)
}
