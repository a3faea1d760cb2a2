import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, test } from 'vitest'
import { formatNaira, groupThousands } from '../../shared/base/money.ts'
import type { Screen } from '../support/screen.ts'
import { aShop, SMALL, WIDE } from '../support/shop.ts'

/** The manager's minute: what was sold, what happened, who works here, what a point is worth, is all well. */
const shop = aShop()
const HOSTILE = '=HYPERLINK("http://evil.example","click")'
let ada: { id: string; phone: string }

beforeAll(async () => {
  // 3 sales with a customer, one without, one undone: what the figures must say.
  ada = await shop.customer('Ada Obi', { points: 2_000 })
  await shop.customer(HOSTILE, { points: 100 })
  await shop.customer('+234 Plus', {})
  await shop.customer('@sum(A1)', {})
  const sale = { receipt: '', channel: 'pos' as const, approver: null }
  await shop.ask('Chidi', 'sale.record', {
    ...sale,
    customer_id: ada.id,
    gross_kobo: 1_000_000,
    redeem: { unit: 'points', points: 500 },
  })
  await shop.ask('Chidi', 'sale.record', { ...sale, customer_id: null, gross_kobo: 250_050, redeem: null })
  const slip = await shop.ask('Chidi', 'sale.record', {
    ...sale,
    customer_id: ada.id,
    gross_kobo: 9_999_900,
    redeem: null,
  })
  await shop.ask('Chidi', 'sale.void', {
    sale_id: slip.sale_id,
    reason: 'Wrong amount typed',
    approver: null,
  })
})

/** From the cashier's screen, with the manager's PIN. */
async function enter(till: Screen): Promise<void> {
  await till.press('F10')
  await till.sees('Enter a manager PIN. Your sale stays as it is.', till.dialog)
  await till.choosePerson('Ngozi')
  await till.type(shop.staff.Ngozi.pin)
  await till.press('Enter')
  await till.page.getByRole('heading', { name: 'Today', level: 1 }).waitFor()
}

async function room(till: Screen, name: string): Promise<void> {
  await till.page
    .getByRole('navigation', { name: 'Rooms of the manager' })
    .getByRole('link', { name })
    .click()
  await till.page.getByRole('heading', { name, level: 1 }).waitFor()
}

test('a cashier needs the PIN of a manager, and finds the sale as it was after', async () => {
  const till = await shop.openAs('Chidi', { size: SMALL })
  await till.take(ada.phone)
  await till.type('4321')
  await till.press('F10')
  await till.sees('Enter a manager PIN.', till.dialog)
  expect(await till.dialog.getByRole('radio', { name: /Chidi|Bisi|Amina/ }).count()).toBe(0)
  await till.choosePerson('Ngozi')
  await till.type('999999')
  await till.press('Enter')
  await till.sees('That PIN is not right.', till.dialog)
  await till.type(shop.staff.Ngozi.pin)
  await till.press('Enter')
  await till.page.getByRole('heading', { name: 'Today', level: 1 }).waitFor()
  await till.press('Escape')
  await till.amount.waitFor()
  expect(await till.amount.inputValue()).toBe('4,321')
  await till.sees('Ada Obi', till.customer)
  await till.sees('Chidi')
})

test('the figures of today are what was sold, and open the list behind them', async () => {
  const { figures, by_cashier } = await shop.ask('Ngozi', 'manager.today', { date: null })
  // Ada's and the hostile one's first sale, Ada's with points. The one undone counts no more.
  expect(figures).toMatchObject({ sales: 4, sales_with_customer: 3, redeemed: 500, enrolled: 4, voids: 1 })
  expect(figures.gross_kobo).toBe(20_000_000 + 1_000_000 + 1_000_000 + 250_050)
  expect(figures.earned).toBe(2_000 + 100 + 118)
  const { sales, sales_minor } = await shop.stats()
  expect([sales, sales_minor]).toEqual([figures.sales, figures.gross_kobo])

  const till = await shop.openAs('Chidi')
  await enter(till)
  const main = till.page.getByRole('main')
  await till.sees(`Sales with loyalty ${figures.sales_with_customer} `, main)
  await till.sees(`of ${figures.sales} sales, ${formatNaira(figures.gross_kobo)} in all`, main)
  await till.sees(`Points given ${groupThousands(figures.earned)} `, main)
  await till.sees(`Points used ${groupThousands(figures.redeemed)} `, main)
  await till.sees(`New customers ${figures.enrolled} `, main)
  expect(by_cashier.map((row) => row.sales).reduce((sum, one) => sum + one, 0)).toBe(figures.sales)
  const chidi = till.page.getByRole('row').filter({ hasText: 'Chidi' })
  await till.sees('Chidi 2 ₦12,500.50 118 500', chidi)
  await till.page.getByRole('link', { name: /Points used/ }).click()
  await till.page.getByRole('heading', { name: 'Entries', level: 1 }).waitFor()
  await till.sees('1 entry')
})

test.each([
  WIDE,
  SMALL,
])('all rooms are whole at $width x $height and reached by number keys', async (size) => {
  const till = await shop.openAs('Chidi', { size })
  await enter(till)
  for (const [n, name] of ['Today', 'Entries', 'Staff', 'Settings', 'Health', 'Export'].entries()) {
    await till.press(String(n + 1))
    await till.page.getByRole('heading', { name, level: 1 }).waitFor()
    await till.seesNot('One moment')
    expect([name, await till.outOfSight()]).toEqual([name, []])
  }
})

describe('the entries', () => {
  test('are narrowed by kind, person and text, and say why', async () => {
    const till = await shop.openAs('Chidi')
    await enter(till)
    await room(till, 'Entries')
    const chip = (name: string) => till.page.getByRole('button', { name, exact: true })
    await chip('Undone').click()
    await till.sees('Wrong amount typed')
    await till.sees('Undone')
    await till.seesNot('New customer')
    await chip('Undone').click()
    await chip('Points used').click()
    await till.sees('1 entry')
    await till.page.getByRole('button', { name: 'Clear all' }).click()
    await till.page.getByLabel('Person').selectOption({ label: 'Amina' })
    await till.sees('No entries match')
    await till.page.getByRole('button', { name: 'Clear all' }).first().click()
    await till.page.getByRole('searchbox').fill('HYPERLINK')
    await till.sees('=HYPERLINK')
    await till.page.getByRole('searchbox').fill("%' OR 1=1 --")
    await till.sees('No entries match')
  })
})

describe('staff', () => {
  test('a new person is added with a PIN and signs in', async () => {
    const till = await shop.openAs('Chidi')
    await enter(till)
    await room(till, 'Staff')
    await till.page.getByRole('button', { name: 'Add a person' }).click()
    const field = (label: string) => till.dialog.getByLabel(label, { exact: true })
    await till.dialog.getByRole('button', { name: 'Add' }).click()
    await till.sees('Type a name, as it is called out in the shop.', till.dialog)
    await till.sees('Type a PIN.', till.dialog)
    await field('Name').fill('Chidi')
    await field('PIN').fill('1111')
    await field('The same PIN again').fill('1112')
    await till.dialog.getByRole('button', { name: 'Add' }).click()
    await till.sees('The two PINs are not the same. Type both again.', till.dialog)
    await field('The same PIN again').fill('1111')
    await till.dialog.getByRole('button', { name: 'Add' }).click()
    await till.page
      .getByRole('alert')
      .filter({ hasText: /Choose a PIN|already a/ })
      .first()
      .waitFor()
    await field('PIN').fill('6284')
    await field('The same PIN again').fill('6284')
    await till.dialog.getByRole('button', { name: 'Add' }).click()
    await till.sees('There is already', till.dialog)
    await field('Name').fill('Funke')
    await till.press('Enter')
    await till.sees('Funke was added as cashier.')

    const next = await shop.open()
    await next.choosePerson('Funke')
    await next.type('6284')
    await next.press('Enter')
    await next.hasFocus(next.find)
    await next.sees('Funke')
  })
})

describe('settings', () => {
  test('another program changes what the next sale earns', async () => {
    const till = await shop.openAs('Chidi')
    await till.take(ada.phone)
    await till.type('10000')
    await till.sees('Earns 125 points')
    await enter(till)
    await room(till, 'Settings')
    const perPoint = till.page.getByLabel('One point per')
    await perPoint.fill('0')
    await till.sees('Type an amount above zero, for example 100.')
    await perPoint.fill('200')
    await till.page.getByRole('button', { name: 'Save changes' }).click()
    await till.sees('Saved. The till uses it from now on.')
    await till.press('Escape')
    await till.amount.waitFor()
    await till.press('F4', 'Control+a')
    await till.type('10000')
    await till.sees('Earns 62 points')
    await till.sees('50 base × 1.25 Silver')
  })

  test('changes that were not saved are not lost by a slip', async () => {
    const till = await shop.openAs('Chidi')
    await enter(till)
    await room(till, 'Settings')
    await till.page.getByLabel('Store name').fill('Another name')
    await till.press('Escape', 'Escape')
    await till.sees('Your changes are not saved', till.dialog)
    await till.page.getByRole('button', { name: 'Stay here' }).click()
    expect(await till.page.getByLabel('Store name').inputValue()).toBe('Another name')
    await till.page.getByRole('button', { name: 'Discard' }).click()
    expect(await till.page.getByLabel('Store name').inputValue()).toBe('Balogun Market')
  })
})

describe('health', () => {
  test('checks the whole ledger beside the sales and says that it is sound', async () => {
    const till = await shop.openAs('Chidi')
    await enter(till)
    await room(till, 'Health')
    await till.page.getByRole('button', { name: 'Check now' }).click()
    await till.page
      .getByText(/Every one of \d+ entries is sound, and all balances add up\./)
      .waitFor({ timeout: 30_000 })
    await till.sees('Right to within two minutes.')
  })

  test('makes a backup and says where it is', async () => {
    const till = await shop.openAs('Chidi')
    await enter(till)
    await room(till, 'Health')
    await till.page.getByRole('button', { name: 'Back up now' }).click()
    await till.page.getByText(/Backup made, /).waitFor({ timeout: 30_000 })
  })
})

describe('export', () => {
  async function download(till: Screen, what: string): Promise<{ name: string; text: string }> {
    const [file] = await Promise.all([
      till.page.waitForEvent('download'),
      till.page.getByRole('button', { name: new RegExp(`^Export .*${what}`) }).click(),
    ])
    const kept = path.join(shop.dir, '..', file.suggestedFilename())
    await file.saveAs(kept)
    return { name: file.suggestedFilename(), text: readFileSync(kept, 'utf8') }
  }

  test('gives CSV whose cells no spreadsheet runs', async () => {
    const till = await shop.openAs('Chidi')
    await enter(till)
    await room(till, 'Export')
    for (const what of ['Customers', 'Sales', 'Points', 'Entries']) {
      const { name, text } = await download(till, what)
      expect(name).toMatch(/\.csv$/)
      expect(text.startsWith('\ufeff')).toBe(true)
      const rows = parse(text, { bom: true }) as string[][]
      expect(rows.length).toBeGreaterThan(1)
      const dangerous = rows
        .flat()
        .filter((cell) => /^[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+(?:\.\d+)?$/.test(cell))
      expect([what, dangerous]).toEqual([what, []])
      await till.sees(' saved')
    }
    const { text } = await download(till, 'Customers')
    const rows = parse(text, { bom: true, columns: true }) as Record<string, string>[]
    expect(rows.map((row) => row['name'])).toContain(`'${HOSTILE}`)
    expect(rows).toHaveLength((await shop.stats()).customers)
  })
})
