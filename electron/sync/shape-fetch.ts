import type { FollowContext } from './follower.ts'

const SHAPE_ANSWER = {
  /** A long poll is answered after 20 s at the latest; a byte must come within this time. */
  silenceMs: 60_000,
  bytesMax: 64 * 1024 * 1024,
} as const
/**
 * After news the next question waits this long, ms: what happens meanwhile comes in one answer. A single change is told
 * at once; while a till sends what waited for weeks, and hears of each batch, it asks half as often.
 */
const GATHER_MS = 500

interface Cursor {
  readonly standsAtStart: () => boolean
  /** The client asks for the beginning although nobody told it to: it must be stopped. */
  readonly restarted: () => void
}

/**
 * The network under the client of one shape: no redirect, bounded size and silence, and a guard. The client goes back
 * to the beginning by itself when a server confuses it; rows that were removed meanwhile would stay for ever.
 */
export class ShapeFetch {
  readonly #context: FollowContext
  readonly #cursor: Cursor
  #mayRestart = false
  #asking = 0
  #lastMs: number
  /** When a long poll was answered last. */
  #newsMs = Number.NEGATIVE_INFINITY

  constructor(context: FollowContext, cursor: Cursor) {
    this.#context = context
    this.#cursor = cursor
    this.#lastMs = context.timers.monotonicMs()
  }

  /** How long nothing has been asked; 0 while an answer is awaited. */
  silentSinceMs(): number {
    return this.#asking > 0 ? 0 : this.#context.timers.monotonicMs() - this.#lastMs
  }

  /** The ledger has begun anew. */
  refetched(): void {
    this.#mayRestart = false
  }

  async fetch(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input)
    const fromStart = url.searchParams.get('offset') === '-1'
    if (fromStart && !this.#cursor.standsAtStart() && !this.#mayRestart) {
      this.#cursor.restarted()
      throw new TypeError('stopped')
    }
    const isLive = url.searchParams.get('live') === 'true'
    this.#asking += 1
    if (isLive) await this.#gather(init?.signal ?? null)
    const silence = new Silence(this.#context)
    try {
      const signals = init?.signal ? [init.signal, silence.signal] : [silence.signal]
      const response = await this.#context.fetch(input, {
        ...init,
        redirect: 'error',
        cache: 'no-store',
        signal: AbortSignal.any(signals),
      })
      if (response.status === 409) this.#mayRestart = true
      return this.#bounded(response, silence)
    } catch (error) {
      silence.end()
      throw error
    } finally {
      this.#asking -= 1
      this.#lastMs = this.#context.timers.monotonicMs()
      if (isLive) this.#newsMs = this.#lastMs
    }
  }

  /** Ends early when the question is given up: asking then ends at once. */
  #gather(signal: AbortSignal | null): Promise<void> {
    const { timers } = this.#context
    const left = this.#newsMs + GATHER_MS - timers.monotonicMs()
    if (left <= 0 || signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        cancel()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const cancel = timers.after(left, done)
      signal?.addEventListener('abort', done)
    })
  }

  #bounded(response: Response, silence: Silence): Response {
    if (!response.body) {
      silence.end()
      return response
    }
    let bytes = 0
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        silence.broken()
        this.#lastMs = this.#context.timers.monotonicMs()
        bytes += chunk.byteLength
        if (bytes > SHAPE_ANSWER.bytesMax) controller.error(new TypeError('the answer is too large'))
        else controller.enqueue(chunk)
      },
      flush: () => silence.end(),
    })
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(counted), { status, statusText, headers })
  }
}

/** Ends a request when no byte has come for too long. */
class Silence {
  readonly #timers: FollowContext['timers']
  readonly #abort = new AbortController()
  #cancel: () => void = () => undefined

  constructor({ timers }: FollowContext) {
    this.#timers = timers
    this.broken()
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  broken(): void {
    this.#cancel()
    this.#cancel = this.#timers.after(SHAPE_ANSWER.silenceMs, () => this.#abort.abort())
  }

  end(): void {
    this.#cancel()
  }
}
