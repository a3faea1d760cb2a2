import { afterAll, describe, expect, it } from 'vitest'
import { DAY, newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

/** Days go by, with the machine on; somebody signs in again. */
async function later(till: TestTill, days: number): Promise<{ token: string }> {
  // Longer than the till believes at once: it is used in between, as a till is.
  for (let left = days; left > 0; left -= 30) {
    till.clock.pass(Math.min(30, left) * DAY)
    const cashier = await till.signIn('cashier')
    await till.done(cashier, 'sale.record', saleOf(null, 1))
  }
  return till.signIn('cashier')
}

describe('points over thirteen months', () => {
  it('lapse after their last day, soonest first, and the statement says so', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const first = await till.sell(ada, 30_000)
    let cashier = await later(till, 90)
    await till.done(cashier, 'sale.record', saleOf(ada, 20_000))
    await till.done(cashier, 'sale.record', saleOf(ada, 1_000, { redeem: points(100) }))

    // Ten days before the first lot ends: 200 of 300 are left in it, and the card warns.
    cashier = await later(till, 265)
    const card = () => till.done(cashier, 'customer.card', { customer_id: ada })
    expect((await card()).account).toMatchObject({
      available: 409,
      expired: 0,
      expiring: [{ points: 200, last_day: '2027-12-01' }],
    })
    const warned = await till.done(cashier, 'sale.record', saleOf(ada, 100))
    expect(warned.expiring).toEqual({ points: 200, last_day: '2027-12-01' })

    cashier = await later(till, 11)
    expect((await card()).account).toMatchObject({ available: 210, expired: 200, expiring: [] })
    const lines = await till.done(cashier, 'customer.lines', { customer_id: ada, cursor: null, limit: 50 })
    expect(lines.lines.map((l) => [l.kind, l.points, l.reason.text])).toEqual([
      ['expire', -200, 'Lapsed after 1 Dec 2027'],
      ['earn', 1, '1 base x 1 Bronze, valid until 21 Nov 2028'],
      ['earn', 9, '9 base x 1 Bronze, valid until 1 Mar 2028'],
      ['redeem', -100, 'Paid ₦100 with points'],
      ['earn', 200, '200 base x 1 Bronze, valid until 1 Mar 2028'],
      ['earn', 300, '300 base x 1 Bronze, valid until 1 Dec 2027'],
    ])
    expect(lines.lines.reduce((sum, line) => sum + line.points, 0)).toBe(210)

    // The next posting books the lapse; the same line stands once.
    await till.done(cashier, 'sale.record', saleOf(ada, 100))
    const booked = await till.done(cashier, 'customer.lines', { customer_id: ada, cursor: null, limit: 50 })
    expect(booked.lines.filter((l) => l.kind === 'expire').map((l) => l.points)).toEqual([-200])
    expect((await card()).account).toMatchObject({ available: 211, expired: 200 })

    // A refund of the first sale now: 100 were used, 200 lapsed; only what was used is owed.
    const supervisor = await till.signIn('supervisor')
    const done = await till.done(supervisor, 'sale.void', {
      sale_id: first.sale_id,
      reason: 'returned',
      approver: null,
    })
    expect(done).toMatchObject({ taken_back: 300, balance: 111, debt: 0 })
    const report = await till.verify()
    expect(report).toMatchObject({ ok: true, first_bad: null, findings: [] })
  })
})

describe('a statement', () => {
  it('comes in pages that join without a gap, whatever is booked meanwhile', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    for (let i = 1; i <= 23; i++) await till.sell(ada, i * 100)
    const seen: number[] = []
    let cursor: string | null = null
    do {
      const page: { lines: { points: number }[]; next: string | null } = await till.done(
        'cashier',
        'customer.lines',
        {
          customer_id: ada,
          cursor,
          limit: 5,
        },
      )
      expect(page.lines.length).toBeLessThanOrEqual(5)
      seen.push(...page.lines.map((l) => l.points))
      cursor = page.next
      await till.sell(ada, 5_000)
    } while (cursor !== null)
    expect(seen).toEqual(Array.from({ length: 23 }, (_, i) => 23 - i))
  })

  it('of sales comes in pages as well, and narrows to mine of today', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const ids: string[] = []
    for (let i = 0; i < 7; i++) {
      ids.unshift(
        (await till.sell(ada, 100, { receipt: `R${i}`, by: i % 2 ? 'manager' : 'cashier' })).sale_id,
      )
      till.clock.pass(1_000)
    }
    const list = async (more: object) => {
      const all: string[] = []
      let cursor: string | null = null
      do {
        const ask = { customer_id: null, mine_today: false, receipt: '', limit: 3, ...more, cursor }
        const page: { sales: { sale_id: string }[]; next: string | null } = await till.done(
          'cashier',
          'sale.list',
          ask,
        )
        all.push(...page.sales.map((s) => s.sale_id))
        cursor = page.next
      } while (cursor !== null)
      return all
    }
    expect(await list({})).toEqual(ids)
    expect(await list({ customer_id: ada })).toEqual(ids)
    expect(await list({ mine_today: true })).toEqual(ids.filter((_, i) => i % 2 === 0))
    expect(await list({ receipt: ' R6 ' })).toEqual([ids[0]])
    expect(await list({ customer_id: '0'.repeat(32) })).toEqual([])
  })

  it.each([
    ['customer.lines', 'abc'],
    ['customer.lines', '-1'],
    ['sale.list', '5'],
    ['sale.list', "1~' OR 1=1"],
    ['manager.events', 'x~y'],
    ['manager.events', '1e99'],
  ] as const)('%s refuses the place %j', async (method, cursor) => {
    const till = await newTill()
    const input = {
      customer_id: 'a'.repeat(32),
      mine_today: false,
      receipt: '',
      limit: 3,
      cursor,
      from: null,
      to: null,
      kinds: [],
      staff_id: null,
      text: '',
    }
    const refused = await till.refused('manager', method, input)
    expect(refused.sentence).toBe(
      'The place in the list is not right: open the list anew. Nothing was saved.',
    )
  })
})

describe("the manager's figures", () => {
  it('add up by cashier and by hour, without what was undone', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    await till.sell(ada, 40_000)
    await till.sell(ada, 1_000, { redeem: points(300), by: 'manager' })
    till.clock.pass(60 * 60_000)
    const cashier = await till.signIn('cashier')
    const gone = await till.done(cashier, 'sale.record', saleOf(ada, 5_000))
    await till.done(cashier, 'sale.void', { sale_id: gone.sale_id, reason: 'mistake', approver: null })
    await till.done(cashier, 'sale.record', saleOf(null, 500))
    const manager = await till.signIn('manager')
    await till.done(manager, 'points.adjust', { customer_id: ada, points: -7, reason: 'x', approver: null })
    const today = await till.done(manager, 'manager.today', { date: null })
    expect(today.figures).toEqual({
      sales: 3,
      gross_kobo: 4_150_000,
      sales_with_customer: 2,
      earned: 407,
      redeemed: 300,
      redeemed_kobo: 30_000,
      enrolled: 1,
      voids: 1,
      refunds: 0,
      refunded_kobo: 0,
      adjusted: 7,
    })
    expect(today.by_hour.filter((h) => h.sales > 0).map((h) => [h.hour, h.sales, h.gross_kobo])).toEqual([
      [10, 2, 4_100_000],
      [11, 1, 50_000],
    ])
    expect(today.by_cashier.map((c) => [c.name, c.sales, c.earned, c.redeemed, c.voids])).toEqual([
      ['Amina', 2, 400, 0, 1],
      ['Chidi', 1, 7, 300, 0],
    ])
    const yesterday = await till.done(manager, 'manager.today', { date: '2026-11-30' })
    expect(yesterday.figures).toMatchObject({ sales: 0, enrolled: 0 })
    for (const date of ['2026-02-30', '2026-13-01', '9999-99-99', 'today', '2026-1-1']) {
      expect(await till.code(manager, 'manager.today', { date })).toBe('invalid')
    }
    for (const date of ['0001-01-01', '9999-12-31']) {
      expect((await till.done(manager, 'manager.today', { date })).figures.sales).toBe(0)
    }
  })

  it('list every event with its reason, filtered', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const sale = await till.sell(ada, 10_000)
    await till.done('manager', 'points.adjust', {
      customer_id: ada,
      points: 5,
      reason: 'late delivery',
      approver: null,
    })
    await till.done('cashier', 'sale.void', { sale_id: sale.sale_id, reason: 'wrong item', approver: null })
    const all = {
      from: null,
      to: null,
      kinds: [] as string[],
      staff_id: null,
      customer_id: null,
      text: '',
      cursor: null,
      limit: 100,
    }
    const texts = async (more: object) =>
      (await till.done('manager', 'manager.events', { ...all, ...more })).events.map((e) => e.text)
    expect(await texts({ customer_id: ada })).toEqual([
      'Sale undone: wrong item',
      'Adjusted +5 points: late delivery',
      'Earned 100 points: 100 base x 1 Bronze',
      'Sale of ₦10,000',
      'Consent not asked',
      'New customer',
    ])
    const { events } = await till.done('manager', 'manager.events', { ...all, customer_id: ada })
    expect(events.map((e) => e.points)).toEqual([-100, 5, 100, 0, 0, 0])
    expect(await texts({ text: 'LATE' })).toEqual(['Adjusted +5 points: late delivery'])
    expect(await texts({ staff_id: till.people.manager.id })).toEqual(['Adjusted +5 points: late delivery'])
    expect(await texts({ kinds: ['points.reversed', 'nothing.here'] })).toEqual(['Sale undone: wrong item'])
    expect(await texts({ kinds: ['nothing.here'] })).toEqual([])
    expect(await texts({ from: '2026-12-02' })).toEqual([])
    expect(await texts({ event_id: sale.sale_id })).toEqual(['Sale of ₦10,000'])
    const paged: string[] = []
    let cursor: string | null = null
    do {
      const page: { events: { text: string }[]; next: string | null } = await till.done(
        'manager',
        'manager.events',
        {
          ...all,
          cursor,
          limit: 2,
        },
      )
      paged.push(...page.events.map((e) => e.text))
      cursor = page.next
    } while (cursor !== null)
    expect(paged).toEqual(await texts({}))
    expect(paged.at(-1)).toBe('Ledger set up')
  })
})
