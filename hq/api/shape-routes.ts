import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Result } from '../../shared/base/result.ts'
import type { Problem } from '../../shared/sync/wire.ts'
import { problem } from '../services/problem.ts'
import { definitionFor, type ShapeCaller, type ShapeDefinition } from '../shapes/definitions.ts'
import { FeedUnavailable } from '../shapes/feed.ts'
import { readRequest, type ShapeRefusal } from '../shapes/request.ts'
import type { ShapeSource } from '../shapes/source.ts'

export interface ShapeParts {
  readonly source: ShapeSource
  /** Who asks: the check of the device token, and what the database says of the till. */
  readonly caller: (request: FastifyRequest) => Promise<Result<ShapeCaller, Problem>>
  /** It was not given what it asked for: counted, and shown at head office. */
  readonly onRefused: (request: FastifyRequest, said: Problem) => void
  /** The source did not answer. */
  readonly onUnavailable: (error: FeedUnavailable) => void
  /** Which tables there are for whom. */
  readonly define?: (caller: ShapeCaller, table: string) => ShapeDefinition | undefined
}

const PATH = '/v1/shape'
const METHODS = 'GET, HEAD, OPTIONS'
const EXPOSED = [
  'electric-cursor',
  'electric-handle',
  'electric-has-data',
  'electric-offset',
  'electric-schema',
  'electric-up-to-date',
  'retry-after',
].join(',')
const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'
const RETRY_AFTER_S = 5

/**
 * `GET /v1/shape`, by which tills follow their tables. Every answer is for one till alone, so no cache may keep it,
 * and no page of a browser is allowed to ask.
 */
export function registerShapes(app: FastifyInstance, parts: ShapeParts): void {
  /** Requests under way: a server that stops lets none of them wait. */
  const underWay = new Set<AbortController>()
  app.addHook('preClose', async () => {
    for (const one of underWay) one.abort()
  })

  app.get(PATH, async (request, reply) => {
    const abort = new AbortController()
    const gone = (): void => abort.abort()
    underWay.add(abort)
    reply.raw.once('close', gone)
    try {
      return await answer(parts, request, prepared(reply), abort.signal)
    } finally {
      underWay.delete(abort)
    }
  })
  app.options(PATH, async (_, reply) => prepared(reply).header('allow', METHODS).status(204).send())
  app.route({
    method: ['POST', 'DELETE'],
    url: PATH,
    handler: async (request, reply) =>
      prepared(reply)
        .status(405)
        .header('allow', METHODS)
        .type(JSON_TYPE)
        .send(JSON.stringify({ message: `${request.method} not allowed` })),
  })
}

async function answer(
  parts: ShapeParts,
  request: FastifyRequest,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<FastifyReply> {
  const refuse = (said: Problem, words?: ShapeRefusal): FastifyReply => {
    parts.onRefused(request, said)
    return words === undefined ? sendProblem(reply, said) : sendRefusal(reply, said, words)
  }
  const known = await parts.caller(request)
  if (!known.ok) return refuse(known.refusal)
  const caller = known.value
  if (caller.may !== 'all') return refuse(problem('device_revoked'))
  const define = parts.define ?? definitionFor
  const read = readRequest((table) => define(caller, table), queryOf(request.url))
  if (!read.ok) return refuse(problem(read.refusal.code, read.refusal.detail), read.refusal)
  try {
    const { status, headers, body } = await parts.source.answer(read.value, signal)
    return reply.status(status).headers(headers).type(JSON_TYPE).send(body)
  } catch (error) {
    if (!(error instanceof FeedUnavailable)) throw error
    parts.onUnavailable(error)
    reply.header('retry-after', RETRY_AFTER_S)
    return refuse(problem('unavailable'))
  }
}

function prepared(reply: FastifyReply): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('access-control-expose-headers', EXPOSED)
    .header('access-control-allow-methods', METHODS)
}

function queryOf(url: string): URLSearchParams {
  const from = url.indexOf('?')
  return new URLSearchParams(from < 0 ? '' : url.slice(from + 1))
}

const sendProblem = (reply: FastifyReply, said: Problem): FastifyReply =>
  reply.status(said.status).type(PROBLEM_TYPE).send(JSON.stringify(said))

/** What is wrong with a parameter is said in the words of the real service too. */
function sendRefusal(reply: FastifyReply, said: Problem, refusal: ShapeRefusal): FastifyReply {
  if (refusal.status !== 400) return sendProblem(reply, said)
  const both = { ...said, message: 'Invalid request', errors: refusal.errors }
  return reply.status(refusal.status).type(JSON_TYPE).send(JSON.stringify(both))
}
