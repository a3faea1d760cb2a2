import { afterAll, beforeAll, expect, it } from 'vitest'
import { accountRows } from '../../../hq/services/account.ts'
import { makeEnrolCode } from '../../../hq/services/enrol-code.ts'
import { enrol } from '../../../hq/services/enrolment.ts'
import { lease } from '../../../hq/services/lease.ts'
import { push } from '../../../hq/services/push.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { leased, open } from '../../../shared/domain/post.ts'
import { DEFAULT_PROGRAM } from '../../../shared/domain/program/program.ts'
import { PROTOCOL_VERSION } from '../../../shared/sync/wire.ts'
import { type HeadOffice, makeTenant, newOffice, STORE } from '../../support/head-office.ts'
import { HQ_URL, requestOf } from '../../support/sync-till.ts'
import {
  commandId,
  DAY,
  FakeClock,
  newTill,
  points,
  removeTempDirs,
  START_MS,
  type TestTill,
} from '../../support/till.ts'

let office: HeadOffice
beforeAll(async () => {
  office = await newOffice(new FakeClock(START_MS))
})
afterAll(async () => {
  removeTempDirs()
  await office.close()
  await office.fresh.drop()
})

/** With the services of head office itself, on Postgres. */
async function join(till: TestTill, tenant: string, device?: string): Promise<void> {
  const who = { tenant, for: device ? { device } : { store: STORE, name: 'Till A' }, who: 'test' }
  const code = await makeEnrolCode(office.parts, who)
  if (!code.ok) throw new Error(code.refusal.detail)
  const asked = till.done('admin', 'hq.enrol', {
    url: HQ_URL,
    code: code.value.code,
    command_id: commandId(),
  })
  const reply = await enrol(office.parts, await requestOf(till))
  if (!reply.ok) throw new Error(reply.refusal.detail)
  await till.open.sync('enrolled', { url: HQ_URL, reply: reply.value })
  await asked
}

async function sendAll(till: TestTill, tenant: string): Promise<void> {
  const { connection } = await till.open.sync('connection', {})
  for (;;) {
    const batch = await till.open.sync('next_batch', { events_max: 50, bytes_max: 256 * 1024 })
    if (!batch || !connection) throw new Error('sending stopped')
    const answer = await push(office.parts, batch.push, { tenant, device: connection.device })
    if (!answer.ok) throw new Error(`${answer.refusal.code}: ${answer.refusal.detail}`)
    await till.open.sync('pushed', { reply: answer.value })
    expect((await till.open.sync('connection', {})).stopped).toBeNull()
    if (batch.events === 0) return
  }
}

/** As the sync process does: the account of a customer, and what head office sets aside. */
async function carry(till: TestTill, tenant: string, customer: string): Promise<number> {
  const { connection } = await till.open.sync('connection', {})
  if (!connection) throw new Error('works alone')
  const { device, epoch, store } = connection
  const caller = { tenant, device, epoch, store, may: 'all', accountScope: 'tenant' } as const
  const rows = await accountRows(office.parts, caller, customer)
  if (!rows.ok) throw new Error(rows.refusal.detail)
  await till.open.sync('fetched', { customer, rows: JSON.stringify(rows.value) })
  const { asks } = await till.open.sync('lease_asks', {})
  if (asks.length === 0) return 0
  const reply = await lease(office.parts, { protocol: PROTOCOL_VERSION, asks: [...asks] }, caller)
  if (!reply.ok) throw new Error(reply.refusal.detail)
  await till.open.sync('leased', { asked: asks.map(({ grant }) => grant), reply: reply.value, known: true })
  return reply.value.grants.length
}

async function accountAtHq(tenant: string, customer: string): Promise<Account> {
  const [row] = await office.db.tenant(tenant, (tx) =>
    tx.query<{ state: Account }>('SELECT state FROM hq.account WHERE customer = $1', [customer]),
  )
  if (!row) throw new Error('no account')
  return row.state
}

async function openAtHq(tenant: string, customer: string): Promise<number> {
  const [row] = await office.db.tenant(tenant, (tx) =>
    tx.query<{ state: Account }>(
      'SELECT state FROM hq.account WHERE customer = coalesce((SELECT root FROM hq.alias WHERE id = $1), $1)',
      [customer],
    ),
  )
  if (!row) throw new Error('no account')
  return open(row.state, office.clock.wallMs)
}

it('a till that worked alone joins, redeems within its limits and equals head office, after a second code too', async () => {
  const tenant = await makeTenant(office, { id: 'e'.repeat(32), identityKey: 'a'.repeat(64) })
  const till = await newTill()
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.sell(ada, 500_000)
  await join(till, tenant)
  // An account from the time alone counts until head office's row replaces it.
  const first = await till.sell(ada, 10_000, { redeem: points(1_500) })
  expect(first.redeemed).toBe(1_500)
  const over = await till.refused('cashier', 'sale.record', {
    customer_id: ada,
    gross_kobo: 1_000_000,
    redeem: points(600),
    receipt: '',
    channel: 'pos',
    approver: null,
  })
  expect(over.code).toBe('offline_limit_customer')
  await sendAll(till, tenant)
  expect(await openAtHq(tenant, ada)).toBe(await till.balance(ada))
  const unsecured = await office.db.tenant(tenant, (tx) =>
    tx.query<{ outcome: string }>(
      `SELECT outcome FROM hq.event WHERE kind = 'points.redeemed' AND outcome = 'posted'`,
    ),
  )
  expect(unsecured).toHaveLength(1)

  await till.sell(ada, 20_000)
  await join(till, tenant, till.till.ledger.ids.device)
  await till.sell(ada, 30_000)
  await sendAll(till, tenant)
  expect(await openAtHq(tenant, ada)).toBe(await till.balance(ada))
  expect((await verifyTenant(office.parts, tenant)).findings).toEqual([])
  const checked = await till.verify()
  expect(checked.findings).toEqual([])
  expect((await till.rebuild()).projections_hash).toBe(checked.projections_hash)
})

it('a till is given points beforehand and more while a customer waits, and head office never lacks one of them', async () => {
  const tenant = await makeTenant(office, { id: 'f'.repeat(32), identityKey: 'b'.repeat(64) })
  await office.db.tenant(tenant, (tx) =>
    tx.query('INSERT INTO hq.sync_program_v1 (tenant_id, id, settings) VALUES ($1, $2, $3)', [
      tenant,
      DEFAULT_PROGRAM.id,
      JSON.stringify(DEFAULT_PROGRAM),
    ]),
  )
  const till = await newTill()
  await join(till, tenant)
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.sell(ada, 500_000)
  await sendAll(till, tenant)
  expect(await carry(till, tenant, ada)).toBe(0)
  // With the account here, the next contact asks for the half of it, at most 2,000.
  await sendAll(till, tenant)
  expect(await carry(till, tenant, ada)).toBe(1)
  expect((await till.card(ada)).account).toMatchObject({
    available: 3_000,
    leased: 2_000,
    usable_here: 4_000,
  })

  await till.open.sync('report', { doing: 'up_to_date', sentence: '', last_contact_ms: 1 })
  const selling = till.sell(ada, 10_000, { redeem: points(4_500) })
  await expect.poll(async () => (await till.open.sync('connection', {})).wanted).toContain('grants')
  expect(await carry(till, tenant, ada)).toBe(1)
  const sale = await selling
  expect(sale).toMatchObject({ redeemed: 4_500, balance: 582 })
  await sendAll(till, tenant)
  const at = await accountAtHq(tenant, ada)
  expect([open(at, office.clock.wallMs), leased(at), at.debts]).toEqual([582, 0, []])
  expect(at.pots).toHaveLength(2)

  // Undone, it is set aside again: here, for this till alone.
  await till.done('manager', 'sale.void', { sale_id: sale.sale_id, reason: 'Wrong', approver: null })
  await sendAll(till, tenant)
  const after = await accountAtHq(tenant, ada)
  expect([open(after, office.clock.wallMs), leased(after)]).toEqual([500, 4_500])
  expect(await till.balance(ada)).toBe(500)
  await till.sell(ada, 10_000, { redeem: points(4_500) })

  // Used up, and not touched for a day: the till gives the grants back and may ask anew.
  for (let day = 0; day < 3; day += 1) {
    till.clock.pass(DAY)
    office.clock.setWall(till.clock.wallMs)
    await sendAll(till, tenant)
  }
  expect((await accountAtHq(tenant, ada)).pots).toEqual([])
  expect((await verifyTenant(office.parts, tenant)).findings).toEqual([])
  const checked = await till.verify()
  expect(checked.findings).toEqual([])
  expect((await till.rebuild()).projections_hash).toBe(checked.projections_hash)
})
