import type { FastifyInstance, FastifyServerOptions } from 'fastify'

/** Where log lines go: one JSON object a line. */
export interface LogSink {
  write(line: string): void
}

const PLACES_MAX = 12

/**
 * Log lines hold nothing about people: no bodies, no addresses with what was asked in them, no tokens, and of an error
 * only its class, its code and where it happened. Words of an error may quote a phone number.
 */
export function logOptions(sink: LogSink | null): NonNullable<FastifyServerOptions['logger']> {
  if (sink === null) return false
  return {
    level: 'info',
    stream: sink,
    base: null,
    serializers: {
      // Fastify's own lines carry these; what is worth saying of a request stands in our own line.
      req: () => ({}),
      res: () => ({}),
      err: describeError,
    },
  }
}

/** One line for each request: what, how it ended, how long it took. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        // The pattern, not the address.
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...(request.device === null ? {} : { device: request.device }),
        ...(request.refused === null ? {} : { code: request.refused }),
      },
      'request',
    )
    done()
  })
}

/** The class, the code, and the places in the source. */
function describeError(error: Error & { readonly code?: string }): {
  [key: string]: unknown
  type: string
  message: string
  stack: string
} {
  const places = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
  return {
    type: error.name,
    message: '',
    code: error.code ?? '',
    stack: places.slice(0, PLACES_MAX).join(' | '),
  }
}
