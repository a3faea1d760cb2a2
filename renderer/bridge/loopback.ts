import type { Input, MethodName } from '../../shared/ipc/contract.ts'
import type { KasuwaBridge, Notice, Reply } from '../../shared/ipc/message.ts'
import { sleep } from './browser-clock.ts'

/** What the bridge needs of a browser; a test gives its own. */
export interface LoopbackParts {
  fetch(path: string, init: RequestInit): Promise<Response>
  openEvents(path: string): EventSource
}

const browserParts: LoopbackParts = {
  fetch: (path, init) => fetch(path, init),
  openEvents: (path) => new EventSource(path),
}

/** `EventSource.CLOSED`: the host answered, but not with a stream; the browser does not try again. */
const CLOSED = 2
const STREAM_AGAIN_MS = 3_000

/**
 * `window.kasuwa` for a page that the browser host serves: calls by POST, notices by Server-Sent Events.
 * `onOutlived` is called when the host no longer knows this page: it was started anew, with another key, and
 * nothing that this page asks will ever be answered.
 */
export function loopbackBridge(
  parts: LoopbackParts = browserParts,
  onOutlived: () => void = () => undefined,
): KasuwaBridge {
  let lastId = 0
  async function post(body: object): Promise<Response> {
    const response = await parts.fetch('/call', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.status === 403) onOutlived()
    return response
  }
  return {
    host: 'browser',
    async call<M extends MethodName>(method: M, session: string, input: Input<M>): Promise<Reply<M>> {
      const id = ++lastId
      try {
        const response = await post({ method, session, input })
        if (response.status === 403) return failed(id, KEY_LOST, false)
        return { ...((await response.json()) as Reply<M>), id }
      } catch (error) {
        return failed(id, error instanceof Error ? error.message : String(error), true)
      }
    },
    onNotice(listener) {
      let stopped = false
      let close = (): void => undefined
      const open = (): void => {
        const events = parts.openEvents('/notices')
        close = () => events.close()
        events.onmessage = (event: MessageEvent<string>) => listener(JSON.parse(event.data) as Notice)
        // The host itself is gone; the browser keeps trying, and its first message says how things stand.
        events.onerror = () => {
          if (stopped) return
          listener({ notice: 'ledger', state: 'restarting' })
          if (events.readyState === CLOSED) void openAgain()
        }
      }
      // A stream does not say why it was refused; a call does, and tells `onOutlived` where that is the reason.
      const openAgain = async (): Promise<void> => {
        const known = await post({ method: 'system.status', session: '', input: {} }).then(
          (response) => response.status !== 403,
          () => true,
        )
        if (known) await sleep(STREAM_AGAIN_MS)
        if (known && !stopped) open()
      }
      open()
      return () => {
        stopped = true
        close()
      }
    },
  }
}

const KEY_LOST =
  'The till was started anew since this page was opened. Open the address it printed when it started.'

function failed<M extends MethodName>(id: number, message: string, retry: boolean): Reply<M> {
  return { id, outcome: 'failed', message, retry }
}
