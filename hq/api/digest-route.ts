import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { invariant, type Result } from '../../shared/base/result.ts'
import { DigestAsked, DigestReply } from '../../shared/sync/digest.ts'
import { SHAPE_TABLES } from '../../shared/sync/rows.ts'
import { Problem } from '../../shared/sync/wire.ts'
import { problem } from '../services/problem.ts'
import { definitionFor, type ShapeCaller } from '../shapes/definitions.ts'
import { FeedUnavailable } from '../shapes/feed.ts'
import type { ShapeSource } from '../shapes/source.ts'
import { digestTurns } from './digest-turns.ts'
import { sendProblem } from './problems.ts'

const RETRY_AFTER_S = 60
const BUSY = 'Head office is comparing other lists now. Nothing was changed; this one is compared later.'

interface DigestParts {
  readonly source: ShapeSource
  readonly caller: (request: FastifyRequest) => Promise<Result<ShapeCaller, Problem>>
}

/**
 * `GET /sync/v1/digest`: figures of a list as it is for the till that asks, by which it finds out whether what it keeps
 * is the same. Refuses with `device_revoked`, what a token is refused with, and `unavailable` while too many ask: a till
 * then compares another day.
 */
export function registerDigest(app: FastifyInstance, { source, caller }: DigestParts): void {
  const turns = digestTurns()
  app.withTypeProvider<ZodTypeProvider>().get(
    '/sync/v1/digest',
    {
      schema: {
        tags: ['till'],
        summary: 'Figures of a list a till follows',
        querystring: DigestAsked,
        response: { 200: DigestReply, '4xx': Problem, '5xx': Problem },
      },
    },
    async (request, reply) => {
      const known = await caller(request)
      if (!known.ok) return sendProblem(reply, known.refusal)
      if (known.value.may !== 'all') return sendProblem(reply, problem('device_revoked'))
      const { shape, handle, offset } = request.query
      const definition = definitionFor(known.value, SHAPE_TABLES[shape].table)
      invariant(definition, `${shape} is a list of tills`)
      try {
        const figures = await turns.take(request.device ?? '', () =>
          source.digest(definition, { handle, offset }),
        )
        if (figures !== null) return figures
        return sendProblem(reply.header('retry-after', RETRY_AFTER_S), problem('unavailable', BUSY))
      } catch (error) {
        if (!(error instanceof FeedUnavailable)) throw error
        return sendProblem(reply, problem('unavailable'))
      }
    },
  )
}
