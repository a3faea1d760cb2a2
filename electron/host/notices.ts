import type { ServerResponse } from 'node:http'
import type { Notice } from '../../shared/ipc/message.ts'

const NOTICES = {
  screensMax: 32,
  /** A screen that does not read is cut off; it comes back by itself and is told the state anew. */
  unreadBytesMax: 256 * 1024,
  heartbeatMs: 20_000,
  reconnectMs: 1_000,
} as const

/** The open Server-Sent Event streams, one for each page. */
export class NoticeStreams {
  readonly #open = new Set<ServerResponse>()
  readonly #heartbeat = setInterval(() => this.#write(': still here\n\n'), NOTICES.heartbeatMs)

  /** False when there are too many. `first` is what a new screen is told. */
  add(response: ServerResponse, headers: Readonly<Record<string, string>>, first: Notice): boolean {
    if (this.#open.size >= NOTICES.screensMax) return false
    response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    response.write(`retry: ${NOTICES.reconnectMs}\n${eventOf(first)}`)
    this.#open.add(response)
    response.once('close', () => this.#open.delete(response))
    return true
  }

  send(notice: Notice): void {
    this.#write(eventOf(notice))
  }

  close(): void {
    clearInterval(this.#heartbeat)
    for (const response of this.#open) response.end()
  }

  #write(text: string): void {
    for (const response of this.#open) {
      if (response.writableLength > NOTICES.unreadBytesMax) response.destroy()
      else response.write(text)
    }
  }
}

function eventOf(notice: Notice): string {
  return `data: ${JSON.stringify(notice)}\n\n`
}
