import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from '../ledger/messages.ts'
import { writeDurably } from './files.ts'

/** Where a shell keeps the secrets of a till. Both methods reject with `KeyStoreProblem` when a person must act. */
export interface KeyStore {
  readonly kind: 'os' | 'file'
  /** One honest sentence for the person when the keys are less safe than they could be, else empty. */
  readonly notice: string
  /** Null when there are none yet. */
  load(): Promise<Secrets | null>
  /** Resolves when they are kept durably. */
  save(secrets: Secrets): Promise<void>
}

/** `sentence` says what is wrong and what to do, for the blocking page. */
export class KeyStoreProblem extends Error {
  override readonly name = 'KeyStoreProblem'
  readonly sentence: string
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.sentence = sentence
  }
}

export const KEY_FILE = 'till.key'
const OTHERS_MAY_READ = 0o077

/** Keys in `till.key` of the data directory, readable by the owner alone. */
export function fileKeyStore(dir: string): KeyStore {
  const file = join(dir, KEY_FILE)
  return {
    kind: 'file',
    notice: `The key of this till lies in ${file}, protected only by the rights of that file. Whoever can read it and the data folder can read the customers. Do not copy the two to the same place.`,
    async load() {
      if (!existsSync(file)) return null
      refuseExposed(file)
      return parseSecrets(readFileSync(file, 'utf8'), file)
    },
    async save(secrets) {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      writeDurably(file, `${JSON.stringify(secrets)}\n`)
    },
  }
}

/** Reads what `save` wrote; anything else is a `KeyStoreProblem` that names `where`. */
export function parseSecrets(text: string, where: string): Secrets {
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read === 'object' && read !== null && 'database_key' in read && 'signing_key' in read) {
      const { database_key, signing_key } = read
      if (
        typeof database_key === 'string' &&
        /^[0-9a-f]{64}$/.test(database_key) &&
        typeof signing_key === 'string' &&
        signing_key !== ''
      ) {
        const next = 'next_signing_key' in read ? read.next_signing_key : undefined
        return typeof next === 'string' && next !== ''
          ? { database_key, signing_key, next_signing_key: next }
          : { database_key, signing_key }
      }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new KeyStoreProblem(
    `The key in ${where} is damaged, so the till cannot be opened. Nothing is lost: run recover with the recovery phrase.`,
  )
}

/** Windows has no such bits: there the folder lies in the person's profile, which others cannot read. */
function refuseExposed(file: string): void {
  if (process.platform === 'win32') return
  if ((statSync(file).mode & OTHERS_MAY_READ) !== 0) {
    throw new KeyStoreProblem(
      `Other people on this computer may read the key file ${file}, so it is not used. Run: chmod 600 "${file}"`,
    )
  }
}
