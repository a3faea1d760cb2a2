import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  endConnections,
  loadShape,
  type OfficeProcess,
  poll,
  startOfficeProcess,
} from '../../support/many-tills.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { insertCustomers } from '../../support/shape-office.ts'

const TILLS = 50
const ROWS = 50_000
const CHANGES = 20
const SMALL = 'sync_deny_v1'

let database: FreshDatabase
let office: OfficeProcess
let sql: pg.Client
beforeAll(async () => {
  database = await freshDatabase()
  sql = new pg.Client({ connectionString: database.url })
  await sql.connect()
  await insertCustomers(sql, 'one', 1, ROWS)
  office = await startOfficeProcess(database.url, TILLS)
})
afterAll(async () => {
  endConnections()
  await office.close()
  await sql.end()
  await database.drop()
})

test('fifty tills wait, and each gets every change once, while one loads fifty thousand rows', async () => {
  const tills = await Promise.all(
    Array.from({ length: TILLS }, (_, i) => loadShape(office.url, `till-${i}`, SMALL)),
  )
  const loading = loadShape(office.url, 'till-0', 'sync_customer_v1')
  const following = tills.map(async (till) => {
    const customers: string[] = []
    while (customers.length < CHANGES) {
      const { body } = await poll(office.url, till, SMALL)
      for (const message of JSON.parse(body) as { value?: { customer: string } }[]) {
        if (message.value) customers.push(message.value.customer)
      }
    }
    return customers
  })
  const written = Array.from({ length: CHANGES }, (_, i) => `customer-${i}`)
  for (const customer of written) {
    await sql.query(
      `INSERT INTO hq.sync_deny_v1 (tenant_id, customer, reason, since) VALUES ('one', $1, 'debt', 1)`,
      [customer],
    )
  }
  for (const customers of await Promise.all(following)) expect(customers).toEqual(written)
  expect((await loading).rows).toBe(ROWS)
  expect((await office.figures()).troubles).toBe(0)
})
