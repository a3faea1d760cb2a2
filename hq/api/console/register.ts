import cookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { API_PATH } from '../../../shared/hq/routes.ts'
import { consoleHandlers } from '../../services/console/handlers.ts'
import { consoleSessions } from '../../services/console/sessions.ts'
import type { Parts } from '../../services/parts.ts'
import { fileRoute } from './file.ts'
import { consoleErrors } from './problems.ts'
import { programFileRoutes } from './program-files.ts'
import { changeRoutes } from './routes.ts'
import { screens } from './screens.ts'
import { sessionRoutes } from './session.ts'

/**
 * The console: its pages at `/` and its API under `/api/v1`. Every answer that is not what was asked for is
 * problem+json; who asks is proven by a cookie that scripts cannot read.
 */
export async function registerConsole(app: FastifyInstance, parts: Parts): Promise<void> {
  await app.register(
    async (api) => {
      // JSON alone, which no form of another site can send.
      api.removeContentTypeParser('text/plain')
      await api.register(cookie)
      consoleErrors(api)
      const sessions = consoleSessions(parts)
      sessionRoutes(api, parts, sessions)
      changeRoutes(api, parts, sessions, consoleHandlers(parts))
      fileRoute(api, parts, sessions)
      programFileRoutes(api, parts, sessions)
    },
    { prefix: API_PATH, bodyLimit: CONSOLE_LIMITS.bodyBytesMax },
  )
  await screens(app)
}
