import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { DEFAULT_PROGRAM } from '../../shared/domain/program/program.ts'
import { violations } from '../support/axe.ts'
import { ConsoleScene } from '../support/console-screen.ts'
import type { Screen } from '../support/screen.ts'

/** A program of the console, from its first rule to what tills follow. */

let scene: ConsoleScene
let manager: Screen

beforeAll(async () => {
  scene = await ConsoleScene.begin()
  await scene.put(`INSERT INTO hq.sync_program_v1 (tenant_id, id, settings) VALUES ($1, 'default', $2)`, [
    JSON.stringify(DEFAULT_PROGRAM),
  ])
  manager = await scene.openAs('manager', 'Musa Danladi')
})
afterEach(() => expect(manager.takeComplaints()).toEqual([]))
afterAll(() => scene.end())

const go = async (hash: string, seen: string): Promise<void> => {
  await manager.page.evaluate((to) => {
    location.hash = to
  }, hash)
  await manager.sees(seen)
}
const press = (name: string): Promise<void> => manager.page.getByRole('button', { name, exact: true }).click()
const field = (label: string) => manager.page.getByLabel(label, { exact: true })

test('a rule is written in plain words, tried out, and followed once it is published', async () => {
  await go('#/loyalty', 'Points')
  expect(await violations(manager)).toEqual([])
  await manager.page.getByRole('link', { name: 'Points', exact: true }).click()
  await manager.sees('Tills follow version 1.')
  expect(await violations(manager)).toEqual([])
  await go('#/loyalty/default?part=rules', 'No rules yet')
  await manager.page.getByLabel('Kind of rule').selectOption({ label: 'Bonus on a purchase' })
  await press('Add this rule')
  await manager.page.getByLabel('Name').fill('Double Saturday')
  await manager.page.getByLabel('Only when').selectOption({ label: 'On certain weekdays' })
  await press('Add')
  expect(await violations(manager)).toEqual([])
  await go('#/loyalty/default?part=preview', 'What it earns')
  await manager.page.getByLabel('Tier of the customer').selectOption({ label: 'Silver' })
  await field('Bill, naira').fill('10,000')
  await field('Day').fill('2026-11-21')
  await manager.sees('250 points')
  await manager.sees('Silver x 1.25 gives 125.')
  expect(await violations(manager)).toEqual([])
  await press('Save')
  await manager.sees('A draft by Musa Danladi.')
  await press('Publish…')
  await manager.sees('Double Saturday')
  expect(await violations(manager)).toEqual([])
  await press('Publish')
  await manager.sees('Version 2 is published.')
  await manager.sees('Tills follow version 2.')
  await go('#/audit', 'Published a program')
})

test('what cannot be published is said beside its field, and the part where it stands is marked', async () => {
  await go('#/loyalty/default?part=basics', 'Naira for one point')
  await field('Naira for one point').fill('much')
  await manager.sees('Type an amount, such as 100 or 12.50.')
  expect(await manager.page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true)
  await press('Undo what is not saved')
  expect(await field('Naira for one point').inputValue()).toBe('100')
  await field('Naira for one point').fill('0')
  await manager.sees('Type an amount above zero.')
  // Another room and back: what was typed is still there.
  await go('#/overview', 'What the shops did today')
  await go('#/loyalty/default?part=basics', 'Type an amount above zero.')
  await press('Save')
  await manager.sees('A draft by Musa Danladi.')
  expect(await manager.page.getByRole('button', { name: 'Publish…' }).isDisabled()).toBe(true)
  await manager.sees('Basics !')
  await press('Take back the draft')
  await manager.seesNot('A draft by Musa Danladi.')
  await manager.sees('Tills follow version 2.')
})

test('the report says what was given, what is owed, and who stands where', async () => {
  await scene.sell(['Amina Bello'])
  await go('#/loyalty/default?part=report', 'Owed to customers today')
  await manager.sees('Points by store and month')
  await manager.sees('Nobody has points that lapse so soon.')
  expect(await violations(manager)).toEqual([])
  const file = manager.page.waitForEvent('download')
  await manager.page.getByRole('link', { name: 'Save as a file' }).first().click()
  expect((await file).suggestedFilename()).toBe('kasuwa-points.csv')
})

test.each([
  ['1024x600', { width: 1024, height: 600 }],
  ['390x844', { width: 390, height: 844 }],
] as const)('at %s every part is whole and free of violations', async (_, size) => {
  const screen = await scene.openAs('viewer', 'Bisi', size)
  const parts: readonly (readonly [string, string])[] = [
    ['#/loyalty', 'What points are given for'],
    ['#/loyalty/default?part=basics', 'Naira for one point'],
    ['#/loyalty/default?part=tiers', 'What counts for tiers'],
    ['#/loyalty/default?part=rules', 'Double Saturday'],
    ['#/loyalty/default?part=rewards', 'No rewards yet'],
    ['#/loyalty/default?part=preview', 'What it earns'],
    ['#/loyalty/default?part=versions', 'From the beginning'],
    ['#/loyalty/default?part=report', 'Owed to customers today'],
  ]
  for (const [hash, seen] of parts) {
    await screen.page.evaluate((to) => {
      location.hash = to
    }, hash)
    await screen.sees(seen)
    expect([hash, await screen.outOfSight()]).toEqual([hash, []])
    expect([hash, await violations(screen, ['light'])]).toEqual([hash, []])
  }
  expect(screen.takeComplaints()).toEqual([])
})
