import { FetchError, type Message, ShapeStream } from '@electric-sql/client'
import { SHAPE_TABLES, type ShapeCursor, type ShapeName } from '../../shared/sync/rows.ts'
import type { FollowContext } from './follower.ts'
import { hqAddress } from './http.ts'
import { ShapeFetch } from './shape-fetch.ts'

/**
 * How the reading of a shape ended. `read`: to its end, once. `stale`: the token is not taken. `refused`: this till may
 * not have it. `again`: begin anew.
 */
export type ShapeEnd =
  | { readonly why: 'closed' | 'read' | 'stale' }
  | { readonly why: 'refused' | 'again'; readonly text: string }

interface ReadingContext extends FollowContext {
  readonly shape: ShapeName
  /** After each commit: how many rows came, whether that is the end for now, and the phase the shape was in before. */
  readonly progress: (rows: number, upToDate: boolean, phase: ShapeCursor['phase']) => void
  /** Called once. Not called after `close`, but with `closed`. */
  readonly ended: (how: ShapeEnd) => void
}

const READING = {
  /** A stream that has asked for nothing for so long has ended without a word. */
  silentMs: 120_000,
  watchMs: 30_000,
  /** That a shape is still at its end is told to the ledger at most this often: it dates what is shown. */
  unchangedGapMs: 60_000,
} as const

/** Every value stays the text that Postgres made of it: the ledger reads it by its own schemas. */
const AS_TEXT = Object.fromEntries(
  ['int2', 'int4', 'int8', 'bool', 'float4', 'float8', 'json', 'jsonb'].map((type) => [
    type,
    (text: string) => text,
  ]),
)

/** Messages on one line: the ledger parses a line in one go, and a sale may wait for it. */
const LINE_MESSAGES = 50

function inLines(messages: readonly Message[]): string {
  const lines: string[] = []
  for (let at = 0; at < messages.length; at += LINE_MESSAGES)
    lines.push(JSON.stringify(messages.slice(at, at + LINE_MESSAGES)))
  return lines.join('\n')
}

/**
 * Reads one shape from where the ledger says it stands. Each batch is handed over with the cursor behind it and the
 * next one waits for its commit. Any error ends the reading: the stream would go on past what was not kept.
 */
export function shapeReading(context: ReadingContext): () => void {
  const reading = new Reading(context)
  void reading.begin()
  return () => reading.end({ why: 'closed' })
}

class Reading {
  readonly #context: ReadingContext
  readonly #abort = new AbortController()
  #cursor: ShapeCursor | null = null
  #fetch: ShapeFetch | null = null
  #ended = false
  #committing = false
  #toldMs = Number.NEGATIVE_INFINITY
  #cancelWatch: () => void = () => undefined

  constructor(context: ReadingContext) {
    this.#context = context
  }

  end(how: ShapeEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelWatch()
    this.#abort.abort()
    this.#context.ended(how)
  }

  async begin(): Promise<void> {
    try {
      const { shape, ledger } = this.#context
      const { shapes } = await ledger.call('connection', {})
      const fresh: ShapeCursor = { shape, handle: null, offset: '-1', phase: 'snapshot' }
      this.#cursor = shapes.find((one) => one.shape === shape) ?? fresh
      if (!this.#ended) this.#stream(this.#cursor)
    } catch (error) {
      this.#again(error)
    }
  }

  #stream(cursor: ShapeCursor): void {
    const { shape, url, mode, token } = this.#context
    const guarded = new ShapeFetch(this.#context, {
      standsAtStart: () => this.#cursor?.offset === '-1',
      restarted: () => this.#again('the stream went back to its beginning by itself'),
    })
    this.#fetch = guarded
    const { table, columns } = SHAPE_TABLES[shape]
    const stream = new ShapeStream({
      url: hqAddress(url, 'v1/shape'),
      params: { table, columns: [...columns], replica: 'full' },
      headers: { Authorization: () => `Bearer ${token() ?? ''}` },
      ...(cursor.handle !== null && cursor.offset !== '-1'
        ? { handle: cursor.handle, offset: cursor.offset as `${number}_${number}` }
        : {}),
      subscribe: mode === 'live',
      signal: this.#abort.signal,
      fetchClient: (input, init) => guarded.fetch(input, init),
      // Trying again is decided here, with the pauses and the chance this process was given.
      backoffOptions: { initialDelay: 1_000, maxDelay: 4_000, multiplier: 2, maxRetries: 1 },
      parser: AS_TEXT,
      onError: (error) => this.#failed(error),
    })
    // Both are read at once: after an await they may belong to a later batch.
    stream.subscribe((messages) => this.#receive(messages, stream.shapeHandle, stream.lastOffset))
    this.#watch(guarded)
  }

  /** Answers the client with nothing, so that it stops for good. */
  #failed(error: Error): void {
    if (error instanceof FetchError && error.status === 401) this.end({ why: 'stale' })
    else if (error instanceof FetchError && error.status === 403) {
      this.end({ why: 'refused', text: error.message.slice(0, 300) })
    } else this.#again(error)
  }

  #again(error: unknown): void {
    this.end({ why: 'again', text: error instanceof Error ? error.message.slice(0, 300) : String(error) })
  }

  /** An interrupted stream of the client may end without any call. */
  #watch(guarded: ShapeFetch): void {
    const { timers } = this.#context
    this.#cancelWatch = timers.after(READING.watchMs, () => {
      if (!this.#committing && guarded.silentSinceMs() > READING.silentMs)
        this.#again('the stream fell silent')
      else this.#watch(guarded)
    })
  }

  async #receive(messages: readonly Message[], handle: string | undefined, offset: string): Promise<void> {
    // A throw in here would be lost and the stream would go on with the next batch.
    try {
      if (this.#ended) return
      this.#committing = true
      await this.#take(messages, handle, offset)
    } catch (error) {
      this.#again(error)
    } finally {
      this.#committing = false
    }
  }

  async #take(messages: readonly Message[], handle: string | undefined, offset: string): Promise<void> {
    const { shape, ledger, mode, progress, timers } = this.#context
    const controls = messages.map(({ headers }) => ('control' in headers ? headers.control : null))
    if (controls.includes('must-refetch')) {
      this.#cursor = await ledger.call('shape_reset', { shape, handle: handle ?? null })
      this.#fetch?.refetched()
      return
    }
    const from = this.#cursor
    if (!from || handle === undefined) throw new Error('a batch came without a handle')
    const upToDate = controls.includes('up-to-date')
    const rows = controls.filter((control) => control === null).length
    const same = rows === 0 && from.handle === handle && from.offset === offset && from.phase === 'live'
    if (!same || timers.monotonicMs() - this.#toldMs > READING.unchangedGapMs) {
      this.#cursor = await ledger.call('shape_chunk', {
        shape,
        from: { handle: from.handle, offset: from.offset },
        handle,
        offset,
        messages: inLines(messages),
      })
      if (upToDate) this.#toldMs = timers.monotonicMs()
    }
    if (this.#ended) return
    progress(rows, upToDate, from.phase)
    if (upToDate && mode === 'once') this.end({ why: 'read' })
  }
}
