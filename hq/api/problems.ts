import type { FastifyInstance, FastifyReply } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Result } from '../../shared/base/result.ts'
import type { Problem } from '../../shared/sync/wire.ts'
import { problem } from '../services/problem.ts'

const PROBLEM_TYPE = 'application/problem+json'
const UNAVAILABLE_RETRY_S = 5

/** The database cannot be reached, is starting or stopping, or has no connection to spare. */
const DATABASE_AWAY = /^(?:08|57P|53|ECONN|ETIMEDOUT|ENOTFOUND|EPIPE)/
/** A value that Postgres cannot hold: a number beyond its column, a character 0, a text too long for an index. */
const DATABASE_REFUSES_VALUE = /^(?:22|54000)/

/** Every answer that is not what was asked for: problem+json, and no 5xx for anything a caller sent. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = problemOf(error)
    if (answer.status >= 500) request.log.error({ err: error, code: answer.code }, 'request failed')
    sendProblem(reply, answer)
  })
  app.setNotFoundHandler((_request, reply) => {
    sendProblem(reply, problem('not_found', 'There is nothing at this address.'))
  })
}

export function sendProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  if (answer.status === 503 && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', UNAVAILABLE_RETRY_S)
  }
  reply.request.refused = answer.code
  return reply
    .code(answer.status)
    .type(PROBLEM_TYPE)
    .serializer((payload) => JSON.stringify(payload))
    .send(answer)
}

/** The value, or the refusal as a problem. */
export function sendResult<T>(reply: FastifyReply, result: Result<T, Problem>): FastifyReply {
  return result.ok ? reply.send(result.value) : sendProblem(reply, result.refusal)
}

function problemOf(error: unknown): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validation[0]?.instancePath.slice(1) ?? ''
    return problem('malformed', `"${where}" is not as it must be. Nothing was changed.`)
  }
  const { code, status, message } = factsOf(error)
  if (status === 413) {
    return problem(
      'too_large',
      'The request is larger than head office takes. Send less at once; nothing was changed.',
    )
  }
  if (status === 429) return problem('throttled')
  if (status === 404) return problem('not_found', 'There is nothing at this address.')
  if (status >= 400 && status < 500) {
    return problem('malformed', 'The request is not understood. Nothing was changed.')
  }
  if (DATABASE_REFUSES_VALUE.test(code)) {
    return problem('malformed', 'A value in the request is beyond what can be kept. Nothing was changed.')
  }
  if (
    status === 503 ||
    DATABASE_AWAY.test(code) ||
    /timeout exceeded when trying to connect|Connection terminated/.test(message)
  ) {
    return problem('unavailable')
  }
  return problem('internal')
}

function factsOf(error: unknown): { code: string; status: number; message: string } {
  if (!(error instanceof Error)) return { code: '', status: 500, message: '' }
  const code = 'code' in error ? String(error.code) : ''
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  return { code, status, message: error.message }
}
