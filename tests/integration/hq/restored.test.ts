import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signerFromPkcs8 } from '../../../electron/platform/node-signer.ts'
import { writeBackup } from '../../../hq/db/backup.ts'
import { restoreBackup } from '../../../hq/services/backup.ts'
import { makeEnrolCode } from '../../../hq/services/enrol-code.ts'
import { enrol } from '../../../hq/services/enrolment.ts'
import { push } from '../../../hq/services/push.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { leased, open, owed } from '../../../shared/domain/post.ts'
import { Receipt, type SignedReceipt } from '../../../shared/sync/wire.ts'
import {
  batchOf,
  type HeadOffice,
  makeTenant,
  newOffice,
  registerTill,
  STORE,
  sent,
} from '../../support/head-office.ts'
import { BACKUP_KEY } from '../../support/hq-app.ts'
import { HQ_URL, requestOf } from '../../support/sync-till.ts'
import {
  commandId,
  FakeClock,
  MINUTE,
  newTill,
  points,
  removeTempDirs,
  SECOND,
  START_MS,
  type TestTill,
  tempDir,
} from '../../support/till.ts'

/** Head office was put back from a backup: its tills bring again what is missing, as it was. */

let office: HeadOffice
beforeAll(async () => {
  // A till that runs ahead: its value dates are clipped to the arrival, and that must not happen anew.
  office = await newOffice(new FakeClock(START_MS - MINUTE))
})
afterAll(async () => {
  removeTempDirs()
  await office.close()
  await office.fresh.drop()
})

async function join(till: TestTill, tenant: string, name: string): Promise<string> {
  const code = await makeEnrolCode(office.parts, { tenant, for: { store: STORE, name }, who: 'test' })
  if (!code.ok) throw new Error(code.refusal.detail)
  const typed = { url: HQ_URL, code: code.value.code, command_id: commandId() }
  const asked = till.done('admin', 'hq.enrol', typed)
  const reply = await enrol(office.parts, await requestOf(till))
  if (!reply.ok) throw new Error(reply.refusal.detail)
  await till.open.sync('enrolled', { url: HQ_URL, reply: reply.value })
  await asked
  return reply.value.device
}

/** One request of a till. Answers the events that head office took, or its refusal. */
async function contact(till: TestTill, tenant: string, events_max = 3): Promise<number | string> {
  const { connection } = await till.open.sync('connection', {})
  const batch = await till.open.sync('next_batch', { events_max, bytes_max: 256 * 1024 })
  if (!batch || !connection) throw new Error('sending stopped')
  const answer = await push(office.parts, batch.push, { tenant, device: connection.device })
  if (answer.ok) {
    await till.open.sync('pushed', { reply: answer.value })
    return batch.events
  }
  const { next } = await till.open.sync('push_refused', { problem: answer.refusal })
  if (next === 'stop') throw new Error(answer.refusal.detail)
  return answer.refusal.code
}

async function sendAll(till: TestTill, tenant: string): Promise<void> {
  for (;;) if ((await contact(till, tenant)) === 0) return
}

const rows = <R extends object>(tenant: string, sql: string): Promise<R[]> =>
  office.db.tenant(tenant, (tx) => tx.query<R>(sql))

/** What must be the same again, whatever order it comes in. */
async function standing(tenant: string) {
  const accounts = await rows<{ customer: string; state: Account }>(
    tenant,
    'SELECT customer, program, state FROM hq.account ORDER BY customer, program',
  )
  return {
    accounts: accounts.map(({ customer, state }) => ({
      customer,
      open: open(state, START_MS),
      leased: leased(state),
      owed: owed(state),
      totals: state.totals,
      lifetime: state.lifetime,
    })),
    events: await rows(
      tenant,
      'SELECT device, epoch, seq, id, hash, effective_at, outcome FROM hq.event ORDER BY device, epoch, seq',
    ),
    customers: await rows(
      tenant,
      'SELECT id, public_id, name, sale_count, spend_kobo, last_sale FROM hq.customer ORDER BY id',
    ),
  }
}

const ahead = (tenant: string) =>
  rows<{ device: string; state: string }>(
    tenant,
    `SELECT device, state, closed_how FROM hq.inbox WHERE kind = 'receipt_ahead' ORDER BY device`,
  )

it('takes again what came after the backup, at the times that its receipts fixed, and says which tills know more', async () => {
  const tenant = await makeTenant(office, { id: '1'.repeat(32), identityKey: 'd'.repeat(64) })
  const tills = [await newTill(41), await newTill(42)] as const
  const [a, b] = tills
  // From the time alone, so that points can be used before any row of head office is there.
  const ada = await a.enrol('08031234567', { name: 'Ada' })
  await a.sell(ada, 40_000)
  const devices = [await join(a, tenant, 'A'), await join(b, tenant, 'B')]
  for (const till of tills) await sendAll(till, tenant)
  const file = path.join(tempDir(), 'monday.kasuwa-hq')
  await writeBackup(office.fresh.url, file, office.clock.wallMs, BACKUP_KEY)

  const bola = await a.enrol('08039876543', { name: 'Bola' })
  for (let i = 0; i < 4; i += 1) {
    await a.sell(bola, 10_000 + i)
    await b.sell(null, 5_000)
    for (const one of [office, ...tills]) one.clock.pass(20 * SECOND)
    for (const till of tills) await sendAll(till, tenant)
  }
  await a.sell(ada, 20_000, { redeem: points(300) })
  await sendAll(a, tenant)
  const before = await standing(tenant)
  expect(before.accounts).toHaveLength(2)
  expect(before.accounts.map(({ open: points }) => points).sort()).toEqual(
    [await a.balance(ada), await a.balance(bola)].sort(),
  )

  const back = await restoreBackup({
    url: office.fresh.url,
    file,
    key: BACKUP_KEY,
    journal: office.parts.journal,
    entries: [],
    present: 1,
    now: office.clock.wallMs,
  })
  expect(back).toMatchObject({ ok: true, value: { hq_epoch: 2 } })
  for (const one of [office, ...tills]) one.clock.pass(3 * MINUTE)
  expect((await standing(tenant)).events.length).toBeLessThan(before.events.length)

  expect(await contact(a, tenant)).toBe('gap')
  expect(await ahead(tenant)).toMatchObject([{ device: devices[0], state: 'open' }])
  expect(await contact(b, tenant)).toBe('gap')
  // The answer is lost on the way, or sending is cut off: it stays one entry, and stays open.
  expect(await contact(a, tenant)).toBe(3)
  const both = await ahead(tenant)
  expect(both.map(({ device }) => device)).toEqual([...devices].sort())
  expect(both.every(({ state }) => state === 'open')).toBe(true)
  for (const till of tills) await sendAll(till, tenant)
  expect(await standing(tenant)).toEqual(before)
  expect(await ahead(tenant)).toMatchObject(
    Array(2).fill({ state: 'closed', closed_how: 'the till has sent everything again' }),
  )
  expect((await verifyTenant(office.parts, tenant)).findings).toEqual([])

  // What is new counts as always, and the till is what head office is.
  await a.sell(bola, 30_000)
  await sendAll(a, tenant)
  const after = (await standing(tenant)).accounts.map(({ open: points }) => points)
  expect(after.sort()).toEqual([await a.balance(ada), await a.balance(bola)].sort())
  expect(await rows(tenant, `SELECT 1 FROM hq.audit WHERE what = 'receipts.ignored'`)).toEqual([])
})

it('ignores a receipt that it did not sign, or not for this chain, and writes that down', async () => {
  const tenant = await makeTenant(office, { id: '2'.repeat(32), identityKey: 'd'.repeat(64) })
  const till = await newTill(43)
  const from = await registerTill(office, tenant, till, 'a'.repeat(32))
  const other = await newTill(44)
  await till.enrol('08031234567')
  const batch = batchOf(from, 1)
  const to = batch.events.length
  const [keys] = await rows<{ signing_key: string }>(tenant, 'SELECT signing_key FROM hq.tenant')
  const { digest } = office.parts
  const said: Receipt = Receipt.parse({
    tenant,
    device: from.device,
    epoch: 1,
    from_seq: 1,
    to_seq: to,
    head_hash: batch.head_hash,
    effective: batch.events.map((_, i) => 1_000 + i),
    hq_epoch: 1,
    at: 2_000,
  })
  const signed = (receipt: object, key = keys?.signing_key ?? ''): SignedReceipt => {
    const body = JSON.stringify(receipt)
    const signature = signerFromPkcs8(key).sign(digest.sha256(digest.utf8(body)))
    return { body, signature: Buffer.from(signature).toString('base64') }
  }
  const good = signed(said)
  const wrong = [
    signed(said, other.keys.secrets?.signing_key),
    { ...good, body: good.body.replace('1000', '1500') },
    { ...good, body: 'not json' },
    signed({ ...said, device: 'b'.repeat(32) }),
    signed({ ...said, tenant: 'somebody else' }),
    signed({ ...said, epoch: 2 }),
    signed({
      ...said,
      to_seq: to - 1,
      effective: said.effective.slice(1),
      head_hash: '0'.repeat(64),
    }),
    signed({ ...said, effective: [7] }),
  ]
  const first = { ...batch, events: batch.events.slice(0, to - 1), receipts: wrong }
  const last = batchOf(from, to)
  await sent(office, from, { ...first, head_hash: last.prev_hash })
  const times = await rows<{ effective_at: number }>(tenant, 'SELECT effective_at FROM hq.event ORDER BY seq')
  expect(times.every(({ effective_at }) => effective_at > 10_000)).toBe(true)
  const noted = await rows(tenant, `SELECT about, detail FROM hq.audit WHERE what = 'receipts.ignored'`)
  expect(noted).toEqual([{ about: from.device, detail: { epoch: 1, from: 1, receipts: wrong.length } }])
  await sent(office, from, { ...last, receipts: [good] })
  const [fixed] = await rows<{ effective_at: number }>(
    tenant,
    'SELECT effective_at FROM hq.event ORDER BY seq DESC LIMIT 1',
  )
  expect(fixed?.effective_at).toBe(1_000 + to - 1)
})
