import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeOffDevice } from '../../../hq/services/devices.ts'
import { rerunQuarantine } from '../../../hq/services/holding.ts'
import { lease } from '../../../hq/services/lease.ts'
import { loadBooks, tenantRow } from '../../../hq/services/load-books.ts'
import { writeOwnEvents } from '../../../hq/services/own-events.ts'
import { saveBooks } from '../../../hq/services/save-books.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import { writeOffStray } from '../../../hq/services/write-off.ts'
import { ok } from '../../../shared/base/result.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { leased, open, owed } from '../../../shared/domain/post.ts'
import { readEvent } from '../../../shared/protocol/payload-schema.ts'
import {
  batchOf,
  type HeadOffice,
  makeTenant,
  newOffice,
  type Registered,
  refused,
  registerTill,
  STORE,
  sendAll,
  sent,
} from '../../support/head-office.ts'
import { commandId, DAY, FakeClock, HOUR, newTill, removeTempDirs, START_MS } from '../../support/till.ts'

/** What ends with an epoch, and with a till. */

let office: HeadOffice
let tenants = 0
beforeAll(async () => {
  office = await newOffice(new FakeClock(START_MS + HOUR))
})
afterAll(async () => {
  removeTempDirs()
  await office.close()
  await office.fresh.drop()
})

const deviceId = (letter: string): string => tenants.toString(16).padStart(32, letter)

async function shop(): Promise<Registered> {
  tenants += 1
  const tenant = await makeTenant(office, { id: deviceId('e'), identityKey: 'c'.repeat(64) })
  return registerTill(office, tenant, await newTill(500 + tenants), deviceId('d'))
}

const rows = <R extends object>(
  from: Registered,
  sql: string,
  values: readonly unknown[] = [],
): Promise<R[]> => office.db.tenant(from.tenant, (tx) => tx.query<R>(sql, values))
const whole = async (from: Registered): Promise<void> =>
  expect((await verifyTenant(office.parts, from.tenant)).findings).toEqual([])

interface AccountRow {
  readonly customer: string
  readonly program: string
  readonly state: Account
}
async function account(from: Registered): Promise<AccountRow> {
  const [row] = await rows<AccountRow>(from, 'SELECT customer, program, state FROM hq.account')
  if (!row) throw new Error('there is no account')
  return row
}
async function figures(from: Registered): Promise<readonly number[]> {
  const { state } = await account(from)
  return [open(state, START_MS), leased(state), owed(state)]
}
const inbox = (from: Registered) =>
  rows<{ kind: string }>(from, `SELECT kind FROM hq.inbox WHERE kind <> 'skew' AND state = 'open'`)

/** A grant as tests call it. */
const grantId = (name: string): string => Buffer.from(name.padEnd(16, '.')).toString('hex')

/** Head office sets points aside for an epoch of a till. */
async function grant(from: Registered, id: string, epoch: number, granted: number): Promise<void> {
  const { customer, program } = await account(from)
  const now = office.clock.wallMs
  await office.db.tenant(from.tenant, async (tx) => {
    const tenant = await tenantRow(tx, from.tenant)
    const { books } = await loadBooks(office.parts, tx, tenant, [], [customer])
    const holder = `${from.device}/${epoch}`
    const payload = { grant: grantId(id), holder, points: granted, expiry: now + 30 * DAY }
    const draft = { kind: 'lease.granted' as const, payload, customer, program }
    await writeOwnEvents(office.parts, tx, tenant, books, [draft], { staff: 'head office', now })
    await saveBooks(tx, tenant, books, now)
  })
}

/** The till takes points out of a grant, as one that knows of grants would. */
async function spend(from: Registered, customer: string, id: string, spent: number): Promise<void> {
  const { program } = await account(from)
  const done = from.till.till.ledger.writer.run({
    id: commandId(),
    actor: { staff: from.till.people.cashier.id },
    request: '',
    decide: () =>
      ok({
        drafts: [
          {
            kind: 'points.redeemed',
            n: 0,
            payload: {
              sale: null,
              points: spent,
              pays: spent * 100,
              right: 'lease',
              grant: grantId(id),
              program_version: 1,
            },
            customer,
            program,
          },
        ],
        answer: () => null,
      }),
  })
  expect(done.ok).toBe(true)
}

/** The booking of a grant of the first epoch, in the present one. */
async function bookAgain(
  from: Registered,
  customer: string,
  program: string,
  id: string,
  granted: number,
): Promise<void> {
  const payload = { grant: grantId(id), holder: `${from.device}/1`, points: granted, expiry: START_MS + DAY }
  const done = from.till.till.ledger.writer.run({
    id: commandId(),
    actor: { staff: 'head_office' },
    request: '',
    decide: () =>
      ok({ drafts: [{ kind: 'lease.granted', n: 0, payload, customer, program }], answer: () => null }),
  })
  expect(done.ok).toBe(true)
}

/** The till goes on in another epoch with the same key, and head office is told of it. */
async function openEpoch(from: Registered, epoch?: number): Promise<Registered> {
  const { writer } = from.till.till.ledger
  writer.transaction(() =>
    writer.openEpoch(
      { staff: 'system' },
      commandId(),
      { because: 'rotated', currency: 'NGN', time_zone: 'Africa/Lagos' },
      epoch === undefined ? {} : { epoch },
    ),
  )
  return registerTill(office, from.tenant, from.till, from.device)
}

const epochs = (from: Registered) =>
  rows<{ epoch: number; closed: boolean; cursor: number }>(
    from,
    `SELECT epoch, closed_at IS NOT NULL AS closed, cursor FROM hq.device_epoch WHERE device = $1 ORDER BY epoch`,
    [from.device],
  )

describe('points set aside for a till', () => {
  it('return at once when it is written off; what it still spends counts, unsecured', async () => {
    const from = await shop()
    const customer = await from.till.enrol('08031234567')
    await from.till.sell(customer, 10_000)
    await sendAll(office, from)
    await grant(from, 'g1', 1, 100)
    expect(await figures(from)).toEqual([0, 100, 0])
    // Under an open grant of its holder nothing is ever owed, whatever the lots have.
    await spend(from, customer, 'g1', 60)
    await sendAll(office, from)
    expect(await figures(from)).toEqual([0, 40, 0])
    await spend(from, customer, 'g1', 30)
    const wanted = { tenant: from.tenant, device: from.device, who: 'Ngozi', reason: 'burnt' }
    expect(await writeOffDevice(office.parts, wanted)).toMatchObject({ ok: true })
    expect(await figures(from)).toEqual([40, 0, 0])
    expect(await rows(from, 'SELECT closed_by IS NULL AS open FROM hq.lease')).toEqual([{ open: false }])
    const other = await registerTill(office, from.tenant, await newTill(990), deviceId('b'))
    await other.till.enrol('08031234567')
    await spend(other, customer, 'unknown', 40)
    await sendAll(office, other)
    expect(await figures(from)).toEqual([0, 0, 0])
    expect(await inbox(from)).toEqual([])
    // The late one was given to the customer: it counts, as a debt of its own with one flag.
    const reply = await sendAll(office, from)
    expect(reply.held).toEqual([])
    expect(await figures(from)).toEqual([0, 0, 30])
    expect((await account(from)).state.debts).toMatchObject([{ points: 30, by: 'redeem' }])
    expect(await inbox(from)).toEqual([{ kind: 'overdraft' }])
    await whole(from)
  })

  it('return when it opens its next epoch, by an event of head office; those of the new one stay', async () => {
    const from = await shop()
    const customer = await from.till.enrol('08031234567')
    await from.till.sell(customer, 30_000)
    await sendAll(office, from)
    await grant(from, 'old', 1, 100)
    await grant(from, 'new', 2, 50)
    await openEpoch(from)
    expect(await figures(from)).toEqual([150, 150, 0])
    await sendAll(office, from)
    expect(await figures(from)).toEqual([250, 50, 0])
    const written = await rows(
      from,
      `SELECT e.kind, e.staff, d.kind AS writer FROM hq.event e JOIN hq.device d ON d.id = e.device
       WHERE e.kind = 'lease.returned'`,
    )
    expect(written).toEqual([{ kind: 'lease.returned', staff: 'head office', writer: 'hq' }])
    expect(await epochs(from)).toMatchObject([
      { epoch: 1, closed: true },
      { epoch: 2, closed: false },
    ])
    await whole(from)
  })
})

describe('a grant that its till follows', () => {
  it('is told to nobody any more once its epoch is closed, and is made for the next one anew', async () => {
    const from = await shop()
    const customer = await from.till.enrol('08031234567')
    await from.till.sell(customer, 30_000)
    await sendAll(office, from)
    const { program } = await account(from)
    await rows(from, 'INSERT INTO hq.sync_program_v1 (tenant_id, id, settings) VALUES ($1, $2, $3)', [
      from.tenant,
      program,
      '{"lot_months":12}',
    ])
    const caller = { tenant: from.tenant, device: from.device, store: STORE, accountScope: 'tenant' } as const
    const asks = [{ grant: grantId('g1'), customer, program, points: 100, why: 'sale' as const }]
    const ask = (epoch: number, more = {}) =>
      lease(
        office.parts,
        { protocol: 1, asks: asks.map((one) => ({ ...one, ...more })) },
        { ...caller, epoch, may: 'all' },
      )
    expect(await ask(1)).toMatchObject({ ok: true, value: { grants: [{}], refused: [] } })
    const told = () => rows(from, 'SELECT state FROM hq.sync_grant_v1')
    expect([await figures(from), await told()]).toEqual([[200, 100, 0], [{ state: 'open' }]])
    await whole(from)
    await openEpoch(from)
    await sendAll(office, from)
    expect([await figures(from), await told()]).toEqual([[300, 0, 0], []])
    // Its booking, written anew because it had not arrived before: nothing, and nothing that waits for a person.
    await bookAgain(from, customer, program, 'g1', 100)
    expect((await sendAll(office, from)).held).toEqual([])
    expect([await figures(from), await told()]).toEqual([[300, 0, 0], []])
    expect(await ask(1)).toMatchObject({ ok: false, refusal: { code: 'epoch_closed' } })
    expect(await ask(2)).toMatchObject({ ok: true, value: { refused: [{ code: 'closed' }] } })
    expect(await ask(2, { grant: grantId('g2') })).toMatchObject({ ok: true, value: { grants: [{}] } })
    expect([await figures(from), await told()]).toEqual([[200, 100, 0], [{ state: 'open' }]])
    await whole(from)
    // Whatever is left in an epoch that is closed goes back by itself.
    expect(await writeOffStray(office.parts, from.tenant)).toEqual({ leases: 0 })
    await rows(from, 'UPDATE hq.device_epoch SET closed_at = 1 WHERE device = $1', [from.device])
    expect(await writeOffStray(office.parts, from.tenant)).toEqual({ leases: 1 })
    expect([await figures(from), await told()]).toEqual([[300, 0, 0], []])
    await whole(from)
  })
})

describe('an epoch that a till opens', () => {
  it('waits until the one before is here as far as it counts; a number may be left out', async () => {
    const from = await shop()
    await from.till.enrol('08031234567')
    const { seq } = from.till.till.ledger.writer.head()
    await openEpoch(from, 4)
    await sent(office, from, batchOf(from, 1, seq - 1, { epoch: 1, signed_by: 4 }))
    const early = batchOf(from, 1)
    expect(await refused(office, from, early)).toMatchObject({ code: 'gap', expected: { epoch: 1, seq } })
    expect(await epochs(from)).toMatchObject([
      { epoch: 1, closed: false },
      { epoch: 4, cursor: 0 },
    ])
    await sendAll(office, from, { epoch: 1, signed_by: 4 })
    await sent(office, from, early)
    expect(await epochs(from)).toEqual([
      { epoch: 1, closed: true, cursor: seq },
      { epoch: 4, closed: false, cursor: 1 },
    ])
    // A copy that goes on under the old key is told so.
    const late = await refused(office, from, batchOf(from, 1, 2, { epoch: 1 }))
    expect(late).toMatchObject({ code: 'epoch_closed' })
    await whole(from)
  })

  it('in words of a newer app closes the older one when they are understood', async () => {
    const from = await shop()
    const customer = await from.till.enrol('08031234567')
    await from.till.sell(customer, 10_000)
    await sendAll(office, from)
    await grant(from, 'g1', 1, 100)
    await openEpoch(from)
    const reads = (text: string | null, bytes: number) => {
      const reading = readEvent(text, bytes)
      const newer = reading.ok && reading.event.envelope.kind === 'epoch.opened'
      return newer
        ? { ok: false as const, why: 'newer_version' as const, json: JSON.parse(text ?? '') }
        : reading
    }
    const older = { ...office, parts: { ...office.parts, reads } }
    const reply = await sent(older, from, batchOf(from, 1))
    expect(reply.held).toMatchObject([{ kind: 'epoch.opened', outcome: 'quarantined' }])
    expect(await epochs(from)).toMatchObject([{ closed: false }, { closed: false }])
    expect(await figures(from)).toEqual([0, 100, 0])
    expect(await rerunQuarantine(office.parts, from.tenant)).toEqual({ counted: 1 })
    expect(await epochs(from)).toMatchObject([
      { epoch: 1, closed: true },
      { epoch: 2, closed: false },
    ])
    expect(await figures(from)).toEqual([100, 0, 0])
    await whole(from)
  })
})
