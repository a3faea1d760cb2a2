import { beforeAll, describe, expect, test } from 'vitest'
import type { Screen } from '../support/screen.ts'
import { aShop, SMALL } from '../support/shop.ts'

/** What may not be done is said in a sentence, at the field, and nothing is booked. */
const shop = aShop()
let ada: { id: string; phone: string }
let poor: { id: string; phone: string }

beforeAll(async () => {
  ada = await shop.customer('Ada Obi', { points: 1_000 })
  poor = await shop.customer('Uche Poor', { points: 40 })
})

describe('an amount', () => {
  const window = shop.windowOf('Chidi', { size: SMALL })
  test.each([
    ['0', 'The amount is zero. Type what the customer pays.'],
    ['-500', 'The amount is below zero. For a return, undo the sale instead.'],
    ['1000000000000', 'The most one sale may be is'],
    ['12.345', 'The amount is not a number of naira with at most two decimals.'],
    ['abc', 'The amount is not a number of naira with at most two decimals.'],
    ['1e12', 'The amount is not a number of naira with at most two decimals.'],
    ['', 'The amount is zero. Type what the customer pays.'],
  ])('"%s": %s', async (typed, sentence) => {
    const before = (await shop.ask('Bisi', 'customer.card', { customer_id: ada.id })).visits.count
    const till = window()
    await till.take(ada.phone)
    await till.type(typed)
    await till.press('Enter')
    await till.sees(sentence)
    await till.hears(sentence)
    await till.hasFocus(till.amount)
    expect(await till.amount.getAttribute('aria-invalid')).toBe('true')
    expect(await till.outOfSight()).toEqual([])
    // Typed right, it goes through: the refusal left nothing behind.
    await till.press('Control+a')
    await till.type('100')
    await till.sees('Earns 1 point')
    expect(await till.amount.getAttribute('aria-invalid')).toBeNull()
    const after = (await shop.ask('Bisi', 'customer.card', { customer_id: ada.id })).visits.count
    expect(after).toBe(before)
  })

  test('without a customer chosen says whom it wants first', async () => {
    const till = window()
    await till.press('F4')
    await till.type('500')
    await till.press('Enter')
    await till.sees('Choose the customer first, or press F9 for a sale without one.')
    await till.hasFocus(till.find)
    expect(await till.amount.inputValue()).toBe('500')
  })
})

describe('points to redeem', () => {
  const window = shop.windowOf('Chidi', { size: SMALL })
  async function refused(phone: string, bill: string, points: string, sentence: string): Promise<void> {
    const till = window()
    await till.take(phone)
    await till.type(bill)
    await till.press('F6')
    await till.hasFocus(till.redeem)
    await till.type(points)
    await till.press('Enter')
    await till.hasFocus(till.redeem)
    await till.sees(sentence)
    expect(await till.redeem.getAttribute('aria-invalid')).toBe('true')
    expect(await till.outOfSight()).toEqual([])
    expect(await till.band.count()).toBe(0)
  }

  test('more than there are', () =>
    refused(ada.phone, '90000', '5000', 'Not enough points. Ada Obi has 1,000 points. Redeem 1,000'))
  test('more than half of the bill', () =>
    refused(
      ada.phone,
      '600',
      '400',
      'Points may pay at most 50 % of the bill. Redeem 300 points, worth ₦300.',
    ))
  test('fewer than the minimum', () => refused(ada.phone, '5000', '50', 'The least to redeem is 100 points.'))
  test('by somebody with fewer than the minimum', () =>
    refused(
      poor.phone,
      '5000',
      '100',
      'Not enough points. Uche Poor has 40 points. Nothing can be redeemed on this bill.',
    ))
  test('a part of a point', () => refused(ada.phone, '5000', '150.5', 'Points are whole numbers.'))

  test('why there is nothing to redeem stands there before it is tried', async () => {
    const till = window()
    await till.take(poor.phone)
    await till.type('5000')
    await till.sees('Redeeming starts at 100 points. Uche Poor has 40.')
  })
})

/** Takes the customer, types amount and receipt, and awards. */
async function sellWithReceipt(till: Screen, naira: string, receipt: string): Promise<void> {
  await till.take(ada.phone)
  await till.type(naira)
  await till.press('Tab')
  await till.hasFocus(till.receipt)
  await till.type(receipt)
  await till.press('Enter')
}

describe('a receipt number used twice in a day', () => {
  const window = shop.windowOf('Chidi', { size: SMALL })

  test('wants a second person, whose PIN lets it through once', async () => {
    const till = window()
    await sellWithReceipt(till, '1000', 'A-1043')
    await till.sees('Ada earns', till.band)

    await sellWithReceipt(till, '1000', 'A-1043')
    await till.sees('A second person is needed', till.dialog)
    await till.sees('Receipt A-1043 was already used today.', till.dialog)
    expect(await till.outOfSight()).toEqual([])
    // Nobody who may not approve is offered, nor the cashier who asks.
    expect(await till.dialog.getByRole('radio', { name: /Chidi|Bisi/ }).count()).toBe(0)
    await till.choosePerson('Amina')
    await till.type('0000')
    await till.press('Enter')
    await till.sees('That PIN is not right.', till.dialog)
    await till.type(shop.staff.Amina.pin)
    await till.press('Enter')
    await till.sees('Ada earns', till.band)
    await till.hasFocus(till.find)

    const { sales } = await shop.ask('Bisi', 'sale.list', {
      customer_id: ada.id,
      mine_today: false,
      receipt: 'A-1043',
      cursor: null,
      limit: 10,
    })
    expect(sales).toHaveLength(2)
    const { events } = await shop.ask('Ngozi', 'manager.events', {
      from: null,
      to: null,
      kinds: ['override'],
      staff_id: null,
      customer_id: null,
      text: '',
      cursor: null,
      limit: 5,
    })
    expect(events[0]).toMatchObject({ staff: 'Chidi', approver: 'Amina' })
  })

  test('given up, the sale stands as it was typed', async () => {
    const till = window()
    await sellWithReceipt(till, '700', 'B-7')
    await till.sees('Ada earns', till.band)
    await sellWithReceipt(till, '800', 'B-7')
    await till.sees('A second person is needed', till.dialog)
    await till.press('Escape')
    await till.dialog.waitFor({ state: 'hidden' })
    await till.sees('Receipt B-7 was already used today.')
    expect(await till.amount.inputValue()).toBe('800')
    expect(await till.receipt.inputValue()).toBe('B-7')
    await till.hasFocus(till.receipt)
  })

  test('a receipt of 200 letters is refused where it was typed', async () => {
    const till = window()
    await till.take(ada.phone)
    await till.type('100')
    await till.receipt.fill('R'.repeat(200))
    await till.press('Enter')
    await till.sees('A receipt number has at most 32 letters and digits.')
  })
})

describe('points put right by hand', () => {
  const window = shop.windowOf('Amina')

  async function adjust(till: Screen, points: string, reason: string): Promise<void> {
    await till.customer.getByRole('button', { name: 'Adjust points' }).click()
    await till.hasFocus(till.customer.getByRole('textbox', { name: 'Points' }))
    // The form keeps what was typed for this customer before.
    await till.press('Control+a', 'Delete')
    await till.type(points)
    await till.press('Tab')
    await till.type(reason)
    await till.press('Enter')
  }

  test('within the daily limit a supervisor does alone; above it, with a second person', async () => {
    const rita = await shop.customer('Rita Bassey', { points: 200 })
    const { adjust_daily_limit } = await shop.ask('Ngozi', 'settings.get', {})
    const limit = adjust_daily_limit['supervisor'] ?? 0
    expect(limit).toBeGreaterThan(0)
    const till = window()
    await till.take(rita.phone)
    await adjust(till, '10', 'Points of the last visit were missing')
    await till.sees('Rita gets 10 points and now has 210 points', till.band)

    await adjust(till, String(limit), 'A gift of the house')
    await till.sees('A second person is needed', till.dialog)
    expect(await till.dialog.getByRole('radio', { name: /Amina|Chidi|Bisi/ }).count()).toBe(0)
    await till.choosePerson('Ngozi')
    await till.type(shop.staff.Ngozi.pin)
    await till.press('Enter')
    await till.sees(`now has ${(210 + limit).toLocaleString('en')} points`, till.band)
  })

  test('a cashier asks a second person for any', async () => {
    const joy = await shop.customer('Joy Danjuma', { points: 200 })
    const till = await shop.openAs('Chidi')
    await till.take(joy.phone)
    await adjust(till, '10', 'Missed at the till')
    await till.sees('A second person is needed', till.dialog)
  })

  test.each([
    ['', 'why not', 'The number of points is zero. Type how many.'],
    ['1.5', 'why not', 'Points are whole numbers. Type a number without decimals.'],
    ['5', '', 'Say why in a few words, so that anyone can understand it later.'],
  ])('"%s" points for "%s": %s', async (points, reason, sentence) => {
    const till = window()
    await till.take(ada.phone)
    await adjust(till, points, reason)
    await till.sees(sentence, till.customer)
  })
})
