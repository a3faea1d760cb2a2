import { START_MS } from '../support/till.ts'
import { checkAtRest, checkChain, checkHeadOffice, mustBe, waitingAt } from './checks.ts'
import { Dice } from './dice.ts'
import { drawFaults, FAULTS, type Fault, strike } from './faults.ts'
import { HeadOffice, HQ_URL, type PostgresPlace } from './head-office.ts'
import { checkInbox, type Happened } from './inbox-check.ts'
import { checkDebts, checkLeases } from './lease-check.ts'
import { Losses } from './losses.ts'
import { Managers } from './managers.ts'
import { Model } from './model.ts'
import { Network } from './network.ts'
import { OfficeWork } from './office-work.ts'
import { checkFloor, checkRisk } from './risk-check.ts'
import { Schedule, settle } from './schedule.ts'
import { freshTill } from './shop-floor.ts'
import { drawRules, type ShopRules } from './shop-rules.ts'
import { eventOf, SimulatedTill } from './simulated-till.ts'
import { watchStatements } from './statements.ts'
import { Workload } from './workload.ts'
import type { World } from './world.ts'

interface SeedPlan {
  readonly seed: number
  readonly tills?: number
  /** What cashiers do in all. */
  readonly acts?: number
  /** Null: as the seed draws them. */
  readonly faults?: readonly Fault[] | null
}

interface SeedResult {
  readonly seed: number
  /** Null: all held. */
  readonly why: string | null
  readonly story: readonly string[]
  readonly events: number
  readonly requests: number
  /** Of head office, in its lives together. */
  readonly statements: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** How long everything may take to come to rest once nothing goes wrong any more. Virtual. */
const REST_WITHIN_MS = 120 * MINUTE
/** Every till has begun and ended a whole round of its shapes in this. */
export const QUIET_MS = 70 * SECOND
const STORY_LINES = 60
/** Of one seed: beyond it something goes round in circles. */
const EVENTS_MAX = 60_000

/** One world from its seed to its rest. */
export async function runSeed(place: PostgresPlace, plan: SeedPlan): Promise<SeedResult> {
  const run = await SeedRun.begin(place, plan)
  try {
    const why = await run.live(plan)
    const { schedule, network, hq } = run.world
    return {
      seed: plan.seed,
      why,
      story: schedule.story(STORY_LINES),
      events: schedule.events,
      requests: network.requests,
      statements: hq.statements,
    }
  } finally {
    await run.end()
  }
}

/** A world with its people: what a scenario drives step by step, and a seed by chance. */
export class SeedRun {
  readonly world: World
  #outstanding = 0
  readonly #checkedAt = new Map<SimulatedTill, string>()
  #hqCheckedAt = -1
  readonly #managers: Managers
  readonly #losses: Losses
  #rules: ShopRules | null = null
  /** A disk was copied into another computer. */
  #copied = false
  /** The incarnation of head office at the beginning. */
  #hqEpoch = 0

  private constructor(parts: Omit<World, 'later' | 'boot' | 'join' | 'forget' | 'found' | 'leave'>) {
    this.world = {
      ...parts,
      later: (ms, what, run) => this.#later(ms, what, run),
      boot: (till) => this.boot(till),
      join: (till) => this.#join(till),
      forget: (till) => this.#losses.forget(till),
      found: (device, ms) => this.#managers.found(device, ms),
      leave: (till) => this.#leave(till),
    }
    const { hq, model, tills, workload } = parts
    this.#losses = new Losses({ hq, model, tills, staff: workload.staff })
    this.#managers = new Managers({ ...parts, enrol: (till) => this.enrol(till) })
  }

  static async begin(place: PostgresPlace, plan: SeedPlan): Promise<SeedRun> {
    const dice = new Dice(plan.seed, 'world')
    const schedule = new Schedule(START_MS, dice.of('ties'))
    const hq = await HeadOffice.open({ place, schedule, dice: dice.of('hq') })
    const network = new Network({ schedule, dice: dice.of('net'), peer: (asked) => hq.request(asked) })
    const model = new Model()
    const workload = new Workload({ dice: dice.of('workload'), model })
    const tills: SimulatedTill[] = []
    watchStatements({
      before: (database) => tills.find((till) => till.owns(database))?.statement(),
      text: (sql) => sql,
    })
    const run = new SeedRun({
      seed: plan.seed,
      dice,
      schedule,
      network,
      hq,
      tills,
      tillsMax: 6,
      model,
      workload,
      office: new OfficeWork({ hq, model, tills }),
      packages: [],
    })
    run.#hqEpoch = (await hq.incarnation()).hqEpoch
    const count = plan.tills ?? dice.of('tills').whole(2, 4)
    for (let n = 1; n <= count; n += 1) {
      const name = `till ${n}`
      const fresh = await freshTill(n)
      tills.push(new SimulatedTill({ name, fresh, schedule, network, dice: dice.of(name) }))
    }
    for (const till of tills) await till.boot()
    return run
  }

  /** The life that chance makes of it. Null when everything held, else what did not. */
  async live(plan: SeedPlan): Promise<string | null> {
    const { hq, dice } = this.world
    try {
      this.#rules = await drawRules(hq, dice.of('rules'))
      await this.work(plan.acts ?? 60, plan.faults ?? drawFaults(dice.of('faults')))
      await this.rest(await this.#happened())
      return null
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
    }
  }

  /** Cashiers at work for so many acts, while things go wrong. */
  async work(acts: number, faults: readonly Fault[]): Promise<void> {
    const { dice, schedule, tills } = this.world
    const pace = dice.of('pace')
    const chance = dice.of('disk and clock')
    const alone = new Map(tills.map((till) => [till.name, schedule.now + pace.whole(0, 6) * MINUTE]))
    let done = 0
    const cashier = (till: SimulatedTill): void => {
      schedule.after(pace.whole(1, 90) * SECOND, '', () => {
        if (done >= acts) return
        if (!till.up) return cashier(till)
        done += 1
        // It may wait for head office, and the world goes on meanwhile.
        this.#outstanding += 1
        this.#act(till)
          .catch((error: unknown) => till.errors.push(error))
          .finally(() => {
            this.#outstanding -= 1
            cashier(till)
          })
      })
    }
    const trouble = (): void => {
      schedule.after(pace.whole(10, 120) * SECOND, '', async () => {
        if (done >= acts) return
        const weights = Object.fromEntries(faults.map((fault) => [fault, FAULTS[fault]])) as Record<
          Fault,
          number
        >
        schedule.note(`--- ${await strike(this.world, chance.weighted(weights), chance)}`)
        trouble()
      })
    }
    for (const till of tills) {
      cashier(till)
      this.#managers.look(till, alone.get(till.name) ?? 0)
    }
    if (faults.length > 0) trouble()
    while (done < acts || this.#outstanding > 0) await this.#step()
  }

  /** Nothing goes wrong any more: everything comes to rest, and both sides agree. */
  async rest(happened: Happened | null = null): Promise<void> {
    const { schedule, network, hq, tills, model, office, workload } = this.world
    schedule.note('--- all is well from here')
    network.heal()
    await hq.start()
    for (const till of tills) {
      till.spare()
      if (till.up) till.db.pragma('max_page_count = 1073741823')
      await this.boot(till)
    }
    const healedAt = schedule.now
    const until = schedule.now + REST_WITHIN_MS
    let quietSince = -1
    while (quietSince < 0 || schedule.now - quietSince < QUIET_MS) {
      mustBe(schedule.now < until, `no rest: ${this.#restless()}`)
      await this.#step()
      const restless = network.waitsSince(healedAt) || this.#restless() !== ''
      if (restless || (quietSince < 0 && (await this.#decideRest()))) quietSince = -1
      else if (quietSince < 0) quietSince = schedule.now
    }
    await this.#losses.forgetAgain()
    await office.judgeDismissed()
    const accounts = await checkAtRest(hq, tills, model)
    await checkRisk(hq, model, accounts)
    await checkLeases(hq, tills, accounts)
    await checkInbox(hq, happened)
    for (const till of tills) await workload.staff.check(till)
  }

  async #happened(): Promise<Happened> {
    const { hq } = this.world
    await hq.start()
    const { hqEpoch } = await hq.incarnation()
    const officeRestored = hqEpoch > this.#hqEpoch
    return { copies: officeRestored || this.#copied || this.#losses.any, officeRestored }
  }

  /** What still waits for a person at head office is decided. True: something was. */
  async #decideRest(): Promise<boolean> {
    const { office, hq } = this.world
    if (!hq.up) return true
    const merged = await office.mergeAgain()
    return (await office.decide(null)) > 0 || merged
  }

  async #act(till: SimulatedTill): Promise<void> {
    const { schedule, workload, model } = this.world
    const before = model.redemptions(till.name).length
    schedule.note(`${till.name}: ${await workload.act(till)}`)
    const redeemed = model.redemptions(till.name)
    const last = redeemed.at(-1)
    if (till.up && last && redeemed.length > before) checkFloor(till, eventOf(last.command))
  }

  /** What waits for head office, with the time that it takes. */
  async answered<T>(work: Promise<T>): Promise<T> {
    let isOver = false
    const over = (): void => {
      isOver = true
    }
    work.then(over, over)
    await settle()
    while (!isOver) await this.#step()
    return work
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const { schedule } = this.world
    const until = schedule.now + ms
    while (await this.#step(until));
  }

  /** Until `holds`, within an hour. */
  async until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const { schedule } = this.world
    const limit = schedule.now + 60 * MINUTE
    while (!(await holds())) {
      mustBe(schedule.now < limit, `it never came to this: ${what}`)
      await this.#step(limit)
    }
  }

  async boot(till: SimulatedTill): Promise<void> {
    if (!till.up && this.world.tills.includes(till)) await till.boot()
  }

  /** A person asks head office for a code and types it. */
  async enrol(
    till: SimulatedTill,
    store = this.#rules?.storeOf(till) ?? this.world.hq.stores[0] ?? '',
  ): Promise<void> {
    const { hq, workload, schedule } = this.world
    const device = till.enrolled && !till.name.endsWith("'") ? till.open.ledger.ids.device : null
    const again = device === null ? null : await hq.code({ device })
    // A head office that was put back may never have heard of the device: then it is a new one.
    const code = again ?? (hq.up ? await hq.code({ store, name: till.name }) : null)
    schedule.note(`${till.name}: a code ${again === null ? 'for a new till' : 'to enrol again'}`)
    if (code === null) return
    till.begin('hq.enrol', { command_id: workload.newCommand(), url: HQ_URL, code })
    // A test asks for this between two events.
    await settle()
  }

  async end(): Promise<void> {
    const { tills, hq } = this.world
    for (const till of tills) await till.shutDown()
    watchStatements(null)
    await hq.close()
  }

  async #step(until?: number): Promise<boolean> {
    const { schedule, tills, hq } = this.world
    const more = await schedule.step(until)
    mustBe(schedule.events < EVENTS_MAX, 'it goes round in circles')
    for (const till of tills) {
      const [error] = till.errors
      if (error !== undefined) throw error
      if (!till.up) {
        // Struck down: somebody starts it again in a moment.
        if (till.struck) this.#revive(till)
        continue
      }
      const { version } = till
      if (this.#checkedAt.get(till) === version) continue
      checkChain(till)
      this.#checkedAt.set(till, version)
    }
    mustBe(hq.errors.length === 0, `head office failed: ${hq.errors[0]}`)
    if (hq.fell) this.#later(20 * SECOND, 'head office is started', () => hq.start())
    if (hq.up && this.#hqCheckedAt !== hq.changes) {
      await checkHeadOffice(hq, tills)
      await checkDebts(hq)
      this.#hqCheckedAt = hq.changes
    }
    return more
  }

  #revive(till: SimulatedTill): void {
    till.struck = false
    this.#later(5 * SECOND, `${till.name} is started again`, () => this.boot(till))
  }

  #later(ms: number, what: string, run: () => void | Promise<void>): void {
    this.#outstanding += 1
    this.world.schedule.after(ms, what, async () => {
      this.#outstanding -= 1
      await run()
    })
  }

  #leave(till: SimulatedTill): void {
    const { tills } = this.world
    tills.splice(tills.indexOf(till), 1)
    // What it sent last may still be on its way.
    this.#later(5 * MINUTE, `nobody expects ${till.name} any more`, () => this.#losses.forget(till))
  }

  async #join(till: SimulatedTill): Promise<void> {
    this.#copied = true
    this.world.tills.push(till)
    await till.boot()
    this.#managers.look(till, 0)
  }

  #restless(): string {
    for (const till of this.world.tills) {
      if (!till.up) return `${till.name} is off`
      if (!till.enrolled) return `${till.name} is not enrolled`
      if (till.stopped !== null) return `${till.name} has stopped: ${till.stopped}`
      if (this.#managers.isStopped(till)) return `${till.name} was stopped by head office`
      const waiting = waitingAt(till)
      if (waiting > 0) return `${till.name} has ${waiting} events to send`
    }
    return ''
  }
}
