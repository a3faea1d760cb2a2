import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { HOME } from '../../shared/base/home.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { eventId } from '../../shared/protocol/event.ts'
import { syncDirectory, writeDurably } from '../platform/files.ts'
import { extractBackup, readBackup } from './backup.ts'
import { NewerFile, openDatabase } from './database.ts'
import { loadLedger, type Platform } from './ledger.ts'
import type { Secrets } from './messages.ts'
import type { SecretStore } from './open.ts'
import { keyCheck, unwrapKey, type WrappedKey } from './recovery.ts'
import { DATABASE_FILE, RECOVERY_FILE, readRecoveryFile } from './set-up.ts'
import { isDamage } from './till.ts'
import { takeWriterLock } from './writer-lock.ts'

export interface Restored {
  /** Events in the restored ledger, the one that opens the new epoch included. */
  readonly events: number
  readonly epoch: number
  /** Where the ledger that was here before stands now; null when there was none. Nothing is deleted. */
  readonly moved_to: string | null
}

interface Source {
  /** Puts the database file (and its write-ahead log) at `to`. */
  readonly copyTo: (to: string) => void
  readonly recovery: WrappedKey
}

/**
 * Puts a backup of this till in place of its ledger and opens a new epoch. The key must be on this computer.
 * Refuses file_unreadable, file_wrong_kind, file_damaged, file_newer, key_missing, key_wrong, writer_busy.
 */
export async function restoreBackup(
  dir: string,
  file: string,
  platform: Platform,
  keyStore: SecretStore,
): Promise<Result<Restored, Refusal>> {
  const source = await sourceOf(file, false)
  if (!source.ok) return source
  const secrets = await keyStore.load()
  if (!secrets) return refuse(refusal('key_missing'))
  if (keyCheck(platform.digest, secrets.database_key) !== source.value.recovery.key_check)
    return refuse(refusal('key_wrong'))
  return putInPlace(dir, source.value, secrets, 'restored', platform, keyStore)
}

/**
 * Opens a backup, or a ledger file, on a computer without its key: the phrase unwraps the key, a new signing key
 * opens a new epoch. The ledger's own folder may be named too, when only the key was lost.
 * Refuses file_unreadable, file_wrong_kind, file_damaged, file_newer, phrase_wrong, folder_not_empty, writer_busy.
 */
export async function recover(
  dir: string,
  file: string,
  phrase: string,
  platform: Platform,
  keyStore: SecretStore,
): Promise<Result<Restored, Refusal>> {
  const source = await sourceOf(file, true)
  if (!source.ok) return source
  const inPlace = path.resolve(file) === path.resolve(dir, DATABASE_FILE)
  if (!inPlace && existsSync(path.join(dir, DATABASE_FILE)))
    return refuse(refusal('folder_not_empty', { dir }))
  const key = unwrapKey(platform.digest, source.value.recovery, phrase)
  if (!key.ok) return key
  const secrets: Secrets = { database_key: key.value, signing_key: platform.newSigningKey() }
  return putInPlace(dir, source.value, secrets, 'recovered', platform, keyStore)
}

async function sourceOf(file: string, ledgerToo: boolean): Promise<Result<Source, Refusal>> {
  const name = path.basename(file)
  if (!existsSync(file))
    return refuse(refusal('file_unreadable', { file: name, why: 'there is no such file' }))
  if (!statSync(file).isFile())
    return refuse(refusal('file_unreadable', { file: name, why: 'it is no file' }))
  try {
    accessSync(file, constants.R_OK)
  } catch {
    return refuse(refusal('file_unreadable', { file: name, why: 'this user may not read it' }))
  }
  const backup = await readBackup(file)
  if (!backup.ok) return backup
  if (backup.value) {
    const { header, dataAt } = backup.value
    return ok({ recovery: header.recovery, copyTo: (to) => extractBackup(file, dataAt, to) })
  }
  const wrongKind = refusal('file_wrong_kind', {
    file: name,
    expected: ledgerToo ? 'a Kasuwa backup or ledger' : 'a Kasuwa backup',
  })
  if (!ledgerToo || name !== DATABASE_FILE) return refuse(wrongKind)
  const recovery = readRecoveryFile(path.dirname(file))
  if (!recovery) {
    return refuse(refusal('file_unreadable', { file: name, why: `${RECOVERY_FILE} must stand beside it` }))
  }
  return ok({
    recovery,
    copyTo(to) {
      copyFileSync(file, to)
      if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${to}-wal`)
    },
  })
}

const ASIDE = 'before-'
const LOGS = [`${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`]

const byModified =
  (dir: string) =>
  (a: string, b: string): number =>
    statSync(path.join(dir, a)).mtimeMs - statSync(path.join(dir, b)).mtimeMs

function moveAll(from: string, to: string, files: readonly string[]): void {
  for (const file of files) {
    if (existsSync(path.join(from, file))) renameSync(path.join(from, file), path.join(to, file))
  }
}

/** A restored ledger that is whole and only waits to take its place. */
const READY_FILE = `${DATABASE_FILE}.ready`

/** Carries a restore to its end that was cut between moving the old ledger away and putting the new one there. */
export function finishRestore(dir: string): void {
  const ready = path.join(dir, READY_FILE)
  if (!existsSync(ready) || existsSync(path.join(dir, DATABASE_FILE))) return
  // A log that is still here belongs to the ledger that was moved away; beside the new one it would be read into it.
  const left = LOGS.filter((log) => existsSync(path.join(dir, log)))
  const aside = readdirSync(dir)
    .filter((f) => f.startsWith(ASIDE))
    .sort(byModified(dir))
    .at(-1)
  if (left.length > 0 && aside !== undefined) moveAll(dir, path.join(dir, aside), left)
  renameSync(ready, path.join(dir, DATABASE_FILE))
  syncDirectory(dir)
}

/** Prepares the ledger under another name, keeps the secrets, then swaps. What was there is moved, never deleted. */
async function putInPlace(
  dir: string,
  source: Source,
  secrets: Secrets,
  because: 'restored' | 'recovered',
  platform: Platform,
  keyStore: SecretStore,
): Promise<Result<Restored, Refusal>> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = takeWriterLock(dir)
  if (!lock) return refuse(refusal('writer_busy'))
  const part = path.join(dir, `${DATABASE_FILE}.restoring`)
  try {
    for (const left of ['', '-wal', '-shm']) rmSync(`${part}${left}`, { force: true })
    source.copyTo(part)
    const opened = openEpochIn(part, secrets, because, platform)
    if (!opened.ok) return opened
    renameSync(part, path.join(dir, READY_FILE))
    await keyStore.save(secrets)
    const movedTo = moveAside(dir, opened.value.at, JSON.stringify(source.recovery))
    finishRestore(dir)
    return ok({ events: opened.value.events, epoch: opened.value.epoch, moved_to: movedTo })
  } finally {
    for (const left of ['', '-wal', '-shm']) rmSync(`${part}${left}`, { force: true })
    lock.release()
  }
}

function openEpochIn(
  file: string,
  secrets: Secrets,
  because: 'restored' | 'recovered',
  platform: Platform,
): Result<{ events: number; epoch: number; at: number }, Refusal> {
  const name = DATABASE_FILE
  try {
    const db = openDatabase({ file, key: secrets.database_key, mode: 'write' })
    try {
      const { writer } = loadLedger(db, platform, secrets.signing_key)
      const command = eventId(platform.digest, platform.digest.hex(platform.random.bytes(16)), 0)
      writer.transaction(() => {
        db.exec('DELETE FROM session')
        writer.openEpoch({ staff: 'command_line' }, command, {
          because,
          currency: HOME.currency,
          time_zone: HOME.timeZone,
        })
      })
      db.pragma('wal_checkpoint(TRUNCATE)')
      const { place, epoch } = writer.head()
      return ok({ events: place, epoch, at: writer.now().trusted })
    } finally {
      db.close()
    }
  } catch (error) {
    if (error instanceof NewerFile)
      return refuse(refusal('file_newer', { file: name, version: error.fileVersion }))
    if (!isDamage(error)) throw error
    return refuse(
      refusal('file_damaged', {
        file: name,
        why: 'it cannot be opened with its key',
        remedy: 'Use another backup.',
      }),
    )
  }
}

/**
 * The ledger that stood here, with its log, under a name of its own. The wrapped key of the new one is written before:
 * at no moment is a folder without it.
 */
function moveAside(dir: string, at: number, recovery: string): string | null {
  const recoveryFile = path.join(dir, RECOVERY_FILE)
  if (!existsSync(path.join(dir, DATABASE_FILE))) {
    writeDurably(recoveryFile, recovery)
    return null
  }
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')
  const taken = readdirSync(dir).filter((f) => f.startsWith(ASIDE + stamp)).length
  const aside = path.join(dir, `${ASIDE}${stamp}${taken === 0 ? '' : `-${taken}`}`)
  mkdirSync(aside, { mode: 0o700 })
  if (existsSync(recoveryFile)) copyFileSync(recoveryFile, path.join(aside, RECOVERY_FILE))
  writeDurably(recoveryFile, recovery)
  moveAll(dir, aside, [DATABASE_FILE, ...LOGS])
  return aside
}
