import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionFor } from '../../../hq/shapes/definitions.ts'
import { SHAPE_TABLES, SHAPES } from '../../../shared/sync/rows.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

let database: FreshDatabase
let sql: pg.Client
beforeAll(async () => {
  database = await freshDatabase()
  sql = new pg.Client({ connectionString: database.url })
  await sql.connect()
})
afterAll(async () => {
  await sql.end()
  await database.drop()
})

test.each(SHAPES)('what a till is told of %s is what stands in the database', async (shape) => {
  const { table } = SHAPE_TABLES[shape]
  const { rows } = await sql.query<{ name: string; type: string; notNull: boolean; key: number | null }>(
    `SELECT a.attname AS name, t.typname AS type, a.attnotnull AS "notNull",
       array_position(i.indkey::int2[], a.attnum) AS key
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND a.attname <> 'rid'`,
    [`hq.${table}`],
  )
  const caller = {
    tenant: 'one',
    store: 'north',
    devices: ['till'],
    may: 'all',
    accountScope: 'tenant',
  } as const
  const told = definitionFor(caller, table)?.columns ?? []
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
  expect([...told].sort(byName)).toEqual([...rows].sort(byName))
})

test.each(SHAPES)('pages of %s come by an index in their order', async (shape) => {
  const { table } = SHAPE_TABLES[shape]
  const narrowed = { account: `AND scope = '*'`, grant: `AND device = 'till'` } as const
  const scope = shape === 'account' || shape === 'grant' ? narrowed[shape] : ''
  await sql.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off')
  const { rows } = await sql.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN SELECT * FROM hq.${table} WHERE rid > 5 AND tenant_id = 'one' ${scope} ORDER BY rid LIMIT 10`,
  )
  await sql.query('COMMIT')
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toContain(`${table}_page`)
  expect(plan).not.toContain('Sort')
})
