/** The parts of Electron that the app uses. Only `main.ts` has the real ones; all else is given them. */
export type ElectronParts = Pick<
  typeof import('electron/main'),
  | 'app'
  | 'BrowserWindow'
  | 'ipcMain'
  | 'Menu'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'safeStorage'
  | 'session'
  | 'utilityProcess'
> &
  Pick<typeof import('electron/common'), 'shell'>

export type Window = InstanceType<ElectronParts['BrowserWindow']>
