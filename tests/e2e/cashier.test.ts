import { beforeAll, describe, expect, test } from 'vitest'
import { randomHex } from '../../electron/platform/random.ts'
import { encodeReceiptCode } from '../../shared/domain/receipt-code.ts'
import { aShop, SMALL, WIDE } from '../support/shop.ts'

/** A shift with the keyboard alone. No test of this file touches a mouse. */
const shop = aShop()
let tunde: { id: string; phone: string }

beforeAll(async () => {
  await shop.customer('Ada Obi', { phone: '0803 123 4567', points: 2_000, birth: '03-14' })
  tunde = await shop.customer('Tunde Adebayo', { phone: '0803 123 4511' })
})

describe.each([WIDE, SMALL])('with the keyboard alone at $width x $height', (size) => {
  const window = shop.windowOf('Chidi', { size })

  test('a sale takes the number, Enter, the amount, Enter', async () => {
    const before = await shop.stats()
    const till = window()
    await till.hasFocus(till.find)
    expect(await till.outOfSight()).toEqual([])

    await till.type('0803 123 45')
    await till.results.nth(1).waitFor()
    expect(await till.outOfSight()).toEqual([])
    const tundeIsAt = (await till.results.allTextContents()).findIndex((line) => line.includes('Tunde'))
    for (let step = 0; step < tundeIsAt; step++) await till.press('ArrowDown')
    expect(await till.page.getByRole('option', { selected: true }).textContent()).toContain('Tunde')
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.sees('0803 123 4511', till.customer)
    await till.press('Escape')
    await till.hasFocus(till.find)

    await till.press('Control+a')
    await till.type('08031234567')
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.sees('Ada Obi', till.customer)
    await till.type('12500')
    expect(await till.amount.inputValue()).toBe('12,500')
    await till.sees('Earns 156 points')
    await till.sees('125 base × 1.25 Silver')
    expect(await till.outOfSight()).toEqual([])
    await till.press('Enter')

    // The band says what to tell her, and the next number is typed under it at once.
    await till.sees('Ada earns 156 points and now has', till.band)
    await till.hears('Ada earns 156 points and now has')
    await till.hasFocus(till.find)
    await till.type('4567')
    await till.results.first().waitFor()
    expect(await till.find.inputValue()).toBe('4567')
    expect(await till.outOfSight()).toEqual([])
    const after = await shop.stats()
    expect(after.sales - before.sales).toBe(1)
    expect(after.sales_minor - before.sales_minor).toBe(1_250_000)
  })

  test('points pay a part of the bill, in points or in naira', async () => {
    const emeka = await shop.customer('Emeka Eze', { points: 1_500 })
    const till = window()
    await till.type(emeka.phone)
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.type('10000')
    await till.sees('Up to 1,500 points, worth ₦1,500')
    await till.press('F6')
    await till.hasFocus(till.redeem)
    await till.type('500')
    await till.sees('Points pay ₦500')
    await till.sees('To pay ₦9,500')
    await till.sees('Earns 118 points')
    await till.page.getByRole('button', { name: 'Award and redeem' }).waitFor()
    expect(await till.outOfSight()).toEqual([])
    await till.press('Enter')
    await till.sees('Emeka used 500 points for ₦500, earns 118 points and now has 1,118 points', till.band)
    await till.sees('To pay: ₦9,500', till.band)
    await till.hasFocus(till.find)

    await till.type(emeka.phone)
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.type('4000.50')
    await till.press('F6', 'Tab', 'ArrowRight')
    expect(await till.page.getByRole('radio', { name: '₦' }).isChecked()).toBe(true)
    await till.press('F6')
    await till.type('250')
    await till.sees('To pay ₦3,750.50')
    await till.press('Enter')
    await till.sees('Emeka used 250 points for ₦250', till.band)
    const card = await shop.ask('Bisi', 'customer.card', { customer_id: emeka.id })
    // 1,500 - 500 + 118, then - 250 + floor(37.505 x 1.25).
    expect(card.account.available).toBe(1_118 - 250 + 46)
  })

  test('the most that may be redeemed is one button away', async () => {
    const ngozi = await shop.customer('Ngozi Umeh', { points: 300 })
    const till = window()
    await till.take(ngozi.phone)
    await till.type('500')
    await till.sees('Earns 5 points')
    await till.press('F6', 'Tab', 'Tab', 'Enter')
    await till.hasFocus(till.redeem)
    expect(await till.redeem.inputValue()).toBe('250')
    await till.press('Enter')
    await till.sees('Ngozi used 250 points for ₦250', till.band)
  })

  test('Esc goes back one step at a time', async () => {
    const till = window()
    await till.type('08031234511')
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.type('700')
    await till.press('Escape')
    await till.hasFocus(till.find)
    expect(await till.find.inputValue()).toBe('08031234511')
    expect(await till.amount.inputValue()).toBe('700')
    await till.press('Escape')
    await till.hasFocus(till.find)
    expect(await till.find.inputValue()).toBe('')
    expect(await till.amount.inputValue()).toBe('700')
    await till.press('Escape')
    expect(await till.amount.inputValue()).toBe('')
    await till.hasFocus(till.find)
    await till.press('Escape')
    await till.hasFocus(till.find)
  })

  test('the function keys do what the bar at the foot says', async () => {
    const till = window()
    const bar = till.page.getByRole('navigation', { name: 'Shortcuts' })
    for (const words of ['F2 Find', 'F4 Amount', 'F6 Redeem', 'F8 Undo', 'F9 No customer', 'F10 Manager']) {
      await till.sees(words.split(' ').slice(1).join(' '), bar)
    }
    await till.take(tunde.phone)
    await till.press('F2')
    await till.hasFocus(till.find)
    await till.press('F4')
    await till.hasFocus(till.amount)
    await till.press('F6')
    await till.hasFocus(till.redeem)
    await till.press('F8')
    await till.sees('Undo a sale', till.dialog)
    await till.press('Escape')
    await till.dialog.waitFor({ state: 'hidden' })
    await till.press('F10')
    await till.sees('Enter a manager PIN. Your sale stays as it is.', till.dialog)
    expect(await till.outOfSight()).toEqual([])
    await till.press('Escape')
    await till.dialog.waitFor({ state: 'hidden' })
    await till.sees('Tunde Adebayo', till.customer)
  })

  test('F8 undoes the last sale, and the points are as before', async () => {
    const kemi = await shop.customer('Kemi Balogun', { points: 400 })
    const till = window()
    await till.take(kemi.phone)
    await till.type('30000')
    await till.sees('Earns 300 points')
    await till.press('Enter')
    await till.sees('Kemi earns 300 points', till.band)
    await till.press('F8')
    await till.sees('Undo a sale', till.dialog)
    await till.dialog.getByRole('radio', { checked: true }).waitFor()
    expect(await till.outOfSight()).toEqual([])
    await till.press('Enter')
    await till.sees('Sale of ₦30,000 undone. Kemi now has 400 points', till.band)
    await till.hasFocus(till.find)
    // Undone once: it stands there as undone, and cannot be taken again.
    await till.press('F8')
    await till.sees('Undone', till.dialog)
    await till.press('Escape')
    const { lines } = await shop.ask('Bisi', 'customer.lines', {
      customer_id: kemi.id,
      cursor: null,
      limit: 10,
    })
    expect(lines.map((line) => line.kind)).toEqual(['reverse', 'earn', 'earn'])
  })

  test('F8 gives back a part of a sale, in steps, until nothing is left of it', async () => {
    const zara = await shop.customer('Zara Musa', { points: 0 })
    const till = window()
    await till.take(zara.phone)
    await till.type('10000')
    await till.sees('Earns 100 points')
    await till.press('Enter')
    await till.sees('Zara earns 100 points', till.band)
    await till.press('F8')
    const part = till.dialog.getByLabel('Give back a part')
    await part.fill('20000')
    await till.sees('Only ₦10,000 of this sale is left to give back.', till.dialog)
    await part.fill('2550')
    await till.sees('25 points it earned go back.', till.dialog)
    await till.sees('₦7,450 of the sale stays.', till.dialog)
    expect(await till.outOfSight()).toEqual([])
    await part.press('Enter')
    await till.sees('₦2,550 given back. Zara now has 75 points', till.band)
    await till.press('F8')
    await till.sees('₦2,550 given back', till.dialog)
    await part.fill('7450')
    await till.sees('the sale is undone', till.dialog)
    await part.press('Enter')
    await till.sees('₦7,450 given back. Zara now has 0 points', till.band)
    await till.press('F8')
    await till.sees('Undone', till.dialog)
    await till.press('Escape')
  })

  test('a receipt of another till opens what can be given back of it; a second person must agree', async () => {
    const ife = await shop.customer('Ife Ojo', {})
    const till = window()
    await till.hasFocus(till.find)
    const lines = [{ kind: 'earn', event: randomHex(16), points: 50 } as const]
    const sale = { sale: randomHex(16), customer: ife.id, program: 'default', net_kobo: 500_000 }
    // All at one moment: so many keys, one by one, are as slow as the computer that plays them.
    await till.page.evaluate(
      (keys) => {
        for (const key of keys)
          document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
      },
      [...encodeReceiptCode({ ...sale, lines, code: null }), 'Enter'],
    )
    await till.sees('A sale of another till', till.dialog)
    await till.sees('₦5,000 can be given back', till.dialog)
    expect(await till.outOfSight()).toEqual([])
    const part = till.dialog.getByLabel('Give back a part')
    await part.fill('2000')
    await till.sees('20 points it earned go back.', till.dialog)
    await part.press('Enter')
    await till.sees('A second person is needed')
    await till.press('Escape', 'Escape')
    await till.hasFocus(till.find)
  })

  test('the band undoes the sale it speaks of, with a reason', async () => {
    const sola = await shop.customer('Sola Ade', {})
    const till = window()
    await till.take(sola.phone)
    await till.type('9000')
    await till.sees('Earns 90 points')
    await till.press('Enter')
    await till.sees('Sola earns 90 points', till.band)
    // The band stands before the fields: Shift and Tab reach its one button.
    const undo = till.band.getByRole('button', { name: 'Undo' })
    await undo.focus()
    await till.press('Enter')
    await till.sees('Undo a sale', till.dialog)
    await till.dialog.getByRole('radio', { checked: true }).waitFor()
    // A usual reason is three keys: to it, chosen, and the undo.
    await till.press('Tab', 'Tab', 'Tab')
    expect(await till.focused()).toBe('Wrong amount')
    await till.press('Enter')
    await till.hasFocus(till.dialog.getByRole('button', { name: 'Undo this sale' }))
    await till.press('Enter')
    await till.sees('Sale of ₦9,000 undone. Sola now has 0 points', till.band)
    const { events } = await shop.ask('Ngozi', 'manager.events', {
      from: null,
      to: null,
      kinds: ['points.reversed'],
      staff_id: null,
      customer_id: sola.id,
      text: '',
      cursor: null,
      limit: 5,
    })
    expect(events[0]?.text).toContain('Wrong amount')
  })

  test('the points history takes the focus, so that keys scroll it', async () => {
    const ngozi = await shop.customer('Ngozika Udo', { points: 20 })
    const till = window()
    await till.take(ngozi.phone)
    await till.customer.getByRole('button', { name: 'Points history' }).focus()
    await till.press('Enter')
    await till.hasFocus(till.page.getByRole('region', { name: /Points history of .*Ngozika Udo/ }))
    await till.press('Escape')
    await till.hasFocus(till.amount)
  })

  test('F9 books a sale that nobody wants points for', async () => {
    const before = await shop.stats()
    const till = window()
    await till.press('F9')
    await till.hasFocus(till.amount)
    await till.sees('Sale without a customer')
    expect(await till.redeem.isDisabled()).toBe(true)
    await till.type('1550.75')
    await till.sees('No customer, so no points')
    expect(await till.outOfSight()).toEqual([])
    await till.press('Enter')
    await till.sees('Sale of ₦1,550.75 recorded without a customer', till.band)
    await till.hasFocus(till.find)
    const after = await shop.stats()
    expect(after.sales - before.sales).toBe(1)
    expect(after.sales_minor - before.sales_minor).toBe(155_075)
    expect(after.points).toBe(before.points)
  })
})

test('the band leaves after four seconds, and what it says lasts no longer', async () => {
  const till = await shop.openAs('Chidi')
  await till.press('F9')
  await till.type('100')
  await till.press('Enter')
  const sentence = 'Sale of ₦100 recorded without a customer'
  await till.told(sentence)
  await till.band.waitFor({ state: 'hidden' })
  const { fromMs, untilMs } = await till.told(sentence)
  expect((untilMs ?? 0) - fromMs).toBeGreaterThan(3_900)
})

test('Enter pressed before the list came takes the first line when it comes', async () => {
  const till = await shop.openAs('Chidi')
  await till.page.route('**/call', async (route) => {
    if (route.request().postData()?.includes('customer.search')) await till.page.waitForTimeout(400)
    await route.continue()
  })
  await till.type('1234567')
  await till.press('Enter')
  await till.hasFocus(till.amount)
  await till.sees('Ada Obi', till.customer)
})

test('Enter pressed twice books one sale', async () => {
  const before = await shop.stats()
  const till = await shop.openAs('Chidi')
  await till.take(tunde.phone)
  await till.type('2000')
  await till.press('Enter', 'Enter', 'Enter')
  await till.sees('Tunde earns 20 points', till.band)
  expect((await shop.stats()).sales - before.sales).toBe(1)
})
