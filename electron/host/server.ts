import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { refusal } from '../../shared/base/refusal.ts'
import type { Reply } from '../../shared/ipc/message.ts'
import { SECURITY_HEADERS, serveAsset } from '../platform/asset.ts'
import type { ScreenDoor, Screens } from '../platform/supervision/till-host.ts'
import { type Access, accessTo } from './access.ts'
import { NoticeStreams } from './notices.ts'
import { BODY, readBody } from './read-body.ts'

interface LoopbackOptions {
  readonly door: ScreenDoor
  /** The built renderer. */
  readonly rendererDir: string
  /** 0: any free port. */
  readonly port: number
  /** Random, for this run only. */
  readonly token: string
  readonly log: (line: string) => void
}

export interface LoopbackScreens extends Screens {
  readonly origin: string
  /** Lets one browser in, once, within three minutes: for a command line that others can read. */
  addressForOnce(): string
}

const CONNECTIONS_MAX = 128
/** A stranger who connects and says nothing must not keep the till's own page out for long. Ms. */
const WAITS = { headersTimeout: 5_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 } as const
/** What is still being answered at the end gets this long. */
const CLOSE_MS = 1_000

const JSON_HEADERS = {
  ...SECURITY_HEADERS,
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
}

/**
 * Serves the screens and carries their calls on 127.0.0.1. Rejects when the port is taken.
 * GET / and files; GET /?key=... exchanges the key for a cookie; POST /call one `Call`, answered by one `Reply`;
 * GET /notices a stream of `Notice`.
 */
export async function openLoopback(options: LoopbackOptions): Promise<LoopbackScreens> {
  const server = createServer(WAITS)
  server.maxConnections = CONNECTIONS_MAX
  const access = accessTo(await listen(server, options.port), options.token)
  const streams = new NoticeStreams()
  server.on('request', (request, response) => {
    answer(request, response, { ...options, access, streams }).catch((error: unknown) => {
      options.log(`${request.method} failed: ${error instanceof Error ? error.message : String(error)}`)
      if (!response.headersSent) response.writeHead(500, SECURITY_HEADERS)
      response.end()
    })
  })
  const stopNotices = options.door.onNotice((notice) => streams.send(notice))
  return {
    address: access.address,
    origin: access.origin,
    addressForOnce: () => access.addressForOnce(),
    close: () => {
      stopNotices()
      streams.close()
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), CLOSE_MS).unref()
      })
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const bound = server.address()
      if (bound === null || typeof bound === 'string') reject(new Error('no port was given'))
      else resolve(bound.port)
    })
  })
}

interface Context extends LoopbackOptions {
  readonly access: Access
  readonly streams: NoticeStreams
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { access } = context
  const target = request.url ?? ''
  const [rawPath = '', query = ''] = target.split('?', 2)
  if (!access.hostIsOurs(request) || !target.startsWith('/')) return deny(response)
  if (rawPath === '/' && request.method === 'GET' && access.takeKey(new URLSearchParams(query).get('key'))) {
    response.writeHead(303, { ...SECURITY_HEADERS, Location: '/', 'Set-Cookie': access.setCookie() })
    response.end()
    return
  }
  if (!access.hasCookie(request)) return deny(response)
  if (rawPath === '/call') return answerCall(request, response, context)
  if (rawPath === '/notices') return answerNotices(request, response, context)
  const asset = await serveAsset(context.rendererDir, request.method ?? '', rawPath)
  response.writeHead(asset.status, asset.headers)
  response.end(asset.body)
}

async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  { access, door }: Context,
): Promise<void> {
  const isJson = request.headers['content-type']?.split(';', 1)[0] === 'application/json'
  if (request.method !== 'POST' || !isJson || !access.originIsOurs(request, true)) return deny(response)
  const body = await readBody(request)
  if (body === 'too_large') {
    const why = `it is larger than ${BODY.bytesMax / 1024 / 1024} MB`
    return send(response, 413, refused('The request', why))
  }
  let raw: unknown
  try {
    raw = JSON.parse(body)
  } catch {
    return send(response, 400, refused('The request', 'it is not readable'))
  }
  send(response, 200, await door.call(raw))
}

function answerNotices(
  request: IncomingMessage,
  response: ServerResponse,
  { access, door, streams }: Context,
): void {
  if (request.method !== 'GET' || !access.originIsOurs(request, false)) {
    deny(response)
    return
  }
  if (!streams.add(response, SECURITY_HEADERS, door.state())) {
    response.writeHead(503, SECURITY_HEADERS)
    response.end()
  }
}

function refused(what: string, why: string): Reply {
  return { id: 0, outcome: 'refused', refusal: refusal('invalid', { what, why }) }
}

function send(response: ServerResponse, status: number, reply: Reply): void {
  response.writeHead(status, JSON_HEADERS)
  response.end(JSON.stringify(reply))
}

/** One answer for every stranger: it does not say what was missing. */
function deny(response: ServerResponse): void {
  response.writeHead(403, {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  response.end('This page belongs to a till. Open the address that was printed when the till was started.\n')
}
