import type { FastifyInstance, FastifyReply } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Result } from '../../../shared/base/result.ts'
import {
  CONSOLE_PROBLEMS,
  type ConsoleProblem,
  type ConsoleProblemCode,
  type ConsoleRefusal,
  consoleRefusal,
} from '../../../shared/hq/problem.ts'

const TITLES: Record<ConsoleProblemCode, string> = {
  malformed: 'The request is not understood',
  key_missing: 'The request has no key',
  not_signed_in: 'Not signed in',
  sign_in_failed: 'Not signed in',
  wrong_origin: 'The request comes from another site',
  not_allowed: 'Not for this role',
  password_wrong: 'The password is wrong',
  not_found: 'Not here',
  refused: 'Not possible as things stand',
  changed_meanwhile: 'Somebody else was faster',
  key_reused: 'The key belongs to another change',
  too_large: 'The request is too large',
  not_json: 'The request is not JSON',
  sign_in_locked: 'Too many wrong passwords',
  throttled: 'Too many requests',
  internal: 'Head office stumbled',
  unavailable: 'Head office cannot answer now',
}

export function sendRefusal(reply: FastifyReply, { code, detail, retryMs }: ConsoleRefusal): FastifyReply {
  const status = CONSOLE_PROBLEMS[code]
  const body: ConsoleProblem = {
    type: `urn:kasuwa:problem:${code}`,
    title: TITLES[code],
    status,
    code,
    detail,
    ...(retryMs === undefined ? {} : { retry_ms: retryMs }),
  }
  if (retryMs !== undefined) reply.header('retry-after', Math.ceil(retryMs / 1_000))
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer((payload) => JSON.stringify(payload))
    .send(body)
}

/** The value, or the refusal as a problem. */
export const sendAnswer = <T>(reply: FastifyReply, result: Result<T, ConsoleRefusal>): FastifyReply =>
  result.ok ? reply.send(result.value) : sendRefusal(reply, result.refusal)

/** No 5xx for anything that a caller sent. */
export function consoleErrors(api: FastifyInstance): void {
  api.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error)
    if (CONSOLE_PROBLEMS[refusal.code] >= 500) {
      request.log.error({ err: error, code: refusal.code }, 'request failed')
    }
    return sendRefusal(reply, refusal)
  })
}

/** The database cannot be reached, is starting or stopping, or has no connection to spare. */
const DATABASE_AWAY = /^(?:08|57P|53|ECONN|ETIMEDOUT|ENOTFOUND|EPIPE)/
const NO_CONNECTION = /timeout exceeded when trying to connect|Connection terminated/
/** A value that Postgres cannot hold. */
const DATABASE_REFUSES_VALUE = /^(?:22|54000)/

const NO_SUCH_PLACE = consoleRefusal(
  'not_found',
  'This link leads to nothing here. Perhaps a piece of it was lost on the way. Go back to the list and choose again.',
)

function refusalOf(error: unknown): ConsoleRefusal {
  if (hasZodFastifySchemaValidationErrors(error)) {
    // The place itself, not what was typed: nobody reads an address letter by letter.
    if (error.validationContext === 'params') return NO_SUCH_PLACE
    const where = error.validation[0]?.instancePath.replaceAll('/', ' ').trim() ?? ''
    const what = where === '' ? 'Something in the request' : `"${where}"`
    return consoleRefusal(
      'malformed',
      `${what} is not as it must be. Nothing was changed. Check it and try again.`,
    )
  }
  const facts = error as { statusCode?: unknown; code?: unknown; message?: unknown }
  const status = typeof facts.statusCode === 'number' ? facts.statusCode : 500
  const code = typeof facts.code === 'string' ? facts.code : ''
  if (status === 413) return consoleRefusal('too_large', 'The request is too large. Nothing was changed.')
  if (status === 415) return consoleRefusal('not_json', 'Only JSON is understood here. Nothing was changed.')
  if (status === 429)
    return consoleRefusal('throttled', 'Too many requests at once. Wait a minute and try again.')
  if ((status >= 400 && status < 500) || DATABASE_REFUSES_VALUE.test(code)) {
    return consoleRefusal('malformed', 'The request is not understood. Nothing was changed.')
  }
  if (DATABASE_AWAY.test(code) || NO_CONNECTION.test(String(facts.message))) {
    return consoleRefusal(
      'unavailable',
      'Head office cannot reach its database. Nothing was changed. Try again in a moment.',
    )
  }
  return consoleRefusal(
    'internal',
    'Head office stumbled over this. Nothing is lost. Try again; if it stays, call support.',
  )
}
