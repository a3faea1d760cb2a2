import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Result } from '../../../shared/base/result.ts'
import {
  ChallengeReply,
  ChallengeRequest,
  EnrolReply,
  LeaseReply,
  LeaseRequest,
  Problem,
  PushReply,
  ReconcileReply,
  ReconcileRequest,
  RotateReply,
  RotateRequest,
  Signed,
  TokenReply,
  TokenRequest,
} from '../../../shared/sync/wire.ts'
import { accountRows } from '../../services/account.ts'
import { enrol } from '../../services/enrolment.ts'
import { lease } from '../../services/lease.ts'
import type { Parts } from '../../services/parts.ts'
import { push } from '../../services/push.ts'
import { reconcile } from '../../services/reconcile.ts'
import { rotate } from '../../services/rotation.ts'
import { authenticate, type Caller, makeChallenge, makeToken } from '../../services/tokens.ts'
import { sendProblem, sendResult } from '../problems.ts'
import type { RateLimits } from '../security.ts'

const AccountAsked = z.object({ customer: z.string().regex(/^[0-9a-f]{32}$/) })
const Rows = z.array(z.record(z.string(), z.string().nullable()))
const AccountReply = z.object({ customer: Rows, account: Rows })
const TAGS = ['till']

/** What tills ask of head office, under /sync/v1. Each route reads, calls and answers; the services decide. */
export function syncRoutes(app: FastifyInstance, parts: Parts, limits: RateLimits | null): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const problems = { '4xx': Problem, '5xx': Problem }
  const declared = <T extends z.ZodType>(reply: T) => ({ tags: TAGS, response: { 200: reply, ...problems } })

  routes.post(
    '/sync/v1/enrol',
    {
      schema: { ...declared(EnrolReply), body: Signed, summary: 'Enrol a till with a code' },
      ...(limits === null ? {} : { config: { rateLimit: { max: limits.enrol } } }),
    },
    async (request, reply) => sendResult(reply, await enrol(parts, request.body)),
  )
  routes.post(
    '/sync/v1/challenge',
    { schema: { ...declared(ChallengeReply), body: ChallengeRequest, summary: 'Ask for a challenge' } },
    async (request, reply) => sendResult(reply, await makeChallenge(parts, request.body)),
  )
  routes.post(
    '/sync/v1/token',
    { schema: { ...declared(TokenReply), body: TokenRequest, summary: 'Access for a signed challenge' } },
    async (request, reply) => sendResult(reply, await makeToken(parts, request.body)),
  )
  routes.post(
    '/sync/v1/rotate',
    { schema: { ...declared(RotateReply), body: RotateRequest, summary: 'The next epoch under a new key' } },
    async (request, reply) => sendResult(reply, await rotate(parts, request.body)),
  )
  routes.post(
    '/sync/v1/push',
    { schema: { ...declared(PushReply), body: Signed, summary: 'Send events in order' } },
    async (request, reply) => {
      const caller = await callerOf(parts, request)
      if (!caller.ok) return sendProblem(reply, caller.refusal)
      return sendResult(reply, await push(parts, request.body, caller.value))
    },
  )
  routes.post(
    '/sync/v1/lease',
    { schema: { ...declared(LeaseReply), body: LeaseRequest, summary: 'Points to redeem without asking' } },
    async (request, reply) => {
      const caller = await callerOf(parts, request)
      if (!caller.ok) return sendProblem(reply, caller.refusal)
      return sendResult(reply, await lease(parts, request.body, caller.value))
    },
  )
  routes.get(
    '/sync/v1/account',
    {
      schema: { ...declared(AccountReply), querystring: AccountAsked, summary: 'One customer with accounts' },
    },
    async (request, reply) => {
      const caller = await callerOf(parts, request)
      if (!caller.ok) return sendProblem(reply, caller.refusal)
      return sendResult(reply, await accountRows(parts, caller.value, request.query.customer))
    },
  )
  routes.post(
    '/sync/v1/reconcile',
    { schema: { ...declared(ReconcileReply), body: ReconcileRequest, summary: 'What a till holds' } },
    async (request, reply) => {
      const caller = await callerOf(parts, request)
      if (!caller.ok) return sendProblem(reply, caller.refusal)
      return sendResult(reply, await reconcile(parts, request.body, caller.value))
    },
  )
}

/** Who asks, noted for the line of the log. */
export async function callerOf(parts: Parts, request: FastifyRequest): Promise<Result<Caller, Problem>> {
  const caller = await authenticate(parts, request.headers.authorization)
  if (caller.ok) request.device = caller.value.device
  return caller
}
