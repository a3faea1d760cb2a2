import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fastify, { type FastifyInstance, LogController } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { RELEASE } from '../../shared/base/release.ts'
import { ok } from '../../shared/base/result.ts'
import { SYNC_LIMITS } from '../../shared/sync/wire.ts'
import type { Parts } from '../services/parts.ts'
import { problem } from '../services/problem.ts'
import { type After, type TurnedAway, turnedAway } from '../services/turned-away.ts'
import type { ShapeSource } from '../shapes/source.ts'
import { registerConsole } from './console/register.ts'
import { registerDigest } from './digest-route.ts'
import { type LogSink, logOptions, logRequests } from './log.ts'
import { answerWithProblems, sendProblem } from './problems.ts'
import { countRefusals } from './refusals.ts'
import { limitRates, type RateLimits, secureAnswers } from './security.ts'
import { registerShapes, type ShapeParts } from './shape-routes.ts'
import { callerOf, syncRoutes } from './sync/routes.ts'

export interface AppParts extends Parts {
  /** Where the tables come from that tills follow. */
  readonly shapes: ShapeSource
  readonly after: After
  /** Null: no lines. */
  readonly log: LogSink | null
  /** Null: none. */
  readonly rateLimits: RateLimits | null
  /** Proxies whose word about the asker's address is believed. */
  readonly trustProxy: string
}

const REQUEST_MS = 60_000

/** Head office as an HTTP server that does not listen yet. Everything it works with is passed in. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const app = fastify({
    logger: logOptions(parts.log) ?? false,
    // One line of our own for each request.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: SYNC_LIMITS.requestBytesMax,
    requestTimeout: REQUEST_MS,
    trustProxy: parts.trustProxy,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, problem('malformed', 'The address is not understood.'))
    },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const turned = turnedAway({
    ...parts,
    onTrouble: (error) => app.log.warn({ err: error }, 'inbox not written'),
  })
  countRefusals(app, parts, turned)
  answerWithProblems(app)
  secureAnswers(app)
  logRequests(app)
  await limitRates(app, parts.rateLimits)
  await describeApi(app)
  healthRoutes(app, parts, turned)
  syncRoutes(app, parts, parts.rateLimits)
  shapeRoutes(app, parts)
  await registerConsole(app, parts)
  return app
}

function shapeRoutes(app: FastifyInstance, parts: AppParts): void {
  const source = parts.shapes
  const caller: ShapeParts['caller'] = async (request) => {
    const found = await callerOf(parts, request)
    if (!found.ok) return found
    const { tenant, device, store, may, accountScope } = found.value
    return ok({ tenant, store: store ?? '', devices: [device], may, accountScope })
  }
  registerDigest(app, { source, caller })
  registerShapes(app, {
    source,
    caller,
    onRefused: (request, said) => {
      request.refused = said.code
    },
    onUnavailable: (error) => app.log.error({ err: error }, 'shapes unavailable'),
  })
}

/** The reference page and what it is made from. */
async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Kasuwa head office', version: RELEASE.version } },
    transform: jsonSchemaTransform,
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs', indexPrefix: '' })
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

function healthRoutes(app: FastifyInstance, { db }: Parts, turned: TurnedAway): void {
  const quiet = { schema: { hide: true }, config: { rateLimit: false } } as const
  app.get('/health', quiet, async () => ({ ok: true }))
  // The database answers, and has the structure. With it the requests of tills refused since the start, by code.
  app.get('/ready', quiet, async (_request, reply) => {
    try {
      const { hqEpoch } = await db.incarnation()
      return { ok: true, hq_epoch: hqEpoch, refused: turned.figures() }
    } catch {
      return sendProblem(reply, problem('unavailable'))
    }
  })
}
