import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SHAPE_TABLES, SHAPES, type ShapeName } from '../../shared/sync/rows.ts'
import {
  hurriedTimers,
  openScriptedServer,
  type ScriptedServer,
  sendProblem,
} from '../../tests/support/scripted-server.ts'
import { ScriptedShapes, ShapeLedger } from '../../tests/support/scripted-shapes.ts'
import type { FollowContext, Follower } from './follower.ts'
import { followShapes } from './shapes.ts'

/** The real client against a scripted server: what reaches the ledger, in which order, and what never does. */

let shapes: ScriptedShapes
let server: ScriptedServer
let ledger: ShapeLedger
let follower: Follower | null
const log: string[] = []
const heard: string[] = []

beforeEach(async () => {
  shapes = new ScriptedShapes()
  server = await openScriptedServer(shapes.answer)
  ledger = new ShapeLedger()
  follower = null
  log.length = 0
  heard.length = 0
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) shapes.add('customer', name, 1)
  shapes.add('deny', 'x', '9007199254740993')
})
afterEach(async () => {
  follower?.close()
  await server.close()
})

function follow(mode: FollowContext['mode'] = 'live', timers = hurriedTimers(20)): Follower {
  follower = followShapes({
    url: server.url,
    mode,
    token: () => 'the token',
    ledger,
    fetch: globalThis.fetch,
    timers,
    random: () => 0,
    log: (line) => log.push(line),
    hear: (event) => heard.push(event.type),
  })
  return follower
}

const until = (what: () => void): Promise<void> => vi.waitFor(what, { timeout: 20_000, interval: 5 })
const allHere = (): Promise<void> =>
  until(() => {
    for (const shape of SHAPES) expect(ledger.cursors.get(shape)?.phase).toBe('live')
    const last = new Map<string, string>()
    for (const { key, operation } of shapes.logs.get('customer') ?? []) last.set(key, operation)
    const expected = [...last].filter(([, operation]) => operation !== 'delete').map(([key]) => key)
    expect(ledger.names('customer')).toEqual(expected.sort())
  })
const askedFor = (shape: ShapeName) =>
  server.asked.filter(({ query }) => query.get('table') === SHAPE_TABLES[shape].table)

test('small shapes are read to their ends before accounts and customers are begun', async () => {
  follow()
  await allHere()
  const order = ledger.chunks.map(({ shape }) => shape)
  const firstLong = order.findIndex((shape) => shape === 'account' || shape === 'customer')
  expect(new Set(order.slice(0, firstLong))).toEqual(new Set(['deny', 'policy', 'grant', 'program']))
  const [asked] = askedFor('customer')
  expect(asked?.query.get('columns')).toContain('merged_into')
  expect(asked?.query.get('replica')).toBe('full')
  expect(asked?.headers.authorization).toBe('Bearer the token')
})

test.each([
  'live',
  'once',
] as const)('a head office without the list of grants brings all the others (%s)', async (mode) => {
  server.answer = async (asked, response) => {
    if (asked.query.get('table') === SHAPE_TABLES.grant.table) sendProblem(response, 403, 'shape_refused')
    else await shapes.answer(asked, response)
  }
  follow(mode)
  await until(() => {
    for (const shape of SHAPES)
      expect(ledger.cursors.get(shape)?.phase ?? 'none').toBe(shape === 'grant' ? 'none' : 'live')
    expect(heard.includes('shapes_read')).toBe(mode === 'once')
  })
  expect(log.some((line) => line.includes('refuses the shape grant'))).toBe(true)
})

test('values stay the text of Postgres, beyond what a double can hold', async () => {
  follow()
  await allHere()
  expect([...(ledger.rows.get('deny')?.values() ?? [])]).toEqual([
    { id: 'x', name: 'name x', version: '9007199254740993', joined: '1800000000000' },
  ])
})

test('changes arrive, and every chunk continues the one before', async () => {
  follow()
  await allHere()
  shapes.add('customer', 'h', 1)
  await allHere()
  shapes.add('customer', 'h', 2, 'update')
  shapes.add('customer', 'a', 2, 'delete')
  await allHere()
  const chunks = ledger.chunks.filter(({ shape }) => shape === 'customer')
  for (const [at, chunk] of chunks.entries()) {
    const before = chunks[at - 1]
    expect(chunk.from).toEqual(
      before ? { handle: before.handle, offset: before.offset } : { handle: null, offset: '-1' },
    )
  }
  expect(heard).not.toContain('shape_stale')
})

test('a follower that begins again goes on where the ledger stands', async () => {
  follow().close()
  follow()
  await allHere()
  follower?.close()
  shapes.add('customer', 'h', 1)
  server.asked.length = 0
  follow()
  await allHere()
  expect(askedFor('customer')[0]?.query.get('offset')).toBe('7_0')
  expect(ledger.resets).toEqual([])
})

test('a chunk that could not be kept is read again; what comes after it is not kept before it', async () => {
  let failures = 2
  ledger.beforeCommit = ({ shape, from }) => {
    if (shape !== 'customer' || from.offset !== '3_0' || failures === 0) return
    failures -= 1
    throw new Error('the disk is full')
  }
  follow()
  await allHere()
  expect(failures).toBe(0)
  expect(log.filter((line) => line.includes('the disk is full'))).toHaveLength(2)
})

test('the next batch waits for the commit of this one', async () => {
  let committing = 0
  let together = 0
  ledger.beforeCommit = async ({ shape }) => {
    if (shape !== 'customer') return
    committing += 1
    together = Math.max(together, committing)
    await new Promise((resolve) => setTimeout(resolve, 20))
    committing -= 1
  }
  follow()
  await allHere()
  expect(together).toBe(1)
})

test('a server that can no longer go on: the ledger begins anew, and what was removed meanwhile goes', async () => {
  follow()
  await allHere()
  const customers = shapes.logs.get('customer')
  customers?.splice(0, customers.length)
  for (const name of ['a', 'b', 'z']) shapes.add('customer', name, 1)
  shapes.rotate('customer')
  await until(() => expect(ledger.resets).toEqual(['customer']))
  await allHere()
})

test('a refused token closes all shapes and is said once', async () => {
  follow()
  await allHere()
  server.answer = (_, response) => sendProblem(response, 401, 'token_stale')
  await until(() => expect(heard).toContain('shape_stale'))
  const chunks = ledger.chunks.length
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([heard.filter((one) => one === 'shape_stale').length, ledger.chunks.length]).toEqual([1, chunks])
})

test('read once: every shape to its end, no long poll, then it says so', async () => {
  follow('once')
  await until(() => expect(heard.at(-1)).toBe('shapes_read'))
  await allHere()
  expect(server.asked.some(({ query }) => query.has('live'))).toBe(false)
})

test('what is cut off, an error page and a redirect are tried again from the stored place', async () => {
  let bad = 0
  server.answer = (asked, response) => {
    if (asked.query.get('table') !== SHAPE_TABLES.customer.table || bad >= 4)
      return shapes.answer(asked, response)
    bad += 1
    if (bad === 1) {
      response.writeHead(200, {
        'content-length': '900',
        'electric-handle': 'customer-1',
        'electric-offset': '3_0',
        'electric-schema': '{}',
      })
      response.write('[{"key":"x"')
      setTimeout(() => response.destroy(), 10)
    } else if (bad === 2) {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<html>Buy data now</html>')
    } else if (bad === 3) {
      response.writeHead(302, { location: '/elsewhere' })
      response.end()
    } else response.writeHead(502).end('<h1>Bad gateway</h1>')
  }
  follow()
  await allHere()
  expect(bad).toBe(4)
  expect(ledger.resets).toEqual([])
})

test('a client that goes back to the beginning by itself is stopped before it has asked', async () => {
  follow()
  await allHere()
  follower?.close()
  // Asked without an end: the same place again and again.
  shapes.add('customer', 'h', 1)
  let confusing = true
  server.answer = (asked, response) => {
    const ours = asked.query.get('table') === SHAPE_TABLES.customer.table
    if (!ours || !confusing) return shapes.answer(asked, response)
    response.writeHead(200, {
      'electric-handle': 'customer-1',
      'electric-offset': '7_0',
      'electric-schema': '{}',
    })
    response.end('[]')
  }
  server.asked.length = 0
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  follow()
  await until(() => expect(log.some((line) => line.includes('back to its beginning'))).toBe(true))
  expect(askedFor('customer').map(({ query }) => query.get('offset'))).not.toContain('-1')
  confusing = false
  await allHere()
  vi.restoreAllMocks()
})

test('a list that broke off goes on as soon as another request went through, and never twice', async () => {
  let broken = true
  server.answer = (asked, response) => {
    const ours = asked.query.get('table') === SHAPE_TABLES.customer.table
    if (ours && broken) response.destroy()
    else return shapes.answer(asked, response)
  }
  follow('live', { ...hurriedTimers(20), after: () => () => undefined })
  await until(() => expect(log.some((line) => line.includes('shape customer is begun anew'))).toBe(true))
  broken = false
  server.asked.length = 0
  follower?.reached()
  follower?.reached()
  await allHere()
  expect(askedFor('customer').filter(({ query }) => query.get('offset') === '-1').length).toBe(1)
})

test('after close nothing more reaches the ledger', async () => {
  let begun = 0
  let kept = 0
  ledger.beforeCommit = async ({ shape }) => {
    if (shape === 'customer') begun += 1
    await new Promise((resolve) => setTimeout(resolve, 30))
    if (shape === 'customer') kept += 1
  }
  follow()
  await until(() => expect(begun).toBe(1))
  follower?.close()
  heard.length = 0
  await until(() => expect(kept).toBe(1))
  shapes.add('customer', 'h', 1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect([begun, heard]).toEqual([1, []])
})
