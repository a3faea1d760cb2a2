import { afterAll, describe, expect, it } from 'vitest'
import type { Replica } from '../../../electron/ledger/replica/replica.ts'
import { naira, programWith } from '../../support/program-facts.ts'
import { belongsTo, replicaOf } from '../../support/replica-till.ts'
import { newTill, removeTempDirs, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

let chunks = 0
/** Head office sends programs: each as it is stored there. */
async function send(replica: Replica, programs: Readonly<Record<string, object>>): Promise<void> {
  chunks += 1
  const messages = Object.entries(programs).map(([id, settings]) => ({
    value: { tenant_id: 't', id, settings: JSON.stringify(settings), hq_epoch: '1', version: String(chunks) },
    headers: { operation: 'insert' },
  }))
  const at = replica.shapes().find(({ shape }) => shape === 'program')
  const from = { handle: at?.handle ?? null, offset: at?.offset ?? '-1' }
  await replica.shapeChunk({
    shape: 'program',
    from,
    handle: 'p',
    offset: `${chunks}_0`,
    messages: JSON.stringify(messages),
  })
}
const bonus = (points: number) => ({
  rules: [
    { id: 'big', name: 'Big bill', kind: 'bonus', gives: { on: 'threshold', points, min_kobo: naira(500) } },
  ],
})
const versions = (till: TestTill, kind: string): number[] =>
  till.db
    .prepare<[string], number>(
      `SELECT CAST(bytes AS TEXT) ->> '$.pv' FROM event WHERE kind = ? ORDER BY place`,
    )
    .pluck()
    .all(kind)

describe('programs of head office', () => {
  it('are followed: rules of the main one, and the points of others beside it', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const vip = { ...programWith({ kobo_per_point: naira(10), name: 'Club' }), id: 'club' }
    await send(replicaOf(till), { default: programWith({ version: 3, ...bonus(40) }), club: vip })
    const sale = await till.sell(ada, 1_000)
    expect(sale).toMatchObject({ earned: 50, balance: 50, others: [{ program: 'Club', points: 100 }] })
    const card = await till.card(ada)
    expect(card).toMatchObject({
      account: { available: 50 },
      other_programs: [{ program: 'Club', points: 100 }],
    })
    const list = { customer_id: ada, mine_today: false, receipt: '', cursor: null, limit: 5 }
    expect((await till.done('cashier', 'sale.list', list)).sales[0]?.earned).toBe(50)
    expect((await till.verify()).ok).toBe(true)
    await till.done('cashier', 'sale.void', { sale_id: sale.sale_id, reason: 'wrong', approver: null })
    expect(await till.card(ada)).toMatchObject({ account: { available: 0 }, other_programs: [] })
    expect((await till.verify()).ok).toBe(true)
  })

  it.each([
    ['a rule of a newer app', { rules: [{ id: 'x', name: 'X', kind: 'lottery', gives: {} }] }, /Rule "X"/],
    ['a field of a newer app', { doubled: true }, /does not know/],
    ['tiers that do not rise', { tiers: [] }, /Tiers/],
  ])('are not followed by half: %s', async (_what, more, why) => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const replica = replicaOf(till)
    const good = programWith({ version: 3, ...bonus(40) })
    await send(replica, { default: { ...good, ...more }, club: { ...good, ...more, id: 'club' } })
    expect(await till.sell(ada, 1_000)).toMatchObject({ earned: 10, others: [] })
    const { unreadable_programs } = await till.done('manager', 'settings.get', {})
    expect(unreadable_programs).toHaveLength(2)
    expect(unreadable_programs[0]).toMatch(/Sales earn nothing in this program here. Update this app/)
    expect(unreadable_programs[1]).toMatch(/Sales go on by the rates used before. Update this app/)
    expect(unreadable_programs[1]).toMatch(why)
    await send(replica, { default: good, club: { ...good, id: 'club' } })
    expect(await till.sell(ada, 1_000)).toMatchObject({ earned: 50, others: [{ points: 50 }] })
    expect((await till.done('manager', 'settings.get', {})).unreadable_programs).toEqual([])
  })

  it('are their bases alone while head office reads nothing newer, and nothing newer is written', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const rewards = [{ id: 'off', name: 'Off', points: 10, gives: { kind: 'amount', kobo: naira(100) } }]
    const inactivity = { expiry: { kind: 'inactivity', months: 6 }, earn_on: 'gross', rewards }
    await send(replicaOf(till), { default: programWith({ version: 3, ...bonus(40), ...inactivity }) })
    belongsTo(till, 't')
    till.db.prepare('UPDATE connection SET payload_version_max = 1').run()
    const lines = [{ item: 'cola', category: 'drinks', quantity: 2, kobo: naira(1_000) }]
    expect((await till.sell(ada, 1_000, { lines })).earned).toBe(10)
    const redeem = { unit: 'reward', id: 'off' } as const
    const ask = { customer_id: ada, gross_kobo: naira(1_000), redeem, receipt: '', channel: 'pos' as const }
    expect((await till.done('cashier', 'sale.quote', ask)).refusal?.code).toMatch(
      /reward_unknown|view_unknown/,
    )
    await till.enrol('08037654321', { recommended_by: '08031234567' })
    expect(
      ['sale.recorded', 'points.earned', 'customer.enrolled'].flatMap((kind) => versions(till, kind)),
    ).toEqual([1, 1, 1, 1])
    till.db.prepare('UPDATE connection SET payload_version_max = 2').run()
    expect((await till.sell(ada, 1_000, { lines })).earned).toBe(50)
    expect(versions(till, 'sale.recorded')).toEqual([1, 2])
    expect(versions(till, 'points.earned')).toEqual([1, 2, 2])
  })
})
