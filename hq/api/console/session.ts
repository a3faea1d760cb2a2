import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { CONTRACT } from '../../../shared/hq/contract.ts'
import { sessionView } from '../../services/console/handlers.ts'
import type { ConsoleSessions } from '../../services/console/sessions.ts'
import { tenantOf } from '../../services/console/tenant.ts'
import { nowOf, type Parts } from '../../services/parts.ts'
import { comesFromOurPage, FROM_ELSEWHERE, giveCookie, personOf, takeCookie, tokenOf } from './guard.ts'
import { sendAnswer, sendRefusal } from './problems.ts'

/** Of one network in a minute: far above what people mistype. */
const SIGN_INS_MAX = 60
const TAGS = ['session']

/** Signing in and out, and one's own password. */
export function sessionRoutes(api: FastifyInstance, parts: Parts, sessions: ConsoleSessions): void {
  const routes = api.withTypeProvider<ZodTypeProvider>()
  const signIn = CONTRACT['session.sign_in']
  routes.post(
    '/session',
    {
      schema: { tags: TAGS, summary: 'Sign in', body: signIn.input, response: { 200: signIn.reply } },
      config: { rateLimit: { max: SIGN_INS_MAX } },
    },
    async (request, reply) => {
      if (!comesFromOurPage(request)) return sendRefusal(reply, FROM_ELSEWHERE)
      const entered = await sessions.signIn(request.body.login, request.body.password, request.ip)
      if (!entered.ok) return sendRefusal(reply, entered.refusal)
      const { person, token } = entered.value
      const tenant = await parts.db.tenant(person.tenant, (tx) => tenantOf(tx, person.tenant))
      giveCookie(request, reply, token)
      return reply.send(sessionView(person, tenant, nowOf(parts)))
    },
  )
  routes.get(
    '/session',
    {
      schema: { tags: TAGS, summary: 'Who is signed in', response: { 200: CONTRACT['session.read'].reply } },
    },
    async (request, reply) => {
      const who = await personOf(sessions, request, 'viewer', false)
      if (!who.ok) return reply.send({ session: null })
      const { tenant } = who.value
      const view = await parts.db.tenant(tenant, (tx) => tenantOf(tx, tenant))
      return reply.send({ session: sessionView(who.value, view, nowOf(parts)) })
    },
  )
  const signOut = CONTRACT['session.sign_out']
  routes.delete(
    '/session',
    { schema: { tags: TAGS, summary: 'Sign out', response: { 200: signOut.reply } } },
    async (request, reply) => {
      const who = await personOf(sessions, request, 'viewer', true)
      takeCookie(request, reply)
      if (!who.ok) return sendRefusal(reply, who.refusal)
      await sessions.signOut(who.value, tokenOf(request))
      return reply.send({ done: true as const })
    },
  )
  const password = CONTRACT['session.password']
  routes.post(
    '/session/password',
    {
      schema: {
        tags: TAGS,
        summary: 'Change one’s own password',
        body: password.input,
        response: { 200: password.reply },
      },
      config: { rateLimit: { max: SIGN_INS_MAX } },
    },
    async (request, reply) => {
      const who = await personOf(sessions, request, 'viewer', true)
      if (!who.ok) return sendRefusal(reply, who.refusal)
      const { password: present, next } = request.body
      const at = { token: tokenOf(request), address: request.ip }
      return sendAnswer(reply, await sessions.changePassword(who.value, at, present, next))
    },
  )
}
