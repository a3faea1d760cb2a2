import path from 'node:path'
import { shell } from 'electron/common'
import {
  app,
  BrowserWindow,
  ipcMain,
  Menu,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  session,
  utilityProcess,
} from 'electron/main'
import { runApp } from './run-app.ts'

/** The only file that has Electron in its hands; it gives each part to who needs it. Runs as out/main/index.js. */

const OUT = path.resolve(import.meta.dirname, '..')
const log = (line: string): void => {
  process.stderr.write(`kasuwa: ${line}\n`)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())

const parts = {
  app,
  BrowserWindow,
  ipcMain,
  Menu,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  session,
  shell,
  utilityProcess,
}

// Not awaited here: Electron becomes ready only after this module has been evaluated.
runApp(parts, {
  argv: process.argv.slice(app.isPackaged ? 1 : 2),
  rendererDir: path.join(OUT, 'renderer'),
  preload: path.join(OUT, 'preload/index.cjs'),
  ledgerEntry: path.join(OUT, 'main/ledger.js'),
  syncEntry: path.join(OUT, 'main/sync.js'),
  updateFeed: path.join(process.resourcesPath, 'app-update.yml'),
  loadUpdater: async () => (await import('electron-updater')).default.autoUpdater,
  say: (line) => process.stdout.write(`${line}\n`),
  log,
}).catch((error: unknown) => {
  log(`Kasuwa could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  app.exit(1)
})
