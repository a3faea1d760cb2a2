import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Input } from '../../../shared/ipc/contract.ts'
import { DAY, HOUR, newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

/*
 * Customers as bank statements: what happened, what the line says, what is left. Every balance is read from the card,
 * as the cashier would see it.
 */
type Step = readonly [
  what:
    | { readonly sell: number; readonly redeem?: number; readonly as?: string }
    | { readonly undo: string }
    | { readonly adjust: number },
  balance: number,
  more?: {
    readonly debt?: number
    readonly earned?: number
    readonly lifetime?: number
    readonly tier?: string
  },
]

async function statement(steps: readonly Step[]): Promise<{ till: TestTill; customer: string }> {
  const till = await newTill()
  const customer = await till.enrol('08031234567', { name: 'Ada' })
  const named = new Map<string, string>()
  const actual: unknown[] = []
  const wanted: unknown[] = []
  for (const [what, balance, more = {}] of steps) {
    let earned = 0
    if ('sell' in what) {
      const sale = await till.sell(customer, what.sell, what.redeem ? { redeem: points(what.redeem) } : {})
      earned = sale.earned
      expect(sale.balance, 'what the customer is told').toBe(balance)
      if (what.as) named.set(what.as, sale.sale_id)
    } else if ('undo' in what) {
      const sale_id = named.get(what.undo) ?? ''
      const done = await till.done('cashier', 'sale.void', { sale_id, reason: 'wrong item', approver: null })
      expect(done.balance).toBe(balance)
    } else {
      const input = { customer_id: customer, points: what.adjust, reason: 'goodwill', approver: null }
      expect((await till.done('admin', 'points.adjust', input)).balance).toBe(balance)
    }
    const { account, tier } = await till.card(customer)
    const row = (b: number, m: NonNullable<Step[2]>) => ({ what, balance: b, debt: m.debt ?? 0, ...m })
    const seen = { debt: account.debt, earned, lifetime: account.lifetime, tier: tier.name }
    const asked = Object.fromEntries(Object.keys(more).map((k) => [k, seen[k as keyof typeof seen]]))
    actual.push(row(account.available, { debt: account.debt, ...asked }))
    wanted.push(row(balance, more))
  }
  expect(actual).toEqual(wanted)
  expect((await till.verify()).ok).toBe(true)
  return { till, customer }
}

describe('statements', () => {
  it('earn one point for each full 100 naira of the net amount, rounded down', async () => {
    await statement([
      [{ sell: 12_500 }, 125, { earned: 125 }],
      [{ sell: 99.99 }, 125, { earned: 0 }],
      [{ sell: 100 }, 126, { earned: 1 }],
      [{ sell: 199.99 }, 127, { earned: 1 }],
      // 1,000 less 100 paid with points: 900 earn 9.
      [{ sell: 1_000, redeem: 100 }, 36, { earned: 9, lifetime: 136 }],
    ])
  })

  it('count with the tier before the sale, and rise at the threshold itself', async () => {
    await statement([
      [{ sell: 99_999 }, 999, { earned: 999, tier: 'Bronze' }],
      [{ sell: 100 }, 1_000, { earned: 1, tier: 'Silver', lifetime: 1_000 }],
      [{ sell: 10_000 }, 1_125, { earned: 125 }],
      // 310 x 1.25 = 387.5, and no more than 387 kobo of it are points: one rounding, down.
      [{ sell: 310 }, 1_128, { earned: 3 }],
      [{ sell: 309_760 }, 5_000, { earned: 3_872, tier: 'Gold', lifetime: 5_000 }],
      [{ sell: 100_000 }, 6_500, { earned: 1_500 }],
      [{ sell: 250_000 }, 10_250, { earned: 3_750, tier: 'Platinum' }],
      [{ sell: 1_000 }, 10_270, { earned: 20 }],
    ])
  })

  it('give back and take back what a sale moved', async () => {
    await statement([
      [{ sell: 50_000, as: 'first' }, 500],
      [{ sell: 1_000, redeem: 200, as: 'second' }, 308, { earned: 8 }],
      [{ undo: 'second' }, 500, { lifetime: 500 }],
      [{ undo: 'first' }, 0, { lifetime: 0 }],
    ])
  })

  it('owe what was earned by a sale that is undone after the points were used', async () => {
    await statement([
      [{ sell: 50_000, as: 'big' }, 500],
      [{ sell: 1_000, redeem: 500, as: 'spent' }, 5, { earned: 5 }],
      [{ undo: 'big' }, 0, { debt: 495 }],
      [{ sell: 10_000 }, 0, { debt: 395, earned: 100 }],
      [{ adjust: 400 }, 5, { debt: 0 }],
      [{ undo: 'spent' }, 500, { debt: 0 }],
    ])
  })

  it('adjust up and down', async () => {
    await statement([
      [{ adjust: 50 }, 50, { lifetime: 0 }],
      [{ adjust: -20 }, 30],
      [{ sell: 100 }, 31],
      [{ adjust: -31 }, 0],
    ])
  })
})

describe('a sale', () => {
  let till: TestTill
  let ada: string
  beforeAll(async () => {
    till = await newTill()
    ada = await till.enrol('08031234567', { name: 'Ada' })
    await till.sell(ada, 30_000)
  })
  const refused = (more: Partial<Input<'sale.record'>>) =>
    till.refused('cashier', 'sale.record', { ...saleOf(ada, 1_000), ...more })

  it.each<[string, Partial<Input<'sale.record'>>, string, RegExp]>([
    ['of nothing', { gross_kobo: 0 }, 'amount_zero', /zero/],
    ['below nothing', { gross_kobo: -100 }, 'amount_negative', /undo the sale instead/],
    ['with half a kobo', { gross_kobo: 12.5 }, 'amount_invalid', /two decimals/],
    ['of a trillion', { gross_kobo: 1e12 }, 'amount_too_large', /₦1,000,000,000/],
    ['of a number that no integer holds', { gross_kobo: 2 ** 60 }, 'amount_invalid', /amount/],
    ['of no number at all', { gross_kobo: Number.NaN }, 'invalid', /"gross kobo"/],
    ['with a receipt of 33 letters', { receipt: 'x'.repeat(33) }, 'receipt_invalid', /32/],
    ['with a receipt of signs', { receipt: "';--" }, 'receipt_invalid', /letters and digits/],
    ['for half a point', { redeem: points(100.5) }, 'points_invalid', /whole numbers/],
    ['for fewer than no points', { redeem: points(-100) }, 'points_invalid', /whole numbers/],
    ['for no points', { redeem: points(0) }, 'points_zero', /Type how many/],
    ['for two billion points', { redeem: points(2e9) }, 'points_too_many', /1,000,000,000/],
    ['for fewer points than there must be', { redeem: points(99) }, 'redeem_below_minimum', /Ada has 300/],
    [
      'for more than half of the bill',
      { gross_kobo: 50_000, redeem: points(300) },
      'redeem_over_share',
      /at most 50 %.*Redeem 250 points/,
    ],
    [
      'for more than there is and than half of the bill',
      { redeem: points(999_999) },
      'balance_short',
      /Ada has 300 points. Redeem 300 points or less/,
    ],
    [
      'for more than there is',
      { gross_kobo: 100_000, redeem: points(301) },
      'balance_short',
      /Ada has 300 points/,
    ],
    ['for naira and kobo', { redeem: { unit: 'kobo', kobo: 15_050 } }, 'redeem_not_whole', /₦150 instead/],
    [
      'for nobody with points',
      { customer_id: null, redeem: points(100) },
      'invalid',
      /choose the customer first/,
    ],
    ['for somebody unknown', { customer_id: '0'.repeat(32) }, 'not_found', /was not found/],
    ['wrong in two ways', { gross_kobo: 0, receipt: '!' }, 'amount_zero', /zero/],
  ])('is refused %s', async (_, more, code, sentence) => {
    const refusal = await refused(more)
    expect(refusal.code).toBe(code)
    expect(refusal.sentence).toMatch(sentence)
    expect(await till.balance(ada)).toBe(300)
  })

  it('redeems naira as well as points, and quotes what it then books', async () => {
    const ask = { ...saleOf(ada, 1_000), redeem: { unit: 'kobo' as const, kobo: 15_000 } }
    const { approver: _, ...asked } = ask
    const quote = await till.done('cashier', 'sale.quote', asked)
    expect(quote).toMatchObject({
      gross_kobo: 100_000,
      net_kobo: 85_000,
      earn: { points: 8, text: '8 base x 1 Bronze' },
      redeem: { points: 150, pays_kobo: 15_000, max_points: 300 },
      balance_after: 158,
      refusal: null,
    })
    const done = await till.done('cashier', 'sale.record', ask)
    expect(done).toMatchObject({
      net_kobo: 85_000,
      earned: 8,
      redeemed: 150,
      pays_kobo: 15_000,
      balance: 158,
    })
    expect(done.balance_worth_kobo).toBe(15_800)
  })

  it('quotes what stands in the way instead of refusing', async () => {
    const { approver: _, ...ask } = saleOf(ada, 1_000, { redeem: points(1) })
    expect((await till.done('cashier', 'sale.quote', ask)).refusal).toMatchObject({
      code: 'redeem_below_minimum',
      field: 'redeem',
    })
    expect(
      (await till.done('cashier', 'sale.quote', { ...ask, redeem: null, gross_kobo: -1 })).refusal,
    ).toMatchObject({
      code: 'amount_negative',
      field: 'amount',
    })
    expect(
      (await till.done('cashier', 'sale.quote', { ...ask, redeem: null, receipt: '!' })).refusal?.field,
    ).toBe('receipt')
  })

  it('without a customer counts for the day and moves no points', async () => {
    const done = await till.sell(null, 5_000)
    expect(done).toMatchObject({ customer_id: null, earned: 0, redeemed: 0, balance: 0, tier: '' })
    const today = await till.done('manager', 'manager.today', { date: null })
    expect(today.figures.sales - today.figures.sales_with_customer).toBe(1)
  })
})

describe('a receipt number', () => {
  it('used twice on a day needs a supervisor, and the override is an event that names both', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const first = await till.sell(ada, 1_000, { receipt: 'R-17' })
    expect(await till.code('cashier', 'sale.record', saleOf(ada, 2_000, { receipt: ' R-17 ' }))).toBe(
      'receipt_used',
    )
    const by = (role: 'cashier' | 'supervisor') =>
      saleOf(ada, 2_000, { receipt: 'R-17', approver: till.approver(role) })
    expect(await till.code('cashier', 'sale.record', by('cashier'))).toBe('approver_same')
    await till.done('cashier', 'sale.record', by('supervisor'))
    const [override] = (
      await till.done('manager', 'manager.events', {
        from: null,
        to: null,
        kinds: ['override'],
        staff_id: null,
        customer_id: null,
        text: '',
        cursor: null,
        limit: 10,
      })
    ).events
    expect(override).toMatchObject({ staff: 'Amina', approver: 'Bola', text: 'Receipt number used twice' })
    // A supervisor alone may as well; an undone sale gives its number back; tomorrow it is free.
    await till.sell(ada, 100, { receipt: 'R-17', by: 'supervisor' })
    const other = await till.sell(ada, 100, { receipt: 'R-18' })
    await till.done('cashier', 'sale.void', { sale_id: other.sale_id, reason: 'mistake', approver: null })
    await till.sell(ada, 100, { receipt: 'R-18' })
    till.clock.pass(DAY)
    const cashier = await till.signIn('cashier')
    await till.done(cashier, 'sale.record', saleOf(ada, 100, { receipt: 'R-17' }))
    expect(first.sale_id).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('undoing a sale', () => {
  it('is for the own sales of today; others need a supervisor, with a reason', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const sale = await till.sell(ada, 10_000)
    const undo = { sale_id: sale.sale_id, reason: 'wrong customer', approver: null }
    expect(await till.code('cashier', 'sale.void', { ...undo, reason: ' ' })).toBe('reason_missing')
    expect(await till.code('cashier', 'sale.void', { ...undo, reason: 'x'.repeat(201) })).toBe(
      'reason_too_long',
    )
    expect(await till.code('cashier', 'sale.void', { ...undo, sale_id: '0'.repeat(32) })).toBe('not_found')
    const done = await till.done('cashier', 'sale.void', undo)
    expect(done).toMatchObject({ customer_id: ada, taken_back: 100, given_back: 0, balance: 0, debt: 0 })
    expect(await till.code('cashier', 'sale.void', undo)).toBe('already_void')

    const theirs = await till.sell(ada, 10_000, { by: 'manager' })
    const other = { sale_id: theirs.sale_id, reason: 'returned', approver: null }
    expect(await till.code('cashier', 'sale.void', other)).toBe('void_too_late')
    const wrong = { ...other, approver: { ...till.approver('supervisor'), pin: '0000' } }
    expect(await till.code('cashier', 'sale.void', wrong)).toBe('sign_in_failed')
    expect(await till.code('cashier', 'sale.void', { ...other, approver: till.approver('cashier') })).toBe(
      'approver_same',
    )
    await till.done('cashier', 'sale.void', { ...other, approver: till.approver('supervisor') })

    const old = await till.sell(ada, 10_000)
    till.clock.pass(DAY)
    const [cashier, supervisor] = [await till.signIn('cashier'), await till.signIn('supervisor')]
    const late = { sale_id: old.sale_id, reason: 'returned', approver: null }
    expect(await till.code(cashier, 'sale.void', late)).toBe('void_too_late')
    await till.done(supervisor, 'sale.void', late)
    expect((await till.done(cashier, 'customer.card', { customer_id: ada })).account.available).toBe(0)
  })

  it('of nobody takes it out of the day', async () => {
    const till = await newTill()
    const sale = await till.sell(null, 1_000)
    await till.done('cashier', 'sale.void', { sale_id: sale.sale_id, reason: 'mistake', approver: null })
    expect((await till.done('manager', 'manager.today', { date: null })).figures).toMatchObject({
      sales: 0,
      voids: 1,
    })
    expect((await till.verify()).ok).toBe(true)
  })
})

describe('adjusting', () => {
  it('is within the limit of the role alone, above it with a manager, and the limit counts the day', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const ask = (n: number, more: Partial<Input<'points.adjust'>> = {}) => ({
      customer_id: ada,
      points: n,
      reason: 'goodwill',
      approver: null,
      ...more,
    })
    expect(await till.code('cashier', 'points.adjust', ask(1))).toBe('approval_needed')
    await till.done('supervisor', 'points.adjust', ask(300))
    await till.done('supervisor', 'points.adjust', ask(-200))
    expect(await till.code('supervisor', 'points.adjust', ask(1))).toBe('approval_needed')
    expect(
      await till.code('supervisor', 'points.adjust', ask(1, { approver: till.approver('cashier') })),
    ).toBe('approver_not_allowed')
    const approved = await till.done(
      'supervisor',
      'points.adjust',
      ask(10_000, { approver: till.approver('manager') }),
    )
    expect(approved).toMatchObject({ points: 10_000, balance: 10_100, approved_by: till.people.manager.id })
    await till.done('cashier', 'points.adjust', ask(5, { approver: till.approver('admin') }))
    expect(await till.code('manager', 'points.adjust', ask(5_001))).toBe('approval_needed')
    expect(await till.code('manager', 'points.adjust', ask(1.5))).toBe('points_invalid')
    expect(await till.code('manager', 'points.adjust', ask(0))).toBe('points_zero')
    expect(await till.code('manager', 'points.adjust', ask(2e9))).toBe('points_too_many')
    expect(await till.code('manager', 'points.adjust', ask(1e9))).toBe('balance_over_limit')
    expect(await till.code('manager', 'points.adjust', ask(-20_000))).toBe('balance_below_zero')
    expect(await till.code('manager', 'points.adjust', ask(1, { reason: '' }))).toBe('reason_missing')
    expect(await till.code('manager', 'points.adjust', ask(1, { reason: 'x'.repeat(201) }))).toBe(
      'reason_too_long',
    )
    expect(await till.code('manager', 'points.adjust', ask(1, { customer_id: 'e'.repeat(32) }))).toBe(
      'not_found',
    )
    // A wrong amount is said before anybody is called over.
    expect(await till.code('cashier', 'points.adjust', ask(0))).toBe('points_zero')
    // 10:00 in Lagos and 14 hours: the next day begins, and the limit with it.
    till.clock.pass(14 * HOUR)
    const supervisor = await till.signIn('supervisor')
    await till.done(supervisor, 'points.adjust', ask(500))
    expect((await till.done(supervisor, 'customer.card', { customer_id: ada })).account.available).toBe(
      10_605,
    )
  })
})
