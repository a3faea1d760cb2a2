import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { invariant, type Result } from '../../../shared/base/result.ts'
import { type Answered, type Asked, CONTRACT } from '../../../shared/hq/contract.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import { ROUTES, type RouteName } from '../../../shared/hq/routes.ts'
import { once } from '../../services/console/answers.ts'
import type { ConsoleHandlers, HandledRoute } from '../../services/console/handlers.ts'
import type { Person } from '../../services/console/person.ts'
import type { ConsoleSessions } from '../../services/console/sessions.ts'
import type { Parts } from '../../services/parts.ts'
import { personOf } from './guard.ts'
import { sendAnswer, sendRefusal } from './problems.ts'

const Key = z.string().regex(/^[\w-]{8,64}$/)

/** A code or a first password is shown once and kept nowhere: asking again makes another one. */
const MAKES_SECRET: ReadonlySet<RouteName> = new Set([
  'tills.new_code',
  'tills.code',
  'exceptions.decide',
  'people.add',
  'people.password',
])

/** Registers every route of the contract with its handler: schema, role, origin and key are the same for all. */
export function changeRoutes(
  api: FastifyInstance,
  parts: Parts,
  sessions: ConsoleSessions,
  handlers: ConsoleHandlers,
): void {
  for (const route of Object.keys(handlers) as HandledRoute[]) register(api, parts, sessions, handlers, route)
}

function register<R extends HandledRoute>(
  api: FastifyInstance,
  parts: Parts,
  sessions: ConsoleSessions,
  handlers: ConsoleHandlers,
  route: R,
): void {
  const { method, path, least } = ROUTES[route]
  const input: z.ZodObject = CONTRACT[route].input
  const inPath = new Set([...path.matchAll(/:(\w+)/g)].map(([, name]) => name))
  const part = (of: (name: string) => boolean) =>
    z.object(Object.fromEntries(Object.entries(input.shape).filter(([name]) => of(name))))
  const rest = part((name) => !inPath.has(name))
  const change = method !== 'GET'
  const people = new WeakMap<FastifyRequest, Person>()
  const handle = handlers[route] as (
    who: Person,
    asked: Asked<R>,
    key: string,
  ) => Promise<Result<Answered<R>, ConsoleRefusal>>
  api.withTypeProvider<ZodTypeProvider>().route({
    method,
    url: path,
    schema: {
      tags: [route.split('.')[0] ?? route],
      summary: route,
      params: part((name) => inPath.has(name)),
      ...(change ? { body: rest } : { querystring: rest }),
      response: { 200: CONTRACT[route].reply },
    },
    // First who asks, then what: whoever is nobody here learns nothing of how one asks.
    preValidation: async (request, reply) => {
      const who = await personOf(sessions, request, least, change)
      if (!who.ok) return sendRefusal(reply, who.refusal)
      people.set(request, who.value)
    },
    handler: async (request, reply) => {
      const who = people.get(request)
      invariant(who, 'nobody gets here who is not signed in')
      const given = change ? request.body : request.query
      const asked = { ...(given as object), ...(request.params as object) } as Asked<R>
      if (!change) return sendAnswer(reply, await handle(who, asked, ''))
      const key = Key.safeParse(request.headers['idempotency-key'])
      if (!key.success) return sendRefusal(reply, NO_KEY)
      if (MAKES_SECRET.has(route)) return sendAnswer(reply, await handle(who, asked, key.data))
      const question = `${route} ${JSON.stringify(asked)}`
      const answer = await once(parts, { person: who, key: key.data, question }, () =>
        handle(who, asked, key.data),
      )
      return sendAnswer(reply, answer)
    },
  })
}

const NO_KEY = consoleRefusal(
  'key_missing',
  'A change carries an idempotency-key of 8 to 64 letters, so that it is made once. Nothing was changed.',
)
