import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Where the build puts the pages of the console. */
const SCREENS = path.join(import.meta.dirname, '..', '..', '..', 'out', 'console')
export const CONSOLE_PAGE = path.join(SCREENS, 'hq.html')
const NOT_BUILT =
  'The screens of head office are not built. Everything else works. Run "npm run build" where Kasuwa is installed, then start again.\n'

/** The console's pages at `/`. Names of assets change with their content, so they may be kept for ever. */
export async function screens(app: FastifyInstance): Promise<void> {
  if (!existsSync(CONSOLE_PAGE)) {
    app.get('/', { schema: { hide: true } }, async (_request, reply) =>
      reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: SCREENS,
    index: 'hq.html',
    wildcard: false,
    schemaHide: true,
    setHeaders: (reply, file) => {
      const kept = file.includes(`${path.sep}assets${path.sep}`)
      reply.header('cache-control', kept ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
