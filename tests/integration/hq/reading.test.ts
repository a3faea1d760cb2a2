import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTenant } from '../../../hq/services/tenants.ts'
import { type ConsoleOffice, ConsolePerson, openConsoleOffice, somebody } from '../../support/console.ts'
import { openHqApp } from '../../support/hq-app.ts'
import { HOUR } from '../../support/till.ts'

/** Whoever reads very much stands in the audit. */

const ROWS_MAX = 5_000
let office: ConsoleOffice
let tenant: string
let reader: ConsolePerson

beforeAll(async () => {
  office = await openConsoleOffice()
  tenant = (await createTenant(office.parts, { name: 'Alheri Stores', who: 'test' })).tenant
  reader = await somebody(office, tenant, 'viewer', 'Bola Ade')
  await office.db.tenant(tenant, (tx) =>
    tx.query(
      `INSERT INTO hq.customer (tenant_id, id, public_id, name, joined)
       SELECT $1, md5(i::text), 'P' || i, 'Customer ' || i, i FROM generate_series(1, ${ROWS_MAX + 1}) i`,
      [tenant],
    ),
  )
})
afterAll(() => office.close())

const lines = (what: string) =>
  office.db.tenant(tenant, (tx) =>
    tx.query<{ who: string; detail: object }>('SELECT who, detail FROM hq.audit WHERE what = $1', [what]),
  )

async function readAll(pages = Number.POSITIVE_INFINITY, person = reader): Promise<void> {
  let cursor: string | undefined
  for (let page = 0; page < pages; page += 1) {
    const { next } = await person.get('customers.find', { text: '', limit: 200, cursor })
    if (next === null) return
    cursor = next
  }
}

test('more different rows in an hour than anybody looks up are one line in the audit', async () => {
  await readAll(25)
  // The same rows again are nothing new.
  await readAll(25)
  expect(await lines('read.much')).toEqual([])
  await readAll()
  await readAll()
  const line = { who: 'Bola Ade', detail: { rows: ROWS_MAX } }
  expect(await lines('read.much')).toEqual([line])
  office.clock.pass(HOUR)
  await readAll()
  expect(await lines('read.much')).toEqual([line, line])
})

test('what is opened one by one counts too', async () => {
  office.clock.pass(HOUR)
  const before = (await lines('read.much')).length
  await readAll(24)
  const customers = await office.db.tenant(tenant, (tx) =>
    tx.query<{ id: string }>('SELECT id FROM hq.customer ORDER BY lower(name), id OFFSET 4800'),
  )
  expect(customers).toHaveLength(201)
  for (const { id } of customers.slice(1)) await reader.get('customers.one', { id })
  expect(await lines('read.much')).toHaveLength(before)
  await reader.get('customers.one', { id: customers[0]?.id ?? '' })
  expect(await lines('read.much')).toHaveLength(before + 1)
})

test('what somebody reads through several instances is counted together, and is one line', async () => {
  office.clock.pass(HOUR)
  const before = (await lines('read.much')).length
  const other = await openHqApp(office.fresh.url, { clock: office.clock })
  const there = new ConsolePerson(other.app, reader.login, reader.password)
  there.cookie = reader.cookie
  await readAll(13)
  await readAll(12, there)
  expect(await lines('read.much')).toHaveLength(before)
  await readAll(14, there)
  await readAll()
  await readAll(20, there)
  expect(await lines('read.much')).toHaveLength(before + 1)
  await other.close()
})

test('a file of entries is written down with all that was asked for', async () => {
  const filters = { kind: 'sale.recorded', outcome: 'posted', from: '2026-01-01', to: '2026-01-31' }
  await reader.raw('GET', `/api/v1/events/file?${new URLSearchParams({ format: 'csv', ...filters })}`)
  expect(await lines('ledgers.exported')).toEqual([
    { who: 'Bola Ade', detail: { format: 'csv', ...filters } },
  ])
})
