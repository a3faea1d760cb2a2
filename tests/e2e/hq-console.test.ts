import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { violations } from '../support/axe.ts'
import { ConsoleScene } from '../support/console-screen.ts'
import type { Screen } from '../support/screen.ts'

/** The console in a browser, used as a person uses it. */

let scene: ConsoleScene
let owner: Screen

beforeAll(async () => {
  scene = await ConsoleScene.begin()
  owner = await scene.openAs('owner', 'Ngozi Eze')
})
afterEach(() => expect(owner.takeComplaints()).toEqual([]))
afterAll(() => scene.end())

const go = async (screen: Screen, hash: string, seen: string): Promise<void> => {
  await screen.page.evaluate((to) => {
    location.hash = to
  }, hash)
  await screen.sees(seen)
}

test('a wrong password is told in a sentence, and nothing is shown before the right one', async () => {
  const screen = await scene.open()
  const { login } = await scene.somebody('viewer', 'Bisi')
  screen.expectComplaint(/401/)
  await screen.press('Enter')
  await screen.hears('Fill this in.')
  await screen.hasFocus(screen.page.getByLabel('Name', { exact: true }))
  await screen.page.getByLabel('Name', { exact: true }).fill(login)
  await screen.page.getByLabel('Password', { exact: true }).fill('wrong')
  await screen.press('Enter')
  await screen.hears('That name and password do not go together.')
  await screen.seesNot('Fill this in.')
  expect(await screen.page.locator('nav').count()).toBe(0)
  expect(await violations(screen)).toEqual([])
})

test('a sale is seen on the overview and in the ledgers without touching anything', async () => {
  await owner.sees('Nothing has arrived yet')
  await scene.sell(['Amina Bello'])
  await owner.sees('Amina Bello')
  await owner.sees('₦32,500 in all')
  await go(owner, '#/ledgers', 'Every entry as the tills wrote it')
  await owner.sees('Amina Bello')
  await scene.sell(['Tunde Adeyemi'], 1)
  await owner.sees('Tunde Adeyemi')
})

test('filters stand in the address and as chips, and an entry opens in full', async () => {
  await go(owner, `#/ledgers?till=${scene.from.device}&kind=sale.recorded`, 'Till: Till')
  await owner.page.getByRole('table').getByRole('link', { name: /Sale/ }).first().click()
  await owner.sees('As written, byte for byte')
  await owner.sees('"kind": "sale.recorded"')
  expect(owner.page.url()).toContain('open=')
  await owner.press('Escape')
  await owner.seesNot('As written, byte for byte')
  await owner.page.getByRole('button', { name: 'Take off: Sale' }).click()
  await owner.sees('Points given')
})

test('an exception is decided with a reason, and the audit says by whom', async () => {
  await scene.put(
    `INSERT INTO hq.inbox (tenant_id, id, kind, device, facts, at) VALUES ($1, $2, 'skew', $3, '{}', $4)`,
    ['f'.repeat(32), scene.from.device, scene.office.clock.wallMs],
  )
  await go(owner, '#/exceptions?kind=skew', 'Have the date and time of that computer set right.')
  expect(await violations(owner)).toEqual([])
  await owner.page.getByRole('article').getByRole('button', { name: 'Noted, close it' }).first().click()
  await owner.page.getByLabel('A note, if you like').fill('Told the shop')
  await owner.press('Enter')
  await owner.hears('Decided, and written down in the audit.')
  await go(owner, '#/audit', 'Decided an exception')
  await owner.sees('Told the shop')
})

test('the risk stands in naira, and falls with the limits that somebody sets for all stores', async () => {
  await go(owner, '#/stores/risk', 'At most, if every till is cut off')
  // 20,000 points by limits and 10,000 by overrides, at a naira each.
  await owner.sees('\u20a630,000')
  expect(await violations(owner)).toEqual([])
  await owner.page.getByRole('button', { name: 'Change it for all stores' }).click()
  const limit = owner.page.getByLabel('Most points a till may pay out like that, over all customers')
  await limit.fill('a lot')
  await owner.sees('Type a whole number from 0 to 100,000,000.')
  expect(await violations(owner)).toEqual([])
  await limit.fill('5,000')
  await owner.page.getByLabel('Most of what a customer has, in percent').fill('25')
  await owner.press('Enter')
  await owner.hears('Saved. The tills of all stores hear of it at their next contact.')
  await owner.sees('\u20a615,000')
  await go(owner, '#/audit', 'Changed what the tills of all stores may do')
})

test('a code for a new till is shown once, with the time it is good for', async () => {
  await go(owner, '#/stores', 'each store allows')
  await owner.page.getByRole('button', { name: 'Add a till' }).click()
  await owner.hasFocus(owner.page.getByLabel('Name of the till'))
  await owner.type('Till 2')
  await owner.press('Enter')
  await owner.sees('Good for')
  expect(await owner.page.locator('output').textContent()).toMatch(/^[A-Z0-9]{4}(-[A-Z0-9]{4}){2}$/)
  await owner.press('Escape')
  await owner.seesNot('Good for')
})

test('an owner adds somebody, changes their role and removes them, by the keyboard', async () => {
  const { page } = owner
  await go(owner, '#/people', 'Who may sign in here')
  expect(await violations(owner)).toEqual([])
  await page.getByRole('button', { name: 'Add somebody' }).click()
  await owner.hasFocus(page.getByLabel('Name', { exact: true }))
  await owner.type('Musa Danladi')
  await owner.press('Tab')
  await owner.type('Musa')
  await owner.press('Enter')
  await owner.sees('The first password of')
  expect(await page.locator('output').textContent()).toMatch(/^[a-z0-9]{4}(-[a-z0-9]{4}){3}$/)
  expect(await violations(owner)).toEqual([])
  await owner.press('Escape')
  await owner.sees('musa, Has never signed in')

  await page.getByRole('button', { name: 'Change role: Musa Danladi' }).click()
  await owner.press('ArrowRight', 'Enter')
  await owner.hears('signs in again')
  await owner.hasFocus(page.getByRole('button', { name: 'Change role: Musa Danladi' }))
  await page.getByRole('button', { name: 'Remove: Musa Danladi' }).click()
  await page.getByRole('button', { name: 'Remove from the console' }).click()
  await owner.hears('signs in no more')
  await owner.sees('Signs in no more')
  await go(owner, '#/audit', 'Role changed')
  await owner.sees('now Manager, before Viewer')
  await page.getByRole('main').getByRole('link', { name: 'People' }).click()
  await owner.sees('Who may sign in here')
})

test.each([
  ['1024x600', { width: 1024, height: 600 }],
  ['390x844', { width: 390, height: 844 }],
] as const)('at %s every room is whole and free of violations', async (_, size) => {
  const screen = await scene.openAs('viewer', 'Bisi', size)
  const rooms: readonly (readonly [string, string])[] = [
    ['#/overview', 'What the shops did today'],
    ['#/stores', 'Every till with how far it is'],
    [`#/stores/${scene.from.device}`, 'How it is'],
    ['#/stores/risk', 'At most, if every till is cut off'],
    ['#/ledgers', 'Amina Bello'],
    ['#/reconciliation', 'No report yet'],
  ]
  for (const [hash, seen] of rooms) {
    await go(screen, hash, seen)
    expect([hash, await screen.outOfSight()]).toEqual([hash, []])
    expect([hash, await violations(screen, ['light'])]).toEqual([hash, []])
  }
  expect(screen.takeComplaints()).toEqual([])
})

test('after a till was asked the focus is where it was, also when the first report takes the place of the hint', async () => {
  await go(owner, '#/reconciliation', 'No report yet')
  const ask = owner.page.getByRole('button', { name: 'Compare a till' })
  await ask.click()
  await owner.page.getByRole('button', { name: 'Ask it' }).click()
  await owner.sees('Till is asked')
  await owner.hasFocus(ask)
})

test('a till that was written off can still be stopped, once', async () => {
  const id = scene.from.device
  const stopped = () => owner.page.getByRole('button', { name: 'Stop it: lost or stolen' })
  await go(owner, `#/stores/${id}`, 'How it is')
  await owner.page.getByRole('button', { name: 'Write it off' }).click()
  await owner.type('Fell into the lagoon')
  await owner.press('Enter')
  await owner.hears('The till is written off.')
  await owner.sees('What it still sends counts.')
  await stopped().click()
  await owner.page.getByRole('button', { name: 'Stop this till' }).click()
  await owner.hears('The till is stopped.')
  await owner.seesNot('What it still sends counts.')
  expect(await stopped().count()).toBe(0)
})
