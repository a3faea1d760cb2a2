import { afterAll, describe, expect, it } from 'vitest'
import type { Input } from '../../../shared/ipc/contract.ts'
import { naira, programWith } from '../../support/program-facts.ts'
import { runProgram } from '../../support/rules.ts'
import { DAY, newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

/** A shop with this beside the usual rates, and Ada who is its customer. */
async function shopWith(more: object, ada: Partial<Input<'customer.enrol'>> = {}) {
  const till = await newTill()
  runProgram(till, programWith(more))
  return { till, ada: await till.enrol('08031234567', { name: 'Ada', ...ada }) }
}
const line = (category: string, amount: number, quantity = 1, item = category) => ({
  item,
  category,
  quantity,
  kobo: naira(amount),
})
const books = [{ field: 'categories', in: ['books'] }]
const bonus = (id: string, gives: object, more: object = {}) => ({
  id,
  name: id,
  kind: 'bonus',
  gives,
  ...more,
})

/** What the account says of itself, oldest first. */
async function statement(till: TestTill, customer: string): Promise<string[]> {
  const { lines } = await till.done('cashier', 'customer.lines', {
    customer_id: customer,
    cursor: null,
    limit: 50,
  })
  return lines
    .toReversed()
    .map(({ points: moved, reason }) => `${moved > 0 ? '+' : ''}${moved} ${reason.text}`)
}
/** Some days later the cashier comes back: what they do then. */
async function later(till: TestTill, days: number) {
  till.clock.pass(days * DAY)
  const cashier = await till.signIn('cashier')
  return {
    sell: (customer: string, amount: number) => till.done(cashier, 'sale.record', saleOf(customer, amount)),
    account: async (customer: string) =>
      (await till.done(cashier, 'customer.card', { customer_id: customer })).account,
  }
}
async function isWhole(till: TestTill): Promise<void> {
  expect((await till.verify()).ok).toBe(true)
  await till.rebuild()
  expect((await till.verify()).ok).toBe(true)
}

describe('a sale with rules', () => {
  it('gives each line of points by itself, says why, and leaves the ledger whole', async () => {
    const rules = [
      {
        id: 'books',
        name: 'Books',
        kind: 'earn',
        gives: { per: 'category', kobo_per_point: naira(50) },
        when: books,
      },
      bonus('weekend', { on: 'sale', multiplier_bp: 20_000 }, { when: [{ field: 'weekdays', in: [2] }] }),
      bonus('big', { on: 'threshold', points: 50, min_kobo: naira(10_000) }),
    ]
    const { till, ada } = await shopWith({ rules })
    const lines = [line('books', 4_000), line('food', 6_000, 3)]
    const ask = {
      customer_id: ada,
      gross_kobo: naira(10_000),
      redeem: null,
      receipt: '',
      channel: 'pos' as const,
      lines,
    }
    const quote = await till.done('cashier', 'sale.quote', ask)
    expect(quote.earn).toMatchObject({
      points: 290,
      base: 60,
      text: '60 base x 1 Bronze + 80 Books + 100 weekend + 50 big',
    })
    const sale = await till.sell(ada, 10_000, { lines })
    expect(sale).toMatchObject({ earned: 290, balance: 290, tier: 'Bronze' })
    expect(sale.lines).toEqual(quote.earn.lines)
    expect(sale.lines.map(({ text }) => text)).toEqual([
      '60 points: ₦6,000 at 1 for ₦100.',
      '80 points: Books, ₦4,000 at 1 for ₦50.',
      '100 points: weekend, x 2 on ₦10,000.',
      '50 points: big, for the size of the bill.',
    ])
    const explained = await till.done('cashier', 'sale.explain', { customer_id: ada, event_id: sale.sale_id })
    expect(explained.sentences).toEqual(sale.lines.map(({ text }) => text))
    expect((await statement(till, ada)).map((text) => text.replace(/, valid.*/, ''))).toEqual([
      '+60 60 base x 1 Bronze',
      '+80 Books',
      '+100 weekend',
      '+50 big',
    ])
    await isWhole(till)
    const undone = await till.done('cashier', 'sale.void', {
      sale_id: sale.sale_id,
      reason: 'wrong',
      approver: null,
    })
    expect(undone).toMatchObject({ taken_back: 290, balance: 0 })
    await isWhole(till)
  })

  it('of a shop without rules is written as ever, whatever lines it has', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    await till.sell(ada, 10_000)
    const written = till.db
      .prepare<[], string>(`SELECT CAST(bytes AS TEXT) FROM event WHERE kind = 'points.earned'`)
      .pluck()
      .all()
      .map((text) => JSON.parse(text) as { pv: number; payload: object })
    expect(written.map(({ pv, payload }) => [pv, Object.keys(payload).toSorted()])).toEqual([
      [1, ['base', 'expiry', 'month', 'multiplier_bp', 'points', 'program_version', 'rule', 'sale', 'tier']],
    ])
  })

  it('stays within a cap, and says that it did', async () => {
    const { till, ada } = await shopWith({
      rules: [bonus('daily', { on: 'sale', points: 60 }, { caps: { day: 100 } })],
    })
    expect((await till.sell(ada, 1_000)).earned).toBe(70)
    const second = await till.sell(ada, 1_000)
    expect(second).toMatchObject({ earned: 50, balance: 120 })
    expect(second.lines[1]?.text).toBe('40 of 60 points: daily; the cap of 100 a day was reached.')
    const tomorrow = await later(till, 1)
    expect((await tomorrow.sell(ada, 1_000)).earned).toBe(70)
    await isWhole(till)
  })

  it('leaves points out of the tier where a rule says so', async () => {
    const { till, ada } = await shopWith({
      rules: [bonus('gift', { on: 'sale', points: 5_000 }, { tier_counts: false })],
    })
    expect(await till.sell(ada, 1_000)).toMatchObject({ balance: 5_010, tier: 'Bronze', tier_changed: false })
    expect((await till.card(ada)).account.lifetime).toBe(10)
    await isWhole(till)
  })

  it('keeps points that lapse for want of use while the customer comes', async () => {
    const { till, ada } = await shopWith({ expiry: { kind: 'inactivity', months: 2 } })
    await till.sell(ada, 10_000)
    const january = await later(till, 50)
    expect(await january.sell(ada, 100)).toMatchObject({ balance: 101 })
    const march = await later(till, 50)
    expect(await march.account(ada)).toMatchObject({
      available: 101,
      expiring: [{ points: 101, last_day: '2027-03-20' }],
    })
    const spring = await later(till, 12)
    expect((await spring.account(ada)).available).toBe(0)
    await isWhole(till)
  })
})

describe('bonuses of a life', () => {
  it('greet who signs up, buys first, has a birthday', async () => {
    const { till, ada } = await shopWith(
      {
        rules: [
          bonus('welcome', { on: 'sign_up', points: 20 }),
          bonus('first', { on: 'first_purchase', points: 30 }),
          bonus('birthday', { on: 'birthday', points: 100 }),
        ],
      },
      { birth: '12-03' },
    )
    expect(await till.balance(ada)).toBe(20)
    expect((await till.sell(ada, 1_000)).earned).toBe(40)
    expect((await till.sell(ada, 1_000)).earned).toBe(10)
    const birthday = await later(till, 2)
    expect((await birthday.sell(ada, 1_000)).earned).toBe(110)
    expect(await birthday.sell(ada, 1_000)).toMatchObject({ earned: 10, balance: 190 })
    await isWhole(till)
  })

  it('thank both sides of a recommendation, once, and take it back with the sale', async () => {
    const rules = [
      bonus('brought', { on: 'referral_new', points: 50 }),
      bonus('thanks', { on: 'referral_by', points: 80 }),
    ]
    const { till, ada } = await shopWith({ rules })
    await till.sell(ada, 1_000)
    const bola = await till.enrol('08037654321', { name: 'Bola', recommended_by: '0803 123 4567' })
    expect([await till.balance(ada), await till.balance(bola)]).toEqual([10, 0])
    const first = await till.sell(bola, 1_000)
    expect(first).toMatchObject({ earned: 60, balance: 60 })
    expect([await till.balance(ada), await till.balance(bola)]).toEqual([90, 60])
    expect((await statement(till, ada))[1]).toMatch(/^\+80 thanks/)
    await till.sell(bola, 1_000)
    expect([await till.balance(ada), await till.balance(bola)]).toEqual([90, 70])
    await isWhole(till)
    await till.done('cashier', 'sale.void', { sale_id: first.sale_id, reason: 'wrong', approver: null })
    expect([await till.balance(ada), await till.balance(bola)]).toEqual([10, 10])
    await isWhole(till)
  })

  it('asks for a customer where somebody says who recommended them', async () => {
    const { till } = await shopWith({})
    const input = { phone: '08037654321', email: '', card: '', name: '', birth: '' }
    const consent = { marketing: 'not_asked' as const, wording: '' }
    const refused = await till.refused('cashier', 'customer.enrol', {
      ...input,
      consent,
      recommended_by: '08090000000',
    })
    expect(refused.sentence).toBe(
      'No customer here has the number "08090000000". Check who recommended this shop, or leave it empty.',
    )
  })
})

describe('a reward', () => {
  const rewards = [
    {
      id: 'mug',
      name: 'A mug',
      points: 50,
      gives: { kind: 'item', item: 'mug', worth_kobo: naira(1_500) },
      stock: 1,
    },
    { id: 'off', name: '₦500 off', points: 10, gives: { kind: 'amount', kobo: naira(500) } },
    { id: 'car', name: 'A car', points: 9_000, gives: { kind: 'amount', kobo: naira(500) } },
  ]

  it('is offered with why not, pays its worth, and is named in the books; the last one is the last', async () => {
    const { till, ada } = await shopWith({ rewards })
    await till.sell(ada, 11_000)
    const ask = {
      customer_id: ada,
      gross_kobo: naira(2_000),
      redeem: null,
      receipt: '',
      channel: 'pos' as const,
    }
    const offered = (await till.done('cashier', 'sale.quote', ask)).rewards
    expect(offered.map(({ id, why }) => [id, why])).toEqual([
      ['mug', ''],
      ['off', ''],
      ['car', 'A car takes 9,000 points. Ada has 110 points.'],
    ])
    const redeem = { unit: 'reward', id: 'mug' } as const
    const quote = await till.done('cashier', 'sale.quote', { ...ask, redeem })
    expect(quote).toMatchObject({
      net_kobo: naira(500),
      redeem: { points: 50, pays_kobo: naira(1_500) },
      refusal: null,
    })
    const sale = await till.sell(ada, 2_000, { redeem })
    expect(sale).toMatchObject({
      redeemed: 50,
      pays_kobo: naira(1_500),
      earned: 5,
      balance: 65,
      reward: 'A mug',
    })
    expect((await statement(till, ada))[1]).toBe('-50 Taken for points: A mug')
    const again = await till.refused('cashier', 'sale.record', saleOf(ada, 2_000, { redeem }))
    expect(again.sentence).toBe('A mug: all of them are given out. Choose another reward.')
    const gone = { unit: 'reward', id: 'hat' } as const
    expect(await till.code('cashier', 'sale.record', saleOf(ada, 2_000, { redeem: gone }))).toBe(
      'reward_unknown',
    )
    await isWhole(till)
  })

  it('is none of points that show a standing, and neither is a redemption', async () => {
    const { till, ada } = await shopWith({ type: 'tier', rewards })
    await till.sell(ada, 100_000)
    expect(await till.code('cashier', 'sale.record', saleOf(ada, 2_000, { redeem: points(100) }))).toBe(
      'points_pay_nothing',
    )
  })
})

describe('tiers', () => {
  it('stand by the last months and are kept for the days of grace, on the card and at the sale', async () => {
    const qualification = { kind: 'rolling', months: 2 }
    const tiers = programWith().tiers.map((tier) => ({
      ...tier,
      benefits: tier.id === 'silver' ? ['Free bag'] : [],
    }))
    const { till, ada } = await shopWith({ qualification, grace_days: 10, tiers })
    expect(await till.sell(ada, 100_000)).toMatchObject({ tier: 'Silver', tier_changed: true })
    expect(await till.card(ada)).toMatchObject({
      tier: { name: 'Silver', benefits: ['Free bag'] },
      tier_points: 1_000,
      points_to_next_tier: 4_000,
      tier_kept_until: null,
    })
    till.clock.pass(65 * DAY)
    const cashier = await till.signIn('cashier')
    const cardNow = () => till.done(cashier, 'customer.card', { customer_id: ada })
    const kept = await cardNow()
    expect(kept).toMatchObject({
      tier: { name: 'Silver' },
      tier_points: 0,
      tier_kept_until: Date.parse('2027-02-11T00:00+01:00'),
    })
    const found = await till.done(cashier, 'customer.search', { text: 'Ada' })
    expect(found.results.map(({ tier }) => tier)).toEqual(['Silver'])
    till.clock.pass(7 * DAY)
    const again = await till.signIn('cashier')
    const sale = await till.done(again, 'sale.record', saleOf(ada, 1_000))
    expect(sale).toMatchObject({ earned: 10, tier: 'Bronze', tier_changed: false })
  })
})

describe('the settings of a till', () => {
  it('show rules and rewards in words, and an edit of the base leaves them as they are', async () => {
    const { till } = await shopWith({
      rules: [bonus('big', { on: 'threshold', points: 50, min_kobo: naira(10_000) }, { name: 'Big bill' })],
      rewards: [{ id: 'off', name: '₦500 off', points: 10, gives: { kind: 'amount', kobo: naira(500) } }],
    })
    const { program, ...view } = await till.done('manager', 'settings.get', {})
    expect(view.program_words).toEqual({
      rules: ['Big bill: 50 points on a bill from ₦10,000.'],
      rewards: ['₦500 off: 10 points, worth ₦500.'],
    })
    const edited = await till.done('admin', 'settings.update', { program: { ...program, lot_months: 6 } })
    expect(edited.program).toMatchObject({ version: program.version + 1, lot_months: 6 })
    expect(edited.program_words).toEqual(view.program_words)
    const [first] = till.till.ledger.settings().program.rules
    expect(first?.name).toBe('Big bill')
    expect(till.till.ledger.settings().program.expiry).toEqual({ kind: 'months', months: 6 })
  })
})
