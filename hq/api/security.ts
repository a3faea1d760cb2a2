import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { networkOf } from '../services/network.ts'
import { problem } from '../services/problem.ts'

/**
 * Of one network in a minute: an address, of IPv6 its /64. A shop's tills stand behind one, each with five long polls and
 * its sales.
 */
export interface RateLimits {
  readonly everything: number
  /** Tries of an enrolment code. */
  readonly enrol: number
}

export const RATE_LIMITS: RateLimits = { everything: 12_000, enrol: 20 }
const WINDOW_MS = 60_000
/** Networks that are counted at once. */
const NETWORKS_MAX = 20_000

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
const API_POLICY = "default-src 'none'; frame-ancestors 'none'"
/** Paths whose answers are for whoever asked and for nobody's cache. */
const API_PATHS = /^\/(?:api(?!\/docs)|sync|v1|health|ready)(?:[/?]|$)/

/** Headers of every answer. A page may load from here alone; no other site may frame it. */
export function secureAnswers(app: FastifyInstance): void {
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const api = API_PATHS.test(request.url)
    const set = (name: string, value: string): void => {
      if (!reply.hasHeader(name)) reply.header(name, value)
    }
    set('content-security-policy', api ? API_POLICY : PAGE_POLICY)
    set('x-content-type-options', 'nosniff')
    set('x-frame-options', 'DENY')
    set('referrer-policy', 'no-referrer')
    set('cross-origin-resource-policy', 'same-origin')
    set('cross-origin-opener-policy', 'same-origin')
    if (api) set('cache-control', 'no-store')
    // A connection that is kept for the next request would keep a server that stops.
    if (stopping) set('connection', 'close')
    return payload
  })
}

/** 429 with retry-after beyond the limits. Null: none, where a simulation asks thousands of times in a second. */
export async function limitRates(app: FastifyInstance, limits: RateLimits | null): Promise<void> {
  if (limits === null) return
  await app.register(rateLimit, {
    global: true,
    max: limits.everything,
    timeWindow: WINDOW_MS,
    cache: NETWORKS_MAX,
    keyGenerator: ({ ip }) => networkOf(ip),
    errorResponseBuilder: () => Object.assign(new Error(problem('throttled').title), { statusCode: 429 }),
  })
}
