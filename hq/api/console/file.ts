import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { EventsAsked } from '../../../shared/hq/contract.ts'
import { API_PATH, EVENTS_FILE_PATH } from '../../../shared/hq/routes.ts'
import { eventsFile } from '../../services/console/events-file.ts'
import type { ConsoleSessions } from '../../services/console/sessions.ts'
import type { Parts } from '../../services/parts.ts'
import { personOf } from './guard.ts'
import { sendRefusal } from './problems.ts'

const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const
const FileAsked = EventsAsked.extend({ format: z.enum(['csv', 'json']) })

/** The ledgers as a file, with the filters of the list. It is written while it is read: no size is too large. */
export function fileRoute(api: FastifyInstance, parts: Parts, sessions: ConsoleSessions): void {
  api
    .withTypeProvider<ZodTypeProvider>()
    .get(
      EVENTS_FILE_PATH.slice(API_PATH.length),
      { schema: { tags: ['events'], summary: 'Entries as a file', querystring: FileAsked } },
      async (request, reply) => {
        const who = await personOf(sessions, request, 'viewer', false)
        if (!who.ok) return sendRefusal(reply, who.refusal)
        const { format, ...filters } = request.query
        return reply
          .type(TYPES[format])
          .header('content-disposition', `attachment; filename="kasuwa-entries.${format}"`)
          .send(Readable.from(eventsFile(parts, who.value, format, filters)))
      },
    )
}
