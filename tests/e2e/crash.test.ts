import { beforeEach, describe, expect, test } from 'vitest'
import type { Screen } from '../support/screen.ts'
import { aShop } from '../support/shop.ts'

/** The ledger process is struck down (kill -9) while somebody works. Nothing is lost and nothing is booked twice. */
const shop = aShop()
const STARTING_AGAIN =
  'One moment, the till is starting again. What you typed is kept, and nothing is booked twice.'
let people = 0

beforeEach(async () => {
  // Each test has its own count of restarts a minute.
  await shop.stopHost()
  await shop.startHost()
})

async function atTheAmount(naira: string): Promise<{ till: Screen; id: string }> {
  people += 1
  const { id, phone } = await shop.customer('Ada Obi', { phone: `080311100${10 + people}`, points: 1_000 })
  const till = await shop.openAs('Chidi')
  await till.take(phone)
  await till.type(naira)
  await till.sees('Earns ')
  return { till, id }
}

test('in the middle of typing a number: the screen says so, and the list comes', async () => {
  await shop.customer('Bola Ige', { phone: '0805 777 1234' })
  const till = await shop.openAs('Chidi')
  await till.type('0805777')
  await till.results.filter({ hasText: 'Bola Ige' }).waitFor()
  const saysSo = await till.watchesFor(STARTING_AGAIN)
  shop.killLedger()
  await till.type('12')
  await saysSo()
  await till.type('34')
  await till.seesNot(STARTING_AGAIN)
  expect(await till.find.inputValue()).toBe('08057771234')
  await till.results.filter({ hasText: 'Bola Ige' }).waitFor()
  await till.press('Enter')
  await till.hasFocus(till.amount)
  await till.sees('Bola Ige', till.customer)
})

describe('in the middle of a sale', () => {
  test('before it was booked: it is booked once', async () => {
    const { till, id } = await atTheAmount('12500')
    const before = await shop.stats()
    await till.page.route('**/call', async (route) => {
      if (route.request().postData()?.includes('sale.record')) shop.killLedger()
      await route.continue()
    })
    await till.press('Enter')
    await till.sees('Ada earns 156 points and now has 1,156 points', till.band)
    const after = await shop.stats()
    expect(after.sales - before.sales).toBe(1)
    expect(after.sales_minor - before.sales_minor).toBe(1_250_000)
    expect((await shop.ask('Bisi', 'customer.card', { customer_id: id })).account.available).toBe(1_156)
    // The cashier goes on without signing in again.
    await till.hasFocus(till.find)
    await till.type('1234')
    await till.results.first().waitFor()
  })

  test('after it was booked, before the answer came: it is not booked again', async () => {
    const { till, id } = await atTheAmount('12500')
    till.expectComplaint(/Failed to load resource/)
    const before = await shop.stats()
    let lost = 0
    await till.page.route('**/call', async (route) => {
      if (lost > 0 || !route.request().postData()?.includes('sale.record')) return route.continue()
      lost += 1
      await route.fetch()
      shop.killLedger()
      return route.abort('connectionreset')
    })
    await till.press('Enter')
    await till.sees('Ada earns 156 points and now has 1,156 points', till.band)
    expect(lost).toBe(1)
    const after = await shop.stats()
    expect(after.sales - before.sales).toBe(1)
    expect((await shop.ask('Bisi', 'customer.card', { customer_id: id })).account.available).toBe(1_156)
  })

  test.each([0, 10])('%i ms after Enter: once', async (ms) => {
    const { till } = await atTheAmount('4000')
    const before = await shop.stats()
    await till.press('Enter')
    await till.page.waitForTimeout(ms)
    shop.killLedger()
    await till.sees('Ada earns 50 points', till.band)
    const after = await shop.stats()
    expect(after.sales - before.sales).toBe(1)
    expect(after.sales_minor - before.sales_minor).toBe(400_000)
  })
})

test('struck down three times in a minute it says what is safe, and comes back by itself', async () => {
  const { till } = await atTheAmount('700')
  let struck: number | undefined
  for (let times = 0; times < 3; times++) {
    await expect.poll(() => shop.host.ledgerPid() ?? struck).not.toBe(struck)
    struck = shop.killLedger()
  }
  await till.sees('This till stopped working')
  await till.sees('Every sale that was confirmed is safe.')
  await till.amount.waitFor({ timeout: 60_000 })
  expect(await till.amount.inputValue()).toBe('700')
  await till.press('F4', 'Enter')
  await till.sees('Ada earns 8 points', till.band)
})

test('the host itself gone: the screen says that it is starting again and keeps what was typed', async () => {
  const { till } = await atTheAmount('700')
  till.expectComplaint(
    /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY/,
  )
  shop.host.child.kill('SIGKILL')
  await till.sees(STARTING_AGAIN)
  expect(await till.amount.inputValue()).toBe('700')
})
