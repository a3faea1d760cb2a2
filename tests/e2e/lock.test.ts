import { describe, expect, test } from 'vitest'
import { aShop, SMALL } from '../support/shop.ts'

/** The till locks itself and keeps what was typed; wrong PINs cost time. */
const shop = aShop()

describe('a till that nobody touches for five minutes', () => {
  test('locks, keeps the sale, and goes on with it after the PIN', async () => {
    const ada = await shop.customer('Ada Obi', { points: 1_000 })
    const till = await shop.openAs('Chidi', { ownClock: true })
    await till.take(ada.phone)
    await till.type('12500')
    await till.press('Tab')
    await till.type('A-77')
    await till.page.clock.fastForward('04:30')
    expect(await till.amount.isVisible()).toBe(true)
    await till.page.clock.fastForward('00:40')
    await till.sees('Locked')
    await till.sees('What you typed is kept.')
    // Nothing of the customer stays in sight for whoever walks by.
    await till.seesNot('Ada Obi')
    await till.hasFocus(till.page.getByLabel(/PIN of .*Chidi/))
    await till.type(shop.staff.Chidi.pin)
    await till.press('Enter')
    await till.amount.waitFor()
    expect(await till.amount.inputValue()).toBe('12,500')
    expect(await till.receipt.inputValue()).toBe('A-77')
    await till.sees('Ada Obi', till.customer)
    await till.press('F4', 'Enter')
    await till.sees('Ada earns 156 points', till.band)
  })

  test('locks at once by the name in the strip, and another cashier may go on', async () => {
    const till = await shop.openAs('Chidi')
    await till.find.fill('0806')
    await till.page.getByRole('button', { name: /Lock or change cashier/ }).click()
    await till.sees('Locked')
    await till.choosePerson('Bisi')
    await till.type(shop.staff.Bisi.pin)
    await till.press('Enter')
    await till.find.waitFor()
    expect(await till.find.inputValue()).toBe('0806')
    await till.sees('Bisi')
  })

  test('keeps the form of a new customer too', async () => {
    const till = await shop.openAs('Chidi', { ownClock: true })
    await till.type('08061112229')
    await till.sees('New customer')
    await till.press('Enter')
    await till.hasFocus(till.customer.getByRole('textbox', { name: 'Name' }))
    await till.type('Halima')
    await till.page.clock.fastForward('05:10')
    await till.sees('Locked')
    await till.type(shop.staff.Chidi.pin)
    await till.press('Enter')
    await till.sees('0806 111 2229', till.customer)
    expect(await till.customer.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Halima')
  })
})

describe('wrong PINs', () => {
  test('are counted down, lock that person with a count-down, over a restart too, and nobody else', async () => {
    const till = await shop.open({ size: SMALL, ownClock: true })
    await till.choosePerson('Amina')
    for (const left of ['4 more tries', '3 more tries', '2 more tries', '1 more try']) {
      await till.type('9999')
      await till.press('Enter')
      await till.sees(`That PIN is not right. ${left}`)
    }
    await till.type('9999')
    await till.press('Enter')
    await till.page.getByText(/Try again in \d+ seconds, or ask a manager/).waitFor()
    expect(await till.outOfSight()).toEqual([])
    const field = till.page.getByLabel(/PIN of .*Amina/)
    expect(await field.isDisabled()).toBe(true)
    await till.page.clock.fastForward('00:20')
    await till.page.getByText(/Try again in (?:\d|10) seconds?, or ask a manager/).waitFor()
    await till.page.clock.fastForward('00:11')
    await till.hasFocus(field)

    // The page's clock ran ahead; the till's own did not. The right PIN does not help before the time is over.
    await till.type(shop.staff.Amina.pin)
    await till.press('Enter')
    await till.page.getByText(/Try again in \d+ seconds, or ask a manager/).waitFor()
    await shop.closeScreens()
    await shop.stopHost()
    await shop.startHost()
    const again = await shop.open()
    await again.choosePerson('Amina')
    await again.type(shop.staff.Amina.pin)
    await again.press('Enter')
    await again.page.getByText(/Try again in \d+ seconds, or ask a manager/).waitFor()

    const other = await shop.openAs('Chidi')
    await other.hasFocus(other.find)
  })

  test('a manager sets a new PIN, and the person is in at once', async () => {
    await shop.ask('Ngozi', 'staff.update', {
      staff_id: shop.staff.Amina.id,
      name: null,
      role: null,
      active: null,
      pin: '6042',
    })
    const till = await shop.open()
    await till.choosePerson('Amina')
    await till.type('6042')
    await till.press('Enter')
    await till.hasFocus(till.find)
  })
})

test('the names take keys: arrows step, a letter jumps, the first digit of the PIN chooses', async () => {
  const till = await shop.open()
  const tile = (name: RegExp) => till.page.getByRole('radio', { name })
  await till.hasFocus(tile(/Amina/))
  await till.press('ArrowRight')
  await till.hasFocus(tile(/Bisi/))
  await till.press('ArrowDown')
  await till.hasFocus(tile(/Ngozi/))
  // Only walked over: nobody is chosen.
  expect(await till.page.getByRole('radio', { checked: true }).count()).toBe(0)
  await till.press('c')
  await till.hasFocus(tile(/Chidi/))
  await till.type(shop.staff.Chidi.pin)
  expect(await till.page.getByLabel(/PIN of .*Chidi/).inputValue()).toBe(shop.staff.Chidi.pin)
  await till.press('Enter')
  await till.hasFocus(till.find)
})

test('Enter on a name goes to its PIN, and Shift Tab goes back to the names', async () => {
  const till = await shop.open()
  await till.hasFocus(till.page.getByRole('radio', { name: /Amina/ }))
  await till.press('t', 'Enter')
  await till.hasFocus(till.page.getByLabel(/PIN of .*Tunde/))
  await till.press('Shift+Tab', 'ArrowLeft', 'Enter')
  await till.hasFocus(till.page.getByLabel(/PIN of .*Ngozi/))
})
