import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SHAPE_TABLES, SHAPES } from '../../../shared/sync/rows.ts'
import { freshShapeOffice } from '../../support/fresh-shape-office.ts'
import { addCaller, askShape, type ShapeOffice } from '../../support/shape-office.ts'

/** Two businesses, two stores: whatever a till asks, it gets rows of its own business and store alone. */

const RUNS = 400
let office: ShapeOffice
/** Handles that were given to others. */
let foreign: string[] = []

beforeAll(async () => {
  office = await freshShapeOffice({ limits: { pollMs: 5, rowsMax: 3 } })
  addCaller(office, 'north', { tenant: 'one', store: 'north', accountScope: 'store' })
  addCaller(office, 'south', { tenant: 'one', store: 'south', accountScope: 'store' })
  addCaller(office, 'everywhere', { tenant: 'one', store: 'north' })
  addCaller(office, 'other', { tenant: 'two', store: 'north' })
  addCaller(office, 'stopped', { may: 'push' })
  for (const tenant of ['one', 'two']) {
    for (const store of ['*', 'north', 'south']) {
      const mark = `row-of-${tenant}-${store}.`
      await office.sql.query(
        `INSERT INTO hq.sync_policy_v1 (tenant_id, store, key, value)
         SELECT $1, $2, 'key' || i, $3 FROM generate_series(1, 4) i`,
        [tenant, store, mark],
      )
      await office.sql.query(
        `INSERT INTO hq.sync_account_v1 (tenant_id, scope, customer, program, fn, state, lines, applied, held)
         SELECT $1, $2, 'customer' || i, 'p', 1, $3, '[]', '{}', '[]' FROM generate_series(1, 4) i`,
        [tenant, store, mark],
      )
    }
    await office.sql.query(
      `INSERT INTO hq.sync_deny_v1 (tenant_id, customer, reason, since) VALUES ($1, 'c', $2, 1)`,
      [tenant, `row-of-${tenant}-*.`],
    )
  }
  foreign = []
  for (const token of ['south', 'other']) {
    for (const shape of SHAPES) {
      const answer = await askShape(office, token, { table: SHAPE_TABLES[shape].table, offset: '-1' })
      foreign.push(answer.headers.get('electric-handle') ?? '')
    }
  }
})
afterAll(() => office.close())

/** The marks of all rows of a shape, page by page and to the end of the log. */
async function marksOf(token: string, table: string): Promise<string[]> {
  let query: Record<string, string> = { table, offset: '-1' }
  const marks: string[] = []
  for (;;) {
    const answer = await askShape(office, token, query)
    const body = await answer.text()
    expect(answer.status, body).toBe(200)
    marks.push(...(body.match(/row-of-[^.]+\./g) ?? []))
    if (answer.headers.has('electric-up-to-date')) return [...new Set(marks)].sort()
    const handle = answer.headers.get('electric-handle') ?? ''
    query = { table, handle, offset: answer.headers.get('electric-offset') ?? '' }
  }
}

describe('a till gets', () => {
  test.each([
    ['north', 'sync_policy_v1', ['row-of-one-*.', 'row-of-one-north.']],
    ['south', 'sync_policy_v1', ['row-of-one-*.', 'row-of-one-south.']],
    ['north', 'sync_account_v1', ['row-of-one-north.']],
    ['everywhere', 'sync_account_v1', ['row-of-one-*.']],
    ['other', 'sync_account_v1', ['row-of-two-*.']],
    ['north', 'hq.sync_deny_v1', ['row-of-one-*.']],
    ['other', '"sync_deny_v1"', ['row-of-two-*.']],
  ])('%s of %s: %j', async (token, table, marks) => {
    expect(await marksOf(token, table)).toEqual(marks)
  })

  test('nothing without a token, and nothing when it was stopped', async () => {
    const query = { table: 'sync_deny_v1', offset: '-1' }
    const none = await askShape(office, 'nobody', query)
    expect([none.status, await none.json()]).toMatchObject([401, { code: 'token_missing' }])
    const stopped = await askShape(office, 'stopped', query)
    expect([stopped.status, await stopped.json()]).toMatchObject([403, { code: 'device_revoked' }])
  })

  test('a row that comes to its store, and the end of one that leaves it', async () => {
    const table = 'sync_policy_v1'
    const at: Record<string, Record<string, string>> = {}
    for (const token of ['north', 'south']) {
      const now = await askShape(office, token, { table, replica: 'full', offset: 'now' })
      const handle = now.headers.get('electric-handle') ?? ''
      at[token] = { table, replica: 'full', handle, offset: now.headers.get('electric-offset') ?? '' }
    }
    await office.sql.query(
      `INSERT INTO hq.sync_policy_v1 (tenant_id, store, key, value) VALUES ('one', 'north', 'moves', 'row-of-one-north.')`,
    )
    await office.sql.query(
      `UPDATE hq.sync_policy_v1 SET store = 'south', value = 'row-of-one-south.' WHERE key = 'moves'`,
    )
    const said = async (token: string): Promise<unknown> => {
      const answer = await askShape(office, token, at[token] ?? {})
      const messages = (await answer.json()) as {
        headers: { operation?: string }
        value?: { value: string }
      }[]
      return messages.map(({ headers, value }) => [headers.operation, value?.value])
    }
    const end = [undefined, undefined]
    expect(await said('north')).toEqual([
      ['insert', 'row-of-one-north.'],
      ['delete', 'row-of-one-north.'],
      end,
    ])
    expect(await said('south')).toEqual([['insert', 'row-of-one-south.'], end])
    await office.sql.query(`DELETE FROM hq.sync_policy_v1 WHERE key = 'moves'`)
  })

  test('must-refetch for the handle of another', async () => {
    for (const handle of foreign) {
      for (const offset of ['0_0', '0_inf', '1_0']) {
        const answer = await askShape(office, 'north', { table: 'sync_policy_v1', handle, offset })
        expect([answer.status, await answer.text()]).toEqual([
          409,
          '[{"headers":{"control":"must-refetch"}}]',
        ])
      }
    }
  })

  test('a refusal for what is not its own, and head office sees it', async () => {
    office.refused.length = 0
    const wrong: Record<string, string>[] = [
      { table: 'hq.event' },
      { table: 'sync_log' },
      { table: 'sync_policy_v1"; DROP TABLE hq.event; --"' },
      { table: '"sync_policy_v1"" UNION SELECT"' },
      { table: 'sync_policy_v1', where: `tenant_id = 'two'` },
      { table: 'sync_policy_v1', 'params[1]': 'two' },
      { table: 'sync_policy_v1', tenant: 'two' },
      { table: 'sync_policy_v1', columns: 'tenant_id,store,key,rid' },
    ]
    for (const query of wrong) {
      const answer = await askShape(office, 'north', { ...query, offset: '-1' })
      const body = (await answer.json()) as { code: string }
      expect([400, 403], JSON.stringify(query)).toContain(answer.status)
      if (answer.status === 403) expect(body.code).toBe('shape_refused')
    }
    expect(office.refused).toHaveLength(wrong.length)
  })
})

const names = fc.oneof(
  fc.constantFrom(
    ...SHAPES.map((shape) => SHAPE_TABLES[shape].table),
    'hq.event',
    'pg_catalog.pg_class',
    '"sync_policy_v1"',
    'hq."sync_account_v1"',
    'public.sync_policy_v1',
    '"hq.sync_policy_v1"',
    `sync_policy_v1' OR '1'='1`,
  ),
  fc.string({ unit: 'grapheme' }),
)
const texts = fc.oneof(
  fc.constantFrom(`tenant_id = 'two'`, 'true', '1=1', '', 'store', 'two', 'south', '*', '\u0000'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 1_000, max: 4_000 }).map((length) => 'x'.repeat(length)),
)
const offsets = fc.oneof(
  fc.constantFrom(
    '-1',
    'now',
    '0_0',
    '0_2',
    '0_inf',
    '1_0',
    '10_5',
    '99999999999_0',
    '9999999999999999999_0',
  ),
  fc.string(),
)
const columns = fc.oneof(
  fc.constantFrom('tenant_id,store,key', '"tenant_id","store","key","value"', 'tenant_id,rid', '*', 'value'),
  texts,
)
const wild = fc.record(
  {
    table: names,
    offset: offsets,
    handle: fc.oneof(fc.integer({ min: 0, max: 40 }).map(String), fc.string()),
    live: fc.constantFrom('true', 'false', 'x', ''),
    cursor: texts,
    replica: fc.constantFrom('full', 'default', 'x'),
    log: fc.constantFrom('full', 'changes_only', 'x'),
    columns,
    where: texts,
    'params[1]': texts,
    tenant: texts,
    store: texts,
    subset__where: texts,
    live_sse: fc.constantFrom('true', 'false'),
    expired_handle: texts,
    'cache-buster': texts,
  },
  { requiredKeys: ['table', 'offset'] },
)

/** What passes as far as the tables: the handles of others at all places. */
const mild = fc.record({
  table: fc.constantFrom(...SHAPES.map((shape) => SHAPE_TABLES[shape].table)),
  offset: fc.oneof(
    fc.constantFrom('-1', 'now', '0_inf'),
    fc.nat(40).map((n) => `0_${n}`),
    fc.nat(40).map((n) => `${n}_0`),
  ),
  handle: fc.nat(40).map(String),
  live: fc.constantFrom('true', 'false'),
  cursor: texts,
  replica: fc.constantFrom('full', 'default'),
})
const request: fc.Arbitrary<Readonly<Record<string, string | undefined>>> = fc.oneof(wild, mild)

test('nothing leaks and nothing breaks, whatever is asked', async () => {
  const handles = [...foreign]
  for (const replica of ['full', 'default']) {
    for (const shape of SHAPES) {
      const own = await askShape(office, 'north', { table: SHAPE_TABLES[shape].table, replica, offset: '-1' })
      handles.push(own.headers.get('electric-handle') ?? '')
    }
  }
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      const query = Object.fromEntries(
        Object.entries(asked).filter((one): one is [string, string] => one[1] !== undefined),
      )
      const handle = handles[Number(query['handle'] ?? Number.NaN) % handles.length]
      const answer = await askShape(office, 'north', { ...query, ...(handle ? { handle } : {}) })
      const body = await answer.text()
      statuses.add(answer.status)
      // 431: more than Node reads of an address.
      expect([200, 400, 403, 409, 431], body.slice(0, 200)).toContain(answer.status)
      // What was sent may be said again; rows are marked.
      expect(body).not.toMatch(/row-of-two|row-of-one-south/)
      JSON.parse(body)
    }),
    { numRuns: RUNS },
  )
  for (const status of [200, 400, 403, 409]) expect(statuses).toContain(status)
  expect(office.troubles).toEqual([])
})
