/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Chance {
  /** 0 (included) to 1 (not included). */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number
  pick<T>(items: readonly T[]): T
  /** True in `percent` of 100 cases. */
  percent(percent: number): boolean
  /** 32 hex characters, for ids of commands. */
  hex(): string
}

/** Apart from one another, so that the n-th of one thing tells nothing about the n-th of another. */
export const STREAMS = { people: 1, purchases: 2, shop: 3 } as const

/** sfc32 by Chris Doty-Humphrey (PractRand), seeded by counting. Each argument is a whole number below 2^32. */
export function chance(seed: number, stream = 0, index = 0): Chance {
  let a = seed >>> 0
  let b = index >>> 0
  let c = 0x9e3779b9 ^ stream
  let counter = 1
  const word = (): number => {
    const result = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + result) | 0
    return result >>> 0
  }
  for (let i = 0; i < 15; i++) word()
  const next = (): number => word() / 2 ** 32
  return {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick<T>(items: readonly T[]): T {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    percent: (percent) => next() * 100 < percent,
    hex: () => Array.from({ length: 4 }, () => word().toString(16).padStart(8, '0')).join(''),
  }
}
