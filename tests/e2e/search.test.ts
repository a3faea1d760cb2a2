import { beforeAll, describe, expect, test } from 'vitest'
import { aShop, WIDE } from '../support/shop.ts'

/** Any fragment the cashier has finds the customer; any text at all is shown as text. */
const shop = aShop()

/** As typed, and as kept: marks that turn the text around them are left out. */
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  "Robert'); DROP TABLE customer;--",
  '"><script>alert(1)</script>',
  "=cmd|' /C calc'!A0",
  '👩🏾‍🌾 Emoji 🇳🇬',
  'مريم بلال',
  '\u202Eevil\u202C name',
  '%_%',
] as const

let numbers: readonly string[] = []

beforeAll(async () => {
  await shop.customer('Ọláyínká Adébáyọ̀', { phone: '0703 555 8899', card: 'KS-000777' })
  await shop.customer('Ada Obi', { phone: '0803 123 4567', card: 'KS-000123' })
  for (let n = 0; n < 23; n++) await shop.customer(`Musa Number${n}`, { phone: `0902 440 ${1_000 + n * 7}` })
  const enrolled = await Promise.all(
    HOSTILE.map((name, n) => shop.customer(name, { phone: `0812999000${n}` })),
  )
  numbers = enrolled.map((one) => one.phone)
})

describe('the search box', () => {
  const window = shop.windowOf('Chidi')

  test.each([
    ['the whole number', '08031234567', 'Ada Obi'],
    ['with spaces and country code', '+234 803 123 4567', 'Ada Obi'],
    ['without the zero', '803 123 4567', 'Ada Obi'],
    ['in full-width digits', '０８０３１２３４５６７', 'Ada Obi'],
    ['in Arabic-Indic digits', '٠٨٠٣١٢٣٤٥٦٧', 'Ada Obi'],
    ['its last four digits', '8899', 'Ọláyínká'],
    ['its last seven digits', '5558899', 'Ọláyínká'],
    ['the beginning', '0703555', 'Ọláyínká'],
    ['the name', 'Ọláyínká', 'Ọláyínká'],
    ['the name without marks', 'olayinka', 'Ọláyínká'],
    ['name words in another order', 'adebayo ola', 'Ọláyínká'],
    ['a card', 'KS-000777', 'Ọláyínká'],
  ])('finds by %s: %s', async (_, text, name) => {
    const till = window()
    await till.find.fill(text)
    await till.results.filter({ hasText: name }).first().waitFor()
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.sees(name, till.customer)
  })

  test('lists twenty at most and says that there are more', async () => {
    const till = window()
    await till.type('musa')
    await till.sees('More than 20 match. Type a few more digits or letters.')
    expect(await till.results.count()).toBe(20)
    await till.hears('20 customers found')
    await till.press('ArrowUp')
    for (let n = 0; n < 25; n++) await till.press('ArrowDown')
    const last = till.page.getByRole('option', { selected: true })
    expect(await last.getAttribute('id')).toBe(await till.results.last().getAttribute('id'))
    const box = await last.boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(WIDE.height)
    await till.press('PageUp', 'PageUp', 'PageUp', 'PageUp', 'PageUp')
    expect(await till.results.first().getAttribute('aria-selected')).toBe('true')
  })

  test('shows hostile names as the text they are', async () => {
    const till = window()
    for (const [n, typed] of HOSTILE.entries()) {
      const name = typed.replaceAll(/[\u202c\u202e]/g, '')
      await till.find.fill(numbers[n] ?? '')
      await expect.poll(() => till.results.first().textContent()).toContain(name)
      await till.press('Enter')
      await till.hasFocus(till.amount)
      await till.customer.getByRole('heading', { level: 2 }).waitFor()
      expect(await till.customer.getByRole('heading', { level: 2 }).textContent()).toBe(name)
      expect(await till.page.locator('main img, main script').count()).toBe(0)
      await till.press('F2')
    }
  })

  test('keeps a sentence in order around a name written from the right', async () => {
    const till = window()
    await till.take(numbers[5] ?? '')
    await till.type('1000')
    await till.sees('Earns 10 points')
    await till.press('Enter')
    const { text } = await till.told('مريم earns 10 points and now has 10 points')
    expect(text).toContain('\u2068مريم\u2069')
  })

  test.each([
    ['HTML', '<img src=x onerror=alert(1)>'],
    ['SQL', "' OR 1=1; DROP TABLE customer; --"],
    ['wildcards', '%%%___'],
    ['a regular expression', '(.*)+$[a-z'],
    ['emoji', '👩🏾‍🌾🇳🇬🔥'],
    ['right-to-left marks', '\u202E7654321\u202C'],
    ['control characters', 'a\u0000b\u0007c\u001b[31m'],
    ['half of a character', '\ud83d'],
    ['10 kB', 'lorem ipsum '.repeat(850)],
    ['10 kB of digits', '0803'.repeat(2_500)],
  ])('takes %s and goes on', async (_, text) => {
    const till = window()
    await till.find.focus()
    await till.page.evaluate((pasted) => {
      const data = new DataTransfer()
      data.setData('text/plain', pasted)
      const box = document.activeElement as HTMLInputElement
      box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))
      document.execCommand('insertText', false, pasted)
    }, text)
    await expect.poll(async () => /Nobody found|More than 20|points/.test(await till.text())).toBe(true)
    expect(await till.outOfSight()).toEqual([])
    await till.press('Control+a')
    await till.type('4567')
    await till.results.filter({ hasText: 'Ada Obi' }).waitFor()
  })

  test('does not let a slow answer overtake a later one', async () => {
    const till = window()
    let held = 0
    await till.page.route('**/call', async (route) => {
      const body = route.request().postData() ?? ''
      if (body.includes('"text":"musa"')) {
        held += 1
        await till.page.waitForTimeout(700)
      }
      await route.continue()
    })
    await till.find.fill('musa')
    await expect.poll(() => held).toBe(1)
    await till.find.fill('olayinka')
    await till.results.filter({ hasText: 'Ọláyínká' }).waitFor()
    await till.page.waitForTimeout(900)
    expect(await till.results.count()).toBe(1)
  })
})

describe('a card scanner', () => {
  const window = shop.windowOf('Chidi')

  test('works with the focus in the search box', async () => {
    const till = window()
    await till.scan('KS-000123')
    await till.hasFocus(till.amount)
    await till.sees('Ada Obi', till.customer)
  })

  test('works from the amount, and what was typed there stays', async () => {
    const till = window()
    await till.take('07035558899')
    await till.type('2500')
    await till.page.waitForTimeout(100)
    await till.scan('KS-000123')
    await till.sees('Ada Obi', till.customer)
    await till.hasFocus(till.amount)
    expect(await till.amount.inputValue()).toBe('2,500')
    await till.sees('Earns 25 points')
  })

  test('works from the receipt and with the focus nowhere', async () => {
    const till = window()
    await till.take('07035558899')
    await till.press('Tab')
    await till.type('A-1')
    await till.page.waitForTimeout(100)
    await till.scan('KS-000123')
    await till.sees('Ada Obi', till.customer)
    expect(await till.receipt.inputValue()).toBe('A-1')
    await till.page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await till.scan('KS-000777')
    await till.sees('Ọláyínká', till.customer)
  })

  test('of a card nobody has offers to enrol it', async () => {
    const till = window()
    await till.scan('KS-999999')
    await till.sees('New customer')
    await till.sees('KS-999999')
  })
})
