import type { KasuwaBridge, Notice } from '../../shared/ipc/message.ts'
import { METHOD_NAMES } from '../../shared/ipc/method-names.ts'

type Parts = Pick<typeof import('electron/renderer'), 'contextBridge' | 'ipcRenderer'>

/** The same names as in the main process's registrar. */
export const CHANNELS = { call: 'kasuwa:call', state: 'kasuwa:state', notice: 'kasuwa:notice' } as const

const KNOWN: ReadonlySet<string> = new Set(METHOD_NAMES)

/**
 * Puts `window.kasuwa` into the page: two functions and a word. Neither `ipcRenderer` nor an event of it is ever
 * handed on, and no method beside those of the contract leaves the page.
 */
export function exposeBridge(contextBridge: Parts['contextBridge'], ipcRenderer: Parts['ipcRenderer']): void {
  const bridge: KasuwaBridge = {
    host: 'electron',
    call(method, session, input) {
      if (!KNOWN.has(method)) return Promise.reject(new Error(`no such method: ${method}`))
      return ipcRenderer.invoke(CHANNELS.call, { method, session, input })
    },
    onNotice(listener) {
      let listening = true
      const heard = (_event: unknown, notice: Notice): void => listener(notice)
      ipcRenderer.on(CHANNELS.notice, heard)
      // What a page that has just come must know; later notices are newer than this answer or equal to it.
      ipcRenderer.invoke(CHANNELS.state).then(
        (notice: Notice) => {
          if (listening) listener(notice)
        },
        () => undefined,
      )
      return () => {
        listening = false
        ipcRenderer.removeListener(CHANNELS.notice, heard)
      }
    },
  }
  contextBridge.exposeInMainWorld('kasuwa', bridge)
}
