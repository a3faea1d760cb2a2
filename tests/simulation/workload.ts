import type { Input, Output } from '../../shared/ipc/contract.ts'
import type { Dice } from './dice.ts'
import type { Model } from './model.ts'
import type { SimulatedTill } from './simulated-till.ts'
import { StaffWork } from './staff-work.ts'

/** What happens at a till in a day, by weight. */
const ACTS = {
  sale: 10,
  sale_for_somebody_new: 5,
  redeem: 4,
  redeem_much: 2,
  void: 2,
  adjust: 2,
  update: 1,
  withdraw: 1,
  look_up: 2,
  import: 1,
  staff: 1,
} as const
type Act = keyof typeof ACTS

type Approver = NonNullable<Input<'sale.record'>['approver']>

/** People are few, so that tills meet the same ones. */
const PEOPLE = 12
const personOf = (n: number): string => `080312345${String(n).padStart(2, '0')}`
/** Rows of one purchase history that every till may be given. */
const HISTORY_ROWS = 6

interface WorkloadParts {
  readonly dice: Dice
  readonly model: Model
}

/** Cashiers at work: chooses what is done, does it through the till's contract, and tells the model what was said. */
export class Workload {
  readonly staff: StaffWork
  readonly #dice: Dice
  readonly #model: Model
  #count = 0

  constructor({ dice, model }: WorkloadParts) {
    this.#dice = dice
    this.#model = model
    this.staff = new StaffWork(() => this.newCommand())
  }

  newCommand(): string {
    this.#count += 1
    return this.#dice.of(`command ${this.#count}`).hex(16)
  }

  /** One act at this till; a refusal is an answer too. Answers what was done, for the story. */
  async act(till: SimulatedTill): Promise<string> {
    const act = this.#dice.weighted<Act>(ACTS)
    const person = personOf(this.#dice.whole(0, PEOPLE - 1))
    switch (act) {
      case 'sale':
        return this.sell(till, this.#dice.chance(0.15) ? null : person, 0)
      case 'sale_for_somebody_new':
        return this.enrol(till, person)
      case 'redeem':
        return this.sell(till, person, this.#dice.whole(100, 400))
      case 'redeem_much':
        return this.insist(till, person, this.#dice.whole(300, 1_200))
      case 'void':
        return this.undo(till)
      case 'adjust':
        return this.adjust(till, person, this.#dice.pick([-60, 25, 80, 150]))
      case 'update':
        return this.update(till, person)
      case 'withdraw':
        return this.withdraw(till, person)
      case 'look_up':
        return this.lookUp(till, person)
      case 'import':
        return this.importHistory(till)
      case 'staff':
        return this.staff.act(till, this.#dice)
    }
  }

  async enrol(till: SimulatedTill, person: string): Promise<string> {
    const command = this.newCommand()
    const input: Input<'customer.enrol'> = {
      command_id: command,
      phone: person,
      email: '',
      card: '',
      name: this.#dice.pick(['Adebayo', 'Ade', 'Ngozi', '']),
      birth: '',
      consent: { marketing: 'not_asked', wording: '' },
    }
    const said = (): void => this.#model.said(command, till.name, { what: 'enrol', person })
    const done = await till.command('customer.enrol', input, said)
    return `enrol ${person}: ${done ? 'done' : till.refused}`
  }

  /** More than a till may give by itself, perhaps: head office is asked, and then a second person. */
  async insist(till: SimulatedTill, person: string, redeem: number): Promise<string> {
    const sold = await this.sell(till, person, redeem, null, 1_500)
    const approver = this.staff.supervisor(till)
    if (!till.refused.startsWith('offline_limit') || approver === null || !sold.endsWith(till.refused))
      return sold
    return `${sold}, and ${await this.sell(till, person, redeem, approver, 1_500)} by another's word`
  }

  async sell(
    till: SimulatedTill,
    person: string | null,
    redeem: number,
    approver: Approver | null = null,
    leastNaira = 5 * 100,
  ): Promise<string> {
    const customer = person === null ? null : await till.customerOf(person)
    if (person !== null && customer === null) return this.enrol(till, person)
    const command = this.newCommand()
    const input: Input<'sale.record'> = {
      command_id: command,
      customer_id: customer,
      gross_kobo: this.#dice.whole(leastNaira / 100, 900) * 10_000,
      redeem: redeem > 0 ? { unit: 'points', points: redeem } : null,
      receipt: '',
      channel: 'pos',
      approver,
      ...(approver ? { override_reason: 'The line is down' } : {}),
    }
    const done = await till.command('sale.record', input, (sold) =>
      this.sold(command, till.name, person, sold),
    )
    return `sell to ${person} for ${redeem}: ${done ? done.sale_id.slice(0, 8) : till.refused}`
  }

  sold(command: string, till: string, person: string | null, done: Output<'sale.record'>): void {
    const { sale_id: sale, gross_kobo: gross, net_kobo: net, earned, redeemed } = done
    this.#model.said(command, till, { what: 'sale', sale, person, gross, net, earned, redeemed })
  }

  async #lastSales(till: SimulatedTill): Promise<Output<'sale.list'>['sales']> {
    const asked = { customer_id: null, mine_today: false, receipt: '', cursor: null, limit: 10 }
    return (await till.query('sale.list', asked))?.sales ?? []
  }

  /** A part of a sale of this till, or all that is left of it. */
  async giveBack(till: SimulatedTill): Promise<string> {
    // What two tills read from one file is one sale: nobody gives goods back for a history.
    const sales = (await this.#lastSales(till)).filter(({ imported }) => !imported)
    if (sales.length === 0) return 'give back: no sale'
    const command = this.newCommand()
    const { sale_id, net_kobo } = this.#dice.pick(sales)
    const part = this.#dice.pick([3, 7])
    const kobo = this.#dice.chance(0.3) ? ('all' as const) : Math.max(1, Math.floor((net_kobo * part) / 10))
    const sale = { by: 'sale', sale_id } as const
    const said = (done: Output<'sale.refund'>): void =>
      this.#model.said(
        command,
        till.name,
        done.whole
          ? { what: 'void', sale: sale_id }
          : {
              what: 'part',
              sale: sale_id,
              kobo: done.kobo,
              takenBack: done.taken_back,
              givenBack: done.given_back,
            },
      )
    const input = { command_id: command, sale, kobo, reason: 'Came back', approver: null }
    const done = await till.command('sale.refund', input, said)
    return `give back of ${sale_id.slice(0, 8)}: ${done ? done.kobo : till.refused}`
  }

  async undo(till: SimulatedTill): Promise<string> {
    const sales = await this.#lastSales(till)
    if (sales.length === 0) return 'undo: no sale'
    const command = this.newCommand()
    const { sale_id: sale } = this.#dice.pick(sales)
    const input = { command_id: command, sale_id: sale, reason: 'Wrong amount', approver: null }
    const said = (): void => this.#model.said(command, till.name, { what: 'void', sale })
    const done = await till.command('sale.void', input, said)
    return `undo ${sale.slice(0, 8)}: ${done ? 'done' : till.refused}`
  }

  async adjust(till: SimulatedTill, person: string, points: number): Promise<string> {
    const customer = await till.customerOf(person)
    if (customer === null) return 'adjust: nobody'
    const command = this.newCommand()
    const input = { command_id: command, customer_id: customer, points, reason: 'Complaint', approver: null }
    const said = (): void => this.#model.said(command, till.name, { what: 'adjust', person, points })
    const done = await till.command('points.adjust', input, said)
    return `adjust ${person} by ${points}: ${done ? 'done' : till.refused}`
  }

  async update(till: SimulatedTill, person: string): Promise<string> {
    const customer = await till.customerOf(person)
    if (customer === null) return 'update: nobody'
    const name = this.#dice.pick(['Adebayo O.', 'Chioma', 'Musa'])
    const input = { command_id: this.newCommand(), customer_id: customer, name, clear: [] }
    const done = await till.command('customer.update', input, () => undefined)
    return `rename ${person}: ${done ? 'done' : till.refused}`
  }

  async withdraw(till: SimulatedTill, person: string): Promise<string> {
    const customer = await till.customerOf(person)
    if (customer === null) return 'withdraw: nobody'
    const command = this.newCommand()
    const input = { command_id: command, customer_id: customer, marketing: 'no' as const, wording: 'No' }
    const said = (): void => this.#model.said(command, till.name, { what: 'withdraw', person })
    const done = await till.command('customer.consent', input, said)
    return `withdraw ${person}: ${done ? 'done' : till.refused}`
  }

  async lookUp(till: SimulatedTill, person: string): Promise<string> {
    const customer = await till.customerOf(person)
    if (customer !== null) till.begin('customer.fetch', { customer_id: customer })
    return `look up ${person}`
  }

  /** The same file wherever it is imported: one till or five, before they are enrolled or after. */
  async importHistory(till: SimulatedTill): Promise<string> {
    const said = await till.importSales(
      Array.from({ length: HISTORY_ROWS }, (_, n) => ({
        key: `history ${n}`,
        phone: personOf(n),
        email: '',
        card: '',
        amount_kobo: 500_000 + n * 10_000,
        occurred_ms: Date.parse('2026-10-05T12:00:00Z') + n * 86_400_000,
        receipt: `H${n}`,
        channel: 'pos',
      })),
    )
    for (const { sale, row, kobo } of said) {
      const told = {
        what: 'sale',
        sale,
        person: personOf(row),
        gross: kobo,
        net: kobo,
        earned: 0,
        redeemed: 0,
      } as const
      this.#model.said(`import ${sale}`, till.name, told)
    }
    return `import: ${said.length} rows`
  }
}
