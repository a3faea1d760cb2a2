import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { consoleRefusal } from '../../../shared/hq/problem.ts'
import { LapsingAsked, ReportAsked } from '../../../shared/hq/programs.ts'
import { API_PATH, LAPSING_FILE_PATH, REPORT_FILE_PATH } from '../../../shared/hq/routes.ts'
import { lapsingFile, reportFile } from '../../services/console/program-files.ts'
import type { ConsoleSessions } from '../../services/console/sessions.ts'
import type { Parts } from '../../services/parts.ts'
import { personOf } from './guard.ts'
import { sendRefusal } from './problems.ts'

const NOT_HERE = consoleRefusal(
  'not_found',
  'This is not here. It may be of another business, or out of date. Go back to the list and choose again.',
)
const TAGS = ['programs']

/** What the report and the list of a program show, as files. */
export function programFileRoutes(api: FastifyInstance, parts: Parts, sessions: ConsoleSessions): void {
  const routes = api.withTypeProvider<ZodTypeProvider>()
  const id = { id: true } as const
  routes.get(
    REPORT_FILE_PATH.slice(API_PATH.length),
    {
      schema: {
        tags: TAGS,
        summary: 'What a program moved, as a file',
        params: ReportAsked.pick(id),
        querystring: ReportAsked.omit(id),
      },
    },
    async (request, reply) => {
      const who = await personOf(sessions, request, 'viewer', false)
      if (!who.ok) return sendRefusal(reply, who.refusal)
      return sendFile(
        reply,
        'kasuwa-points',
        await reportFile(parts, who.value, { ...request.query, ...request.params }),
      )
    },
  )
  routes.get(
    LAPSING_FILE_PATH.slice(API_PATH.length),
    {
      schema: {
        tags: TAGS,
        summary: 'Whose points lapse soon, as a file',
        params: LapsingAsked.pick(id),
        querystring: LapsingAsked.omit(id),
      },
    },
    async (request, reply) => {
      const who = await personOf(sessions, request, 'viewer', false)
      if (!who.ok) return sendRefusal(reply, who.refusal)
      return sendFile(
        reply,
        'kasuwa-lapsing',
        await lapsingFile(parts, who.value, { ...request.query, ...request.params }),
      )
    },
  )
}

/** Text as a file to be kept, or that there is none. */
function sendFile(reply: FastifyReply, name: string, text: string | undefined): FastifyReply {
  if (text === undefined) return sendRefusal(reply, NOT_HERE)
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(text)
}
