import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { syncDirectory } from '../../electron/platform/files.ts'
import { osRandom } from '../../electron/platform/random.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'

const KEY_BYTES = 32
const KEY = /^[0-9a-f]{64}$/

/** The key that seals backups lies beside the journal and in no backup: whoever alters one has not got it. */
export const backupKeyFile = (journal: string): string => path.join(path.dirname(journal), 'backup.key')

/** The key for a backup; made at its first one, for its owner alone. */
export function keyForBackup(file: string): Result<Uint8Array, string> {
  if (!existsSync(file)) {
    const descriptor = openSync(file, 'wx', 0o600)
    try {
      writeSync(descriptor, `${Buffer.from(osRandom.bytes(KEY_BYTES)).toString('hex')}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    syncDirectory(path.dirname(file))
  }
  return readKey(file)
}

/** The key for a restore. Refuses with a sentence where there is none. */
export function keyForRestore(file: string, given: string | null): Result<Uint8Array, string> {
  if (given !== null) {
    return existsSync(given) ? readKey(given) : refuse(`There is no file ${given}. Check the path.`)
  }
  if (existsSync(file)) return readKey(file)
  return refuse(
    `The key of the backups is not at ${file}, so nobody can say whether this backup was altered. Nothing was changed. Copy backup.key from the machine that made it, give it with --key FILE, or say --unverified where you are sure of the file.`,
  )
}

function readKey(file: string): Result<Uint8Array, string> {
  const text = readFileSync(file, 'utf8').trim()
  if (KEY.test(text)) return ok(Buffer.from(text, 'hex'))
  return refuse(
    `${file} is no key of backups: it is damaged or another file. Nothing was changed. Put it back from a copy, or move it away: the next backup makes a new one.`,
  )
}
