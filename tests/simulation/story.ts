import type { Input, Output } from '../../shared/ipc/contract.ts'
import { mustBe, waitingAt } from './checks.ts'
import type { PostgresPlace } from './head-office.ts'
import { QUIET_MS, SeedRun } from './run-seed.ts'
import { setPolicy } from './shop-rules.ts'
import type { SimulatedTill } from './simulated-till.ts'

/** The people of the scenarios, by number. */
export const ADA = '08035550101'
export const BOLA = '08035550102'

/** A world in which a test says what happens. Every told thing goes to the model, so `rest` checks it all. */
export class Story {
  readonly run: SeedRun

  constructor(run: SeedRun) {
    this.run = run
  }

  /** Head office sets nothing aside by itself unless a scenario says so: what is open is all there is. */
  static async begin(place: PostgresPlace, tills: number, seed = 11): Promise<Story> {
    const story = new Story(await SeedRun.begin(place, { seed, tills }))
    await setPolicy(story.hq, { lease_points: 0 })
    return story
  }

  get hq(): SeedRun['world']['hq'] {
    return this.run.world.hq
  }
  get network(): SeedRun['world']['network'] {
    return this.run.world.network
  }
  till(n: number): SimulatedTill {
    const till = this.run.world.tills[n - 1]
    if (!till) throw new Error(`there is no till ${n}`)
    return till
  }

  /** Enrols these tills, or all, and waits until head office has everything. */
  async enrol(...tills: readonly SimulatedTill[]): Promise<void> {
    for (const till of tills.length > 0 ? tills : this.run.world.tills) {
      await this.run.enrol(till)
      await this.run.until(() => till.enrolled && till.stopped === null, `${till.name} is enrolled`)
      await this.sent(till)
    }
  }

  async sent(...tills: readonly SimulatedTill[]): Promise<void> {
    for (const till of tills.length > 0 ? tills : this.run.world.tills) {
      await this.run.until(() => till.up && waitingAt(till) === 0, `${till.name} has sent everything`)
    }
  }

  /** Every till has what head office has. */
  async followed(): Promise<void> {
    await this.sent()
    await this.run.pass(QUIET_MS)
  }

  offline(till: SimulatedTill): void {
    this.network.cut.set(till.name, 'both')
  }
  online(till: SimulatedTill): void {
    this.network.cut.delete(till.name)
  }

  async join(till: SimulatedTill, person: string, name = ''): Promise<string> {
    const { workload, model } = this.run.world
    const command_id = workload.newCommand()
    const consent = { marketing: 'not_asked' as const, wording: '' }
    const input = { command_id, phone: person, email: '', card: '', name, birth: '', consent }
    const said = (): void => model.said(command_id, till.name, { what: 'enrol', person })
    return must(till, await till.command('customer.enrol', input, said)).customer_id
  }

  /** A sale in naira; points that pay for a part of it. */
  async sell(
    till: SimulatedTill,
    person: string | null,
    naira: number,
    redeem = 0,
    approver: Input<'sale.record'>['approver'] = null,
  ): Promise<Output<'sale.record'>> {
    return must(till, await this.trySell(till, person, naira, redeem, undefined, approver))
  }

  /** The same where it may be refused (`till.refused`). */
  async trySell(
    till: SimulatedTill,
    person: string | null,
    naira: number,
    redeem = 0,
    command_id = this.run.world.workload.newCommand(),
    /** Whose word lets go what is beyond the limits. */
    approver: Input<'sale.record'>['approver'] = null,
  ): Promise<Output<'sale.record'> | null> {
    const { workload } = this.run.world
    const customer_id = person === null ? null : await till.customerOf(person)
    mustBe(person === null || customer_id !== null, `${till.name} knows ${person}`)
    const input = {
      command_id,
      customer_id,
      gross_kobo: naira * 100,
      redeem: redeem > 0 ? { unit: 'points' as const, points: redeem } : null,
      receipt: '',
      channel: 'pos' as const,
      approver,
      ...(approver ? { override_reason: 'The line is down' } : {}),
    }
    const said = (sold: Output<'sale.record'>): void => workload.sold(command_id, till.name, person, sold)
    return this.run.answered(till.command('sale.record', input, said))
  }

  async undo(till: SimulatedTill, sale: string): Promise<boolean> {
    const { workload, model } = this.run.world
    const command_id = workload.newCommand()
    const input = { command_id, sale_id: sale, reason: 'Wrong', approver: null }
    const said = (): void => model.said(command_id, till.name, { what: 'void', sale })
    return (await till.command('sale.void', input, said)) !== null
  }

  /** What a cashier of this till sees; null: nobody of that number. */
  async card(till: SimulatedTill, person: string): Promise<Output<'customer.card'> | null> {
    const customer_id = await till.customerOf(person)
    return customer_id === null ? null : till.query('customer.card', { customer_id })
  }

  async points(till: SimulatedTill, person: string): Promise<number> {
    return must(till, await this.card(till, person)).account.available
  }

  /** Everything heals, comes to rest and is compared. */
  rest(): Promise<void> {
    return this.run.rest()
  }

  end(): Promise<void> {
    return this.run.end()
  }
}

function must<T>(till: SimulatedTill, value: T | null): T {
  if (value === null) throw new Error(`${till.name} refused: ${till.refused}`)
  return value
}
