import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { createTenant } from '../../../hq/services/tenants.ts'
import { scenarioList } from '../scenario.ts'
import { newFolder } from '../shop-floor.ts'
import type { SimulatedTill } from '../simulated-till.ts'
import { ADA, BOLA, type Story } from '../story.ts'
import { newCustomer } from './steps.ts'

/** What is carried on a stick, and not as it was written. */
export const FILES = scenarioList()
const { scenario } = FILES
/** Places of a file that are looked at, from its first character to its last line. */
const PLACES = 7

/** The same file with one other character, at so many places: first in its first line, then further on. */
function altered(text: string): readonly string[] {
  const first = text.indexOf('"made_at":') + '"made_at":1'.length
  const end = text.trimEnd().lastIndexOf('\n')
  return Array.from({ length: PLACES }, (_, n) => {
    const at = first + Math.floor((n * (end - first - 1)) / PLACES)
    return `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`
  })
}

/** As somebody leaves it who knows how it is made and has no key: it ends with the hash of what now stands in it. */
function hashedAnew(text: string): string {
  const lines = text.trimEnd().split('\n')
  const last = lines.pop() ?? ''
  const sha256 = createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex')
  return `${[...lines, JSON.stringify({ ...(JSON.parse(last) as object), sha256 })].join('\n')}\n`
}

function keep(text: string): string {
  const file = path.join(newFolder(), 'carried')
  writeFileSync(file, text)
  return file
}

/** It is refused as such a file is, and the till is as it was. */
async function isRefused(till: SimulatedTill, file: string, why: readonly string[]): Promise<void> {
  const before = till.version
  expect(await till.importPackage(file)).toBe(false)
  expect(why).toContain(till.refused)
  expect(till.version).toBe(before)
}

scenario(
  'case 25: a package that was altered or is for somebody else: the till keeps what it has and says why',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 60_000)
    await s.followed()
    s.offline(other)
    await s.sell(one, ADA, 10_000)
    await s.sent(one)
    const [store = '', elsewhere = ''] = s.hq.stores
    const good = await s.hq.writePackage(store)
    const text = readFileSync(good, 'utf8')
    for (const bad of altered(text)) {
      await isRefused(other, keep(bad), ['file_damaged', 'file_wrong_kind'])
      await isRefused(other, keep(hashedAnew(bad)), ['file_damaged', 'file_wrong_kind'])
    }
    await isRefused(other, await s.hq.writePackage(elsewhere), ['file_wrong_kind'])
    const { tenant } = await createTenant(s.hq.parts, { name: 'Another shop', who: 'Ngozi' })
    await isRefused(other, await s.hq.writePackage(store, { tenant }), ['file_wrong_kind'])
    await isRefused(other, keep((await one.exportUnsent()) ?? ''), ['file_wrong_kind'])
    expect(await s.points(other, ADA)).toBe(600)
    expect(await other.importPackage(good)).toBe(true)
    expect(await s.points(other, ADA)).toBe(700)
  },
)

async function isNotTaken(s: Story, text: string): Promise<void> {
  const before = await s.hq.figures()
  expect(await s.hq.takeUnsent(text)).toMatch(/^[A-Z].*\.$/s)
  expect(await s.hq.figures()).toEqual(before)
}

scenario(
  'case 25: a file of unsent events that was altered or is another one: head office takes nothing and says why',
  1,
  async (s) => {
    const till = s.till(1)
    await s.enrol()
    await newCustomer(s, till, ADA, 60_000)
    await s.sent()
    s.offline(till)
    await newCustomer(s, till, BOLA, 10_000)
    const text = (await till.exportUnsent()) ?? ''
    for (const bad of altered(text)) await isNotTaken(s, bad)
    // What is signed in it needs the key of the till.
    const body = text.indexOf('\\"waiting\\":') + '\\"waiting\\":'.length
    expect(body).toBeGreaterThan(text.indexOf('\n'))
    await isNotTaken(s, hashedAnew(`${text.slice(0, body)}9${text.slice(body)}`))
    await isNotTaken(s, readFileSync(await s.hq.writePackage(s.hq.stores[0] ?? ''), 'utf8'))
    expect(await s.hq.takeUnsent(text)).toBeNull()
    expect(await s.hq.query('SELECT 1 FROM hq.sale')).toHaveLength(2)
  },
)
