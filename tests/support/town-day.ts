import { type Chance, chance } from '../../electron/demo/chance.ts'
import type { Unnamed } from './shop-set-up.ts'
import { openTown, type Town } from './town.ts'
import type { Came, TillProcess, TownTill } from './town-till.ts'

/** What people do at the tills of a town, and who is struck down meanwhile. All of it follows from the seed. */

type Deed =
  | { readonly method: 'sale.record'; readonly id: string; readonly input: Unnamed<'sale.record'> }
  | { readonly method: 'sale.void'; readonly id: string; readonly input: Unnamed<'sale.void'> }
  | { readonly method: 'customer.enrol'; readonly id: string; readonly input: Unnamed<'customer.enrol'> }

/** One cashier with the customers and sales they know. */
class Cashier {
  readonly till: TownTill
  readonly #luck: Chance
  readonly #phones: number
  readonly #customers: string[] = []
  readonly #sales: string[] = []
  /** Sent without an answer: sent again, with the same ids, when there is somebody to answer. */
  readonly #open: Deed[] = []
  done = { sales: 0, redemptions: 0, voids: 0, enrolments: 0, refused: 0, repeated: 0 }

  constructor(till: TownTill, seed: number, number: number) {
    this.till = till
    this.#luck = chance(seed, 4, number)
    this.#phones = number * 1_000
  }

  meets(customer: string): void {
    this.#customers.push(customer)
  }

  /** Does one thing, and tells whether it was answered. */
  async acts(): Promise<boolean> {
    return this.#try(this.#next())
  }

  /** What was not answered is asked again until it is. */
  async repeats(): Promise<void> {
    for (const deed of this.#open.splice(0)) {
      this.done.repeated += 1
      if (!(await this.#try(deed))) throw new Error(`${this.till.name} does not answer`)
    }
  }

  enrols(phone: string): Promise<boolean> {
    return this.#try(this.#enrolment(phone))
  }

  #next(): Deed {
    const roll = this.#luck.whole(1, 100)
    if (roll <= 12 || this.#customers.length === 0) {
      const phone = `0803${String(1_000_000 + this.#phones + this.#customers.length * 7)}`
      return this.#enrolment(phone)
    }
    const sale = this.#sales[this.#luck.whole(0, Math.max(0, this.#sales.length - 1))]
    if (roll <= 22 && sale !== undefined) {
      const input = { sale_id: sale, reason: 'returned', approver: null }
      return { method: 'sale.void', id: this.#luck.hex(), input }
    }
    const customer = this.#customers[this.#luck.whole(0, this.#customers.length - 1)] ?? null
    const input = {
      customer_id: roll <= 30 ? null : customer,
      gross_kobo: this.#luck.whole(500, 900_000),
      redeem: roll > 70 && customer !== null ? { unit: 'points' as const, points: 100 } : null,
      receipt: '',
      channel: 'pos' as const,
      approver: null,
    }
    return { method: 'sale.record', id: this.#luck.hex(), input }
  }

  #enrolment(phone: string): Deed {
    const input = {
      phone,
      email: '',
      card: '',
      name: 'Ngozi',
      birth: '',
      consent: { marketing: 'not_asked' as const, wording: '' },
    }
    return { method: 'customer.enrol', id: this.#luck.hex(), input }
  }

  async #try(deed: Deed): Promise<boolean> {
    const came = await this.#carryOut(deed)
    if (came === 'unknown') this.#open.push(deed)
    if (came === 'refused') this.done.refused += 1
    return came !== 'unknown'
  }

  async #carryOut(deed: Deed): Promise<Came<unknown>['came']> {
    if (deed.method === 'customer.enrol') {
      const came = await this.till.tries(deed.method, deed.id, deed.input)
      if (came.came !== 'done') return came.came
      this.#customers.push(came.value.customer_id)
      this.done.enrolments += 1
    } else if (deed.method === 'sale.void') {
      const came = await this.till.tries(deed.method, deed.id, deed.input)
      if (came.came !== 'done') return came.came
      this.done.voids += 1
    } else {
      const came = await this.till.tries(deed.method, deed.id, deed.input)
      if (came.came !== 'done') return came.came
      this.#sales.push(came.value.sale_id)
      this.done.sales += 1
      if (came.value.redeemed > 0) this.done.redemptions += 1
    }
    return 'done'
  }
}

/** Two tills that worked alone, with a customer and a file of customers in common, and then joined head office. */
export async function openMarket(databaseUrl: string, seed: number): Promise<Market> {
  const town = await openTown(databaseUrl, seed)
  try {
    const opened = town.openOffice()
    const tills = [await town.addTill(), await town.addTill()]
    const cashiers = tills.map((till, i) => new Cashier(till, seed, i + 1))
    await Promise.all(cashiers.map((cashier) => aloneAt(cashier)))
    await opened
    for (const till of tills) await town.enrol(till)
    return { town, cashiers }
  } catch (error) {
    await town.close()
    throw error
  }
}
export interface Market {
  readonly town: Town
  readonly cashiers: readonly Cashier[]
}

export const SHARED_PHONE = '08031234567'
/** Of the file that both shops read in. */
export const FILE_ROWS = 5
const ALONE_DEEDS = 12

async function aloneAt(cashier: Cashier): Promise<void> {
  await cashier.enrols(SHARED_PHONE)
  const batch = Array.from({ length: FILE_ROWS }, (_, i) => ({
    key: `row ${i}`,
    phone: `0805${String(2_000_000 + i)}`,
    email: '',
    card: '',
    name: 'Musa',
    birth: '',
    consent_marketing: 'not_asked' as const,
  }))
  await cashier.till.admin('import_customers', { batch })
  for (let i = 0; i < ALONE_DEEDS; i += 1) await cashier.acts()
}

const TARGETS = ['office', 'host', 'ledger', 'sync'] as const
type Target = (typeof TARGETS)[number]
/** At each till, before and after the blow. */
const DEEDS = { before: 10, after: 5 } as const
export const WEATHER = { dropped: 0.2, cut: 0.1, delayed: 0.2, delayMsMax: 80, silent: 'none' } as const

/**
 * One cycle: cashiers work in bad weather, somebody is struck down in the middle of it, what is gone is started
 * again, and everything must come right. Every target has its turn in four cycles.
 */
export async function strikeOnce({ town, cashiers }: Market, seed: number, cycle: number): Promise<string> {
  const luck = chance(seed, 5, cycle)
  const target = TARGETS[(cycle + seed) % TARGETS.length] ?? 'office'
  const also = TARGETS[luck.whole(0, TARGETS.length - 1)] ?? 'office'
  const partition = luck.percent(50) ? 'to_office' : 'to_till'
  town.network.change(luck.percent(30) ? { ...WEATHER, silent: partition } : WEATHER)
  const work = cashiers.map(async (cashier) => {
    for (let i = 0; i < DEEDS.before; i += 1) await cashier.acts()
  })
  await new Promise((resolve) => setTimeout(resolve, luck.whole(0, 150)))
  const struck = new Set<Target>([target, also])
  for (const one of struck) await strike(town, one, luck)
  await Promise.all(work)
  for (const { till } of cashiers) if (!till.isUp()) await till.start()
  // While head office is away the tills sell on.
  await Promise.all(
    cashiers.map(async (cashier) => {
      for (let i = 0; i < DEEDS.after; i += 1) await cashier.acts()
    }),
  )
  if (struck.has('office')) await town.openOffice()
  await Promise.all(cashiers.map(({ till }) => answers(till)))
  for (const cashier of cashiers) await cashier.repeats()
  await town.reconcile()
  return [...struck].join(', ')
}

async function strike(town: Town, target: Target, luck: Chance): Promise<void> {
  const till = town.tills[luck.whole(0, town.tills.length - 1)]
  if (target === 'office') await town.strikeOffice()
  else if (target === 'host') await till?.strikeHost()
  else till?.strike(target as TillProcess)
}

/** A ledger process that was struck down is started again by its shell. */
async function answers(till: TownTill): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const status = await till.tries('system.status', '', {})
    if (status.came === 'done' && status.value.health) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${till.name} did not come back`)
}
