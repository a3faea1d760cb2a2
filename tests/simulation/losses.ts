import type { HeadOffice } from './head-office.ts'
import type { Model } from './model.ts'
import { eventOf, type SimulatedTill } from './simulated-till.ts'
import type { StaffWork } from './staff-work.ts'
import { unwatched } from './statements.ts'

interface LossesParts {
  readonly hq: HeadOffice
  readonly model: Model
  readonly tills: readonly SimulatedTill[]
  readonly staff: StaffWork
}

/** What is gone by right: with the disk of a till, or with a till that never comes back. */
export class Losses {
  readonly #parts: LossesParts
  /** By till: the incarnation of head office that had all the rest. */
  readonly #knownTo = new Map<string, number>()

  constructor(parts: LossesParts) {
    this.#parts = parts
  }

  get any(): boolean {
    return this.#knownTo.size > 0
  }

  /** What this till alone had is gone. */
  async forget(till: SimulatedTill): Promise<void> {
    const { hq, staff } = this.#parts
    await hq.start()
    await hq.remember()
    this.#knownTo.set(till.name, (await hq.incarnation()).hqEpoch)
    if (till.up) staff.forget(till)
    await this.#count(till.name)
  }

  /** A head office from an older backup does not have what it alone had of these. */
  async forgetAgain(): Promise<void> {
    const { hqEpoch } = await this.#parts.hq.incarnation()
    for (const [name, epoch] of this.#knownTo) if (epoch < hqEpoch) await this.#count(name)
  }

  async #count(name: string): Promise<void> {
    const { hq, model, tills } = this.#parts
    const there = new Set((await hq.query<{ id: string }>('SELECT id FROM hq.event')).map(({ id }) => id))
    const here = tills.filter((one) => one.up)
    const kept = (event: string): boolean =>
      there.has(event) || unwatched(() => here.some((one) => one.open.ledger.writer.hasEvent(event)))
    model.lost(name, (command) => kept(eventOf(command)))
  }
}
