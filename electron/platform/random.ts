import { randomBytes } from 'node:crypto'
import type { RandomSource } from '../../shared/base/ports.ts'

/** Random bytes of the operating system. */
export const osRandom: RandomSource = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
}

/** `bytes` random bytes as lower-case hex. */
export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')
