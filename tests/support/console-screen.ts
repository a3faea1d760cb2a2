import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { inject } from 'vitest'
import { bundleIfStale } from '../../build/bundles.ts'
import { randomHex } from '../../electron/platform/random.ts'
import { createPerson } from '../../hq/services/people.ts'
import type { HqRole } from '../../shared/hq/roles.ts'
import { type ConsoleOffice, openConsoleOffice } from './console.ts'
import { keysOf, makeTenant, type Registered, registerTill, sendAll } from './head-office.ts'
import { Screen } from './screen.ts'
import { newTill, points, type TestTill } from './till.ts'

/** Head office on a port with a business, a till that has sold, and a browser to look at it. */
export class ConsoleScene {
  readonly office: ConsoleOffice
  readonly tenant: string
  readonly till: TestTill
  readonly from: Registered
  readonly address: string
  readonly browser: Browser
  readonly #contexts: BrowserContext[] = []

  private constructor(parts: {
    office: ConsoleOffice
    tenant: string
    till: TestTill
    from: Registered
    address: string
    browser: Browser
  }) {
    this.office = parts.office
    this.tenant = parts.tenant
    this.till = parts.till
    this.from = parts.from
    this.address = parts.address
    this.browser = parts.browser
  }

  static async begin(): Promise<ConsoleScene> {
    bundleIfStale('console')
    const [office, browser, till] = await Promise.all([
      openConsoleOffice(),
      chromium.connect(inject('browserAddress')),
      newTill(),
    ])
    const tenant = await makeTenant(office, keysOf(till))
    const from = await registerTill(office, tenant, till)
    const address = await office.app.listen({ port: 0, host: '127.0.0.1' })
    return new ConsoleScene({ office, tenant, till, from, address, browser })
  }

  /** A few customers with sales, sent to head office. */
  async sell(people: readonly string[], first = 0): Promise<void> {
    for (const [at, name] of people.entries()) {
      const id = await this.till.enrol(`0803${String(1_234_567 + first + at)}`, { name })
      await this.till.sell(id, 12_500 * (at + 1))
      if (at % 2 === 0) await this.till.sell(id, 20_000, { redeem: points(100) })
    }
    await this.send()
  }

  async send(): Promise<void> {
    await sendAll(this.office, this.from)
  }

  /** Statements for what no till does on demand. */
  async put(sql: string, values: readonly unknown[] = []): Promise<void> {
    await this.office.db.tenant(this.tenant, (tx) => tx.query(sql, [this.tenant, ...values]))
  }

  async somebody(role: HqRole, name: string): Promise<{ login: string; password: string }> {
    const login = `${role}-${randomHex(3)}`
    const made = await createPerson(this.office.parts, {
      tenant: this.tenant,
      login,
      name,
      role,
      who: 'test',
    })
    if (!made.ok) throw new Error(made.refusal)
    return { login, password: made.value.password }
  }

  /** A window before anybody has signed in. */
  async open(size = { width: 1280, height: 800 }): Promise<Screen> {
    const context = await this.browser.newContext({
      viewport: size,
      bypassCSP: true,
      reducedMotion: 'reduce',
    })
    this.#contexts.push(context)
    return Screen.open(context, this.address, null, false)
  }

  /** A window of somebody who is signed in. */
  async openAs(role: HqRole, name: string, size = { width: 1280, height: 800 }): Promise<Screen> {
    const { login, password } = await this.somebody(role, name)
    const screen = await this.open(size)
    await screen.page.getByLabel('Name', { exact: true }).fill(login)
    await screen.page.getByLabel('Password', { exact: true }).fill(password)
    await screen.press('Enter')
    await screen.page.locator('nav').waitFor()
    return screen
  }

  async end(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()))
    await this.browser.close()
    await this.office.close()
  }
}
