import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { registerShapes } from '../../../hq/api/shape-routes.ts'
import { migrate } from '../../../hq/db/migrate.ts'
import type { ShapeCaller } from '../../../hq/shapes/definitions.ts'
import { electricProxy } from '../../../hq/shapes/electric-proxy.ts'
import { ok } from '../../../shared/base/result.ts'
import { type Answered, readRecording } from '../../support/recording.ts'
import { openMirror, until } from '../../support/shape-mirror.ts'
import { customersOf, insertCustomers } from '../../support/shape-office.ts'

/** HQ in front of the real service: of a recorded one, and of one that runs where ELECTRIC_URL names it. */

const SECRET = 'the-secret-of-the-service'
const CALLER: ShapeCaller = {
  tenant: 'one',
  store: 'north',
  devices: ['till'],
  may: 'all',
  accountScope: 'tenant',
}

type Upstream = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A service that answers by `upstream`; the queries it was asked. */
async function serve(upstream: Upstream): Promise<{ url: string; asked: URLSearchParams[]; server: Server }> {
  const asked: URLSearchParams[] = []
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://upstream').searchParams
    asked.push(query)
    upstream(request, response, query)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, asked, server }
}

async function office(
  url: string,
  caller: Partial<ShapeCaller> = {},
  secret: string | null = SECRET,
): Promise<{ url: string; app: FastifyInstance }> {
  const app = Fastify({ forceCloseConnections: true })
  registerShapes(app, {
    source: electricProxy({ url, secret, beginMs: 2_000 }),
    caller: async () => ok({ ...CALLER, ...caller }),
    onRefused: () => undefined,
    onUnavailable: () => undefined,
  })
  closing.push(() => app.close())
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), app }
}

function replay(response: ServerResponse, { status, headers, json, body }: Answered): void {
  const about = {
    etag: '"x"',
    'electric-server': 'ElectricSQL/1.7.12',
    'cache-control': 'public, max-age=604800',
  }
  response.writeHead(status, { ...headers, ...about })
  response.end(json === undefined ? (body ?? '') : JSON.stringify(json))
}

/** The http exchanges of a recording. */
const answered = (name: string): Answered[] =>
  readRecording(name).exchanges.flatMap((one) => (one.kind === 'http' ? [one] : []))

const shape = (url: string, query: Record<string, string>, init: RequestInit = {}): Promise<Response> =>
  fetch(`${url}/v1/shape?${new URLSearchParams(query)}`, init)

describe('the proxy', () => {
  test('fixes everything but the place, and hands on what a client needs', async () => {
    const [initial] = answered('01-initial')
    if (initial === undefined) throw new Error('the recording is empty')
    const upstream = await serve((_, response) => replay(response, initial))
    const { url } = await office(upstream.url)
    const answer = await shape(url, {
      table: 'sync_policy_v1',
      offset: '-1',
      log: 'full',
      foo: 'bar',
      'cache-buster': 'x',
      expired_handle: 'y',
      secret: 'mine',
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(initial.json)
    for (const [name, value] of Object.entries(initial.headers)) {
      if (name.startsWith('electric-')) expect([name, answer.headers.get(name)]).toEqual([name, value])
    }
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect([answer.headers.get('etag'), answer.headers.get('electric-server')]).toEqual([null, null])
    expect(Object.fromEntries(upstream.asked[0] ?? [])).toEqual({
      table: 'hq.sync_policy_v1',
      where: '"tenant_id" = $1 AND "store" IN ($2, $3)',
      'params[1]': 'one',
      'params[2]': '*',
      'params[3]': 'north',
      columns: '"tenant_id","store","key","value","hq_epoch","version"',
      replica: 'full',
      offset: '-1',
      log: 'full',
      'cache-buster': 'x',
      expired_handle: 'y',
      secret: SECRET,
    })
  })

  test('asks for the accounts of the store where the business wants that', async () => {
    const upstream = await serve((_, response) => response.writeHead(409).end('[]'))
    const { url } = await office(upstream.url, { accountScope: 'store' })
    await shape(url, { table: 'sync_account_v1', offset: '-1' })
    expect(upstream.asked[0]?.get('where')).toBe('"tenant_id" = $1 AND "scope" = $2')
    expect(upstream.asked[0]?.get('params[2]')).toBe('north')
  })

  test('lets the real client load, follow and wait', async () => {
    const recorded = answered('03-live-transaction')
    const [initial, follow, live] = recorded
    if (!initial || !follow || !live) throw new Error('the recording is short')
    const upstream = await serve((_, response, query) => {
      if (query.get('offset') === '-1') return replay(response, initial)
      if (query.get('live') !== 'true') return replay(response, follow)
      // The second poll waits until the client goes.
      if (query.get('offset') === follow.headers['electric-offset']) replay(response, live)
    })
    const { url } = await office(upstream.url)
    const mirror = openMirror({ url, token: 'till', table: 'sync_deny_v1' })
    await until('the poll was answered', () => mirror.counts.upToDate === 2)
    expect([...mirror.rows.values()].map(({ id, title }) => [String(id), title])).toEqual([
      ['1', 'ONE'],
      ['2', 'two'],
      ['10', 'ten'],
    ])
    mirror.close()
    expect(mirror.errors).toEqual([])
    expect(upstream.asked.every((query) => query.get('table') === 'hq.sync_deny_v1')).toBe(true)
  })

  test('hands on must-refetch, and what is wrong with a parameter', async () => {
    const [, , refetch] = answered('06-wrong-handle-409')
    const bad = answered('11-param-errors').find(({ status }) => status === 400)
    const queue = [refetch, bad]
    const upstream = await serve((_, response) => {
      const next = queue.shift()
      if (next) replay(response, next)
    })
    const { url } = await office(upstream.url)
    const query = { table: 'sync_deny_v1', offset: '0_0', handle: '1234-5678' }
    const first = await shape(url, query)
    expect([first.status, first.headers.get('electric-handle'), await first.json()]).toEqual([
      409,
      refetch?.headers['electric-handle'],
      refetch?.json,
    ])
    const second = await shape(url, query)
    expect([second.status, await second.json()]).toEqual([400, bad?.json])
  })

  test.each([
    401, 403, 404, 429, 500, 503, 302,
  ])('says "not now" when the service answers %d', async (status) => {
    const upstream = await serve((_, response) =>
      response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end(`{"message":"${SECRET}"}`),
    )
    const { url } = await office(upstream.url)
    const answer = await shape(url, { table: 'sync_deny_v1', offset: '-1' })
    const body = await answer.text()
    expect([answer.status, JSON.parse(body)]).toMatchObject([503, { code: 'unavailable' }])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(body).not.toContain(SECRET)
  })

  test('says "not now" when there is no service, or one that never begins', async () => {
    const upstream = await serve(() => undefined)
    const { url } = await office(upstream.url)
    const silent = shape(url, { table: 'sync_deny_v1', offset: '-1' })
    const none = await office('http://127.0.0.1:9')
    for (const answer of [await silent, await shape(none.url, { table: 'sync_deny_v1', offset: '-1' })]) {
      expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }])
    }
  })

  test('asks nothing for a till that asks for what is not its own', async () => {
    const upstream = await serve((_, response) => response.end('[]'))
    const { url } = await office(upstream.url)
    const wrong: Record<string, string>[] = [
      { table: 'hq.event' },
      { table: 'sync_deny_v1', where: 'true' },
      { table: 'sync_deny_v1', 'params[1]': 'two' },
      { table: 'sync_deny_v1', columns: 'tenant_id,customer,rid' },
      { table: 'sync_deny_v1', subset__where: 'true' },
    ]
    for (const query of wrong)
      expect([400, 403]).toContain((await shape(url, { ...query, offset: '-1' })).status)
    expect(upstream.asked).toEqual([])
  })

  test('ends the poll at the service when the client goes', async () => {
    let gone = false
    const upstream = await serve((request) => {
      request.socket.once('close', () => {
        gone = true
      })
    })
    const { url } = await office(upstream.url)
    const stop = new AbortController()
    const query = { table: 'sync_deny_v1', offset: '0_inf', handle: '1-2', live: 'true' }
    const poll = shape(url, query, { signal: stop.signal }).catch(() => 'ended')
    await until('the service was asked', () => upstream.asked.length === 1)
    stop.abort()
    expect(await poll).toBe('ended')
    await until('the service was left', () => gone)
  })

  test('breaks off where the service breaks off', async () => {
    const upstream = await serve((_, response) => {
      response.writeHead(200, { 'electric-handle': '1-2', 'electric-offset': '0_0', 'electric-schema': '{}' })
      response.write('[{"key":')
      void pause(50).then(() => response.destroy())
    })
    const { url } = await office(upstream.url)
    const answer = await shape(url, { table: 'sync_deny_v1', offset: '-1' })
    await expect(answer.text()).rejects.toThrow(/terminated|closed|aborted/)
  })
})

/** The service itself, and the database it reads (ELECTRIC_DATABASE_URL, of a superuser). */
const ELECTRIC_URL = process.env['ELECTRIC_URL'] ?? ''
const DATABASE_URL = process.env['ELECTRIC_DATABASE_URL'] ?? ''

describe('the real service', () => {
  test.skipIf(ELECTRIC_URL === '' || DATABASE_URL === '')(
    'brings the table and its changes (skipped without ELECTRIC_URL and ELECTRIC_DATABASE_URL)',
    async () => {
      await migrate(DATABASE_URL)
      const sql = new pg.Client({ connectionString: DATABASE_URL })
      await sql.connect()
      closing.push(() => sql.end())
      const tenant = `real-${process.pid}`
      await insertCustomers(sql, tenant, 1, 2_000)
      await insertCustomers(sql, `${tenant}-other`, 1, 10)
      const { url } = await office(ELECTRIC_URL, { tenant }, process.env['ELECTRIC_SECRET'] ?? null)
      const mirror = openMirror({ url, token: 'till', table: 'sync_customer_v1' })
      closing.push(async () => mirror.close())
      await until('everything is loaded', () => mirror.counts.upToDate > 0 && mirror.rows.size === 2_000)
      await sql.query(
        `UPDATE hq.sync_customer_v1 SET name = 'Changed' WHERE tenant_id = $1 AND sale_count < 10`,
        [tenant],
      )
      await sql.query(`DELETE FROM hq.sync_customer_v1 WHERE tenant_id = $1 AND sale_count = 11`, [tenant])
      const standing = await customersOf(sql, tenant)
      await until('the changes are in', () => {
        const rows = [...mirror.rows.values()]
        return (
          rows.length === standing.size &&
          rows.every(({ id, name }) => standing.get(String(id))?.name === name)
        )
      })
    },
  )
})
