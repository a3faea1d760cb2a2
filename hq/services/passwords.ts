import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { RandomSource } from '../../shared/base/ports.ts'
import { invariant } from '../../shared/base/result.ts'

/** argon2id as OWASP's second choice: 19 MiB, 2 passes, 1 lane. */
const ARGON2 = { parallelism: 1, passes: 2, memory: 19_456, tagLength: 32 } as const
const SALT_BYTES = 16
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/

/** On threads of its own: the one that answers requests goes on meanwhile. */
const argon2id = promisify(argon2)

/** Memory-hard hash of a password, with its salt and parameters in PHC form. */
export async function hashPassword(random: RandomSource, password: string): Promise<string> {
  const nonce = Buffer.from(random.bytes(SALT_BYTES))
  const tag = await argon2id('argon2id', { ...ARGON2, message: password, nonce })
  const { memory, passes, parallelism } = ARGON2
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(nonce)}$${text(tag)}`
}

/** Whether a password is the one that was hashed. An empty one never is. */
export async function passwordFits(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', kept = ''] = PHC.exec(hash) ?? []
  invariant(kept !== '', 'a password is kept as an argon2id hash')
  const tag = Buffer.from(kept, 'base64')
  const found = await argon2id('argon2id', {
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: tag.length,
  })
  return timingSafeEqual(found, tag) && password !== ''
}

const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
