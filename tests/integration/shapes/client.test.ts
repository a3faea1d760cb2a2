import type { FastifyReply, FastifyRequest } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freshShapeOffice } from '../../support/fresh-shape-office.ts'
import { type MirrorOptions, openMirror, type ShapeMirror, until } from '../../support/shape-mirror.ts'
import { addCaller, customersOf, insertCustomers, type ShapeOffice } from '../../support/shape-office.ts'

/** The real client against HQ's own shape server over HTTP. What it holds in the end is what stands in the table. */

const TABLE = 'sync_customer_v1'
/** Small pages, so that a few hundred rows are many answers. */
const LIMITS = { rowsMax: 50, bytesMax: 16_384 }

let office: ShapeOffice
let asked: string[] = []
/** What happens to the next requests instead of an answer. */
let faults: ((request: FastifyRequest, reply: FastifyReply) => Promise<unknown>)[] = []
let cuts = 0
const mirrors: ShapeMirror[] = []
let tenants = 0

beforeAll(async () => {
  office = await freshShapeOffice({
    limits: LIMITS,
    before(app) {
      app.addHook('onRequest', async (request, reply) => {
        asked.push(request.url)
        await faults.shift()?.(request, reply)
      })
      app.addHook('onSend', async (_, reply, payload) => {
        if (cuts === 0 || typeof payload !== 'string' || payload.length < 100) return payload
        cuts -= 1
        // The head says how long the body would be; half of it comes.
        reply.hijack()
        reply.raw.writeHead(reply.statusCode, {
          ...heads(reply),
          'content-length': Buffer.byteLength(payload),
        })
        reply.raw.write(payload.slice(0, payload.length / 2), () => reply.raw.destroy())
        return payload
      })
    },
  })
})
afterEach(() => {
  for (const mirror of mirrors.splice(0)) mirror.close()
  faults = []
  cuts = 0
})
afterAll(() => office.close())

const heads = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]))

/** A tenant of its own with some customers. */
async function tenantWith(customers: number): Promise<string> {
  tenants += 1
  const tenant = `tenant-${tenants}`
  addCaller(office, tenant, { tenant })
  if (customers > 0) await insertCustomers(office.sql, tenant, 1, customers)
  asked = []
  return tenant
}

function follow(tenant: string, options: Partial<MirrorOptions> = {}): ShapeMirror {
  const mirror = openMirror({ url: office.url, token: tenant, table: TABLE, ...options })
  mirrors.push(mirror)
  return mirror
}

/** Rows by id, as the mirror and as the table has them. */
const held = (mirror: ShapeMirror): unknown =>
  [...mirror.rows.values()].map(({ id, name, version }) => ({ id, name, version })).sort(byId)
const standing = async (tenant: string): Promise<unknown> =>
  [...(await customersOf(office.sql, tenant)).values()].sort(byId)
const byId = (a: { id: unknown }, b: { id: unknown }): number => (String(a.id) < String(b.id) ? -1 : 1)

async function isEqual(mirror: ShapeMirror, tenant: string): Promise<void> {
  const table = JSON.stringify(await standing(tenant))
  await until(
    'the mirror is as the table',
    () => mirror.counts.upToDate > 0 && JSON.stringify(held(mirror)) === table,
  ).catch(async (error: unknown) => {
    expect(held(mirror)).toEqual(await standing(tenant))
    throw error
  })
  expect(mirror.rows.size).toBe((await customersOf(office.sql, tenant)).size)
  expect(mirror.errors).toEqual([])
}

const change = (tenant: string, sql: string): Promise<unknown> =>
  office.sql.query(sql.replaceAll('$T', `hq.${TABLE}`).replaceAll('$W', `tenant_id = '${tenant}'`))

const started = (): number => asked.filter((url) => url.includes('offset=-1')).length

describe('the real client', () => {
  test('loads many pages, then follows every change', async () => {
    const tenant = await tenantWith(420)
    const mirror = follow(tenant)
    await isEqual(mirror, tenant)
    expect(asked.filter((url) => url.includes('offset=0_')).length).toBeGreaterThan(7)
    await change(tenant, `UPDATE $T SET name = 'Changed' WHERE $W AND sale_count < 10`)
    await change(tenant, `DELETE FROM $T WHERE $W AND sale_count = 11`)
    await insertCustomers(office.sql, tenant, 1_001, 1_120)
    await isEqual(mirror, tenant)
    expect([mirror.counts.refetched, started()]).toEqual([0, 1])
  })

  test('goes on from a stored place with nothing loaded twice', async () => {
    const tenant = await tenantWith(120)
    const first = follow(tenant)
    await isEqual(first, tenant)
    first.close()
    const { rows } = first
    await change(tenant, `UPDATE $T SET name = 'Meanwhile' WHERE $W AND sale_count = 3`)
    await change(tenant, `DELETE FROM $T WHERE $W AND sale_count = 4`)
    asked = []
    const second = follow(tenant, { from: first.place(), rows })
    await isEqual(second, tenant)
    expect([started(), second.counts.refetched]).toEqual([0, 0])
    expect(second.counts.messages).toBeLessThan(10)
  })

  test('goes on in the middle of the first load', async () => {
    const tenant = await tenantWith(400)
    const first = follow(tenant, { onBatch: () => (first.counts.batches >= 3 ? first.close() : undefined) })
    await until('some pages are in', () => first.counts.batches >= 3)
    const { rows } = first
    expect(first.counts.upToDate).toBe(0)
    await change(tenant, `UPDATE $T SET name = 'While away' WHERE $W`)
    asked = []
    const second = follow(tenant, { from: first.place(), rows })
    await isEqual(second, tenant)
    expect(started()).toBe(0)
  })

  test('misses no change that comes between two pages', async () => {
    const tenant = await tenantWith(300)
    let batch = 0
    const mirror = follow(tenant, {
      async onBatch() {
        batch += 1
        if (batch > 6) return
        await change(tenant, `UPDATE $T SET name = 'During ${batch}' WHERE $W AND sale_count % 7 = ${batch}`)
        await change(tenant, `DELETE FROM $T WHERE $W AND sale_count = ${batch}`)
        await insertCustomers(office.sql, tenant, 2_000 + batch * 10, 2_004 + batch * 10)
        // Away and back again: another row id.
        await change(
          tenant,
          `WITH gone AS (DELETE FROM $T WHERE $W AND sale_count = 20 + ${batch} RETURNING id) SELECT count(*) FROM gone`,
        )
        await insertCustomers(office.sql, tenant, 20 + batch, 20 + batch)
      },
    })
    await until('all pages with their changes', () => batch > 6)
    await isEqual(mirror, tenant)
    expect(mirror.counts.refetched).toBe(0)
  })

  test('may read slowly while others write', async () => {
    const tenant = await tenantWith(150)
    const mirror = follow(tenant, { onBatch: () => new Promise((resolve) => setTimeout(resolve, 40)) })
    for (let i = 0; i < 40; i += 1) {
      await change(tenant, `UPDATE $T SET name = 'Round ${i}' WHERE $W AND sale_count % 5 = ${i % 5}`)
    }
    await isEqual(mirror, tenant)
    expect(mirror.counts.refetched).toBe(0)
  })

  test('lives through a restart of the server', async () => {
    const tenant = await tenantWith(400)
    let restarted = false
    const mirror = follow(tenant, {
      async onBatch() {
        if (restarted || mirror.counts.batches < 3) return
        restarted = true
        await office.restart()
      },
    })
    await isEqual(mirror, tenant)
    expect(restarted).toBe(true)
    // And while it waits for something new.
    await office.restart()
    await change(tenant, `UPDATE $T SET name = 'After' WHERE $W AND sale_count = 1`)
    await isEqual(mirror, tenant)
    expect([mirror.counts.refetched, started()]).toEqual([0, 1])
  })

  test('lives through answers that break off, and through errors', async () => {
    const tenant = await tenantWith(300)
    const error = (status: number) => async (_: FastifyRequest, reply: FastifyReply) =>
      reply.status(status).send({ status })
    const mirror = follow(tenant, {
      onBatch() {
        if (mirror.counts.batches === 2) faults = [error(503), error(500), error(502)]
        if (mirror.counts.batches === 3) cuts = 3
      },
    })
    await isEqual(mirror, tenant)
    expect([faults.length, cuts]).toEqual([0, 0])
    expect(mirror.counts.brokenOff).toBeGreaterThan(0)
    cuts = 2
    await change(tenant, `UPDATE $T SET name = 'Long enough to be cut' WHERE $W AND sale_count < 20`)
    await isEqual(mirror, tenant)
    expect([cuts, mirror.counts.refetched]).toEqual([0, 0])
  })

  test('begins anew when the log did, and when its place is no longer in the log', async () => {
    const tenant = await tenantWith(60)
    const mirror = follow(tenant)
    await isEqual(mirror, tenant)
    await office.sql.query(`UPDATE hq.incarnation SET hq_epoch = hq_epoch + 1, feed = feed || '1'`)
    await change(tenant, `UPDATE $T SET name = 'Restored' WHERE $W AND sale_count < 5`)
    await isEqual(mirror, tenant)
    expect(mirror.counts.refetched).toBe(1)
    mirror.close()
    const { rows } = mirror
    await change(tenant, `DELETE FROM $T WHERE $W AND sale_count = 7`)
    await office.sql.query('SELECT hq.sync_trim(hq.sync_head())')
    const later = follow(tenant, { from: mirror.place(), rows })
    await isEqual(later, tenant)
    expect(later.counts.refetched).toBe(1)
  })
})
