import { isThisComputer } from '../../shared/sync/loopback.ts'
import { Problem } from '../../shared/sync/wire.ts'
import type { Timers } from '../platform/timers.ts'

/** What came of one request to head office. Whatever is not ours, a captive portal's page too, is `unavailable`. */
export type Outcome =
  | { readonly kind: 'done'; readonly body: unknown; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly retryAfterMs: number }
  | { readonly kind: 'unavailable'; readonly status: number; readonly retryAfterMs: number }
  | { readonly kind: 'network' | 'timeout' }

interface HqRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly token: string | null
  readonly timeoutMs: number
  /** Dropped from outside: the computer goes to sleep, the till closes. */
  readonly signal: AbortSignal
}

export interface HttpParts {
  readonly fetch: typeof globalThis.fetch
  readonly timers: Timers
}

/** An answer beyond this is nobody's we know. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024

/**
 * The address of a path at head office. Throws for an address that a secret must not be sent to: only https, or http
 * on this computer.
 */
export function hqAddress(base: string, path: string): string {
  const url = new URL(path, base.endsWith('/') ? base : `${base}/`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisComputer(url.hostname))) {
    throw new Error(`head office is reached by https only, not by ${url.protocol}`)
  }
  return url.href
}

/** Asks head office once. Never rejects for what the network does. Follows no redirect; reads at most so much. */
export async function askHq(parts: HttpParts, request: HqRequest): Promise<Outcome> {
  const limit = new AbortController()
  const cancel = parts.timers.after(request.timeoutMs, () => limit.abort())
  try {
    const response = await parts.fetch(request.url, {
      method: request.method,
      redirect: 'manual',
      cache: 'no-store',
      headers: headersOf(request),
      signal: AbortSignal.any([limit.signal, request.signal]),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    })
    const retryAfterMs = retryAfter(response.headers.get('retry-after'))
    const text = await readText(response, ANSWER_BYTES_MAX)
    const unavailable = { kind: 'unavailable', status: response.status, retryAfterMs } as const
    const body = text === null ? undefined : parseJson(text)
    if (text === null || body === undefined) return unavailable
    if (response.ok) return { kind: 'done', body, text }
    const problem = Problem.safeParse(body)
    return problem.success ? { kind: 'problem', problem: problem.data, retryAfterMs } : unavailable
  } catch (error) {
    // fetch rejects with a TypeError for every trouble of the network, and with the reason of an abort.
    if (limit.signal.aborted) return { kind: 'timeout' }
    if (request.signal.aborted || error instanceof TypeError) return { kind: 'network' }
    throw error
  } finally {
    cancel()
  }
}

function headersOf({ body, token }: HqRequest): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  }
}

/** Null when there is more than `bytesMax`. Rejects when the body ends too early. */
async function readText(response: Response, bytesMax: number): Promise<string | null> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const parts: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts).toString('utf8')
    bytes += value.byteLength
    if (bytes > bytesMax) {
      await reader.cancel()
      return null
    }
    parts.push(value)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Seconds, as head office sends it. A date would need a clock that nobody here trusts: it counts as none. */
function retryAfter(header: string | null): number {
  const seconds = Number(header ?? '')
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : 0
}
