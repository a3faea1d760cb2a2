import { afterAll, describe, expect, it } from 'vitest'
import { ReferenceHq } from '../../support/reference-hq.ts'
import { deliver, deliverAll, replicaOf } from '../../support/replica-till.ts'
import { newTill, removeTempDirs } from '../../support/till.ts'

afterAll(removeTempDirs)

const ROOT = 'c1'.repeat(16)

describe('a till that worked alone', () => {
  it('goes on with its customers under the ids of head office, until a row takes the place of its account', async () => {
    const till = await newTill()
    const hq = new ReferenceHq()
    const ada = await till.enrol('08030000001', { name: 'Ada' })
    const musa = await till.enrol('08030000002', { name: 'Musa' })
    await till.sell(ada, 20_000)
    await till.sell(musa, 10_000)
    const adas = await till.balance(ada)
    const { writer } = till.till.ledger
    const replica = replicaOf(till)
    writer.transaction(() => replica.adoptAliases([{ id: ada, root: ROOT }]))
    expect((await till.card(ada)).id).toBe(ROOT)
    expect(await till.balance(ROOT)).toBe(adas)
    const found = (await till.done('cashier', 'customer.search', { text: 'ada' })).results
    expect(found.map(({ id, points }) => [id, points])).toEqual([[ROOT, adas]])
    expect(
      (await till.done('cashier', 'customer.lines', { customer_id: ada, cursor: null, limit: 10 })).lines,
    ).toHaveLength(1)
    expect((await till.card(ROOT)).visits.last).toHaveLength(1)
    expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
    // Two ids of one person, both with a history here.
    writer.transaction(() => replica.adoptAliases([{ id: musa, root: ROOT }]))
    expect(await till.balance(musa)).toBe(adas + 100)
    expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
    await till.rebuild()
    expect(await till.balance(ROOT)).toBe(adas + 100)

    for (const id of [ada, musa]) hq.aliases.set(id, ROOT)
    hq.take(till.db, 1_000)
    await deliverAll(replica, hq)
    expect(await till.balance(ada)).toBe(adas + 100)
    expect(till.db.prepare('SELECT count(*) FROM account').pluck().get()).toBe(0)
    expect((await till.card(ROOT)).visits).toMatchObject({ count: 2, spend_kobo: 3_000_000 })
    expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
  })

  it('that is not enrolled is not touched by any of this', async () => {
    const till = await newTill()
    const ada = await till.enrol('08030000001', { name: 'Ada' })
    await till.sell(ada, 20_000)
    expect(till.till.ledger.settings().headOffice).toBeNull()
    for (const table of [
      'shape',
      'alias',
      'replica_account',
      'replica_deny',
      'replica_setting',
      'customer_as_sent',
    ])
      expect(till.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0)
    expect(replicaOf(till).factsFor(ada)).toMatchObject({ row: 'none', denied: null })
  })
})

describe('a merge', () => {
  it.each([
    ['the directory', 'customer', 'account'],
    ['the accounts', 'account', 'customer'],
  ] as const)('that reaches %s first neither drops nor doubles anything', async (_, first, second) => {
    const till = await newTill()
    const hq = new ReferenceHq()
    const replica = replicaOf(till)
    const ada = await till.enrol('08030000001', { name: 'Ada' })
    const musa = await till.enrol('08030000002', { name: 'Musa' })
    await till.sell(ada, 20_000)
    await till.sell(musa, 10_000)
    hq.take(till.db, 1_000)
    await deliverAll(replica, hq)
    await till.sell(ada, 30_000)
    hq.merge(ada, musa)
    const total = async (): Promise<number> => {
      const ids = new Set([ada, musa].map((id) => replica.rootOf(id)))
      let sum = 0
      for (const id of ids) sum += await till.balance(id)
      return sum
    }
    expect(await total()).toBe(600)
    await deliver(replica, hq, first, 1_000)
    // The account of the one may have gone into the other's before the directory says so: then both are looked at.
    expect(await total()).toBe(600)
    await deliver(replica, hq, second, 1_000)
    expect(replica.rootOf(ada)).toBe(musa)
    expect(await till.balance(ada)).toBe(600)
    hq.take(till.db, 1_000)
    await deliverAll(replica, hq)
    expect(await till.balance(ada)).toBe(600)
    expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
  })
})
