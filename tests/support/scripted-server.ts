import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Timers } from '../../electron/platform/timers.ts'
import type { Problem, ProblemCode } from '../../shared/sync/wire.ts'

/** A request as it came, with its body read. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = (asked: Asked, response: ServerResponse) => void | Promise<void>

/** An HTTP server on loopback that answers as a test says. */
export interface ScriptedServer {
  readonly url: string
  readonly asked: Asked[]
  /** Takes effect with the next request. */
  answer: Answer
  close(): Promise<void>
}

export async function openScriptedServer(answer: Answer): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server')
    const one: Asked = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
    }
    asked.push(one)
    await scripted.answer(one, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return scripted
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(text)
}

export function sendProblem(
  response: ServerResponse,
  status: number,
  code: ProblemCode,
  headers: Record<string, string> = {},
): void {
  const problem: Problem = { type: 'about:blank', title: code, status, code, detail: `Refused: ${code}.` }
  sendJson(response, status, problem, { 'Content-Type': 'application/problem+json', ...headers })
}

/** Real time that runs `speed` times as fast, so that a pause of seconds takes a fraction of one. */
export function hurriedTimers(speed: number): Timers {
  return {
    monotonicMs: () => (Number(process.hrtime.bigint()) / 1e6) * speed,
    after(ms, work) {
      const timer = setTimeout(work, ms / speed)
      return () => clearTimeout(timer)
    },
  }
}
