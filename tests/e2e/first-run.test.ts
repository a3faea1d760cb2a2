import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Screen } from '../support/screen.ts'
import { aShop, SMALL, WIDE } from '../support/shop.ts'

/** A till that nobody has set up yet. */
const shop = aShop({ from: 'empty' })

const field = (till: Screen, label: string) => till.page.getByLabel(label, { exact: true })
const ANSWERS = [
  ['Name of the shop', 'Balogun Market'],
  ['Name of this till', 'Till 2'],
  ['Your name', 'Tunde'],
  ['Your PIN', '480215'],
  ['PIN once more', '480215'],
] as const

async function answerAll(till: Screen): Promise<void> {
  for (const [label, text] of ANSWERS) await field(till, label).fill(text)
}

describe('a till that is started for the first time', () => {
  test.each([WIDE, SMALL])('asks five things, all in sight at $width x $height', async (size) => {
    const till = await shop.open({ size })
    await till.sees('Set up this till')
    await till.hasFocus(field(till, 'Name of the shop'))
    expect(await till.outOfSight()).toEqual([])
    // Today's date is proposed, and said in words so that a wrong year is seen.
    expect(await field(till, "Today's date, as on the calendar").inputValue()).toMatch(/^\d{1,2} \w+ \d{4}$/)
    await till.page.getByText(/^\w+day,? \d{1,2} \w+ \d{4}$/).waitFor()
  })

  test('says under each field what is missing, and keeps the rest', async () => {
    const till = await shop.open()
    await field(till, 'Name of the shop').fill('Balogun Market')
    await till.press('Enter')
    await till.page.getByText('Fill this in.').nth(1).waitFor()
    expect(await till.page.getByText('Fill this in.').count()).toBe(2)
    await till.sees('A PIN of an admin has 6 to 8 digits.')
    await till.hasFocus(field(till, 'Name of this till'))
    expect(await field(till, 'Name of the shop').inputValue()).toBe('Balogun Market')
  })

  test.each([
    ['Your PIN', '1234', 'A PIN of an admin has 6 to 8 digits.'],
    ['Your PIN', 'letters', 'A PIN of an admin has 6 to 8 digits.'],
    ['PIN once more', '480216', 'The two PINs differ. Type them again.'],
    ["Today's date, as on the calendar", '', 'Type the day, the month and the year of today'],
    ["Today's date, as on the calendar", '11/21/2026', 'Type the day, the month and the year of today'],
    ['Your name', '   ', 'Fill this in.'],
  ])('%s "%s": %s', async (label, text, sentence) => {
    const till = await shop.open()
    await answerAll(till)
    await field(till, label).fill(text)
    await till.press('Enter')
    await till.sees(sentence)
    expect(await field(till, label).getAttribute('aria-invalid')).toBe('true')
    await till.sees('Set up this till')
  })

  test.each([
    ['a PIN that is a simple row', { 'Your PIN': '123456', 'PIN once more': '123456' }, /Choose a PIN of 6/],
    ['a date of long ago', { "Today's date, as on the calendar": '2001-01-01' }, /The date cannot be before/],
    ['a name of 400 letters', { 'Your name': 'n'.repeat(400) }, /at most 120 characters/],
    ['a shop name of 400 letters', { 'Name of the shop': 's'.repeat(400) }, /at most 60 characters/],
  ] as const)('refuses %s in a sentence and makes nothing', async (_, answers, sentence) => {
    const till = await shop.open()
    await answerAll(till)
    for (const [label, text] of Object.entries(answers)) await field(till, label).fill(text)
    await till.press('Enter')
    await till.page.getByRole('alert').filter({ hasText: sentence }).waitFor()
    await till.hasFocus(till.page.locator('[aria-invalid=true]').first())
    expect(readdirSync(shop.dir).filter((file) => file === 'recovery.json')).toEqual([])
  })
})

describe('the recovery phrase', () => {
  test('is shown once, checked by two of its words, kept nowhere, and then the till is open', async () => {
    const till = await shop.open()
    await answerAll(till)
    await till.press('Enter')
    await till.sees('Your recovery phrase')
    const words = await till.page.getByRole('listitem').locator('span:last-child').allTextContents()
    expect(words.length).toBeGreaterThanOrEqual(12)
    expect(await till.outOfSight()).toEqual([])

    await till.page.getByRole('button', { name: 'I have written it down' }).click()
    await till.sees('Check your paper')
    for (const word of words) expect(await till.page.getByText(word, { exact: true }).count()).toBe(0)
    const asked = till.page.getByRole('textbox')
    expect(await asked.count()).toBe(2)
    await asked.nth(0).fill('market')
    await asked.nth(1).fill('market')
    await till.press('Enter')
    await till.sees('Look at the paper, or go back and read it again.')

    // A look back is allowed as long as the paper was not checked.
    await till.page.getByRole('button', { name: 'Show the words again' }).click()
    expect(await till.page.getByRole('listitem').locator('span:last-child').allTextContents()).toEqual(words)
    await till.page.getByRole('button', { name: 'I have written it down' }).click()
    for (const box of await till.page.getByLabel(/^Word \d+$/).all()) {
      const label = await box.evaluate((element: HTMLInputElement) => element.labels?.[0]?.textContent ?? '')
      await box.fill(` ${words[Number(label.slice(5)) - 1]?.toUpperCase()} `)
    }
    await till.press('Enter')
    await till.find.waitFor()
    await till.hasFocus(till.find)

    // Nowhere on the page, in its storage, or in the folder of the till.
    const left = await till.page.evaluate(
      () =>
        document.documentElement.outerHTML + JSON.stringify(localStorage) + JSON.stringify(sessionStorage),
    )
    expect(left).not.toContain(words.slice(0, 3).join(' '))
    for (const name of readdirSync(shop.dir)) {
      const held = readFileSync(path.join(shop.dir, name)).toString('latin1')
      expect(held.includes(words.slice(0, 2).join(' '))).toBe(false)
    }
  })

  test('is not shown to whoever opens the till next: they sign in', async () => {
    const next = await shop.open()
    await next.sees('Who is at the till?')
    await next.sees('Balogun Market, Till 2')
    expect(await next.page.getByText('Your recovery phrase').count()).toBe(0)
    // The only person is chosen already: the PIN is all there is to type.
    await next.hasFocus(next.page.getByLabel('PIN of'))
    await next.type('480215')
    await next.press('Enter')
    await next.hasFocus(next.find)
  })
})
