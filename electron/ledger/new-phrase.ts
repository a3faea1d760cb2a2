import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { writeDurably } from '../platform/files.ts'
import { openDatabase } from './database.ts'
import type { Platform } from './ledger.ts'
import type { SecretStore } from './open.ts'
import { newPhrase, wrapKey } from './recovery.ts'
import { DATABASE_FILE, RECOVERY_FILE } from './set-up.ts'
import { isDamage } from './till.ts'

/**
 * Wraps the key of this ledger with a new phrase, for somebody who never saw the first one or lost the paper. The
 * old phrase goes on opening the backups that were made under it. Refuses not_set_up, key_missing, key_wrong.
 */
export async function renewPhrase(
  dir: string,
  platform: Platform,
  keyStore: SecretStore,
): Promise<Result<{ recovery_phrase: string }, Refusal>> {
  const file = path.join(dir, DATABASE_FILE)
  if (!existsSync(file)) return refuse(refusal('not_set_up'))
  const secrets = await keyStore.load()
  if (!secrets) return refuse(refusal('key_missing'))
  try {
    // A phrase that opens nothing would be worse than none.
    openDatabase({ file, key: secrets.database_key, mode: 'read' }).close()
  } catch (error) {
    if (isDamage(error)) return refuse(refusal('key_wrong'))
    throw error
  }
  const phrase = newPhrase(platform.random)
  const wrapped = wrapKey(platform.digest, platform.random, phrase, secrets.database_key)
  writeDurably(path.join(dir, RECOVERY_FILE), JSON.stringify(wrapped))
  return ok({ recovery_phrase: phrase })
}
