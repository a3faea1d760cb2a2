import type { Role } from '../../shared/base/roles.ts'
import { mustEqual } from './checks.ts'
import type { Dice } from './dice.ts'
import { eventOf, type SimulatedTill } from './simulated-till.ts'

/** What a till was told of one of its people. */
interface Told {
  readonly command: string
  readonly staff: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
  readonly pin: string
}

const NAMES = ['Bisi', 'Tunde', 'Halima'] as const
const ROLES = ['cashier', 'supervisor', 'manager'] as const satisfies readonly Role[]
/** Digits that are no row and long enough for everybody. */
const PINS = ['835261', '402917', '719358'] as const

/** Whoever may sign in at each till: what a manager changes there, and how it must stand. */
export class StaffWork {
  readonly #newCommand: () => string
  /** By till, in the order in which it was said. */
  readonly #told = new Map<string, Told[]>()

  constructor(newCommand: () => string) {
    this.#newCommand = newCommand
  }

  /** Somebody comes, goes, comes back, or has another role or PIN. */
  async act(till: SimulatedTill, dice: Dice): Promise<string> {
    const people = [...this.#people(till).values()]
    if (people.length === 0 || dice.chance(0.4)) return this.#add(till, dice)
    return this.#change(till, dice.pick(people), dice)
  }

  /** At rest: each person stands at their till as the manager was told last, with their PIN. */
  async check(till: SimulatedTill): Promise<void> {
    const people = this.#people(till)
    const find = till.db.prepare<[string], { name: string; role: string; active: number }>(
      'SELECT name, role, active FROM staff WHERE id = ?',
    )
    for (const { staff, name, role, active } of people.values()) {
      mustEqual(find.get(staff), { name, role, active: active ? 1 : 0 }, `${name} at ${till.name}`)
    }
    const one = [...people.values()].find(({ active }) => active)
    if (one) mustEqual(await till.signsIn(one.staff, one.pin), true, `the PIN of ${one.name} at ${till.name}`)
  }

  /** Somebody at this till who may let go what is beyond its limits, with their PIN; null: nobody. */
  supervisor(till: SimulatedTill): { readonly staff_id: string; readonly pin: string } | null {
    const people = [...this.#people(till).values()]
    const one = people.find(({ active, role }) => active && role !== 'cashier')
    return one ? { staff_id: one.staff, pin: one.pin } : null
  }

  /** A second computer with the same people. */
  copied(from: SimulatedTill, to: SimulatedTill): void {
    this.#told.set(to.name, [...this.#of(from)])
  }

  /** The disk was lost: what stands in its backup is what was said. */
  forget(till: SimulatedTill): void {
    const { writer } = till.open.ledger
    const kept = this.#of(till).filter(({ command }) => writer.hasEvent(eventOf(command)))
    this.#told.set(till.name, kept)
  }

  async #add(till: SimulatedTill, dice: Dice): Promise<string> {
    const command = this.#newCommand()
    const wanted = { name: dice.pick(NAMES), role: dice.pick(ROLES), pin: dice.pick(PINS) }
    const done = await till.command('staff.add', { command_id: command, ...wanted }, ({ staff_id: staff }) =>
      this.#say(till, { command, staff, active: true, ...wanted }),
    )
    return `${wanted.name} comes as ${wanted.role}: ${done ? 'done' : till.refused}`
  }

  async #change(till: SimulatedTill, person: Told, dice: Dice): Promise<string> {
    const command = this.#newCommand()
    const { staff, name } = person
    const nothing = { name: null, role: null, active: null, pin: null }
    const change = dice.pick([
      { ...nothing, pin: dice.pick(PINS) },
      { ...nothing, role: dice.pick(ROLES), pin: dice.pick(PINS) },
      { ...nothing, active: !person.active },
    ])
    const input = { command_id: command, staff_id: staff, ...change }
    const done = await till.command('staff.update', input, () => {
      const before = this.#people(till).get(staff) ?? person
      const { role, active, pin } = before
      this.#say(till, {
        command,
        staff,
        name,
        role: change.role ?? role,
        active: change.active ?? active,
        pin: change.pin ?? pin,
      })
    })
    return `${name} is changed: ${done ? 'done' : till.refused}`
  }

  #say(till: SimulatedTill, told: Told): void {
    const all = this.#of(till)
    if (!all.some(({ command }) => command === told.command)) this.#told.set(till.name, [...all, told])
  }

  #of(till: SimulatedTill): readonly Told[] {
    return this.#told.get(till.name) ?? []
  }

  #people(till: SimulatedTill): ReadonlyMap<string, Told> {
    return new Map(this.#of(till).map((told) => [told.staff, told]))
  }
}
