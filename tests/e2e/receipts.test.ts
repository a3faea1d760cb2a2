import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Screen } from '../support/screen.ts'
import { aShop, SMALL, WIDE } from '../support/shop.ts'

/** Paper, cards and codes at the till: what is printed and shown after a sale, and what a scanner opens. */
const shop = aShop()
const taken: Buffer[] = []
let printer: Server
let port = 0
let ada: { id: string; phone: string }

beforeAll(async () => {
  printer = createServer((line) => line.on('data', (part) => taken.push(part)))
  await new Promise<void>((resolve) => printer.listen(0, '127.0.0.1', resolve))
  const address = printer.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  port = address.port
  ada = await shop.customer('Ada Obi', { points: 2_000 })
})
afterAll(() => printer.close())

const paper = (): string => Buffer.concat(taken).toString('latin1')
const NO_PRINTER = { kind: 'none', host: '', port: 9_100, device: '', paper: 80, every_sale: false } as const
const here = () => ({ ...NO_PRINTER, kind: 'network', host: '127.0.0.1', port }) as const

async function sell(till: Screen, naira: string): Promise<void> {
  await till.take(ada.phone)
  await till.type(naira)
  await till.press('Enter')
  await till.sees('Ada earns', till.band)
}

describe('after a sale', () => {
  test('F7 shows the receipt, Enter prints it, and without a printer it is said what to do', async () => {
    await shop.ask('Ngozi', 'printer.update', NO_PRINTER)
    const till = await shop.openAs('Chidi', { size: SMALL })
    await sell(till, '12500')
    expect(await till.outOfSight()).toEqual([])
    await till.press('F7')
    await till.sees('Points earned', till.dialog)
    await till.sees('₦12,500', till.dialog)
    await till.dialog.getByRole('img', { name: 'Code of this receipt' }).waitFor()
    await till.press('Enter')
    await till.sees('This till has no receipt printer. The sale is kept.', till.dialog)
    await shop.ask('Ngozi', 'printer.update', here())
    taken.length = 0
    await till.press('Enter')
    await till.sees('Given to the printer.', till.dialog)
    expect(paper()).toMatch(/Points earned +156/)
    expect(paper()).toContain('NGN 12,500')
    await till.press('Escape')
    await till.hasFocus(till.find)
  })

  test('it is saved as a file', async () => {
    const till = await shop.openAs('Chidi', { size: WIDE })
    await sell(till, '700')
    await till.press('F7')
    await till.sees('Points earned', till.dialog)
    const file = till.page.waitForEvent('download')
    await till.dialog.getByRole('button', { name: 'Save as PDF' }).click()
    expect((await file).suggestedFilename()).toMatch(/^Receipt \d+ \w+ \d{4} \d\d\.\d\d\.pdf$/)
  })

  test('a till that prints every sale does, and a silent printer holds nothing up', async () => {
    const till = await shop.openAs('Chidi', { size: WIDE })
    await shop.ask('Ngozi', 'printer.update', { ...here(), every_sale: true })
    taken.length = 0
    await sell(till, '3300')
    await expect.poll(paper, { timeout: 10_000 }).toContain('NGN 3,300')
    await shop.ask('Ngozi', 'printer.update', {
      ...NO_PRINTER,
      kind: 'device',
      device: '/dev/none/lp0',
      every_sale: true,
    })
    await sell(till, '4400')
    await till.hasFocus(till.find)
    await till.sees('Nothing was printed: there is no printer at /dev/none/lp0. The sale is kept.')
    await shop.ask('Ngozi', 'printer.update', NO_PRINTER)
  })
})

describe('a scan', () => {
  test('of a receipt opens the undoing of its sale, also of another person’s', async () => {
    const sale = await shop.ask('Bisi', 'sale.record', {
      customer_id: ada.id,
      gross_kobo: 770_000,
      redeem: null,
      receipt: '',
      channel: 'pos',
      approver: null,
    })
    const { qr } = await shop.ask('Chidi', 'receipt.preview', { sale_id: sale.sale_id })
    const till = await shop.openAs('Chidi', { size: WIDE })
    await till.take(ada.phone)
    await till.type('2500')
    await till.page.waitForTimeout(150)
    await till.scan(qr)
    await till.sees('₦7,700', till.dialog)
    await till.sees('Ada Obi', till.dialog)
    await till.press('Escape')
    // What the scanner typed into the amount is gone, what the person typed is not.
    expect(await till.amount.inputValue()).toBe('2,500')
  })

  test('of a card without a number opens its customer', async () => {
    const { qr } = await shop.ask('Chidi', 'customer.card_qr', { customer_id: ada.id })
    const till = await shop.openAs('Chidi', { size: WIDE })
    await till.scan(qr)
    await till.sees('Ada Obi', till.customer)
    await till.hasFocus(till.amount)
  })

  test('that was read wrong says so and finds nobody', async () => {
    const { qr } = await shop.ask('Chidi', 'customer.card_qr', { customer_id: ada.id })
    const till = await shop.openAs('Chidi', { size: WIDE })
    await till.scan(qr.slice(0, -1) + (qr.endsWith('A') ? 'B' : 'A'))
    await till.sees('The code could not be read as it was printed.')
  })

  test('into a dialog presses nothing and leaves its field as it was', async () => {
    const till = await shop.openAs('Chidi', { size: WIDE })
    await till.press('F8')
    const reason = till.dialog.getByLabel('Why')
    await reason.fill('wrong')
    await till.page.waitForTimeout(150)
    await till.scan('KS-000123')
    expect(await reason.inputValue()).toBe('wrong')
    await till.dialog.waitFor()
  })
})

test('the membership card of a customer is shown and saved to print', async () => {
  const till = await shop.openAs('Chidi', { size: SMALL })
  await till.take(ada.phone)
  await till.page.getByRole('button', { name: 'Card', exact: true }).click()
  await till.dialog.getByRole('img', { name: 'Code of this card' }).waitFor()
  const file = till.page.waitForEvent('download')
  await till.dialog.getByRole('button', { name: 'Save to print' }).click()
  expect((await file).suggestedFilename()).toBe('Membership cards.pdf')
})

test('a manager sets the printer up and tries it', async () => {
  const till = await shop.openAs('Ngozi', { size: WIDE })
  await till.press('F10')
  await till.page.getByRole('link', { name: 'Settings' }).click()
  const network = till.page.getByRole('radio', { name: 'On the network' })
  await network.check({ force: true })
  await till.page.getByLabel('Address').fill('127.0.0.1')
  await till.page.getByLabel('Port').fill(String(port))
  taken.length = 0
  await till.page.getByRole('button', { name: 'Print a test' }).click()
  await till.sees('Given to the printer. Look whether the page came out.')
  expect(paper()).toContain('This printer can print receipts.')
  await till.page.getByRole('button', { name: 'Save printer' }).click()
  await till.sees('Saved. It holds for this till alone.')
  await till.page.getByLabel('Address').fill('two words')
  await till.page.getByRole('button', { name: 'Save printer' }).click()
  await till.sees('Address of the printer: type it as the printer shows it')
})
