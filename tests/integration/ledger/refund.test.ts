import { afterAll, describe, expect, it } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { encodeReceiptCode } from '../../../shared/domain/receipt-code.ts'
import type { Input, Output } from '../../../shared/ipc/contract.ts'
import { commandId, DAY, newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

type Named = Input<'sale.refund'>['sale']
type Who = Parameters<TestTill['done']>[0]
const bySale = (sale_id: string): Named => ({ by: 'sale', sale_id })
const of = (sale: Named, naira: number | 'all', reason = 'came back') => ({
  sale,
  kobo: naira === 'all' ? naira : Math.round(naira * 100),
  reason,
  approver: null,
})
const giveBack = (till: TestTill, sale: Named, naira: number | 'all', who: Who = 'cashier') =>
  till.done(who, 'sale.refund', of(sale, naira))
const quote = (till: TestTill, sale: Named, naira: number | 'all'): Promise<Output<'sale.refund_quote'>> =>
  till.done('cashier', 'sale.refund_quote', { sale, kobo: naira === 'all' ? naira : naira * 100 })

/** Ada has 1,000 points, then buys for ₦10,000 and pays ₦500 of it with points: 95 are earned. */
async function soldToAda() {
  const till = await newTill()
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.done('admin', 'points.adjust', {
    customer_id: ada,
    points: 1_000,
    reason: 'gift',
    approver: null,
  })
  const sale = await till.sell(ada, 10_000, { redeem: points(500), receipt: 'R-1' })
  expect(sale).toMatchObject({ net_kobo: 950_000, earned: 95, balance: 595 })
  return { till, ada, sale: bySale(sale.sale_id), saleId: sale.sale_id }
}

const listed = async (till: TestTill, customer: string | null = null) =>
  (
    await till.done('manager', 'sale.list', {
      customer_id: customer,
      mine_today: false,
      receipt: '',
      cursor: null,
      limit: 10,
    })
  ).sales

describe('a part of a sale', () => {
  it('goes back with its share of the points, and the last part leaves nothing of the sale', async () => {
    const { till, ada, sale, saleId } = await soldToAda()
    expect(await quote(till, sale, 1_900)).toMatchObject({
      customer_id: ada,
      customer_name: 'Ada',
      ours: true,
      net_kobo: 950_000,
      left_kobo: 950_000,
      kobo: 190_000,
      taken_back: 19,
      given_back: 100,
      refusal: null,
    })
    expect(await giveBack(till, sale, 1_900)).toMatchObject({
      kobo: 190_000,
      left_kobo: 760_000,
      whole: false,
      taken_back: 19,
      given_back: 100,
      waiting: false,
      balance: 676,
      debt: 0,
    })
    // A share of 39.5 points, less the 19 of before: parts never drift from the whole.
    expect(await giveBack(till, sale, 2_050)).toMatchObject({ taken_back: 20, given_back: 107, balance: 763 })
    const [line] = await listed(till)
    expect(line).toMatchObject({ state: 'booked', refunded_kobo: 395_000 })
    expect((await till.card(ada)).visits).toMatchObject({ count: 1, spend_kobo: 555_000 })
    expect((await till.verify()).ok).toBe(true)

    expect(await giveBack(till, sale, 5_550)).toMatchObject({ whole: true, left_kobo: 0, balance: 1_000 })
    expect((await listed(till))[0]).toMatchObject({ sale_id: saleId, state: 'void' })
    expect((await till.card(ada)).visits).toMatchObject({ count: 0, spend_kobo: 0 })
    expect(await till.code('cashier', 'sale.refund', of(sale, 'all'))).toBe('already_void')
    expect(await quote(till, sale, 'all')).toMatchObject({
      left_kobo: 0,
      state: 'void',
      refusal: { code: 'already_void' },
    })
    expect((await till.verify()).ok).toBe(true)
    await till.rebuild()
    expect(await till.balance(ada)).toBe(1_000)
  })

  it('is told to the manager, in the day, the entries and the export', async () => {
    const { till, ada, sale, saleId } = await soldToAda()
    await giveBack(till, sale, 1_900)
    const { figures } = await till.done('manager', 'manager.today', { date: null })
    expect(figures).toMatchObject({ sales: 1, voids: 0, refunds: 1, refunded_kobo: 190_000 })
    const { events } = await till.done('manager', 'manager.events', {
      from: null,
      to: null,
      kinds: ['points.reversed'],
      staff_id: null,
      customer_id: null,
      text: '',
      cursor: null,
      limit: 5,
    })
    expect(events).toMatchObject([
      { text: '₦1,900 of a sale given back: came back', points: 81, sale_id: saleId, sale_void: false },
    ])
    const [newest] = (
      await till.done('cashier', 'customer.lines', { customer_id: ada, cursor: null, limit: 1 })
    ).lines
    expect(newest?.reason.text).toBe('₦1,900 given back: came back')
    const page = await till.done('manager', 'export.page', { what: 'sales', format: 'csv', cursor: null })
    const [head, row] = page.text.trim().split('\r\n')
    expect(head?.endsWith('undone,given_back')).toBe(true)
    expect(row?.endsWith(',0,1900.00')).toBe(true)
  })

  it('and then the undoing of it takes back what is left', async () => {
    const { till, sale, saleId } = await soldToAda()
    await giveBack(till, sale, 1_900)
    const undo = { sale_id: saleId, reason: 'all of it', approver: null }
    expect(await till.done('cashier', 'sale.void', undo)).toMatchObject({
      taken_back: 76,
      given_back: 400,
      balance: 1_000,
    })
    expect(await till.code('cashier', 'sale.refund', of(sale, 1))).toBe('already_void')
  })

  it('repeated is the same part, and another request under its id is refused', async () => {
    const { till, ada, sale } = await soldToAda()
    const command = { command_id: commandId(), ...of(sale, 1_900) }
    const first = await till.done('cashier', 'sale.refund', command)
    expect(await till.done('cashier', 'sale.refund', command)).toEqual(first)
    expect(await till.balance(ada)).toBe(676)
    expect(await till.code('cashier', 'sale.refund', { ...command, kobo: 1 })).toBe('conflict')
  })

  it('is never more than what is left, and of an own sale of today alone', async () => {
    const { till, ada, sale } = await soldToAda()
    await giveBack(till, sale, 9_000)
    const tooMuch = await till.refused('cashier', 'sale.refund', of(sale, 500.01))
    expect(tooMuch.sentence).toBe('Only ₦500 of this sale is left to give back. Type that or less.')
    expect(await quote(till, sale, 501)).toMatchObject({ kobo: 0, refusal: { code: 'refund_too_much' } })
    const theirs = bySale((await till.sell(ada, 1_000, { by: 'manager' })).sale_id)
    expect(await till.code('cashier', 'sale.refund', of(theirs, 1))).toBe('void_too_late')
    const by = (role: 'cashier' | 'supervisor') => ({ ...of(theirs, 100), approver: till.approver(role) })
    expect(await till.code('cashier', 'sale.refund', by('cashier'))).toBe('approver_same')
    await till.done('cashier', 'sale.refund', by('supervisor'))
    till.clock.pass(DAY)
    const [cashier, supervisor] = [await till.signIn('cashier'), await till.signIn('supervisor')]
    expect(await till.code(cashier, 'sale.refund', of(sale, 1))).toBe('void_too_late')
    await giveBack(till, sale, 1, supervisor)
    expect(await till.code('cashier', 'sale.refund', of(bySale('0'.repeat(32)), 1))).toBe('signed_out')
    expect(await till.code(cashier, 'sale.refund', of(bySale('0'.repeat(32)), 1))).toBe('not_found')
  })

  it('becomes a debt where the points were spent, and nothing where they lapsed', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const first = await till.sell(ada, 20_000)
    await till.sell(ada, 1_000, { redeem: points(200) })
    expect(await giveBack(till, bySale(first.sale_id), 10_000)).toMatchObject({
      taken_back: 100,
      balance: 0,
      debt: 92,
    })
    const ben = await till.enrol('08031234568', { name: 'Ben' })
    const old = await till.sell(ben, 20_000)
    till.clock.pass(400 * DAY)
    const admin = await till.signIn('admin')
    await till.done(admin, 'clock.confirm', { date: '2028-01-05' })
    expect(await giveBack(till, bySale(old.sale_id), 10_000, admin)).toMatchObject({ balance: 0, debt: 0 })
    expect((await till.verify()).ok).toBe(true)
  })

  it('of a sale without a customer moves no points', async () => {
    const till = await newTill()
    const sale = bySale((await till.sell(null, 1_000)).sale_id)
    expect(await giveBack(till, sale, 400)).toMatchObject({
      customer_id: null,
      taken_back: 0,
      balance: 0,
      left_kobo: 60_000,
    })
    expect(await till.code('cashier', 'sale.refund', of(sale, 601))).toBe('refund_too_much')
    expect(await giveBack(till, sale, 'all')).toMatchObject({ kobo: 60_000, whole: true })
    expect((await till.done('manager', 'manager.today', { date: null })).figures).toMatchObject({ sales: 0 })
    expect((await till.verify()).ok).toBe(true)
  })
})

describe('a sale of another till, by the code on its receipt', () => {
  const receiptOf = (customer: string | null, net_kobo = 1_000_000) => {
    const [sale, event] = [randomHex(16), randomHex(16)]
    const lines = customer === null ? [] : [{ kind: 'earn', event, points: 100 } as const]
    const code = encodeReceiptCode({ sale, customer, program: 'default', net_kobo, lines, code: null })
    return { sale, named: { by: 'receipt', code } as const }
  }

  it('is given back by a supervisor; its points wait, and parts add up here', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const { named, sale } = receiptOf(ada)
    expect(await till.code('cashier', 'sale.refund', of(named, 3_000))).toBe('void_too_late')
    expect(await quote(till, named, 3_000)).toMatchObject({
      ours: false,
      taken_back: 30,
      customer_name: 'Ada',
    })
    expect(await giveBack(till, named, 3_000, 'supervisor')).toMatchObject({
      sale_id: sale,
      taken_back: 30,
      waiting: true,
      left_kobo: 700_000,
      balance: 0,
      debt: 0,
    })
    expect(await till.code('supervisor', 'sale.refund', of(named, 7_001))).toBe('refund_too_much')
    expect(await giveBack(till, named, 'all', 'supervisor')).toMatchObject({ kobo: 700_000, whole: true })
    expect(await till.code('supervisor', 'sale.refund', of(named, 'all'))).toBe('already_void')
    expect((await till.verify()).ok).toBe(true)
  })

  it('of nobody is counted here too, and a torn code is read again', async () => {
    const till = await newTill()
    const { named } = receiptOf(null, 50_000)
    await giveBack(till, named, 300, 'supervisor')
    expect(await till.code('supervisor', 'sale.refund', of(named, 201))).toBe('refund_too_much')
    await giveBack(till, named, 200, 'supervisor')
    expect(await till.code('supervisor', 'sale.refund', of(named, 1))).toBe('refund_too_much')
    const torn = { by: 'receipt', code: named.code.slice(0, -3) } as const
    expect(await till.code('supervisor', 'sale.refund', of(torn, 1))).toBe('receipt_unreadable')
    expect((await till.verify()).ok).toBe(true)
  })

  it('of this till after all is the sale of this till, whatever the paper says', async () => {
    const { till, ada, saleId } = await soldToAda()
    const code = encodeReceiptCode({
      sale: saleId,
      customer: ada,
      program: 'default',
      net_kobo: 100,
      lines: [],
      code: null,
    })
    expect(await quote(till, { by: 'receipt', code }, 1_900)).toMatchObject({
      ours: true,
      net_kobo: 950_000,
      taken_back: 19,
    })
  })

  it('is not found by its number and amount alone where its points are not known', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const paper = { by: 'paper', sale_id: randomHex(16), customer_id: ada, net_kobo: 100_000 } as const
    expect(await till.code('supervisor', 'sale.refund', of(paper, 1))).toBe('not_found')
  })
})

it('sales, redemptions, parts and undoings in any order leave the ledger whole', async () => {
  const till = await newTill()
  const ada = await till.enrol('08031234567')
  const sales: string[] = []
  for (let i = 0; i < 40; i += 1) {
    const redeem = i % 3 === 2 ? points(100) : null
    const sold = await till.ask('cashier', 'sale.record', {
      ...saleOf(ada, 1_000 * (1 + (i % 7)), { redeem }),
      command_id: commandId(),
    })
    if (sold.outcome === 'done') sales.push((sold.value as Output<'sale.record'>).sale_id)
    const sale = sales[(i * 5) % sales.length] ?? ''
    await till.ask('cashier', 'sale.refund', { command_id: commandId(), ...of(bySale(sale), 1 + i * 37) })
  }
  expect((await till.verify()).ok).toBe(true)
  for (const sale of sales) await giveBack(till, bySale(sale), 'all').catch(() => undefined)
  const { account, visits } = await till.card(ada)
  expect(account).toMatchObject({ available: 0, debt: 0, lifetime: 0 })
  expect(visits).toMatchObject({ count: 0, spend_kobo: 0 })
  expect((await till.verify()).ok).toBe(true)
})
