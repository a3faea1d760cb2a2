import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { reconcile } from '../../../hq/services/reconcile.ts'
import type { AccountFigures, ReconcileRequest } from '../../../shared/sync/wire.ts'
import { type ConsoleOffice, type ConsolePerson, openConsoleOffice, somebody } from '../../support/console.ts'
import {
  keysOf,
  makeTenant,
  type Registered,
  registerTill,
  STORE,
  sendAll,
} from '../../support/head-office.ts'
import { onServer } from '../../support/test-postgres.ts'
import { newTill, removeTempDirs, type TestTill } from '../../support/till.ts'

/** What a person decides in the inbox, and what is compared between a till and head office. */

let office: ConsoleOffice
let till: TestTill
let tenant: string
let from: Registered
let amina: string
let owner: ConsolePerson
let manager: ConsolePerson

beforeAll(async () => {
  office = await openConsoleOffice()
  till = await newTill()
  tenant = await makeTenant(office, keysOf(till))
  from = await registerTill(office, tenant, till)
  amina = await till.enrol('08031234567', { name: 'Amina Bello' })
  await till.sell(amina, 50_000)
  await sendAll(office, from)
  owner = await somebody(office, tenant, 'owner', 'Ngozi Eze')
  manager = await somebody(office, tenant, 'manager', 'Musa Danladi')
}, 60_000)
afterAll(async () => {
  removeTempDirs()
  await office.close()
})

const put = async (
  kind: string,
  id: string,
  facts: object,
  customer: string | null = null,
): Promise<void> => {
  await office.db.tenant(tenant, (tx) =>
    tx.query(
      'INSERT INTO hq.inbox (tenant_id, id, kind, device, customer, facts, at) VALUES ($1, $2, $3, $4, $5, $6, 1)',
      [tenant, id, kind, from.device, customer, JSON.stringify(facts)],
    ),
  )
}
const open = async (kind: 'withheld' | 'two_names' | 'fork' | 'skew' | 'silent_till') =>
  (await manager.get('exceptions.list', { kind })).rows

describe('the inbox', () => {
  test('what a stopped till sends waits, and counts once a person has released it, with a reason', async () => {
    await owner.get('tills.revoke', { id: from.device, why: 'lost' })
    const before = (await manager.get('customers.one', { id: amina })).accounts[0]?.open ?? 0
    await till.sell(amina, 30_000)
    await sendAll(office, from)
    const waiting = await open('withheld')
    expect(waiting.length).toBeGreaterThan(1)
    for (const [at, { id, event }] of waiting.entries()) {
      expect(event?.device).toBe(from.device)
      const asked = { id, decision: 'release', reason: 'The sale was honest' } as const
      expect(await manager.codeOf('exceptions.decide', { ...asked, reason: ' ' })).toBe('refused')
      expect(await manager.codeOf('exceptions.decide', { ...asked, decision: 'rerun' })).toBe('refused')
      expect([at, await manager.codeOf('exceptions.decide', asked)]).toEqual([at, 'done'])
      expect(await manager.codeOf('exceptions.decide', asked)).toBe('refused')
    }
    expect(await open('withheld')).toEqual([])
    expect((await manager.get('customers.one', { id: amina })).accounts[0]?.open).toBeGreaterThan(before)
    const [closed] = (await manager.get('exceptions.list', { state: 'closed', kind: 'withheld' })).rows
    expect(closed).toMatchObject({ closed_by: 'Musa Danladi', closed_how: 'release: The sale was honest' })
    const { rows } = await manager.get('audit.list', { what: 'exception' })
    expect(rows[0]).toMatchObject({ who: 'Musa Danladi', detail: { decision: 'release', kind: 'withheld' } })
    await office.db.tenant(tenant, (tx) =>
      tx.query(`UPDATE hq.device SET state = 'active' WHERE id = $1`, [from.device]),
    )
  })

  test('of two names one is chosen, and it is an entry of head office', async () => {
    await put('two_names', '2'.repeat(32), { before: 'Amina Bello', after: 'Amina B.' }, amina)
    const [one] = await open('two_names')
    expect(one?.names).toEqual(['Amina Bello', 'Amina B.'])
    const id = one?.id ?? ''
    expect(
      await manager.codeOf('exceptions.decide', { id, decision: 'choose', reason: '', choice: 'Eve' }),
    ).toBe('refused')
    expect(
      await manager.codeOf('exceptions.decide', { id, decision: 'choose', reason: '', choice: 'Amina B.' }),
    ).toBe('done')
    expect((await manager.get('customers.one', { id: amina })).customer.name).toBe('Amina B.')
    const [entry] = (await manager.get('events.list', { kind: 'customer.updated' })).rows
    expect(entry).toMatchObject({ till: 'Head office', staff: 'Musa Danladi', outcome: 'posted' })
  })

  test('a fork gets a code, a silent till is written off by the owner alone, the rest is noted', async () => {
    for (const kind of ['fork', 'skew', 'silent_till']) await put(kind, kind.padEnd(32, '0'), { days: 31 })
    const code = await manager.get('exceptions.decide', {
      id: 'fork'.padEnd(32, '0'),
      decision: 'code',
      reason: '',
    })
    expect(code).toMatchObject({ state: 'closed', code: { name: 'Till' } })
    const noted = { id: 'skew'.padEnd(32, '0'), decision: 'noted', reason: '' } as const
    expect(await manager.codeOf('exceptions.decide', noted)).toBe('done')
    const off = { id: 'silent_till'.padEnd(32, '0'), decision: 'write_off', reason: 'Burnt' } as const
    expect(await manager.codeOf('exceptions.decide', off)).toBe('not_allowed')
    expect((await open('silent_till')).length).toBe(1)
    const spy = await manager.codeOf('exceptions.decide', { ...noted, id: 'nothing' })
    expect(spy).toBe('not_found')
  })
})

describe('an entry of the inbox', () => {
  test('about an overdraft that is noted frees the customer, once no other one is open', async () => {
    const ids = ['0a', '0b'].map((end) => end.padStart(32, 'f'))
    for (const id of ids) await put('overdraft', id, { points: 5, program: 'points' }, amina)
    await office.db.tenant(tenant, (tx) =>
      tx.query(
        `INSERT INTO hq.sync_deny_v1 (tenant_id, customer, reason, since) VALUES ($1, $2, 'overdraft', 1)`,
        [tenant, amina],
      ),
    )
    const denied: number[] = []
    for (const id of ids) {
      expect(await manager.codeOf('exceptions.decide', { id, decision: 'noted', reason: '' })).toBe('done')
      const rows = await office.db.tenant(tenant, (tx) => tx.query('SELECT 1 FROM hq.sync_deny_v1'))
      denied.push(rows.length)
    }
    expect(denied).toEqual([1, 0])
  })

  test('is about its own place, also where its event was written again', async () => {
    const columns = `tenant_id, device, seq, id, kind, customer, program, staff, trusted, received_at, effective_at,
      bytes, hash, signature, content`
    await office.db.tenant(tenant, async (tx) => {
      for (const epoch of [8, 9]) {
        await tx.query(
          `INSERT INTO hq.event (${columns}, epoch, outcome, why)
           SELECT ${columns}, ${epoch}, 'withheld', 'revoked' FROM hq.event WHERE device = $1 AND epoch = 1 AND seq = 2`,
          [from.device],
        )
        await tx.query(
          `INSERT INTO hq.inbox (tenant_id, id, kind, device, event, facts, at)
           SELECT $1, $2, 'withheld', device, id, $3, 1 FROM hq.event WHERE device = $4 AND epoch = 1 AND seq = 2`,
          [tenant, `${epoch}`.padStart(32, 'c'), JSON.stringify({ epoch, seq: 2 }), from.device],
        )
      }
    })
    expect((await open('withheld')).map(({ event }) => event?.epoch).sort()).toEqual([8, 9])
    await office.db.tenant(tenant, (tx) =>
      tx.query(`UPDATE hq.inbox SET state = 'closed' WHERE kind = 'withheld'`),
    )
  })
})

describe('a reconciliation report', () => {
  const caller = () => ({
    tenant,
    device: from.device,
    epoch: 1,
    store: STORE,
    may: 'all' as const,
    accountScope: 'tenant' as const,
  })
  type Ask = z.output<typeof ReconcileRequest>

  async function asked(): Promise<string> {
    return (await manager.get('tills.reconcile', { id: from.device })).report
  }

  async function chains(): Promise<Ask['chains']> {
    const { epoch, seq, hash } = till.till.ledger.writer.head()
    const events = (await manager.get('events.list', { till: from.device, limit: 200 })).rows
    const sum = (of: (row: (typeof events)[number]) => number | null): number =>
      events.reduce((total, row) => total + (of(row) ?? 0), 0)
    return [
      {
        epoch,
        events: seq,
        head_hash: Buffer.from(hash).toString('hex'),
        points: sum(({ kind, points }) => (kind === 'points.reversed' ? 0 : points)),
        sales_kobo: sum(({ amount_kobo }) => amount_kobo),
      },
    ]
  }

  async function figures(more: Partial<AccountFigures> = {}): Promise<AccountFigures> {
    const [account] = (await manager.get('customers.one', { id: amina })).accounts
    const [row] = await office.db.tenant(tenant, (tx) =>
      tx.query<{ version: number; hq_epoch: number }>(
        'SELECT version, hq_epoch FROM hq.sync_account_v1 WHERE customer = $1',
        [amina],
      ),
    )
    if (!account || !row) throw new Error('there is an account')
    const { program, open, leased, debt, lifetime } = account
    return { customer: amina, program, ...row, pending: 0, open, leased, debt, lifetime, ...more }
  }

  const send = async (report: string, more: Partial<Ask>) => {
    const ask: Ask = {
      protocol: 1,
      report,
      as_of: office.clock.wallMs,
      chains: await chains(),
      accounts: [],
      done: true,
      ...more,
    }
    return reconcile(office.parts, ask, caller())
  }

  test('that is equal to the point is signed off once, by a person', async () => {
    const report = await asked()
    expect(await asked()).toBe(report)
    expect(await manager.codeOf('reconciliations.sign_off', { id: report })).toBe('refused')
    const page = { accounts: [await figures()], done: false }
    expect(await send(report, page)).toMatchObject({ value: { compared: 1, differences: 0, result: 'open' } })
    // The reply was lost, so the page comes again.
    expect(await send(report, page)).toMatchObject({ value: { compared: 1 } })
    expect(await send(report, {})).toMatchObject({ value: { compared: 1, differences: 0, result: 'equal' } })
    expect(await manager.codeOf('reconciliations.sign_off', { id: report })).toBe('done')
    expect(await manager.codeOf('reconciliations.sign_off', { id: report })).toBe('refused')
    const seen = await manager.get('reconciliations.one', { id: report })
    expect(seen.report).toMatchObject({ state: 'equal', signed_off_by: 'Musa Danladi' })
  })

  test('that differs shows both sides and cannot be signed off', async () => {
    const report = await asked()
    const wrong = (await chains()).map((chain) => ({ ...chain, sales_kobo: chain.sales_kobo + 100 }))
    const account = await figures()
    const reply = await send(report, { chains: wrong, accounts: [{ ...account, open: account.open + 7 }] })
    expect(reply).toMatchObject({ value: { differences: 2, result: 'differs' } })
    const { differences } = await manager.get('reconciliations.one', { id: report })
    expect(differences.map(({ what }) => what)).toEqual(['chain', 'account'])
    expect(differences[1]).toMatchObject({ till: { open: account.open + 7 }, hq: { open: account.open } })
    expect(await owner.codeOf('reconciliations.sign_off', { id: report })).toBe('refused')
  })

  test('that differs in a chain stays so, although only the first page brings the chains', async () => {
    const report = await asked()
    const wrong = (await chains()).map((chain) => ({ ...chain, sales_kobo: chain.sales_kobo + 100 }))
    expect(await send(report, { chains: wrong, done: false })).toMatchObject({ value: { result: 'open' } })
    const last = await send(report, { chains: [], accounts: [await figures()] })
    expect(last).toMatchObject({ value: { differences: 1, result: 'differs' } })
  })

  test('counts every account that differs and lists the first 500', async () => {
    const report = await asked()
    const account = await figures()
    const unknown = Array.from({ length: 502 }, (_, no) => ({
      ...account,
      customer: no.toString(16).padStart(32, '0'),
      open: 1,
    }))
    const page = { accounts: unknown, done: false }
    expect(await send(report, page)).toMatchObject({ value: { compared: 502, differences: 502 } })
    // The reply was lost, so the page comes again.
    expect(await send(report, page)).toMatchObject({ value: { compared: 502, differences: 502 } })
    expect(await send(report, {})).toMatchObject({ value: { differences: 502, result: 'differs' } })
    const { differences } = await manager.get('reconciliations.one', { id: report })
    expect(differences).toHaveLength(500)
  })

  test('keeps a difference of one program when the next page brings another of the same customer', async () => {
    const report = await asked()
    const account = await figures()
    await send(report, { accounts: [{ ...account, open: account.open + 7 }], done: false })
    const other = { ...account, program: 'zz', open: 0, leased: 0, debt: 0, lifetime: 0 }
    expect(await send(report, { accounts: [other] })).toMatchObject({
      value: { differences: 1, result: 'differs' },
    })
  })

  test('lists what a restore of head office changed, and no more', async () => {
    const account = await figures()
    await onServer(
      office.fresh.url,
      `UPDATE hq.incarnation SET hq_epoch = hq_epoch + 1, feed = replace(gen_random_uuid()::text, '-', '')`,
    )
    // A restore writes every row anew.
    await office.db.tenant(tenant, (tx) => tx.query(`UPDATE hq.sync_account_v1 SET held = held || ' '`))
    const report = await asked()
    const same = await send(report, { accounts: [account] })
    expect(same).toMatchObject({ value: { differences: 0, result: 'equal' } })
    const other = await asked()
    const more = { ...account, open: account.open + 50 }
    expect(await send(other, { accounts: [more] })).toMatchObject({
      value: { differences: 1, result: 'differs' },
    })
    const { differences } = await manager.get('reconciliations.one', { id: other })
    expect(differences).toMatchObject([
      { what: 'account_restored', till: { open: more.open }, hq: { open: account.open } },
    ])
    // A till that has no row at all only waits for one.
    const third = await asked()
    const none = { ...more, version: 0, hq_epoch: 0 }
    expect(await send(third, { accounts: [none] })).toMatchObject({ value: { result: 'open' } })
    expect(await send(third, { accounts: [await figures()] })).toMatchObject({ value: { result: 'equal' } })
  })

  test('waits for entries that are on their way, and compares them when they are in', async () => {
    const report = await asked()
    const account = await figures()
    const reply = await send(report, { accounts: [{ ...account, open: account.open + 7, pending: 2 }] })
    expect(reply).toMatchObject({ value: { result: 'open', differences: 0 } })
    expect((await manager.get('reconciliations.one', { id: report })).report.state).toBe('asked')
    const older = await send(report, { accounts: [{ ...account, open: 1, version: account.version - 1 }] })
    expect(older).toMatchObject({ value: { result: 'open' } })
    expect(await send(report, { accounts: [account] })).toMatchObject({
      value: { result: 'equal', compared: 1 },
    })
  })

  test('that nobody asked for is refused', async () => {
    expect(await send('9'.repeat(32), {})).toMatchObject({ ok: false, refusal: { code: 'not_found' } })
  })
})
