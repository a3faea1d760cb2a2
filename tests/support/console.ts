import type { FastifyInstance } from 'fastify'
import { randomHex } from '../../electron/platform/random.ts'
import { createPerson } from '../../hq/services/people.ts'
import type { Answered, Asking } from '../../shared/hq/contract.ts'
import type { ConsoleProblem } from '../../shared/hq/problem.ts'
import type { HqRole } from '../../shared/hq/roles.ts'
import { API_PATH, ROUTES, type RouteName } from '../../shared/hq/routes.ts'
import type { HeadOffice } from './head-office.ts'
import { type HqApp, openHqApp } from './hq-app.ts'
import { freshDatabase } from './postgres.ts'
import { FakeClock, HOUR, START_MS } from './till.ts'

const HOST = '127.0.0.1:8470'
const ORIGIN = `http://${HOST}`

/** Head office with its console, under a clock that the test turns. */
export interface ConsoleOffice extends HeadOffice {
  readonly app: FastifyInstance
  readonly lines: HqApp['lines']
}

export async function openConsoleOffice(): Promise<ConsoleOffice> {
  const fresh = await freshDatabase()
  const clock = new FakeClock(START_MS + HOUR)
  const hq = await openHqApp(fresh.url, { clock })
  const close = async (): Promise<void> => {
    await hq.close()
    await fresh.drop()
  }
  return { fresh, db: hq.db, parts: hq.parts, clock, app: hq.app, lines: hq.lines, close }
}

interface Said<T = unknown> {
  readonly status: number
  readonly body: T
  readonly headers: Readonly<Record<string, unknown>>
}

/** One person at a browser: a cookie, and what the page sends with each request. */
export class ConsolePerson {
  readonly #app: FastifyInstance
  readonly login: string
  password: string
  cookie = ''

  constructor(app: FastifyInstance, login: string, password: string) {
    this.#app = app
    this.login = login
    this.password = password
  }

  async raw(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Said & { readonly text: string }> {
    const said = await this.#app.inject({
      method,
      url,
      headers: {
        host: HOST,
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(method === 'GET'
          ? {}
          : { origin: ORIGIN, 'content-type': 'application/json', 'idempotency-key': randomHex(16) }),
        ...headers,
      },
      ...(payload === undefined
        ? {}
        : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    })
    const set = said.headers['set-cookie']
    if (typeof set === 'string') this.cookie = set.split(';')[0] ?? ''
    const isJson = String(said.headers['content-type']).includes('json')
    return {
      status: said.statusCode,
      body: isJson ? said.json() : null,
      headers: said.headers,
      text: said.body,
    }
  }

  /** A question as the page asks it. */
  async ask<R extends RouteName>(
    route: R,
    question: Asking<R>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Said<Answered<R> & ConsoleProblem>> {
    const { method, path } = ROUTES[route]
    const rest: Record<string, unknown> = { ...question }
    const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
      const value = String(rest[name])
      delete rest[name]
      return encodeURIComponent(value)
    })
    const query = new URLSearchParams(
      Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    )
    const url = `${API_PATH}${filled}${method === 'GET' && query.size > 0 ? `?${query}` : ''}`
    const said = await this.raw(method, url, method === 'GET' ? undefined : rest, headers)
    return said as Said<Answered<R> & ConsoleProblem>
  }

  /** The answer; throws on any refusal. */
  async get<R extends RouteName>(route: R, question: Asking<R>): Promise<Answered<R>> {
    const { status, body } = await this.ask(route, question)
    if (status !== 200) throw new Error(`${route}: ${status} ${JSON.stringify(body)}`)
    return body
  }

  /** The code of the refusal; "done" when it was done. */
  async codeOf<R extends RouteName>(route: R, question: Asking<R>): Promise<string> {
    const { status, body } = await this.ask(route, question)
    return status === 200 ? 'done' : body.code
  }

  async signIn(password = this.password): Promise<Said<Answered<'session.sign_in'> & ConsoleProblem>> {
    return this.ask('session.sign_in', { login: this.login, password })
  }
}

/** Somebody of a business, signed in. */
export async function somebody(
  office: Pick<ConsoleOffice, 'app' | 'parts'>,
  tenant: string,
  role: HqRole,
  name = `${role} ${randomHex(2)}`,
): Promise<ConsolePerson> {
  const login = `${role}-${randomHex(4)}`
  const made = await createPerson(office.parts, { tenant, login, name, role, who: 'test' })
  if (!made.ok) throw new Error(made.refusal)
  const person = new ConsolePerson(office.app, login, made.value.password)
  const { status } = await person.signIn()
  if (status !== 200) throw new Error(`signing in answered ${status}`)
  return person
}
