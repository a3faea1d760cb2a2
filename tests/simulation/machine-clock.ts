import type { Clock, ClockReading } from '../../shared/base/ports.ts'
import type { Schedule } from './schedule.ts'

/** The clocks of one simulated computer, made from the world's time and what is wrong with them. */
export class MachineClock implements Clock {
  readonly #schedule: Schedule
  /** What the wall clock is ahead of the world. Ms. */
  offsetMs = 0
  /** The quartz of this computer: millionths by which its time runs fast. */
  driftPpm = 0
  #boot = 1
  #bootedAt: number

  constructor(schedule: Schedule) {
    this.#schedule = schedule
    this.#bootedAt = schedule.now
  }

  read(): ClockReading {
    const sinceBoot = this.#schedule.now - this.#bootedAt
    const drift = Math.round((sinceBoot * this.driftPpm) / 1_000_000)
    return {
      wallMs: this.#schedule.now + this.offsetMs + drift,
      monotonicMs: 5_000 + sinceBoot + drift,
      bootId: `boot-${this.#boot}`,
    }
  }

  /** The computer starts anew: the monotonic clock begins at nothing. */
  reboot(): void {
    const { wallMs } = this.read()
    this.#boot += 1
    this.#bootedAt = this.#schedule.now
    this.offsetMs = wallMs - this.#schedule.now
  }
}
