import type { Dice } from './dice.ts'

interface Appointment {
  readonly at: number
  /** Seeded: what falls on one instant comes in an order of chance, the same in every run. */
  readonly tie: number
  readonly no: number
  readonly what: string
  readonly run: () => void | Promise<void>
}

/** Turns of the event loop after an event: promises settle, and bodies of replies are read, before the next one. */
const SETTLING_TURNS = 4

/**
 * Virtual time: one queue for everything that will happen. Nothing waits for a real clock, and one event is over,
 * with all that follows from it, before the next begins.
 */
export class Schedule {
  /** Ms since 1970, as the world knows it; no machine in it does. */
  now: number
  readonly #dice: Dice
  readonly #queue: Appointment[] = []
  #count = 0
  /** What happened, newest last: the end of it is shown when a seed fails. */
  readonly #log: string[] = []

  constructor(startMs: number, dice: Dice) {
    this.now = startMs
    this.#dice = dice
  }

  /** Calls `run` in `ms`; the returned function forgets it. */
  after(ms: number, what: string, run: () => void | Promise<void>): () => void {
    this.#count += 1
    const one = {
      at: this.now + Math.ceil(Math.max(0, ms)),
      tie: this.#dice.bits(),
      no: this.#count,
      what,
      run,
    }
    this.#push(one)
    return () => {
      const at = this.#queue.indexOf(one)
      if (at >= 0) this.#queue.splice(at, 1)
    }
  }

  /** Lets the next event happen; false when there is none before `until`. */
  async step(until = Number.POSITIVE_INFINITY): Promise<boolean> {
    const next = this.#queue[0]
    if (!next || next.at > until) {
      if (Number.isFinite(until)) this.now = Math.max(this.now, until)
      return false
    }
    this.#queue.shift()
    this.now = Math.max(this.now, next.at)
    if (next.what !== '') this.note(next.what)
    await next.run()
    await settle()
    return true
  }

  note(what: string): void {
    this.#log.push(`${new Date(this.now).toISOString().slice(5, 23)} ${what}`)
  }

  /** The last `count` things that happened. */
  story(count: number): readonly string[] {
    return this.#log.slice(-count)
  }

  get events(): number {
    return this.#log.length
  }

  #push(one: Appointment): void {
    const before = (other: Appointment): boolean =>
      other.at < one.at ||
      (other.at === one.at && (other.tie < one.tie || (other.tie === one.tie && other.no < one.no)))
    let [low, high] = [0, this.#queue.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#queue[middle]
      if (other && before(other)) low = middle + 1
      else high = middle
    }
    this.#queue.splice(low, 0, one)
  }
}

const atWork = new Set<Promise<unknown>>()

/** Work that waits for a real disk or thread, and for no virtual clock: it is over before time goes on. */
export function atOnce<T>(work: Promise<T>): Promise<T> {
  const over = work.then(
    () => void atWork.delete(over),
    () => void atWork.delete(over),
  )
  atWork.add(over)
  return work
}

/** What may come to wait for virtual time, and whether it does now. */
const beside = new Map<Promise<unknown>, () => boolean>()

/** Work that is over before time goes on, unless it waits for time itself: a sale for an answer of head office. */
export function unlessWaiting<T>(work: Promise<T>, isWaiting: () => boolean): Promise<T> {
  const over = work.then(
    () => void beside.delete(over),
    () => void beside.delete(over),
  )
  beside.set(over, isWaiting)
  return work
}

/** Everything that can go on without time passing has gone on. */
export async function settle(): Promise<void> {
  do {
    await Promise.all(atWork)
    for (let turn = 0; turn < SETTLING_TURNS; turn += 1) await new Promise((done) => setImmediate(done))
  } while (atWork.size > 0 || [...beside.values()].some((isWaiting) => !isWaiting()))
}
