import type { KasuwaBridge } from '../../shared/ipc/message.ts'
import { loopbackBridge } from './loopback.ts'

declare global {
  interface Window {
    /** Put there by Electron's preload; absent in a browser. */
    readonly kasuwa?: KasuwaBridge
  }
}

let outlived = false
let tell: () => void = () => undefined

/** Calls `listener` when this page belongs to an earlier start of the till and can reach nothing any more. */
export function onOutlived(listener: () => void): void {
  tell = listener
  if (outlived) listener()
}

/** The one way from a screen to the till. */
export const bridge: KasuwaBridge =
  window.kasuwa ??
  loopbackBridge(undefined, () => {
    outlived = true
    tell()
  })
