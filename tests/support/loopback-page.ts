import { loopbackBridge } from '../../renderer/bridge/loopback.ts'
import type { KasuwaBridge } from '../../shared/ipc/message.ts'

/** As much of a browser's tab as the loopback bridge needs: cookies of one origin, fetch, and an event stream. */
export interface LoopbackPage {
  readonly bridge: KasuwaBridge
  readonly origin: string
  fetch(path: string, init?: RequestInit): Promise<Response>
  close(): void
}

/** Opens the printed address as a browser does: follows it, keeps the cookie, and speaks from that origin. */
export async function openPage(address: string): Promise<LoopbackPage> {
  const { origin } = new URL(address)
  const opened = await fetch(address, { redirect: 'manual' })
  const cookie = opened.headers.get('set-cookie')?.split(';', 1)[0]
  if (opened.status !== 303 || !cookie) throw new Error(`the address was not accepted: ${opened.status}`)
  const streams = new AbortController()
  const pageFetch = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, origin), { ...init, headers: { cookie, origin, ...init.headers } })
  const openEvents = (path: string): EventSource => {
    const closed = new AbortController()
    const source = {
      onmessage: null as ((event: MessageEvent<string>) => void) | null,
      onerror: null as ((event: Event) => void) | null,
      close: () => closed.abort(),
    }
    const read = async (): Promise<void> => {
      const response = await pageFetch(path, { signal: AbortSignal.any([closed.signal, streams.signal]) })
      let rest = ''
      for await (const chunk of response.body ?? []) {
        const lines = (rest + new TextDecoder().decode(chunk)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          if (line.startsWith('data: '))
            source.onmessage?.(new MessageEvent('message', { data: line.slice(6) }))
        }
      }
      throw new Error('the stream ended')
    }
    read().catch(() => {
      if (!closed.signal.aborted && !streams.signal.aborted) source.onerror?.(new Event('error'))
    })
    return source as unknown as EventSource
  }
  return {
    bridge: loopbackBridge({ fetch: pageFetch, openEvents }),
    origin,
    fetch: pageFetch,
    close: () => streams.abort(),
  }
}
