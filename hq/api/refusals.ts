import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ProblemCode } from '../../shared/sync/wire.ts'
import type { Parts } from '../services/parts.ts'
import { holderOf } from '../services/tokens.ts'
import { concernsPerson, type TurnedAway } from '../services/turned-away.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The till that asks, once that is proven. */
    device: string | null
    /** What it was refused with. */
    refused: ProblemCode | null
  }
}

/** What tills ask; the console's own refusals are the business of whoever sits before it. */
const OF_TILLS = /^\/(?:sync\/v1|v1\/shape)(?:[/?]|$)/
/** Here a till proves who it is: until then it is known by what it says. */
const PROVING = /^\/sync\/v1\/(?:challenge|token|rotate)(?:\?|$)/
const Named = z.object({ device: z.string().regex(/^[0-9a-f]{32}$/) })
const NamedInside = z.object({ body: z.string() })

/** Counts every refused request of a till, and puts those before a person that a till does not put right by itself. */
export function countRefusals(app: FastifyInstance, parts: Parts, turned: TurnedAway): void {
  app.decorateRequest('device', null)
  app.decorateRequest('refused', null)
  const put = async (request: FastifyRequest, code: ProblemCode): Promise<void> => {
    const device = await provenIn(parts, request)
    if (device !== null) return turned.note(device, code)
    const named = PROVING.test(request.url) ? namedIn(request.body) : null
    if (named !== null) turned.noteUnproven(named, code)
  }
  /** Answered already, and not yet put before a person: a head office that stops waits for them. */
  const putting = new Set<Promise<void>>()
  app.addHook('onResponse', async (request) => {
    const code = request.refused
    if (code === null || !OF_TILLS.test(request.url)) return
    turned.count(code)
    if (!concernsPerson(code)) return
    const one = put(request, code)
    putting.add(one)
    try {
      await one
    } finally {
      putting.delete(one)
    }
  })
  app.addHook('onClose', async () => {
    // What went wrong with one of them is told by its own request.
    await Promise.allSettled(putting)
    await turned.close()
  })
}

/**
 * The till that was refused, where that is proven: also by a token that was good when it was given, for what was refused
 * before anybody looked at who asks (too large, no request at all), or because of who it is by now (a closed epoch).
 */
async function provenIn(parts: Parts, request: FastifyRequest): Promise<string | null> {
  if (request.device !== null) return request.device
  const asked = request.headers.authorization
  const holder = asked === undefined ? null : await holderOf(parts, asked)
  return holder?.device ?? null
}

/** The till that a request names, whoever sent it. */
function namedIn(body: unknown): string | null {
  const named = Named.safeParse(body)
  if (named.success) return named.data.device
  const signed = NamedInside.safeParse(body)
  if (!signed.success) return null
  try {
    return Named.safeParse(JSON.parse(signed.data.body)).data?.device ?? null
  } catch {
    return null
  }
}
