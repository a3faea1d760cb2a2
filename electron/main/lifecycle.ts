import type { ElectronParts, Window } from './parts.ts'

interface Lifecycle {
  /** Windows ends a session by telling the windows, not the app. */
  watch(window: Window): void
  /** Closes the till once, however often it is asked; resolves when it is closed. */
  close(): Promise<void>
}

/**
 * Ends the till in order: the ledger process writes its checkpoint and goes before the app does. Nothing depends on
 * it: each sale is on disk before it is confirmed.
 */
export function endInOrder(
  { app, powerMonitor }: Pick<ElectronParts, 'app' | 'powerMonitor'>,
  closeTill: () => Promise<void>,
  log: (line: string) => void,
): Lifecycle {
  let closing: Promise<void> | null = null
  let closed = false
  const close = (): Promise<void> => {
    closing ??= closeTill()
      .catch((error: unknown) =>
        log(`closing failed: ${error instanceof Error ? error.message : String(error)}`),
      )
      .then(() => {
        closed = true
      })
    return closing
  }
  const closeAndQuit = (): void => {
    void close().then(() => app.quit())
  }
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    closeAndQuit()
  })
  app.on('window-all-closed', () => app.quit())
  powerMonitor.on('shutdown', closeAndQuit)
  return {
    watch: (window) => {
      window.on('session-end', closeAndQuit)
    },
    close,
  }
}
