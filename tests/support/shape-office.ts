import Fastify, { type FastifyInstance } from 'fastify'
import pg from 'pg'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { osRandom } from '../../electron/platform/random.ts'
import { systemClock } from '../../electron/platform/system-clock.ts'
import { registerShapes, type ShapeParts } from '../../hq/api/shape-routes.ts'
import { type Database, openDatabase } from '../../hq/db/database.ts'
import { type PostgresFeed, postgresFeed } from '../../hq/db/feed.ts'
import { problem } from '../../hq/services/problem.ts'
import type { ShapeCaller } from '../../hq/shapes/definitions.ts'
import { type ShapeServerParts, shapeServer } from '../../hq/shapes/server.ts'
import { ok, refuse } from '../../shared/base/result.ts'
import type { Problem } from '../../shared/sync/wire.ts'

/** Only the shapes of head office, over HTTP. A token is the name of a caller. */
export interface ShapeOffice {
  readonly url: string
  readonly databaseUrl: string
  /** As a superuser, so that a test may write for any tenant. */
  readonly sql: pg.Client
  readonly callers: Map<string, ShapeCaller>
  readonly refused: Problem[]
  readonly troubles: unknown[]
  /** Stops the server and starts another one at the same address. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface OfficeOptions {
  readonly limits?: ShapeServerParts['limits']
  readonly define?: ShapeParts['define']
  /** Called before anything else with each request; what it answers is the answer. */
  readonly before?: (app: FastifyInstance) => void
  /** Of the tables that are followed. */
  readonly schema?: string
}

export async function openShapeOffice(
  databaseUrl: string,
  options: OfficeOptions = {},
): Promise<ShapeOffice> {
  const sql = new pg.Client({ connectionString: databaseUrl })
  await sql.connect()
  const callers = new Map<string, ShapeCaller>()
  const refused: Problem[] = []
  const troubles: unknown[] = []
  const start = async (port: number) => {
    const database: Database = openDatabase({ url: databaseUrl, poolMax: 10 })
    const feed: PostgresFeed = postgresFeed(database, {
      onTrouble: (error) => troubles.push(error),
      ...(options.schema ? { schema: options.schema } : {}),
    })
    const source = shapeServer({
      feed,
      clock: systemClock(),
      random: osRandom,
      digest: nodeDigest,
      ...(options.limits ? { limits: options.limits } : {}),
    })
    const app = Fastify({ forceCloseConnections: true })
    options.before?.(app)
    registerShapes(app, {
      source,
      caller: async (request) => {
        const caller = callers.get((request.headers.authorization ?? '').replace('Bearer ', ''))
        return caller ? ok(caller) : refuse(problem('token_missing'))
      },
      onRefused: (_, said) => refused.push(said),
      onUnavailable: (error) => troubles.push(error),
      ...(options.define ? { define: options.define } : {}),
    })
    const address = await app.listen({ host: '127.0.0.1', port })
    return {
      address,
      async stop() {
        await app.close()
        await feed.close()
        await database.close()
      },
    }
  }
  let running = await start(0)
  return {
    url: running.address,
    databaseUrl,
    sql,
    callers,
    refused,
    troubles,
    async restart() {
      await running.stop()
      running = await start(Number(new URL(running.address).port))
    },
    async close() {
      await running.stop()
      await sql.end()
    },
  }
}

/** A till of a store, known by its token. */
export function addCaller(office: ShapeOffice, token: string, caller: Partial<ShapeCaller> = {}): void {
  office.callers.set(token, {
    tenant: 'one',
    store: 'north',
    devices: ['till'],
    may: 'all',
    accountScope: 'tenant',
    ...caller,
  })
}

/** A request as a till sends it. */
export async function askShape(
  office: Pick<ShapeOffice, 'url'>,
  token: string,
  query: Readonly<Record<string, string>>,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${office.url}/v1/shape?${new URLSearchParams(query)}`, {
    ...init,
    headers: { authorization: `Bearer ${token}` },
  })
}

/** What stands in a table, by the id of its rows. */
interface CustomerRow {
  readonly id: string
  readonly name: string
  readonly version: string
}

/** Customers `from` to `to`, in one statement. */
export async function insertCustomers(
  sql: pg.Client,
  tenant: string,
  from: number,
  to: number,
): Promise<void> {
  await sql.query(
    `INSERT INTO hq.sync_customer_v1 (tenant_id, id, generation, name, phone, phone_typed, birth, note, marketing,
       consent_wording, joined, sale_count, spend_kobo, applied)
     SELECT $1, lpad(i::text, 32, '0'), 0, 'Customer ' || i, '+234803' || lpad(i::text, 7, '0'), '0803' || i, '', '',
       'not_asked', '', 1700000000000 + i, i % 50, i * 100, '{}' FROM generate_series($2::int, $3::int) i`,
    [tenant, from, to],
  )
}

export async function customersOf(sql: pg.Client, tenant: string): Promise<ReadonlyMap<string, CustomerRow>> {
  const { rows } = await sql.query<CustomerRow>(
    'SELECT id, name, version::text FROM hq.sync_customer_v1 WHERE tenant_id = $1',
    [tenant],
  )
  return new Map(rows.map((row) => [row.id, row]))
}
