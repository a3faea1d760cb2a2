import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { CONTRACT } from '../../../shared/hq/contract.ts'
import { consoleRefusal } from '../../../shared/hq/problem.ts'
import { LapsingAsked, ReportAsked } from '../../../shared/hq/programs.ts'
import {
  API_PATH,
  LAPSING_FILE_PATH,
  REPORT_FILE_PATH,
  STATEMENT_FILE_PATH,
} from '../../../shared/hq/routes.ts'
import { lapsingFile, reportFile } from '../../services/console/program-files.ts'
import type { ConsoleSessions } from '../../services/console/sessions.ts'
import { statementFile } from '../../services/console/statement-file.ts'
import type { Parts } from '../../services/parts.ts'
import { personOf } from './guard.ts'
import { sendRefusal } from './problems.ts'

const NOT_HERE = consoleRefusal(
  'not_found',
  'This is not here. It may be of another business, or out of date. Go back to the list and choose again.',
)
const TAGS = ['programs']

/** What the report and the list of a program show, and the statement of a customer, as files. */
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
  routes.get(
    STATEMENT_FILE_PATH.slice(API_PATH.length),
    {
      schema: {
        tags: ['customers'],
        summary: 'All points of a customer with the reason of each, as a file',
        params: CONTRACT['customers.one'].input,
      },
    },
    async (request, reply) => {
      const who = await personOf(sessions, request, 'viewer', false)
      if (!who.ok) return sendRefusal(reply, who.refusal)
      const lines = await statementFile(parts, who.value, request.params.id)
      return sendFile(reply, 'kasuwa-statement', lines && Readable.from(lines))
    },
  )
}

/** Text as a file to be kept, all at once or piece by piece, or that there is none. */
function sendFile(reply: FastifyReply, name: string, text: string | Readable | undefined): FastifyReply {
  if (text === undefined) return sendRefusal(reply, NOT_HERE)
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(text)
}
