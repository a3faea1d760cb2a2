import type { BrowserContext, ConsoleMessage, Locator, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { Staffing, StaffName } from './shop-set-up.ts'
import { forgetShown, rememberShown, type Shown, shownBy, watchFor } from './shown.ts'

/** Slower than any scanner, as fast as anybody types: a till must tell the two apart. */
const KEY_MS = 40

const BAND = 'What to tell the customer'

/** Longer than anything takes, also on a busy machine. */
const SEEN_MS_MAX = 20_000

/** Names in sentences stand between marks that keep their direction: they are not seen. */
const plain = (text: string): string =>
  text
    .replaceAll(/[\u200e\u200f\u2066-\u2069]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** Looks again until it holds. */
const soon = <T>(look: () => Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: SEEN_MS_MAX, interval: 50 })

/** One window on the till, used as a person uses it: by what is written on it, and by keys. */
export class Screen {
  readonly page: Page
  /** The band across the top after something was done. It leaves by itself: `told` bears looking late. */
  readonly band: Locator
  readonly #staff: Staffing | null
  readonly #complaints: string[] = []
  #expected: readonly RegExp[] = []

  private constructor(page: Page, staff: Staffing | null) {
    this.page = page
    this.band = page.getByRole('region', { name: BAND })
    this.#staff = staff
  }

  static async open(
    context: BrowserContext,
    address: string,
    staff: Staffing | null,
    ownClock: boolean,
  ): Promise<Screen> {
    const page = await context.newPage()
    const screen = new Screen(page, staff)
    page.setDefaultTimeout(SEEN_MS_MAX)
    page.on('console', (message) => screen.#heard(message))
    page.on('pageerror', (error) => screen.#complaints.push(`thrown: ${error.message}`))
    page.on('dialog', (dialog) => {
      screen.#complaints.push(`a dialog of the browser: ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.exposeFunction('kasuwaTestBrokenPolicy', (what: string) =>
      screen.#complaints.push(`against the security policy: ${what}`),
    )
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const tell = (window as unknown as Record<string, (what: string) => void>)['kasuwaTestBrokenPolicy']
        tell?.(`${event.violatedDirective} ${event.blockedURI}`)
      })
    })
    await rememberShown(page, BAND)
    if (ownClock) await page.clock.install()
    await page.goto(address)
    await page.locator('main').waitFor()
    return screen
  }

  #heard(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const text = `console ${message.type()}: ${message.text()}`
    if (!this.#expected.some((one) => one.test(text))) this.#complaints.push(text)
  }

  /** From here on the browser may complain about this: a host that a test takes away. */
  expectComplaint(...about: readonly RegExp[]): void {
    this.#expected = [...this.#expected, ...about]
  }

  /** What was wrong since the last time; the next test begins with none. */
  takeComplaints(): readonly string[] {
    return this.#complaints.splice(0)
  }

  // ---- the fields of a sale -------------------------------------------------------------------------------------

  get find(): Locator {
    return this.page.getByRole('combobox', { name: 'Phone, name or card' })
  }
  get amount(): Locator {
    return this.page.getByRole('textbox', { name: /Amount/ })
  }
  get receipt(): Locator {
    return this.page.getByRole('textbox', { name: 'Receipt' })
  }
  get redeem(): Locator {
    return this.page.getByRole('textbox', { name: 'Redeem' })
  }
  get results(): Locator {
    return this.page.getByRole('option')
  }
  get customer(): Locator {
    return this.page.getByRole('region', { name: 'Customer' })
  }
  get sale(): Locator {
    return this.page.getByRole('form', { name: 'This sale' })
  }
  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  // ---- what a person does ---------------------------------------------------------------------------------------

  /** Types at a person's pace into whatever has the focus. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: KEY_MS })
    await this.page.waitForTimeout(KEY_MS)
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      // What the band said before is no answer to this.
      if (key === 'Enter') await forgetShown(this.page)
      await this.page.keyboard.press(key)
    }
  }

  /**
   * As a scanner types: all keys in a burst that waits for nobody, then Enter. The browser stamps each key when it
   * comes, so a page that is slow to draw does not make the scanner slow.
   */
  async scan(text: string): Promise<void> {
    await Promise.all([...text, 'Enter'].map((key) => this.page.keyboard.press(key)))
  }

  async signIn(name: StaffName): Promise<void> {
    const person = this.#staff?.[name]
    if (!person) throw new Error('nobody is on the staff yet')
    await this.choosePerson(name)
    await this.type(person.pin)
    await this.press('Enter')
    await this.find.waitFor()
  }

  /** Back to an empty screen, as a cashier does who lost the thread. */
  async startOver(): Promise<void> {
    for (let step = 0; step < 6; step++) await this.press('Escape')
    await this.page.unrouteAll({ behavior: 'wait' })
    await this.hasFocus(this.find)
    await soon(async () =>
      expect([await this.find.inputValue(), await this.amount.inputValue()]).toEqual(['', '']),
    )
  }

  /** Takes somebody's tile where people are shown to sign in or approve. */
  async choosePerson(name: string): Promise<void> {
    await this.page.getByRole('radio', { name: new RegExp(name) }).check({ force: true })
    await this.hasFocus(this.page.getByLabel('PIN of'))
  }

  /** Looks a customer up by number and takes the first line. */
  async take(phone: string): Promise<void> {
    await this.press('F2')
    await this.find.fill(phone)
    await this.results.first().waitFor()
    await this.press('Enter')
    await this.hasFocus(this.amount)
  }

  // ---- what a person notices ------------------------------------------------------------------------------------

  /** What can be read on the screen, without what is only read out. */
  async text(within: Locator = this.page.locator('body')): Promise<string> {
    const read = await within.first().evaluate((root) => {
      const blockOf = (node: Node): Element | null => {
        let block = node.parentElement
        while (block && getComputedStyle(block).display === 'inline') block = block.parentElement
        return block
      }
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
      let said = ''
      let before: Element | null = null
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.parentElement?.checkVisibility() || node.parentElement.closest('.sr-only')) continue
        const block = blockOf(node)
        said += `${block === before ? '' : ' '}${node.nodeValue}`
        before = block
      }
      return said
    })
    return plain(read)
  }

  /** The text is in sight. */
  async sees(text: string, within?: Locator): Promise<void> {
    if (within === this.band) {
      await this.told(text)
      return
    }
    await within?.first().waitFor()
    await soon(async () => expect(await this.text(within)).toContain(text))
  }

  /** The band says it, or said it and has left since the last Enter. */
  told(text: string): Promise<Shown> {
    return soon(async () => {
      const all = await shownBy(this.page)
      const found = all.findLast((one) => plain(one.text).includes(text))
      if (!found) throw new Error(`the band said ${JSON.stringify(all.map((one) => plain(one.text)))}`)
      return found
    })
  }

  /** Looks out for a text that may be gone before anybody asks. The answer waits until it was in sight. */
  async watchesFor(text: string): Promise<() => Promise<void>> {
    const wasThere = await watchFor(this.page, text)
    return () => soon(async () => expect(await wasThere()).toBe(true))
  }

  async seesNot(text: string): Promise<void> {
    await soon(async () => expect(await this.text()).not.toContain(text))
  }

  /** A screen reader is told, by a region that speaks when it changes. */
  async hears(text: string): Promise<void> {
    const regions = this.page.locator('[role=status], [role=alert], output')
    await soon(async () => expect((await regions.allTextContents()).map(plain).join(' | ')).toContain(text))
  }

  async hasFocus(field: Locator): Promise<void> {
    await soon(async () => {
      const has = await field.evaluate((element) => element === document.activeElement)
      expect(has || `the focus is on "${await this.focused()}"`).toBe(true)
    })
  }

  /** What has the focus, as a screen reader would name it. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined
      return element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? ''
    })
  }

  /** Everything that can be pressed or typed into lies whole within the window, and nothing scrolls sideways. */
  async outOfSight(): Promise<string[]> {
    return this.page.evaluate(() => {
      const out: string[] = []
      const root = document.documentElement
      if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) out.push('the page scrolls')
      for (const element of document.querySelectorAll<HTMLElement>('button, input, [role=alert], h1, h2')) {
        if (!element.checkVisibility() || element.closest('.sr-only')) continue
        // What scrolls within its own list is reached by scrolling.
        const box = element.getBoundingClientRect()
        const scroller = element.closest('.scroll-quiet')
        const view = scroller?.getBoundingClientRect() ?? {
          left: 0,
          top: 0,
          right: innerWidth,
          bottom: innerHeight,
        }
        const inside = scroller
          ? box.left >= view.left - 1 && box.right <= view.right + 1
          : box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
        if (!inside) out.push(element.getAttribute('aria-label') ?? element.textContent ?? element.id)
      }
      return out
    })
  }
}
