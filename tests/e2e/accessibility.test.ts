import { beforeAll, describe, expect, test } from 'vitest'
import { violations } from '../support/axe.ts'
import { aShop, SMALL, WIDE } from '../support/shop.ts'

/** No violations of axe on any screen, light and dark, and a focus that can be seen. */
const shop = aShop()
let ada: { id: string; phone: string }

beforeAll(async () => {
  ada = await shop.customer('Ada Obi', { points: 2_480, birth: '03-14', card: 'KS-000123' })
  for (let n = 0; n < 6; n++) await shop.sell(ada.id, 1_000 + n)
  for (let n = 0; n < 4; n++) await shop.customer(`Tunde A${n}`)
})

test('axe finds what is wrong when something is', async () => {
  const till = await shop.open({ bypassPolicy: true })
  await till.page.evaluate(() => document.querySelector('main')?.append(document.createElement('button')))
  expect((await violations(till)).join()).toMatch(/light button-name.*dark button-name/)
})

test('signing in', async () => {
  const till = await shop.open({ bypassPolicy: true })
  expect(await violations(till)).toEqual([])
  await till.choosePerson('Chidi')
  await till.type('9999')
  await till.press('Enter')
  await till.sees('That PIN is not right.')
  expect(await violations(till)).toEqual([])
})

describe.each([
  ['wide', WIDE, ['light', 'dark']],
  ['small', SMALL, ['light']],
] as const)('the cashier, %s', (_, size, looks) => {
  const window = shop.windowOf('Chidi', { bypassPolicy: true, size })

  test('empty', async () => {
    expect(await violations(window(), looks)).toEqual([])
  })

  test('results', async () => {
    await window().find.fill('a')
    await window().find.fill('tunde')
    await window().results.nth(3).waitFor()
    expect(await violations(window(), looks)).toEqual([])
  })

  test('nobody found, and a new customer', async () => {
    await window().find.fill('08061112221')
    await window().sees('New customer')
    expect(await violations(window(), looks)).toEqual([])
    await window().press('Control+Enter')
    await window().sees('Read the number back')
    expect(await violations(window(), looks)).toEqual([])
  })

  test('the card with a bill, a refusal and the band', async () => {
    const till = window()
    await till.take(ada.phone)
    await till.type('12500')
    await till.sees('Earns ')
    await till.press('F6')
    await till.type('100')
    await till.sees('Points pay')
    expect(await violations(till, looks)).toEqual([])
    await till.press('Control+a')
    await till.type('20000')
    await till.press('Enter')
    await till.page.getByRole('alert').first().waitFor()
    expect(await violations(till, looks)).toEqual([])
    await till.press('Control+a', 'Delete', 'Enter')
    await till.band.waitFor()
    // The band would leave while axe looks.
    await till.band.hover()
    expect(await violations(till, looks)).toEqual([])
    await till.hears('Ada earns')
  })

  test('the forms beside the card', async () => {
    const till = window()
    for (const name of ['Edit', 'Points history', 'Adjust points']) {
      await till.take(ada.phone)
      await till.customer.getByRole('button', { name }).click()
      await till.customer.getByRole('button', { name: 'Adjust points' }).waitFor({ state: 'hidden' })
      expect([name, await violations(till, looks)]).toEqual([name, []])
      await till.startOver()
    }
  })

  test('the dialogs', async () => {
    const till = window()
    await till.press('F8')
    await till.sees('Undo a sale', till.dialog)
    await till.dialog.getByRole('textbox', { name: 'Why' }).waitFor()
    expect(await violations(till, looks)).toEqual([])
    await till.press('Escape')
    await till.press('F10')
    await till.sees('Enter a manager PIN.', till.dialog)
    expect(await violations(till, looks)).toEqual([])
    await till.press('Escape')
  })
})

test('the rooms of the manager', async () => {
  const till = await shop.open({ bypassPolicy: true })
  await till.signIn('Ngozi')
  await till.press('F10')
  for (const [n, name] of ['Today', 'Entries', 'Staff', 'Settings', 'Health', 'Export'].entries()) {
    await till.press(String(n + 1))
    await till.page.getByRole('heading', { name, level: 1 }).waitFor()
    await till.page.waitForLoadState('networkidle').catch(() => undefined)
    expect([name, await violations(till)]).toEqual([name, []])
  }
})

test('each stop of Tab on the cashier screen is seen, in the order of the work', async () => {
  const till = await shop.openAs('Chidi')
  await till.take(ada.phone)
  await till.type('5000')
  await till.sees('Earns ')
  await till.press('F2')
  const stops: string[] = []
  for (let n = 0; n < 30; n++) {
    const stop = await till.page.evaluate(() => {
      const element = document.activeElement
      if (!(element instanceof HTMLElement) || element === document.body) return null
      // The ring lies on the element, or on the box around it.
      let around: Element | null = element
      let ringed = false
      for (let up = 0; up < 3 && around && !ringed; up++, around = around.parentElement) {
        const { outlineStyle, outlineWidth } = getComputedStyle(around)
        ringed = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
      }
      const named = element.getAttribute('aria-label') ?? element.id ?? ''
      return { what: named || element.textContent || '', ringed }
    })
    if (!stop) break
    if (stops.includes(stop.what)) break
    stops.push(stop.what)
    expect(stop).toMatchObject({ ringed: true })
    await till.press('Tab')
  }
  expect(stops.length).toBeGreaterThan(10)
  expect(stops.indexOf('find')).toBeLessThan(stops.indexOf('amount'))
  expect(stops.indexOf('amount')).toBeLessThan(stops.indexOf('redeem'))
})

test('every button and field can be hit with a finger: 48 px high or reached by its 48 px frame', async () => {
  const till = await shop.openAs('Chidi', { size: SMALL })
  await till.take(ada.phone)
  await till.type('5000')
  await till.sees('Earns ')
  const small = await till.page.evaluate(() => {
    const out: string[] = []
    for (const element of document.querySelectorAll<HTMLElement>('button, input')) {
      if (!element.checkVisibility() || element.closest('.sr-only') || element.matches('.sr-only')) continue
      const box = element.getBoundingClientRect()
      // What is hit 24 px above and below its middle is hit as this element.
      const x = box.left + Math.min(box.width / 2, 24)
      const middle = box.top + box.height / 2
      const hit = (y: number): boolean => {
        const at = document.elementFromPoint(x, y)
        return (
          at !== null &&
          (element.contains(at) || at.closest('label')?.contains(element) === true || at.contains(element))
        )
      }
      if (!hit(middle - 22) || !hit(middle + 22))
        out.push(element.getAttribute('aria-label') ?? element.textContent ?? '')
    }
    return out
  })
  expect(small).toEqual([])
})

describe('before and beside the till', () => {
  const empty = aShop({ from: 'empty' })

  test('the set-up with what is wrong in it, and the phrase', async () => {
    const till = await empty.open({ bypassPolicy: true })
    expect(await violations(till)).toEqual([])
    await till.press('Enter')
    await till.sees('Fill this in.')
    expect(await violations(till)).toEqual([])
    for (const [label, text] of [
      ['Name of the shop', 'Balogun Market'],
      ['Name of this till', 'Till 2'],
      ['Your name', 'Tunde'],
      ['Your PIN', '480215'],
      ['PIN once more', '480215'],
    ] as const) {
      await till.page.getByLabel(label, { exact: true }).fill(text)
    }
    await till.press('Enter')
    await till.sees('Your recovery phrase')
    expect(await violations(till)).toEqual([])
    await till.page.getByRole('button', { name: 'I have written it down' }).click()
    await till.sees('Check your paper')
    expect(await violations(till)).toEqual([])
  })
})
