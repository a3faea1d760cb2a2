import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest'
import { openTill } from '../../electron/ledger/open.ts'
import type { Stats } from '../../electron/ledger/stats.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import type { Program } from '../../shared/domain/program/program.ts'
import type { MethodName, Output } from '../../shared/ipc/contract.ts'
import { type HostProcess, startHost } from './host-process.ts'
import { type LoopbackPage, openPage } from './loopback-page.ts'
import { storeProgram } from './rules.ts'
import { Screen } from './screen.ts'
import { ask, type Staffing, type StaffName, type Unnamed } from './shop-set-up.ts'
import { till } from './till-command.ts'

/** What a screen is in the shop: most tills, and the small ones. */
export const WIDE = { width: 1280, height: 800 } as const
export const SMALL = { width: 1024, height: 600 } as const

interface OpenOptions {
  readonly size?: { readonly width: number; readonly height: number }
  readonly dark?: boolean
  /** Only for tools that put their own script into the page. */
  readonly bypassPolicy?: boolean
  /** The page's clock is turned by the test (`screen.page.clock`). */
  readonly ownClock?: boolean
}

interface Window {
  readonly context: BrowserContext
  readonly screen: Screen
  /** Stays open over the tests of its group. */
  readonly kept: boolean
}

interface ShopOptions {
  /** `empty`: nobody has set the till up. */
  readonly from?: 'prepared' | 'empty'
  /** What the shop gives for purchases; the usual program when absent. */
  readonly program?: Program
}

/**
 * A shop for one file of tests: the real browser host and ledger process on its own data directory, and screens in
 * a real browser. Registers its own hooks. After each test the screens are closed, and the test fails when one of
 * them wrote an error to its console, broke its security policy or threw.
 */
export function aShop(options: ShopOptions = {}): Shop {
  const shop = new Shop(options.from ?? 'prepared', options.program ?? null)
  beforeAll(() => shop.begin())
  afterEach(() => shop.closeScreens())
  afterAll(() => shop.end())
  return shop
}

class Shop {
  readonly #from: 'prepared' | 'empty'
  readonly #program: Program | null
  #root = ''
  #browser: Browser | null = null
  #host: HostProcess | null = null
  #page: LoopbackPage | null = null
  readonly #tokens = new Map<StaffName, string>()
  #open: Window[] = []
  #customers = 0

  constructor(from: 'prepared' | 'empty', program: Program | null) {
    this.#from = from
    this.#program = program
  }

  get dir(): string {
    return path.join(this.#root, 'till')
  }
  get host(): HostProcess {
    if (!this.#host) throw new Error('the host of this shop does not run')
    return this.#host
  }
  get staff(): Staffing {
    return inject('staffing')
  }
  get browser(): Browser {
    if (!this.#browser) throw new Error('the browser is not there yet')
    return this.#browser
  }

  async begin(): Promise<void> {
    this.#root = mkdtempSync(path.join(tmpdir(), 'kasuwa-e2e-'))
    if (this.#from === 'prepared') cpSync(inject('preparedDir'), this.dir, { recursive: true })
    if (this.#program) await keepProgram(this.dir, this.#program)
    this.#browser = await chromium.connect(inject('browserAddress'))
    await this.startHost()
  }

  async end(): Promise<void> {
    await this.#browser?.close()
    await this.stopHost()
    if (this.#root !== '') rmSync(this.#root, { recursive: true, force: true })
  }

  async startHost(): Promise<HostProcess> {
    this.#host = await startHost(this.dir)
    return this.#host
  }

  /** Gives the exit code. A screen that is still open may ask once more and find nobody: that is no complaint. */
  async stopHost(): Promise<number | null> {
    for (const { screen } of this.#open) {
      screen.expectComplaint(/^console error: Failed to load resource: net::ERR_/)
    }
    this.#page?.close()
    this.#page = null
    this.#tokens.clear()
    const code = (await this.#host?.stop()) ?? null
    this.#host = null
    return code
  }

  /** Strikes the ledger process down, as a crash or the system would. Gives its process id. */
  killLedger(): number {
    const pid = this.host.ledgerPid()
    if (pid === undefined) throw new Error('there is no ledger process to kill')
    process.kill(pid, 'SIGKILL')
    return pid
  }

  /** Opens the till's address in a window of its own. */
  open(options: OpenOptions = {}): Promise<Screen> {
    return this.#openWindow(options, false)
  }

  async #openWindow(options: OpenOptions, kept: boolean): Promise<Screen> {
    const context = await this.browser.newContext({
      viewport: options.size ?? WIDE,
      colorScheme: options.dark ? 'dark' : 'light',
      bypassCSP: options.bypassPolicy ?? false,
      acceptDownloads: true,
      reducedMotion: 'reduce',
    })
    const screen = await Screen.open(
      context,
      this.host.address,
      this.staffOrNone(),
      options.ownClock ?? false,
    )
    this.#open.push({ context, screen, kept })
    return screen
  }

  /** A window with somebody signed in. */
  async openAs(name: StaffName, options: OpenOptions = {}): Promise<Screen> {
    const screen = await this.open(options)
    await screen.signIn(name)
    return screen
  }

  /**
   * One window for all tests of a group, as in a shift: signing in takes a second. Each test begins where a cashier
   * would, after enough presses of Esc.
   */
  windowOf(name: StaffName, options: OpenOptions = {}): () => Screen {
    let screen: Screen | null = null
    const shown = (): Screen => {
      if (!screen) throw new Error('the window is opened before the first test')
      return screen
    }
    beforeAll(async () => {
      screen = await this.#openWindow(options, true)
      await screen.signIn(name)
    })
    beforeEach(() => shown().startOver())
    afterAll(() => this.closeScreens('kept too'))
    return shown
  }

  async closeScreens(which: 'of the test' | 'kept too' = 'of the test'): Promise<void> {
    const complaints = this.#open.flatMap(({ screen }) => screen.takeComplaints())
    const over = this.#open.filter(({ kept }) => !kept || which === 'kept too')
    this.#open = this.#open.filter((one) => !over.includes(one))
    for (const { context } of over) await context.close()
    expect(complaints).toEqual([])
  }

  /** Asks the till without a screen, for what a test needs to be there or wants to know. */
  async ask<M extends MethodName>(who: StaffName, method: M, input: Unnamed<M>): Promise<Output<M>> {
    this.#page ??= await openPage(this.host.address)
    let token = this.#tokens.get(who)
    if (token === undefined) {
      const { id, pin } = this.staff[who]
      token = (await ask(this.#page.bridge, '', 'session.sign_in', { staff_id: id, pin })).token
      this.#tokens.set(who, token)
    }
    return ask(this.#page.bridge, token, method, input)
  }

  /** A customer nobody else of this file uses. `points` are earned by one sale. Gives id and number as typed. */
  async customer(
    name: string,
    more: { phone?: string; card?: string; points?: number; birth?: string } = {},
  ): Promise<{ id: string; phone: string }> {
    this.#customers += 1
    const phone = more.phone ?? `0805${String(2_000_000 + this.#customers * 1_013)}`
    const { customer_id: id } = await this.ask('Bisi', 'customer.enrol', {
      phone,
      email: '',
      card: more.card ?? '',
      name,
      birth: more.birth ?? '',
      consent: { marketing: 'not_asked', wording: '' },
    })
    if (more.points) await this.sell(id, more.points * 100)
    return { id, phone }
  }

  /** A sale by Bisi, in naira. */
  sell(customerId: string | null, naira: number, receipt = ''): Promise<Output<'sale.record'>> {
    return this.ask('Bisi', 'sale.record', {
      customer_id: customerId,
      gross_kobo: naira * 100,
      redeem: null,
      receipt,
      channel: 'pos',
      approver: null,
    })
  }

  /** What `till stats --json` says of the data directory, beside the running host. */
  async stats(): Promise<Stats> {
    const ran = await till('stats', '--json', '--data', this.dir)
    if (ran.code !== 0) throw new Error(`stats: ${ran.err}`)
    return JSON.parse(ran.out) as Stats
  }

  private staffOrNone(): Staffing | null {
    return this.#from === 'prepared' ? this.staff : null
  }
}

/** Before the shop opens: its till has another program from now on. */
async function keepProgram(dir: string, program: Program): Promise<void> {
  const opened = await openTill({ dir, keyStore: fileKeyStore(dir), mode: 'write', host: 'test' })
  if (!opened.ok) throw new Error(opened.refusal.sentence)
  const till = opened.value.till()
  if (!till) throw new Error('this shop is not set up')
  storeProgram(till, program)
  opened.value.close()
}
