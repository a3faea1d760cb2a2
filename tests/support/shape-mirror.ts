import { setTimeout as pause } from 'node:timers/promises'
import { FetchError, type Message, type Offset, type Row, ShapeStream } from '@electric-sql/client'

/** What a client of the shape protocol keeps: the rows by key, and where it stands. Driven by the real client. */
export interface ShapeMirror {
  readonly rows: Map<string, Row<unknown>>
  readonly stream: ShapeStream
  /** How often it was told to begin anew, and how often it was up to date. */
  readonly counts: {
    refetched: number
    upToDate: number
    batches: number
    messages: number
    brokenOff: number
  }
  readonly errors: unknown[]
  /** Where a new client goes on from here. */
  place(): { readonly handle: string; readonly offset: Offset }
  close(): void
}

export interface MirrorOptions {
  readonly url: string
  readonly token: string
  readonly table: string
  readonly rows?: ReadonlyMap<string, Row<unknown>>
  readonly from?: { readonly handle: string; readonly offset: Offset }
  /** Awaited with each batch before the next is asked for. */
  readonly onBatch?: (messages: readonly Message[]) => Promise<void> | void
}

const BACK_OFF = { initialDelay: 20, maxDelay: 100, multiplier: 1.5 }

export function openMirror(options: MirrorOptions): ShapeMirror {
  const rows = new Map(options.rows ?? [])
  const counts = { refetched: 0, upToDate: 0, batches: 0, messages: 0, brokenOff: 0 }
  const errors: unknown[] = []
  const stop = new AbortController()
  const stream = new ShapeStream({
    url: `${options.url}/v1/shape`,
    params: { table: options.table, replica: 'full' },
    headers: { authorization: `Bearer ${options.token}` },
    // Text stays text: what is compared is what stands in the table.
    parser: { int4: (text: string) => text, int8: (text: string) => text },
    backoffOptions: BACK_OFF,
    signal: stop.signal,
    // An answer that breaks off is an error of status 200, and ends the stream unless it is told to go on.
    onError(error) {
      if (!(error instanceof FetchError) || error.status !== 200) return void errors.push(error)
      counts.brokenOff += 1
      return {}
    },
    ...(options.from ? { handle: options.from.handle, offset: options.from.offset } : {}),
  })
  let place = options.from
  stream.subscribe(
    async (messages) => {
      for (const message of messages) apply(rows, counts, message)
      counts.batches += 1
      if (stream.shapeHandle !== undefined) place = { handle: stream.shapeHandle, offset: stream.lastOffset }
      await options.onBatch?.(messages)
    },
    (error) => errors.push(error),
  )
  return {
    rows,
    stream,
    counts,
    errors,
    place() {
      if (place === undefined) throw new Error('nothing has arrived yet')
      return place
    },
    close() {
      stop.abort()
      stream.unsubscribeAll()
    },
  }
}

function apply(rows: Map<string, Row<unknown>>, counts: ShapeMirror['counts'], message: Message): void {
  if ('key' in message) {
    counts.messages += 1
    if (message.headers.operation === 'delete') rows.delete(message.key)
    else if (!isOlder(message.value, rows.get(message.key))) rows.set(message.key, message.value)
    return
  }
  if (message.headers.control === 'up-to-date') counts.upToDate += 1
  if (message.headers.control !== 'must-refetch') return
  counts.refetched += 1
  rows.clear()
}

/** The version guard of a till. */
const isOlder = (row: Row<unknown>, held: Row<unknown> | undefined): boolean =>
  held !== undefined && Number(row['version']) < Number(held['version'])

/** Waits until it holds; fails with what it was waiting for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 25_000,
): Promise<void> {
  const end = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`)
    await pause(10)
  }
}
