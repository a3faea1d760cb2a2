import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { TABLE_LIMITS } from './row.ts'

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

type FileShape =
  | { readonly kind: 'xlsx'; readonly sizeBytes: number }
  | {
      readonly kind: 'text'
      readonly sizeBytes: number
      readonly encoding: TextEncoding
      /** The bytes are not Unicode: read as the Western Windows code page, and the person is told. */
      readonly guessed: boolean
    }

const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel workbook (.xls); save it as .xlsx or .csv'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x1f, 0x8b], 'a compressed file; unpack it first'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a compressed file; unpack it first'],
  [[0x52, 0x61, 0x72, 0x21], 'a compressed file; unpack it first'],
  [[0x89, 0x50, 0x4e, 0x47], 'a picture'],
  [[0xff, 0xd8, 0xff], 'a picture'],
  [[0x47, 0x49, 0x46, 0x38], 'a picture'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0x4d, 0x5a, 0x90], 'a program'],
]
const EXPECTED = 'a table of text (CSV, TSV, blank-separated) or an Excel workbook (.xlsx)'

/**
 * Looks at every byte once before anything is booked: what kind of file it is and how its letters are written.
 * Refuses with `file_unreadable` (missing, a folder, no right, empty) and `file_wrong_kind` (not a table).
 */
export async function inspectFile(file: string): Promise<Result<FileShape, Refusal>> {
  const name = basename(file)
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    return refuse(refusal('file_unreadable', { file: name, why: whyUnreadable(error) }))
  }
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) return refuse(refusal('file_unreadable', { file: name, why: 'it is a folder' }))
    if (!stat.isFile())
      return refuse(refusal('file_unreadable', { file: name, why: 'it is not a plain file' }))
    if (stat.size === 0) return refuse(refusal('file_unreadable', { file: name, why: 'it is empty' }))
    return await inspectBytes(handle, name, stat.size)
  } catch (error) {
    return refuse(refusal('file_unreadable', { file: name, why: whyUnreadable(error) }))
  } finally {
    await handle.close()
  }
}

async function inspectBytes(
  handle: FileHandle,
  name: string,
  sizeBytes: number,
): Promise<Result<FileShape, Refusal>> {
  const wrongKind = (why: string): Result<FileShape, Refusal> =>
    refuse(refusal('file_wrong_kind', { file: `${name} (${why})`, expected: EXPECTED }))
  const chunk = Buffer.alloc(TABLE_LIMITS.readBytes)
  const first = await handle.read(chunk, 0, chunk.length, 0)
  const head = Buffer.from(chunk.subarray(0, first.bytesRead))
  for (const [bytes, what] of SIGNATURES) {
    if (bytes.every((byte, i) => head[i] === byte)) return wrongKind(what)
  }
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04) {
    return ok({ kind: 'xlsx', sizeBytes })
  }
  const wide = utf16Of(head)
  if (wide) return ok({ kind: 'text', sizeBytes, encoding: wide, guessed: false })
  if (controlShare(head) > 0.02) return wrongKind('it is not text')

  const strict = new TextDecoder('utf-8', { fatal: true })
  let unicode = true
  for (let at = 0; at < sizeBytes; ) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at)
    if (bytesRead === 0) break
    at += bytesRead
    const bytes = chunk.subarray(0, bytesRead)
    if (bytes.includes(0)) return wrongKind('it is not text')
    if (!unicode) continue
    try {
      // Never flushed: a letter cut off by the end of the file is still UTF-8, and its row is refused later.
      strict.decode(bytes, { stream: true })
    } catch {
      unicode = false
    }
  }
  return ok({ kind: 'text', sizeBytes, encoding: unicode ? 'utf-8' : 'windows-1252', guessed: !unicode })
}

/** By its mark, or, without one, by every second byte being zero as in most Latin text. */
function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const pairs = Math.floor(Math.min(head.length, 4096) / 2)
  if (pairs < 2) return null
  let zeroEven = 0
  let zeroOdd = 0
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) zeroEven += 1
    if (head[2 * i + 1] === 0) zeroOdd += 1
  }
  if (zeroOdd > pairs * 0.6 && zeroEven === 0) return 'utf-16le'
  if (zeroEven > pairs * 0.6 && zeroOdd === 0) return 'utf-16be'
  return null
}

function controlShare(head: Buffer): number {
  let control = 0
  for (const byte of head)
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 26 && byte !== 27)) control += 1
  return control / head.length
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'it is not there'
  if (code === 'EACCES' || code === 'EPERM') return 'you have no right to read it'
  if (code === 'EISDIR') return 'it is a folder'
  return error instanceof Error ? error.message : String(error)
}
