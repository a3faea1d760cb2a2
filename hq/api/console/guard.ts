import type { FastifyReply, FastifyRequest } from 'fastify'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import { type HqRole, hqRoleIsAtLeast } from '../../../shared/hq/roles.ts'
import type { Person } from '../../services/console/person.ts'
import type { ConsoleSessions } from '../../services/console/sessions.ts'

const COOKIE = 'kasuwa_session'
/** The page itself asks, and no person: that keeps nobody signed in. */
const QUIET = 'kasuwa-quiet'
const LOOPBACK = new Set(['127.0.0.1', '::1', '[::1]', 'localhost'])

/** Everywhere but on this machine the cookie travels encrypted or not at all. */
const cookieFor = (request: FastifyRequest) =>
  ({ httpOnly: true, sameSite: 'strict', path: '/', secure: !LOOPBACK.has(request.hostname) }) as const

export function giveCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.setCookie(COOKIE, token, cookieFor(request))
}

export function takeCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(COOKIE, cookieFor(request))
}

export const tokenOf = (request: FastifyRequest): string => request.cookies[COOKIE] ?? ''

/** A change comes from our own page: browsers say where a request comes from, and cannot be made to lie. */
export function comesFromOurPage(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = request.headers
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === request.host
}

export const FROM_ELSEWHERE: ConsoleRefusal = consoleRefusal(
  'wrong_origin',
  'This change was asked for by another site. Nothing was changed. Open the console itself.',
)

const WHO_MAY: Record<HqRole, string> = {
  viewer: 'Everybody may do this.',
  manager: 'Ask a manager or the owner.',
  owner: 'Ask the owner.',
}

/** Who is signed in and may ask this. Refuses not_signed_in, not_allowed, wrong_origin. */
export async function personOf(
  sessions: ConsoleSessions,
  request: FastifyRequest,
  least: HqRole,
  change: boolean,
): Promise<Result<Person, ConsoleRefusal>> {
  if (change && !comesFromOurPage(request)) return refuse(FROM_ELSEWHERE)
  const token = tokenOf(request)
  const who = token === '' ? null : await sessions.whoIs(token, request.headers[QUIET] === undefined)
  if (!who) return refuse(consoleRefusal('not_signed_in', 'You are not signed in. Sign in and go on.'))
  if (!hqRoleIsAtLeast(who.role, least)) {
    return refuse(
      consoleRefusal('not_allowed', `Your role may not do this. Nothing was changed. ${WHO_MAY[least]}`),
    )
  }
  return ok(who)
}
