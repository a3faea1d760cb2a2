import { afterAll, describe, expect, it } from 'vitest'
import { createReplica } from '../../../electron/ledger/replica/create-replica.ts'
import { ReplicaRefused } from '../../../electron/ledger/replica/replica.ts'
import { ReferenceHq } from '../../support/reference-hq.ts'
import { belongsTo, deliver, deliverAll, replicaOf } from '../../support/replica-till.ts'
import { newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

const ID = (n: number): string => `c${n.toString(16).padStart(31, '0')}`

/** Head office with a directory of so many people who have points. */
function directory(people: number, earned = 0): ReferenceHq {
  const hq = new ReferenceHq()
  for (let n = 0; n < people; n++) {
    const phone = `+234803${String(1_000_000 + n)}`
    hq.knows(ID(n), { name: `Person Number${n}`, phone, joined: 1, sales: 3, spend: 90_000 }, earned)
  }
  return hq
}

const rowsOf = (till: TestTill, shape: string) =>
  till.db
    .prepare<[string], { rows: number; counted: number; phase: string; generation: number }>(
      `SELECT s.rows, c.rows AS counted, s.phase, s.generation FROM shape s JOIN shape_count c USING (shape) WHERE shape = ?`,
    )
    .get(shape)

/** One chunk with these messages, from where the list stands. */
async function send(
  till: TestTill,
  hq: ReferenceHq,
  messages: readonly unknown[],
  offset: string,
): Promise<void> {
  const replica = replicaOf(till)
  const from = replica.shapes().find(({ shape }) => shape === 'account')
  if (!from) throw new Error('no list')
  const { handle } = hq.chunk(from, 0)
  await replica.shapeChunk({ shape: 'account', from, handle, offset, messages: JSON.stringify(messages) })
}

describe('lists of head office', () => {
  it('find everybody of the directory by number, last digits and name, each once', async () => {
    const till = await newTill()
    const hq = directory(30, 120)
    const mine = await till.enrol('08031000005', { name: 'Musa' })
    await deliverAll(replicaOf(till), hq)
    const found = async (text: string) => (await till.done('cashier', 'customer.search', { text })).results
    expect((await found('08031000007')).map(({ id, points }) => [id, points])).toEqual([[ID(7), 120]])
    expect((await found('1000012')).map(({ id }) => id)).toEqual([ID(12)])
    expect((await found('number9')).map(({ id }) => id)).toEqual([ID(9)])
    // Two ids of one number: two people until head office says that they are one.
    expect((await found('08031000005')).map(({ id }) => id).sort()).toEqual([mine, ID(5)].sort())
    hq.take(till.db, 100)
    hq.merge(mine, ID(5))
    await deliverAll(replicaOf(till), hq)
    expect((await found('08031000005')).map(({ id }) => id)).toEqual([ID(5)])
    expect((await found('musa')).map(({ id }) => id)).toEqual([])
    expect((await till.card(mine)).id).toBe(ID(5))
    // Their other id is a row of the list, which is compared by rows, and nobody for who looks at it.
    expect(rowsOf(till, 'customer')).toMatchObject({ rows: 31, counted: 31 })
    expect(replicaOf(till).lists()).toContainEqual(expect.objectContaining({ name: 'customer', here: 30 }))
    expect((await till.card(ID(7))).visits).toMatchObject({ count: 3, spend_kobo: 90_000, last: [] })
  })

  it('are continued only from where they stand, and the same rows again or older ones change nothing', async () => {
    const till = await newTill()
    const hq = directory(3, 100)
    const replica = replicaOf(till)
    await deliverAll(replica, hq)
    const old = hq.accountRow(ID(1))
    hq.elsewhere(ID(1), {
      kind: 'earn',
      effective: 5,
      points: 50,
      expiry: 4e12,
      rule: 'base',
      sale: null,
      month: '2026-11',
    })
    await deliverAll(replica, hq)
    const from = { handle: null, offset: '-1' }
    await expect(
      replica.shapeChunk({ shape: 'account', from, handle: 'h', offset: '1_0', messages: '[]' }),
    ).rejects.toThrow(ReplicaRefused)
    await send(till, hq, [{ value: old, headers: { operation: 'update' } }], '90_0')
    await send(till, hq, [{ value: old, headers: { operation: 'delete' } }], '91_0')
    expect(await till.balance(ID(1))).toBe(150)
    await send(till, hq, [{ value: hq.accountRow(ID(1)), headers: { operation: 'insert' } }], '92_0')
    expect(await till.balance(ID(1))).toBe(150)
    expect(rowsOf(till, 'account')).toMatchObject({ rows: 3, counted: 3 })
    await send(till, hq, [{ value: hq.accountRow(ID(1)), headers: { operation: 'delete' } }], '93_0')
    expect(rowsOf(till, 'account')).toMatchObject({ rows: 2, counted: 2 })
  })

  it('load in small transactions, and a load that was cut goes on from its cursor without a loss', async () => {
    const till = await newTill()
    const hq = directory(900)
    const replica = replicaOf(till)
    const { writer } = till.till.ledger
    const sizes: number[] = []
    let before = 0
    const loading = deliver(replica, hq, 'customer', 1_000)
    // Between its transactions there is time for a sale.
    while (sizes.length < 3) {
      await new Promise((next) => setImmediate(next))
      const now = till.db.prepare<[], number>('SELECT count(*) FROM customer').pluck().get() ?? 0
      if (now > before) sizes.push(now - before)
      before = now
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200)
    expect(till.db.prepare(`SELECT count(*) FROM shape WHERE "offset" <> '-1'`).pluck().get()).toBe(0)
    expect((await till.sell(null, 500)).gross_kobo).toBe(50_000)
    // The process ends here.
    const cut = loading.catch((error: unknown) => error)
    await till.restart()
    expect(await cut).toBeInstanceOf(Error)
    expect(writer.head().place).toBe(till.till.ledger.writer.head().place)
    await deliverAll(replicaOf(till), hq)
    expect(till.db.prepare('SELECT count(*) FROM customer').pluck().get()).toBe(900)
    expect(rowsOf(till, 'customer')).toMatchObject({ rows: 900, counted: 900, phase: 'live', generation: 1 })
  })

  it('begin anew without an empty moment, and what head office no longer has goes at the end', async () => {
    const till = await newTill()
    const hq = directory(20, 100)
    const replica = replicaOf(till)
    await deliverAll(replica, hq)
    for (const shape of ['account', 'customer'] as const) replica.shapeReset({ shape, handle: null })
    expect(await till.balance(ID(3))).toBe(100)
    hq.customers.delete(ID(4))
    hq.accounts.delete(ID(4))
    await deliver(replica, hq, 'account', 1_000)
    await deliver(replica, hq, 'customer', 1_000)
    expect(await till.code('cashier', 'customer.card', { customer_id: ID(4) })).toBe('not_found')
    expect(await till.balance(ID(3))).toBe(100)
    expect(rowsOf(till, 'customer')).toMatchObject({ rows: 19, counted: 19, generation: 2, phase: 'live' })
    const poor = createReplica(till.till.ledger, { diskFree: () => 1_000 })
    expect(() => poor.shapeReset({ shape: 'customer', handle: null })).toThrow(/too little room/)
    expect(rowsOf(till, 'customer')).toMatchObject({ generation: 2, phase: 'live' })
  })

  it('lose their cursor, not their rows, when rows are missing or the definition is another', async () => {
    const till = await newTill()
    const hq = directory(5, 10)
    await deliverAll(replicaOf(till), hq)
    till.db.exec(`UPDATE shape SET rows = rows + 1 WHERE shape = 'account'`)
    till.db.exec(`UPDATE shape SET definition = 'other' WHERE shape = 'customer'`)
    await till.restart()
    const replica = replicaOf(till)
    const cursors = replica.shapes().filter(({ shape }) => shape === 'account' || shape === 'customer')
    expect(cursors.map(({ offset, phase }) => [offset, phase])).toEqual([
      ['-1', 'snapshot'],
      ['-1', 'snapshot'],
    ])
    expect(await till.balance(ID(2))).toBe(10)
    await deliverAll(replica, hq)
    expect(rowsOf(till, 'account')).toMatchObject({ rows: 5, counted: 5, generation: 2 })
  })

  it('are not loaded anew after a restart where nothing is missing, however short they are', async () => {
    const till = await newTill()
    const hq = directory(5, 10)
    const replica = replicaOf(till)
    for (const cursor of replica.shapes()) {
      if (cursor.shape !== 'account' && cursor.shape !== 'customer') continue
      const first = hq.chunk(cursor, 0)
      // Rows alone: a shape server says with the next answer that they were all.
      const rows = (JSON.parse(first.messages) as readonly unknown[]).slice(0, -1)
      await replica.shapeChunk({ ...first, messages: JSON.stringify(rows) })
    }
    await deliverAll(replica, hq)
    await till.restart()
    replicaOf(till)
    const kept = { rows: 5, counted: 5, phase: 'live', generation: 1 }
    expect([rowsOf(till, 'account'), rowsOf(till, 'customer')]).toEqual([kept, kept])
  })

  it('refuse a row that cannot be read, and keep where they stand', async () => {
    const till = await newTill()
    const hq = directory(2, 10)
    const replica = replicaOf(till)
    await deliverAll(replica, hq)
    const before = replica.shapes()
    const row = { ...hq.accountRow(ID(1)), version: 'x', customer: ID(1) }
    const refused = send(till, hq, [{ value: row, headers: { operation: 'insert' } }], '99_0')
    await expect(refused).rejects.toThrow(/version/)
    expect(replicaOf(till).shapes()).toEqual(before)
  })

  it('refuse what is of another business, and do not go on behind it', async () => {
    const till = await newTill()
    const hq = directory(300, 10)
    const replica = replicaOf(till)
    belongsTo(till, 't')
    const before = replica.shapes()
    const rows = [...hq.accounts.keys()].map((id) => hq.accountRow(id))
    const foreign = rows.map((row, n) => (n === 299 ? { ...row, tenant_id: 'u' } : row))
    const inserted = (value: object) => ({ value, headers: { operation: 'insert' } })
    await expect(send(till, hq, foreign.map(inserted), '99_0')).rejects.toThrow(ReplicaRefused)
    const fetched = { customer: [{ ...hq.customerRow(ID(1)), tenant_id: 'u' }], account: [rows[1]] }
    expect(() => replica.fetched({ customer: ID(1), rows: JSON.stringify(fetched) })).toThrow(ReplicaRefused)
    expect(replica.shapes()).toEqual(before)
    // What came before it is this business's own, and comes again: the list has not moved on.
    expect(till.db.prepare('SELECT 1 FROM replica_account WHERE customer = ?').get(ID(299))).toBeUndefined()
    expect(await till.code('cashier', 'customer.card', { customer_id: ID(1) })).toBe('not_found')
    await send(till, hq, rows.map(inserted), '99_0')
    expect(rowsOf(till, 'account')).toMatchObject({ rows: 300, counted: 300 })
  })
})

describe('an account of head office', () => {
  it('shows what is held as not there, but for what this till redeemed', async () => {
    const till = await newTill()
    const hq = directory(1, 1_000)
    const replica = replicaOf(till)
    await deliverAll(replica, hq)
    hq.unreadable.add('points.redeemed')
    await till.sell(ID(0), 1_000, { redeem: points(200) })
    const shown = await till.balance(ID(0))
    hq.take(till.db, 100)
    expect(await till.balance(ID(0))).toBe(shown)
    await deliverAll(replica, hq)
    expect(hq.accounts.get(ID(0))?.held).toHaveLength(1)
    expect(await till.balance(ID(0))).toBe(shown)
    expect(replica.factsFor(ID(0))).toMatchObject({ row: 'present', held: true })
    await till.rebuild()
    expect(await till.balance(ID(0))).toBe(shown)
    expect(await till.verify()).toMatchObject({ ok: true })
  })

  it('of a newer posting function shows its balance, and what is booked here waits', async () => {
    const till = await newTill()
    const hq = directory(1, 1_000)
    const account = hq.accounts.get(ID(0))
    if (!account) throw new Error('no account')
    account.fn = 99
    account.account = { ...account.account, fn: 99 }
    await deliverAll(replicaOf(till), hq)
    await till.sell(ID(0), 2_000)
    expect(await till.balance(ID(0))).toBe(1_000)
    expect(replicaOf(till).factsFor(ID(0))).toMatchObject({ newer_fn: true })
    expect(await till.verify()).toMatchObject({ ok: true })
  })

  it('tells what a limit is decided by: row, age, deny list, own points not covered', async () => {
    const till = await newTill()
    const hq = directory(2, 1_000)
    const replica = replicaOf(till)
    expect(replica.factsFor(ID(0))).toMatchObject({ row: 'none', seen_at: null, denied: null })
    await deliverAll(replica, hq)
    till.clock.pass(60_000)
    expect(replica.factsFor(ID(0))).toMatchObject({ row: 'present', held: false, newer_fn: false })
    expect(replica.factsFor(ID(0)).seen_at).toBe(till.till.ledger.writer.now().trusted - 60_000)
    const row = { tenant_id: 't', customer: ID(0), reason: 'debt', since: '5', hq_epoch: '1', version: '1' }
    await replica.shapeChunk({
      shape: 'deny',
      from: { handle: null, offset: '-1' },
      handle: 'd',
      offset: '1_0',
      messages: JSON.stringify([{ value: row, headers: { operation: 'insert' } }]),
    })
    expect(replica.factsFor(ID(0)).denied).toEqual({ reason: 'debt' })
    expect(replica.factsFor(ID(1)).denied).toBeNull()
  })

  it('is fetched for one customer, and everybody who waits is told', async () => {
    const till = await newTill()
    const hq = directory(2, 70)
    const replica = replicaOf(till)
    const wanted = replica.want(ID(1))
    expect(replica.wanted()).toEqual([ID(1)])
    const rows = JSON.stringify({ customer: [hq.customerRow(ID(1))], account: [hq.accountRow(ID(1))] })
    replica.fetched({ customer: ID(1), rows })
    await expect(wanted.answered).resolves.toBe(true)
    expect(replica.wanted()).toEqual([])
    expect(await till.balance(ID(1))).toBe(70)
    await deliverAll(replica, hq)
    expect(rowsOf(till, 'account')).toMatchObject({ rows: 2, counted: 2 })
  })

  it('goes into a reconciliation report page by page, with the chains of this till', async () => {
    const till = await newTill()
    const hq = directory(5, 30)
    const replica = replicaOf(till)
    await deliverAll(replica, hq)
    const sold = await till.sell(ID(2), 1_000)
    expect(await replica.reconcilePage({ after: null, rows: 3 })).toBeNull()
    replica.askReconcile('ab'.repeat(16))
    const first = await replica.reconcilePage({ after: null, rows: 3 })
    const second = await replica.reconcilePage({ after: first?.next ?? null, rows: 3 })
    const all = [...(first?.accounts ?? []), ...(second?.accounts ?? [])]
    expect(all.map(({ customer, open, pending }) => [customer, open, pending])).toEqual(
      [0, 1, 2, 3, 4].map((n) => [ID(n), n === 2 ? 30 + sold.earned : 30, n === 2 ? 1 : 0]),
    )
    expect(second?.next).toBeNull()
    expect(first?.chains).toMatchObject([{ epoch: 1, points: sold.earned, sales_kobo: 100_000 }])
    replica.reconciled({ report: 'ab'.repeat(16), result: 'equal', differences: 0 })
    expect(await replica.reconcilePage({ after: null, rows: 3 })).toBeNull()
  })
})

describe('what head office sets', () => {
  it('is the program and the policy, which nobody changes here', async () => {
    const till = await newTill()
    const replica = replicaOf(till)
    const { program } = till.till.ledger.settings()
    const from = { handle: null, offset: '-1' }
    const settings = JSON.stringify({ ...program, version: 7, point_worth_kobo: 200 })
    const value = { tenant_id: 't', id: 'default', settings, hq_epoch: '1', version: '1' }
    const messages = JSON.stringify([{ value, headers: { operation: 'insert' } }])
    await replica.shapeChunk({ shape: 'program', from, handle: 'p', offset: '1_0', messages })
    const policy = {
      tenant_id: 't',
      store: '*',
      key: 'till',
      value: '{"mask_phones":true}',
      hq_epoch: '1',
      version: '2',
    }
    const sent = JSON.stringify([{ value: policy, headers: { operation: 'insert' } }])
    await replica.shapeChunk({ shape: 'policy', from, handle: 'p', offset: '1_0', messages: sent })
    const view = await till.done('manager', 'settings.get', {})
    expect(view).toMatchObject({ mask_phones: true, program: { version: 7, point_worth_kobo: 200 } })
    const edited = await till.refused('admin', 'settings.update', {
      program: { ...view.program, point_worth_kobo: 100 },
    })
    expect(edited.sentence).toMatch(/head office sets this/)
    expect((await till.refused('admin', 'settings.update', { mask_phones: false })).sentence).toMatch(
      /head office/,
    )
    expect(till.till.ledger.settings().headOffice?.policy.floor_customer_points).toBe(2_000)
    const sale = await till.done('cashier', 'sale.record', saleOf(null, 100))
    expect(sale.gross_kobo).toBe(10_000)
  })
})
