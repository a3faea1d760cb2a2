import type { Database } from './database.ts'
import type { Platform } from './ledger.ts'
import type { Secrets } from './messages.ts'

/** The key on this computer is that of another till, or of this one before a recovery that was cut short. */
export class WrongSigningKey extends Error {
  override readonly name = 'WrongSigningKey'
  constructor() {
    super('the signing key is not that of the last epoch')
  }
}

/**
 * The secrets as they stand: where the last epoch was opened with the key that was kept for it, that one signs from
 * here on. Null when neither signs the last epoch.
 */
export function presentSecrets(db: Database, platform: Platform, secrets: Secrets): Secrets | null {
  const expected = db
    .prepare<[], Uint8Array>('SELECT public_key FROM epoch ORDER BY epoch DESC LIMIT 1')
    .pluck()
    .get()
  const signs = (key: string | undefined): boolean =>
    expected !== undefined &&
    key !== undefined &&
    Buffer.compare(expected, platform.signer(key).publicKey) === 0
  const { database_key, signing_key, next_signing_key } = secrets
  if (signs(signing_key)) return secrets
  return next_signing_key !== undefined && signs(next_signing_key)
    ? { database_key, signing_key: next_signing_key }
    : null
}
