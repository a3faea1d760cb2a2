import { createHash } from 'node:crypto'

/**
 * Chance from a seed, one stream for each concern (net, disk, clock, workload): a change in what one concern asks
 * leaves the others as they were, so that a seed stays comparable while a fault is looked for.
 */
export class Dice {
  #state: number
  readonly #seed: number
  readonly #concern: string

  constructor(seed: number, concern: string) {
    this.#seed = seed
    this.#concern = concern
    this.#state = createHash('sha256').update(`${seed} ${concern}`).digest().readUInt32LE(0)
  }

  /** A stream of its own for a part of this concern. */
  of(part: string): Dice {
    return new Dice(this.#seed, `${this.#concern} ${part}`)
  }

  /** 32 bits (mulberry32). */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1))
  }

  /** From 0 to below 1. */
  fraction(): number {
    return this.bits() / 2 ** 32
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** Throws on an empty list. */
  pick<T>(list: readonly T[]): T {
    const one = list[this.whole(0, list.length - 1)]
    if (one === undefined) throw new Error('nothing to pick from')
    return one
  }

  /** A key by its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      left -= weight
      if (left < 0) return key
    }
    return this.pick(entries)[0]
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.bits() & 0xff)
  }

  /** Lower-case hex of so many bytes. */
  hex(bytes: number): string {
    return Buffer.from(this.bytes(bytes)).toString('hex')
  }
}
