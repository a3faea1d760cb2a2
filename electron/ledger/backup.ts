import { createHash } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Database } from './database.ts'
import { isWrappedKey, type WrappedKey } from './recovery.ts'

/**
 * A backup is one file: a line that says what it is, a line of JSON with the wrapped key and a checksum, then the
 * encrypted database. It opens with the key of this till, or anywhere with the recovery phrase.
 */
const MAGIC = 'KASUWA-BACKUP 1\n'
const HEADER_BYTES_MAX = 64 * 1024
const CHUNK_BYTES = 1 << 20

interface BackupHeader {
  readonly created_ms: number
  readonly app: string
  readonly bytes: number
  readonly sha256: string
  readonly recovery: WrappedKey
}

/** Writes a backup of an open ledger. The file appears whole or not at all. Refuses file_unreadable when it is there already or cannot be, disk_full. */
export function writeBackup(
  db: Database,
  file: string,
  about: { readonly created_ms: number; readonly app: string; readonly recovery: WrappedKey },
): Result<{ bytes: number }, Refusal> {
  const target = path.resolve(file)
  if (existsSync(target)) {
    return refuse(
      refusal('file_unreadable', { file: path.basename(file), why: 'a file of this name is there already' }),
    )
  }
  try {
    accessSync(path.dirname(target), constants.W_OK)
  } catch {
    // Not there (or no room to make it), or not ours: for the person it is one thing.
    const why = 'its folder is not there or may not be written'
    return refuse(refusal('file_unreadable', { file: path.basename(file), why }))
  }
  const copy = `${target}.copy`
  const part = `${target}.part`
  for (const left of [copy, part]) rmSync(left, { force: true })
  try {
    db.prepare('VACUUM INTO ?').run(copy)
    const bytes = statSync(copy).size
    const header: BackupHeader = { ...about, bytes, sha256: hashFile(copy, 0) }
    const out = openSync(part, 'w', 0o600)
    try {
      writeSync(out, `${MAGIC + JSON.stringify(header)}\n`)
      copyBytes(copy, 0, out)
      fsyncSync(out)
    } finally {
      closeSync(out)
    }
    renameSync(part, target)
    return ok({ bytes: statSync(target).size })
  } catch (error) {
    if (isDiskFull(error)) return refuse(refusal('disk_full'))
    throw error
  } finally {
    for (const left of [copy, part]) rmSync(left, { force: true })
  }
}

/** SQLite and the file system each say it in their own way. */
function isDiskFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT'
}

interface OpenedBackup {
  readonly header: BackupHeader
  readonly dataAt: number
}

/** Reads what a backup says of itself and checks that it is whole. Null when the file is no backup at all. */
export async function readBackup(file: string): Promise<Result<OpenedBackup | null, Refusal>> {
  const name = path.basename(file)
  const head = Buffer.alloc(HEADER_BYTES_MAX)
  const fd = openSync(file, 'r')
  const read = readSync(fd, head, 0, head.length, 0)
  closeSync(fd)
  if (head.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return ok(null)
  const end = head.subarray(0, read).indexOf(10, MAGIC.length)
  const damaged = (why: string) =>
    refuse(refusal('file_damaged', { file: name, why, remedy: 'Use another backup.' }))
  if (end < 0) return damaged('its beginning is cut')
  let header: BackupHeader
  try {
    header = JSON.parse(head.subarray(MAGIC.length, end).toString('utf8')) as BackupHeader
  } catch {
    return damaged('its beginning is not readable')
  }
  if (!isWrappedKey(header.recovery) || !Number.isSafeInteger(header.bytes))
    return damaged('its beginning is not complete')
  const dataAt = end + 1
  if (statSync(file).size - dataAt !== header.bytes) return damaged('it is not complete')
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { start: dataAt })) hash.update(chunk as Buffer)
  if (hash.digest('hex') !== header.sha256) return damaged('its content was changed')
  return ok({ header, dataAt })
}

/** Copies the database out of a backup, durably. */
export function extractBackup(file: string, dataAt: number, to: string): void {
  const out = openSync(to, 'wx', 0o600)
  try {
    copyBytes(file, dataAt, out)
    fsyncSync(out)
  } finally {
    closeSync(out)
  }
}

function copyBytes(from: string, at: number, out: number): void {
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const fd = openSync(from, 'r')
  try {
    for (let offset = at; ; ) {
      const read = readSync(fd, chunk, 0, chunk.length, offset)
      if (read === 0) return
      for (let written = 0; written < read; ) written += writeSync(out, chunk, written, read - written)
      offset += read
    }
  } finally {
    closeSync(fd)
  }
}

function hashFile(file: string, at: number): string {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const fd = openSync(file, 'r')
  try {
    for (let offset = at; ; ) {
      const read = readSync(fd, chunk, 0, chunk.length, offset)
      if (read === 0) return hash.digest('hex')
      hash.update(chunk.subarray(0, read))
      offset += read
    }
  } finally {
    closeSync(fd)
  }
}
