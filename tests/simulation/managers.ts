import type { Dice } from './dice.ts'
import type { HeadOffice } from './head-office.ts'
import type { OfficeWork } from './office-work.ts'
import type { Schedule } from './schedule.ts'
import type { SimulatedTill } from './simulated-till.ts'

interface ManagersParts {
  readonly schedule: Schedule
  readonly dice: Dice
  readonly hq: HeadOffice
  readonly office: OfficeWork
  /** Asks head office for a code and types it. */
  readonly enrol: (till: SimulatedTill) => Promise<void>
}

const SECOND = 1_000
/** A code is asked for again when the last one came to nothing in this. Virtual ms. */
const CODE_MS = 180_000

/** Who looks after each till: enrols one that works alone, was told to enrol again, or was found again. */
export class Managers {
  readonly #parts: ManagersParts
  readonly #askedAt = new Map<string, number>()
  /** Devices that head office has stopped, and when their till is at hand again. */
  readonly #lost = new Map<string, number>()

  constructor(parts: ManagersParts) {
    this.#parts = parts
  }

  /** A till that head office has stopped is at hand again in `ms`. */
  found(device: string, ms: number): void {
    this.#lost.set(device, this.#parts.schedule.now + ms)
  }

  isStopped(till: SimulatedTill): boolean {
    return this.#lost.has(till.open.ledger.ids.device)
  }

  /** Looks at this till now and then from `from` on. */
  look(till: SimulatedTill, from: number): void {
    const { schedule, dice, hq, enrol } = this.#parts
    const pace = dice.of(`manager of ${till.name}`)
    const again = (): void => {
      schedule.after(pace.whole(20, 60) * SECOND, '', async () => {
        const asked = this.#askedAt.get(till.name) ?? Number.NEGATIVE_INFINITY
        const due = schedule.now >= from && schedule.now - asked > CODE_MS
        if (due && hq.up && till.up && (await this.#needsCode(till))) {
          this.#askedAt.set(till.name, schedule.now)
          await enrol(till)
        }
        again()
      })
    }
    again()
  }

  async #needsCode(till: SimulatedTill): Promise<boolean> {
    if (!till.enrolled || till.stopped !== null) return true
    const { device } = till.open.ledger.ids
    const at = this.#lost.get(device)
    if (at === undefined || at > this.#parts.schedule.now) return false
    if (!(await this.#parts.office.isActive(device))) return true
    this.#lost.delete(device)
    return false
  }
}
