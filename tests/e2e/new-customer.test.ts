import { describe, expect, test } from 'vitest'
import { aShop, SMALL, WIDE } from '../support/shop.ts'

const shop = aShop()

describe.each([WIDE, SMALL])('somebody new at $width x $height', (size) => {
  // The tests of both sizes run on one till: each enrols a number of its own.
  const window = shop.windowOf('Chidi', { size })
  const last = size.width === WIDE.width ? '1' : '2'

  test('is enrolled with two keystrokes after the number, which is read back in groups', async () => {
    const till = window()
    await till.type(`0806111222${last}`)
    await till.sees(`Nobody has 0806 111 222${last} yet`)
    await till.sees('New customer')
    expect(await till.outOfSight()).toEqual([])
    await till.press('Control+Enter')
    await till.sees('Read the number back', till.customer)
    await till.sees(`0806 111 222${last}`, till.customer)
    await till.sees('Ask: ', till.customer)
    expect(await till.outOfSight()).toEqual([])
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.sees(`0806 111 222${last}`, till.customer)
    await till.type('5000')
    await till.sees('Earns 50 points')
    await till.press('Enter')
    await till.sees('The customer earns 50 points', till.band)
  })

  test('is asked about offers, and the answer is kept with time, wording and who asked', async () => {
    const till = window()
    await till.type(`0806333444${last}`)
    await till.sees('New customer')
    await till.press('Enter')
    await till.hasFocus(till.customer.getByRole('textbox', { name: 'Name' }))
    await till.type('Halima Sani')
    await till.press('Tab')
    await till.type('14/3')
    await till.press('Tab')
    await till.hasFocus(till.page.getByLabel('Recommended by'))
    await till.press('Tab')
    const yes = till.customer.getByRole('radio', { name: 'Yes' })
    while (!(await yes.isChecked())) await till.press('ArrowLeft')
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.sees('Halima Sani', till.customer)
    await till.sees('Agreed to offers on', till.customer)
    await till.sees('Birthday 14 Mar', till.customer)

    const found = await shop.ask('Bisi', 'customer.search', { text: `0806333444${last}` })
    const card = await shop.ask('Bisi', 'customer.card', { customer_id: found.results[0]?.id ?? '' })
    const { store } = await shop.ask('Bisi', 'system.status', {})
    expect(card.birth).toBe('03-14')
    expect(card.consent).toMatchObject({ marketing: 'yes', wording: store?.consent_wording })
    expect(card.consent.at).toBeGreaterThanOrEqual(card.joined_at)
    const { events } = await shop.ask('Ngozi', 'manager.events', {
      from: null,
      to: null,
      kinds: ['customer.consent', 'customer.enrolled'],
      staff_id: null,
      customer_id: card.id,
      text: '',
      cursor: null,
      limit: 5,
    })
    expect(new Set(events.map((event) => event.staff))).toEqual(new Set(['Chidi']))
  })
})

describe('the form of a new customer', () => {
  const window = shop.windowOf('Chidi')

  test.each([
    ['a birthday in no calendar', 'Birthday', '31/31', 'Type the day and the month, for example 14/3'],
    ['a name of 300 letters', 'Name', 'n'.repeat(300), 'A name has at most 120 characters. Shorten it.'],
  ])('%s is refused under its field, and nothing is lost', async (_, label, text, sentence) => {
    const till = window()
    // A number each: the form of one number is there again with what was typed.
    const number = `0806777888${label.length}`
    await till.type(number)
    await till.sees('New customer')
    await till.press('Enter')
    const field = till.customer.getByRole('textbox', { name: label })
    await field.fill(text)
    await till.press('Enter')
    await till.sees(sentence, till.customer)
    expect(await field.inputValue()).toBe(text)
    expect((await shop.ask('Bisi', 'customer.search', { text: number })).results).toEqual([])
  })

  test('a number with an unknown prefix is warned about and taken', async () => {
    const till = window()
    await till.type('+234 600 123 4567')
    const offered = till.page.getByRole('option', { name: /New customer/ })
    await offered.waitFor()
    await till.press('Enter')
    await till.sees('Check it with the customer once more.', till.customer)
    await till.press('Enter')
    await till.hasFocus(till.amount)
  })

  test('what is no number, card or email is never offered as a new customer', async () => {
    const till = window()
    for (const text of ['abc', '0803', '!!!', 'zzzz qqqq']) {
      await till.find.fill(text)
      await till.sees('Nobody found')
      await till.seesNot('New customer')
    }
  })

  test('a form left by Esc is there again with what was typed', async () => {
    const till = window()
    await till.type('08069990001')
    await till.sees('New customer')
    await till.press('Enter')
    await till.hasFocus(till.customer.getByRole('textbox', { name: 'Name' }))
    await till.type('Zainab')
    await till.press('Escape')
    await till.hasFocus(till.find)
    await till.press('Enter')
    const name = till.customer.getByRole('textbox', { name: 'Name' })
    await name.waitFor()
    expect(await name.inputValue()).toBe('Zainab')
  })
})
