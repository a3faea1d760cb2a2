import { argon2id, argon2Verify } from 'hash-wasm'
import type { RandomSource } from '../../shared/base/ports.ts'

/** argon2id as OWASP's second choice: 19 MiB, 2 passes, 1 lane. */
const ARGON2 = { parallelism: 1, iterations: 2, memorySize: 19_456, hashLength: 32 } as const

/** Memory-hard hash of a password, with its salt and parameters in PHC form. */
export function hashPassword(random: RandomSource, password: string): Promise<string> {
  return argon2id({ ...ARGON2, password, salt: random.bytes(16), outputType: 'encoded' })
}

/** Whether a password is the one that was hashed. An empty one never is. */
export async function passwordFits(password: string, hash: string): Promise<boolean> {
  const fits = await argon2Verify({ password: password === '' ? ' ' : password, hash })
  return fits && password !== ''
}
