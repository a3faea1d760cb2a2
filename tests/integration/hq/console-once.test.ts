import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTenant } from '../../../hq/services/tenants.ts'
import { type ConsoleOffice, type ConsolePerson, openConsoleOffice, somebody } from '../../support/console.ts'
import { MINUTE } from '../../support/till.ts'

/** One change, once: after a crash between the change and its answer, and when two people decide at the same moment. */

let office: ConsoleOffice
let tenant: string
let musa: ConsolePerson
let ngozi: ConsolePerson

beforeAll(async () => {
  office = await openConsoleOffice()
  tenant = (await createTenant(office.parts, { name: 'Alheri Stores', who: 'test' })).tenant
  musa = await somebody(office, tenant, 'manager', 'Musa Danladi')
  ngozi = await somebody(office, tenant, 'owner', 'Ngozi Eze')
})
afterAll(() => office.close())

const rows = <R extends object>(sql: string): Promise<R[]> =>
  office.db.tenant(tenant, (tx) => tx.query<R>(sql))

test('a change whose answer was lost in a crash makes nothing twice when it is asked again', async () => {
  const key = { 'idempotency-key': 'one-new-store' }
  const first = await musa.ask('stores.create', { name: 'Bodija' }, key)
  await rows(`UPDATE hq.console_answer SET answer = '{"state":"under_way"}'`)
  expect((await musa.ask('stores.create', { name: 'Bodija' }, key)).body.code).toBe('refused')
  office.clock.pass(MINUTE + 1)
  const again = await musa.ask('stores.create', { name: 'Bodija' }, key)
  expect([again.status, again.body]).toEqual([200, first.body])
  expect(await rows('SELECT name FROM hq.store')).toEqual([{ name: 'Bodija' }])
  expect(await rows(`SELECT about FROM hq.audit WHERE what = 'store.created'`)).toEqual([
    { about: first.body.id },
  ])
  // The same key of somebody else is another one.
  expect((await ngozi.ask('stores.create', { name: 'Bodija' }, key)).body.id).not.toBe(first.body.id)
})

test('of two who decide at the same moment one is told that somebody else was faster', async () => {
  await rows(
    `INSERT INTO hq.inbox (tenant_id, id, kind, at) VALUES ('${tenant}', 'silent', 'silent_till', 1)`,
  )
  const other = new pg.Client({ connectionString: office.fresh.url })
  const looking = new pg.Client({ connectionString: office.fresh.url })
  await Promise.all([other.connect(), looking.connect()])
  await other.query('BEGIN')
  await other.query(`SELECT set_config('kasuwa.tenant', '${tenant}', true)`)
  await other.query(`SELECT 1 FROM hq.inbox WHERE id = 'silent' FOR UPDATE`)
  const note = (who: ConsolePerson) =>
    who.ask('exceptions.decide', { id: 'silent', decision: 'noted', reason: `by ${who.login}` })
  const both = [note(musa), note(ngozi)]
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  await expect.poll(async () => (await looking.query(waiting)).rows.length, { timeout: 15_000 }).toBe(2)
  await other.query('COMMIT')
  await Promise.all([other.end(), looking.end()])
  const said = await Promise.all(both)
  expect(said.map(({ status }) => status).toSorted()).toEqual([200, 409])
  const first = said.findIndex(({ status }) => status === 200)
  expect(said[1 - first]?.body.code).toBe('changed_meanwhile')
  const [entry] = await rows<{ closed_by: string }>(`SELECT closed_by FROM hq.inbox WHERE id = 'silent'`)
  expect(entry?.closed_by).toBe(['Musa Danladi', 'Ngozi Eze'][first])
  expect(await rows(`SELECT 1 FROM hq.audit WHERE what = 'exception.decided'`)).toHaveLength(1)
})

test('what is not here says where to go on', async () => {
  const nothing = '0'.repeat(32)
  const said = [
    await musa.ask('exceptions.decide', { id: 'nothing', decision: 'noted', reason: '' }),
    await musa.ask('tills.reconcile', { id: nothing }),
    await musa.ask('reconciliations.sign_off', { id: nothing }),
    await musa.ask('stores.rename', { id: nothing, name: 'Ours' }),
    await musa.ask('tills.one', { id: nothing }),
  ]
  for (const { status, body } of said) {
    expect([status, body.detail]).toEqual([404, expect.stringContaining('Go back to the list')])
  }
})
