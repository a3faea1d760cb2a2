import { beforeAll, describe, expect, test } from 'vitest'
import { naira, programWith } from '../support/program-facts.ts'
import { aShop, SMALL, WIDE } from '../support/shop.ts'

/** A shop with rules and a reward, as a cashier and a manager see it. */
const shop = aShop({
  program: programWith({
    rules: [
      {
        id: 'big',
        name: 'Large bill',
        kind: 'bonus',
        gives: { on: 'threshold', points: 50, min_kobo: naira(10_000) },
      },
    ],
    rewards: [{ id: 'off', name: '₦500 off', points: 400, gives: { kind: 'amount', kobo: naira(500) } }],
  }),
})
let ada: { id: string; phone: string }

beforeAll(async () => {
  ada = await shop.customer('Ada Obi', { points: 2_000 })
})

describe.each([WIDE, SMALL])('at $width x $height', (size) => {
  const window = shop.windowOf('Chidi', { size })

  test('each rule is named before the sale, a reward pays, and the history says why', async () => {
    const till = window()
    await till.type(ada.phone)
    await till.press('Enter')
    await till.hasFocus(till.amount)
    await till.type('20000')
    await till.sees('200 base × 1.25 Silver + 50 Large bill')
    await till.page.getByText('Reward', { exact: true }).click()
    await till.page.getByRole('combobox', { name: 'Redeem' }).selectOption('off')
    await till.sees('Points pay ₦500')
    await till.sees('To pay ₦19,500')
    expect(await till.outOfSight()).toEqual([])
    await till.press('F6')
    await till.hasFocus(till.page.getByRole('combobox', { name: 'Redeem' }))
    await till.press('Enter')
    await till.sees('Ada used 400 points for ₦500', till.band)
    await till.type(ada.phone)
    await till.press('Enter')
    await till.page.getByRole('button', { name: 'Points history' }).click()
    await till.page
      .getByRole('button', { name: /^Say why: Large bill/ })
      .first()
      .click()
    await till.sees('50 points: Large bill, for the size of the bill.')
    await till.sees('Taken for points: ₦500 off')
  })
})
