import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { blankSplitter } from './blanks.ts'
import { delimitedSplitter } from './delimited.ts'
import { type ImportKind, looksLikeHeader } from './fields.ts'
import { inspectFile, type TextEncoding } from './file-shape.ts'
import { type Row, type Splitter, TABLE_LIMITS } from './row.ts'
import { DELIMITERS, type Delimiter, sniffDelimiter } from './sniff.ts'
import { checkWorkbook, workbookRows } from './xlsx.ts'

interface TableOptions {
  readonly kind: ImportKind
  readonly delimiter: Delimiter | null
  /** null: look whether the first row names the columns. */
  readonly header: boolean | null
}

/** A file opened as a table. `rows` may be read as often as wanted; each time the file is read anew, in pieces. */
export interface Table {
  readonly file: string
  /** "comma-separated text, UTF-8": what the person is told. */
  readonly description: string
  readonly header: readonly string[] | null
  /** How many columns the rows have. */
  readonly width: number
  /** The first rows after the header, for guessing and for the preview. */
  readonly sample: readonly Row[]
  readonly notices: readonly string[]
  rows(): AsyncGenerator<readonly Row[]>
}

const SAMPLE_ROWS = 200

/** Opens a file as a table. Refusals: `file_unreadable`, `file_wrong_kind`. Nothing is kept open between readings. */
export async function openTable(file: string, options: TableOptions): Promise<Result<Table, Refusal>> {
  const shape = await inspectFile(file)
  if (!shape.ok) return shape
  if (shape.value.kind === 'xlsx') {
    const checked = await checkWorkbook(file)
    if (!checked.ok) return checked
    return fromRows(file, options, 'Excel workbook', [], () => workbookRows(file))
  }
  const { encoding, guessed } = shape.value
  const first = await firstText(file, encoding, shape.value.sizeBytes)
  const directive = /^sep=(.)\r?\n/i.exec(first.text)
  const named = Object.entries(DELIMITERS).find(([, mark]) => mark === directive?.[1])?.[0]
  const body = directive ? first.text.slice(directive[0].length) : first.text
  const delimiter = options.delimiter ?? (named as Delimiter | undefined) ?? sniffDelimiter(body, first.whole)
  const notices = guessed
    ? [
        `${basename(file)} is not Unicode; its letters are read as Western Windows (1252). Check names with accents.`,
      ]
    : []
  return fromRows(file, options, `${WORDS[delimiter]} text, ${SHOWN[encoding]}`, notices, () =>
    textRows(file, encoding, delimiter, directive !== null),
  )
}

const WORDS: Readonly<Record<Delimiter, string>> = {
  comma: 'comma-separated',
  tab: 'tab-separated',
  semicolon: 'semicolon-separated',
  pipe: 'bar-separated',
  blank: 'blank-separated',
}
const SHOWN: Readonly<Record<TextEncoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252',
}

async function fromRows(
  file: string,
  options: TableOptions,
  description: string,
  notices: readonly string[],
  read: () => AsyncGenerator<readonly Row[]>,
): Promise<Result<Table, Refusal>> {
  const sample: Row[] = []
  try {
    for await (const rows of read()) {
      sample.push(...rows.slice(0, SAMPLE_ROWS + 1 - sample.length))
      if (sample.length > SAMPLE_ROWS) break
    }
  } catch (error) {
    // Reading the shape worked, so this is the unpacker or the disk; both are the file's fault to the person.
    const why = error instanceof Error ? error.message : String(error)
    return refuse(
      refusal('file_unreadable', { file: basename(file), why: `it seems to be damaged (${why})` }),
    )
  }
  const top = sample[0]
  if (!top) return refuse(refusal('file_unreadable', { file: basename(file), why: 'it is empty' }))
  const hasHeader = options.header ?? (top.problem === null && looksLikeHeader(top.cells, options.kind))
  const header = hasHeader ? trimmed(top.cells) : null
  if (hasHeader && top.problem !== null) {
    return refuse(refusal('file_unreadable', { file: basename(file), why: `its header: ${top.problem}` }))
  }
  const body = hasHeader ? sample.slice(1) : sample
  return ok({
    file,
    description,
    header,
    width: header ? header.length : commonWidth(body),
    sample: body,
    notices,
    async *rows() {
      let skip = hasHeader
      for await (const piece of read()) {
        const rows = skip ? piece.slice(1) : piece
        if (piece.length > 0) skip = false
        if (rows.length > 0) yield rows
      }
    },
  })
}

/** Without the empty cells at the end, which spreadsheets leave behind. */
export function trimmed(cells: readonly string[]): readonly string[] {
  let length = cells.length
  while (length > 0 && (cells[length - 1] ?? '').trim() === '') length -= 1
  return length === cells.length ? cells : cells.slice(0, length)
}

function commonWidth(rows: readonly Row[]): number {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(row.cells.length, (counts.get(row.cells.length) ?? 0) + 1)
  let width = 0
  let most = 0
  for (const [length, times] of counts) {
    if (times > most) {
      width = length
      most = times
    }
  }
  return width
}

async function firstText(
  file: string,
  encoding: TextEncoding,
  sizeBytes: number,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  let text = ''
  for await (const piece of textOf(file, encoding, TABLE_LIMITS.sampleChars * 2)) text += piece
  return { text, whole: sizeBytes <= TABLE_LIMITS.sampleChars * 2 }
}

async function* textRows(
  file: string,
  encoding: TextEncoding,
  delimiter: Delimiter,
  skipFirstLine: boolean,
): AsyncGenerator<readonly Row[]> {
  const splitter: Splitter =
    delimiter === 'blank' ? blankSplitter() : delimitedSplitter(DELIMITERS[delimiter])
  let skip = skipFirstLine
  const kept = (rows: readonly Row[]): readonly Row[] => {
    if (!skip || rows.length === 0) return rows
    skip = false
    return rows.slice(1)
  }
  for await (const text of textOf(file, encoding, null)) {
    const rows = kept(splitter.push(text))
    if (rows.length > 0) yield rows
  }
  const last = kept(splitter.end())
  if (last.length > 0) yield last.map(cutLetter)
}

/** The decoder writes U+FFFD for a letter of which the file holds only the first bytes. */
function cutLetter(row: Row): Row {
  if (row.problem !== null || !row.cells.at(-1)?.endsWith('\ufffd')) return row
  return { ...row, problem: 'the line is cut off in the middle of a letter' }
}

async function* textOf(
  file: string,
  encoding: TextEncoding,
  bytesMax: number | null,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  const stream = createReadStream(file, {
    highWaterMark: TABLE_LIMITS.readBytes,
    ...(bytesMax === null ? {} : { end: bytesMax - 1 }),
  })
  for await (const bytes of stream) {
    if (!Buffer.isBuffer(bytes)) throw new TypeError('a file opened without an encoding gives bytes')
    yield decoder.decode(bytes, { stream: true })
  }
  if (bytesMax === null) yield decoder.decode()
}
