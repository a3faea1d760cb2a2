import type { Timers } from '../platform/timers.ts'

export const UPDATES = {
  firstCheckMs: 60_000,
  checkEveryMs: 6 * 3_600_000,
  tryInstallEveryMs: 15 * 60_000,
} as const

/** What is used of electron-updater. */
export interface Updater {
  autoDownload: boolean
  autoInstallOnAppQuit: boolean
  on(event: 'update-downloaded', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  checkForUpdates(): Promise<unknown>
  quitAndInstall(isSilent?: boolean, isForceRunAfter?: boolean): void
}

interface UpdateOptions {
  readonly updater: Updater
  readonly timers: Timers
  /** False while somebody works at this till: an update never takes it away from a cashier. */
  readonly mayInstall: () => boolean
  /** Closes the till in order before it is replaced. */
  readonly closeTill: () => Promise<void>
  readonly log: (line: string) => void
}

/** Fetches updates by itself and installs them when nobody works at the till. No network is no error. */
export function keepUpToDate({ updater, timers, mayInstall, closeTill, log }: UpdateOptions): void {
  updater.autoDownload = true
  updater.autoInstallOnAppQuit = false
  updater.on('error', (error) => log(`no update: ${error.message}`))
  updater.on('update-downloaded', () => tryInstall())

  const tryInstall = (): void => {
    if (!mayInstall()) {
      timers.after(UPDATES.tryInstallEveryMs, tryInstall)
      return
    }
    void closeTill().then(() => updater.quitAndInstall(true, true))
  }
  const check = (): void => {
    // The reason stands in its `error` event.
    updater.checkForUpdates().catch(() => undefined)
    timers.after(UPDATES.checkEveryMs, check)
  }
  timers.after(UPDATES.firstCheckMs, check)
}
