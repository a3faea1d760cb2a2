import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type HostProcess, startProgram } from '../support/host-process.ts'
import { Screen } from '../support/screen.ts'

/** `npm start`, as a person who has just cloned it meets it. */

const root = mkdtempSync(path.join(tmpdir(), 'kasuwa-e2e-start-'))
const dir = path.join(root, 'till')
const npmStart = (): Promise<HostProcess> =>
  startProgram(['build/start.ts', '--data', dir, '--no-open', '--no-hq', '--customers', '50'])
let browser: Browser
let running: HostProcess | null = null

beforeAll(async () => {
  browser = await chromium.connect(inject('browserAddress'))
})
afterAll(async () => {
  await running?.stop()
  await browser.close()
  rmSync(root, { recursive: true, force: true })
})

/** Opens an address and signs a demo person in with the PIN that was printed. */
async function signInWithPrinted(host: HostProcess): Promise<Screen> {
  const pin = /Chidi \(cashier\) (\d{4})/.exec(host.out())?.[1] ?? 'no PIN was printed'
  const context = await browser.newContext()
  const till = await Screen.open(context, host.address, null, false)
  await till.choosePerson('Chidi')
  await till.type(pin)
  await till.press('Enter')
  await till.hasFocus(till.find)
  return till
}

test('opens a working till on demo data; its last lines are the PINs and the address', async () => {
  running = await npmStart()
  const lines = running.out().trimEnd().split('\n')
  expect(lines[0]).toMatch(/^Kasuwa runs in the browser: .+\.$/)
  expect(lines.at(-2)).toMatch(/^Demo PINs: .*Chidi \(cashier\) \d{4}/)
  expect(lines.at(-1)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?key=[0-9a-f]{48}$/)
  const till = await signInWithPrinted(running)
  await till.sees('Demo data')
  await till.type('a')
  await till.type('d')
  await till.results.first().waitFor()
  await till.press('Enter')
  await till.hasFocus(till.amount)
  await till.type('1000')
  await till.sees('Earns ')
  await till.press('Enter')
  await till.told('earns')
  expect(till.takeComplaints()).toEqual([])
  // The token left the address bar with the first answer.
  expect(new URL(till.page.url()).search).toBe('')
})

test('a second one on the same folder says so and ends with 2', async () => {
  await expect(npmStart()).rejects.toThrow(/ended with 2 .*Another Kasuwa/s)
})

test('strangers get nothing: no key, a wrong key, another name of this computer, another page', async () => {
  const { origin, port } = new URL(running?.address ?? '')
  const context = await browser.newContext()
  const page = await context.newPage()
  for (const address of [origin, `${origin}/?key=${'0'.repeat(48)}`, `http://localhost:${port}/`]) {
    const response = await page.goto(address)
    expect(response?.status()).toBe(403)
    expect(await page.locator('#root').count()).toBe(0)
  }
  // A page of somebody else's in the same browser that holds the cookie.
  const till = await Screen.open(context, running?.address ?? '', null, false)
  await till.sees('Who is at the till?')
  const foreign = await context.newPage()
  await foreign.route('http://evil.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<h1>evil</h1>' }),
  )
  await foreign.goto('http://evil.example/')
  const got = await foreign.evaluate(
    async (call) =>
      fetch(call, { method: 'POST', credentials: 'include', mode: 'no-cors', body: '{}' }).then(
        (answer) => answer.type,
        () => 'refused',
      ),
    `${origin}/call`,
  )
  expect(['opaque', 'refused']).toContain(got)
  await foreign.setContent(`<iframe src="${origin}/"></iframe>`)
  await expect(foreign.frameLocator('iframe').locator('#root').waitFor({ timeout: 1_500 })).rejects.toThrow()
})

test('Ctrl-C closes it well, and it starts again with what was sold', async () => {
  expect(await running?.stop()).toBe(0)
  running = await npmStart()
  const till = await signInWithPrinted(running)
  await till.press('F8')
  await till.sees('Undo a sale', till.dialog)
  await till.dialog.getByRole('radio', { checked: true }).waitFor()
  expect(await till.text(till.dialog)).toContain('₦1,000')
})
