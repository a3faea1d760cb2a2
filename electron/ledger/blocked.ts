import Sqlite from 'better-sqlite3'
import type { Digest } from '../../shared/base/ports.ts'
import { type Refusal, type RefusalCode, refusal } from '../../shared/base/refusal.ts'
import { BrokenInvariant } from '../../shared/base/result.ts'
import { NewerFile } from './database.ts'
import type { Blocked, Secrets } from './messages.ts'
import { keyCheck } from './recovery.ts'
import { readRecoveryFile } from './set-up.ts'
import { WrongSigningKey } from './signing-key.ts'

/** A till that cannot work, with the sentence of a refusal. */
export function blockedWith(why: Blocked['why'], found: Refusal, detail: string): Blocked {
  return { why, sentence: found.sentence, detail }
}

/** What stands in the way of opening, in words. */
export function blockedBy(
  error: unknown,
  options: { readonly dir: string; readonly digest: Digest },
  secrets: Secrets | null,
): Blocked {
  const code = (error as { code?: unknown } | null)?.code
  const detail =
    error instanceof Error ? `${typeof code === 'string' ? `${code}: ` : ''}${error.message}` : String(error)
  const as = (why: Blocked['why'] & RefusalCode, params: Record<string, string | number> = {}): Blocked =>
    blockedWith(why, refusal(why, params), detail)
  if (error instanceof NewerFile) return as('file_newer', { file: LEDGER_FILE, version: error.fileVersion })
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return as('disk_full')
  const readOnly = code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'SQLITE_CANTOPEN'
  if (readOnly || (typeof code === 'string' && code.startsWith('SQLITE_READONLY'))) {
    return {
      why: 'read_only',
      sentence: `This till may not write to its data folder, so nothing can be saved. Nothing is lost. Give this user the right to write to ${options.dir}, or start with another folder.`,
      detail,
    }
  }
  if (error instanceof WrongSigningKey) return as('key_wrong')
  if (code === 'SQLITE_NOTADB') {
    const recovery = readRecoveryFile(options.dir)
    const right = recovery && secrets && recovery.key_check === keyCheck(options.digest, secrets.database_key)
    return right ? as('file_damaged', damage('its beginning cannot be read')) : as('key_wrong')
  }
  if (error instanceof BrokenInvariant || error instanceof Sqlite.SqliteError)
    return as('file_damaged', damage(detail))
  throw error
}

const LEDGER_FILE = 'The ledger file'
const damage = (why: string): Record<string, string> => ({
  file: LEDGER_FILE,
  why,
  remedy: 'Do not delete it. Run verify to see what is safe, then run repair, or restore the latest backup.',
})
