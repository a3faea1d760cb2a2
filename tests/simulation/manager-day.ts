import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { AdminOp, AdminOps } from '../../electron/ledger/messages.ts'
import type { Input, MethodName, Output } from '../../shared/ipc/contract.ts'
import { mustBe } from './checks.ts'
import { HQ_URL, type PostgresPlace } from './head-office.ts'
import type { Moments, OneKill } from './kills.ts'
import { SeedRun } from './run-seed.ts'
import { newFolder } from './shop-floor.ts'
import type { SimulatedTill } from './simulated-till.ts'

const SEED = 78
const STEP_MS = 6_000
const ADA = '08035550101'
const PIN = '736194'
/** A step whose process died is taken once more; only one dies. */
const TRIES = 2

/** What a manager does in a day, on one till and head office. Answers when it is done; false: the process died. */
export class ManagerDay {
  readonly #run: SeedRun
  readonly #till: SimulatedTill
  #staff = ''

  private constructor(run: SeedRun) {
    const [till] = run.world.tills
    if (!till) throw new Error('there is a till')
    this.#run = run
    this.#till = till
  }

  /** The whole day. Throws when a step is refused, or when it does not end at rest. */
  static async live(place: PostgresPlace, kill: OneKill | null): Promise<Moments> {
    const run = await SeedRun.begin(place, { seed: SEED, tills: 1 })
    try {
      return await new ManagerDay(run).#live(kill)
    } finally {
      await run.end()
    }
  }

  async #live(kill: OneKill | null): Promise<Moments> {
    const till = this.#till
    await this.#run.world.workload.enrol(till, ADA)
    await this.#run.world.workload.sell(till, ADA, 0)
    const began = { statements: till.statements, answers: till.answers }
    if (kill?.who === 'till statement') till.killLater({ what: 'statement', in: kill.at })
    if (kill?.who === 'till answer') till.killLater({ what: 'answer', in: kill.at })
    for (const [name, step] of Object.entries(STEPS)) await this.#insist(name, step(this))
    await this.#run.rest()
    this.#checkAtRest()
    return {
      'till statement': till.statements - began.statements,
      'till answer': till.answers - began.answers,
      // Head office dies in the thirty steps.
      'head office statement': 0,
    }
  }

  async #insist(name: string, step: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      await this.#run.until(() => this.#till.up, 'the till runs')
      const done = await step()
      const died = !this.#till.up
      await this.#run.pass(STEP_MS)
      if (done) return
      mustBe(died, `${name} was refused: ${this.#till.refused}`)
    }
    throw new Error(`${name} was cut off twice`)
  }

  /** What the manager was told stands there, once. */
  #checkAtRest(): void {
    const { db } = this.#till
    const people = db.prepare('SELECT name, role, active FROM staff WHERE id <> ?').all(this.#till.admin)
    mustBe(
      JSON.stringify(people) === JSON.stringify([{ name: 'Bisi', role: 'supervisor', active: 1 }]),
      `the people of the till are ${JSON.stringify(people)}`,
    )
    const { store } = this.#till.open.ledger.settings()
    mustBe(store.till_name === 'Till at the door', `the till is called ${store.till_name}`)
    const metered = this.#till.look<string>("SELECT value FROM till WHERE key = 'metered'")
    mustBe(metered === '0', 'the link is free of charge again')
    const epochs = this.#till.look<number>('SELECT count(*) FROM epoch')
    mustBe(epochs === 3, `it was enrolled once and had one new key: ${epochs} epochs`)
  }

  /** A command with one id, however often it is sent. */
  command<M extends MethodName>(
    method: M,
    input: (command_id: string) => Input<M>,
    said: (output: Output<M>) => void = () => undefined,
  ): () => Promise<boolean> {
    const command_id = this.#run.world.workload.newCommand()
    return async () => (await this.#till.command(method, input(command_id), said)) !== null
  }

  work<O extends AdminOp>(op: O, input: () => AdminOps[O]['input']): () => Promise<boolean> {
    return async () => (await this.#till.work(op, input())) !== null
  }

  /** A code of head office, typed on the screen: the answer comes over the network. */
  enrol(): () => Promise<boolean> {
    return async () => {
      if (!this.#till.enrolled) await this.#run.enrol(this.#till)
      await this.#run.until(() => !this.#till.up || this.#till.enrolled, 'it is enrolled, or has died')
      return this.#till.up && this.#till.enrolled
    }
  }

  add(): () => Promise<boolean> {
    const wanted = { name: 'Bisi', role: 'cashier', pin: '835261' } as const
    return this.command(
      'staff.add',
      (command_id) => ({ command_id, ...wanted }),
      ({ staff_id }) => {
        this.#staff = staff_id
      },
    )
  }

  change(): () => Promise<boolean> {
    const wanted = { name: null, role: 'supervisor', active: null, pin: '402917' } as const
    return this.command('staff.update', (command_id) => ({ command_id, staff_id: this.#staff, ...wanted }))
  }

  signIn(): () => Promise<boolean> {
    return this.command('session.sign_in', () => ({ staff_id: this.#till.admin, pin: PIN }))
  }

  /** As the screen hands over a file of head office. */
  uploadPackage(): () => Promise<boolean> {
    const { workload, hq } = this.#run.world
    const [command_id, upload] = [workload.newCommand(), workload.newCommand()]
    return async () => {
      const text = readFileSync(await hq.writePackage(hq.stores[0] ?? ''), 'utf8')
      const input = { command_id, upload, part: 0, text, last: true }
      return (await this.#till.command('hq.import_package', input, () => undefined)) !== null
    }
  }

  carryPackage(): () => Promise<boolean> {
    const { hq } = this.#run.world
    return async () => {
      const file = await hq.writePackage(hq.stores[0] ?? '')
      return (await this.#till.work('import_package', { file })) !== null
    }
  }
}

type Step = (day: ManagerDay) => () => Promise<boolean>

const FIRST_PAGE = { cursor: null } as const
const PEOPLE = [
  {
    key: 'people 1',
    phone: '08035550109',
    email: '',
    card: '',
    name: 'Halima',
    birth: '',
    consent_marketing: 'not_asked',
  },
] as const

/** By the command of the contract, or by the work of the command line, that does it. */
const STEPS = {
  'hq.enrol': (day) => day.enrol(),
  'session.sign_in': (day) => day.signIn(),
  'staff.add': (day) => day.add(),
  'staff.update': (day) => day.change(),
  'settings.update': (day) =>
    day.command('settings.update', (command_id) => ({ command_id, till_name: 'Till at the door' })),
  'clock.confirm': (day) =>
    day.command('clock.confirm', (command_id) => ({ command_id, date: '2026-12-01' })),
  'hq.metered': (day) => day.command('hq.metered', (command_id) => ({ command_id, metered: true })),
  hq_address: (day) => day.work('hq_address', () => ({ url: HQ_URL })),
  'hq.metered again': (day) => day.command('hq.metered', (command_id) => ({ command_id, metered: false })),
  import_customers: (day) => day.work('import_customers', () => ({ batch: PEOPLE })),
  'hq.export_unsent': (day) => day.command('hq.export_unsent', () => FIRST_PAGE),
  'hq.send_now': (day) => day.command('hq.send_now', () => ({})),
  'hq.import_package': (day) => day.uploadPackage(),
  rotate_key: (day) => day.work('rotate_key', () => ({})),
  'backup.create': (day) => day.command('backup.create', () => ({})),
  backup: (day) => day.work('backup', () => ({ file: path.join(newFolder(), 'backup') })),
  export_unsent: (day) => day.work('export_unsent', () => FIRST_PAGE),
  import_package: (day) => day.carryPackage(),
  rebuild: (day) => day.work('rebuild', () => ({})),
} as const satisfies Readonly<Record<string, Step>>

/** What this day is made of. */
export const MANAGER_STEPS: readonly string[] = Object.keys(STEPS)
