import { appendFileSync, closeSync, openSync, readSync, rmSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Output, Parsed } from '../../../shared/ipc/contract.ts'
import type { ImportedPackage } from '../replica/replica.ts'

/** A package of a million customers, in characters. */
const UPLOAD_CHARS_MAX = 1_500_000_000
/** No line of a package is near as long, in characters. */
const LINE_CHARS_MAX = 8_000_000
/** A screen that sends nothing more for so long is gone. */
const UPLOAD_IDLE_MS = 10 * 60_000
const PIECE_BYTES = 1024 * 1024

type Part = Parsed<'hq.import_package'>
type Whole = (lines: () => Iterable<string>) => Promise<Result<ImportedPackage, Refusal>>

/** Takes a package that arrives in parts, one at a time: a new one takes the place of one that was not ended. */
export interface Uploads {
  /**
   * Takes the next part of a file. A part that is here already does nothing; the last one puts the file in place.
   * Refuses invalid for a part that does not follow or is too long, and whatever the file is refused with.
   */
  take(part: Part, whole: Whole): Promise<Result<Output<'hq.import_package'>, Refusal>>
}

interface Upload {
  readonly id: string
  parts: number
  chars: number
  /** Of the line that is not ended yet. */
  lineChars: number
  /** Half a character at the end of a part: its other half is in the next one. */
  half: string
  /** The whole file is being put in place. */
  whole: boolean
  stopWaiting: () => void
}

/**
 * `file`: where parts are kept until the last one is here. What a till that was cut off has left there is removed,
 * unless this one only `reads` beside a running one.
 */
export function createUploads(
  file: string,
  after: (ms: number, run: () => void) => () => void,
  reads: boolean,
): Uploads {
  let present: Upload | null = null
  if (!reads) rmSync(file, { force: true })
  const drop = (): void => {
    present?.stopWaiting()
    present = null
    rmSync(file, { force: true })
  }
  const begin = (id: string): Upload => {
    drop()
    return { id, parts: 0, chars: 0, lineChars: 0, half: '', whole: false, stopWaiting: () => undefined }
  }

  return {
    async take(part, whole) {
      if (present?.whole) return refuse(wrong('another one is being put in place; wait until it is'))
      const upload = present?.id === part.upload ? present : begin(part.upload)
      present = upload
      try {
        if (part.part > upload.parts) return refuse(wrong('a part of it did not arrive; choose it again'))
        if (!fits(upload, part)) return refuse(wrong('it is no package of head office; choose another one'))
        if (part.part === upload.parts) append(file, upload, part)
        upload.stopWaiting()
        upload.stopWaiting = after(UPLOAD_IDLE_MS, drop)
        if (!part.last) return ok({ done: null })
        upload.stopWaiting()
        upload.whole = true
        const done = await whole(() => linesOf(piecesOf(file)))
        return done.ok ? ok({ done: { rows: done.value.rows, made_at: done.value.made_at } }) : done
      } finally {
        const waits = upload.parts > part.part && !part.last
        if (!waits) drop()
      }
    },
  }
}

const wrong = (why: string): Refusal => refusal('invalid', { what: 'The file', why })

const fits = (upload: Upload, { text }: Part): boolean => {
  const end = text.indexOf('\n')
  const line = upload.lineChars + (end === -1 ? text.length : end)
  return upload.chars + text.length <= UPLOAD_CHARS_MAX && line <= LINE_CHARS_MAX
}

function append(file: string, upload: Upload, { text, last }: Part): void {
  const all = upload.half + text
  upload.half = !last && /[\uD800-\uDBFF]$/.test(all) ? all.slice(-1) : ''
  appendFileSync(file, all.slice(0, all.length - upload.half.length))
  const end = text.lastIndexOf('\n')
  upload.lineChars = end === -1 ? upload.lineChars + text.length : text.length - end - 1
  upload.chars += text.length
  upload.parts += 1
}

/** A file as text, piece by piece: a package of a million customers must not stand in memory. */
export function* piecesOf(file: string): Generator<string> {
  const decoder = new StringDecoder('utf8')
  const piece = Buffer.alloc(PIECE_BYTES)
  const descriptor = openSync(file, 'r')
  try {
    for (;;) {
      const bytes = readSync(descriptor, piece)
      if (bytes === 0) break
      yield decoder.write(piece.subarray(0, bytes))
    }
    yield decoder.end()
  } finally {
    closeSync(descriptor)
  }
}

/**
 * The lines of a text that is in parts, without their ends. It ends with the beginning of a line that is too long,
 * which nobody can read.
 */
export function* linesOf(parts: Iterable<string>): Generator<string> {
  let begun: string[] = []
  let chars = 0
  for (const part of parts) {
    const lines = part.split('\n')
    begun.push(lines[0] ?? '')
    chars += lines[0]?.length ?? 0
    if (chars > LINE_CHARS_MAX) break
    if (lines.length === 1) continue
    yield begun.join('')
    yield* lines.slice(1, -1)
    begun = [lines.at(-1) ?? '']
    chars = begun[0]?.length ?? 0
  }
  const rest = begun.join('')
  if (rest !== '') yield rest
}
