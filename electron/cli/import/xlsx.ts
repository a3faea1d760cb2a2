import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import ExcelJS from 'exceljs'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { type Row, TABLE_LIMITS } from './row.ts'

const ROWS_PER_PIECE = 500

/** What a workbook says about itself in its last bytes: without it a zip bomb would be unpacked to be refused. */
export async function checkWorkbook(file: string): Promise<Result<true, Refusal>> {
  const notOne = refusal('file_wrong_kind', { file: basename(file), expected: 'an Excel workbook (.xlsx)' })
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const tail = Buffer.alloc(Math.min(size, 66_000))
    await handle.read(tail, 0, tail.length, size - tail.length)
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
    if (end < 0 || end + 22 > tail.length) {
      return refuse(
        refusal('file_unreadable', { file: basename(file), why: 'the workbook is damaged or cut off' }),
      )
    }
    const length = tail.readUInt32LE(end + 12)
    const offset = tail.readUInt32LE(end + 16)
    if (offset + length > size) return refuse(notOne)
    const directory = Buffer.alloc(length)
    await handle.read(directory, 0, length, offset)
    let unpacked = 0
    let texts = 0
    let sheets = 0
    for (let at = 0; at + 46 <= length && directory.readUInt32LE(at) === 0x02014b50; ) {
      const nameLength = directory.readUInt16LE(at + 28)
      const name = directory.toString('utf8', at + 46, at + 46 + nameLength)
      const bytes = directory.readUInt32LE(at + 24)
      unpacked += bytes
      if (name === 'xl/sharedStrings.xml') texts += bytes
      if (/^xl\/worksheets\/sheet\d+\.xml$/.test(name)) sheets += 1
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
    }
    if (sheets === 0) return refuse(notOne)
    if (unpacked > TABLE_LIMITS.xlsxUnpackedBytesMax) {
      const why = 'it unpacks to more than 2 GB; save the sheet as .csv'
      return refuse(refusal('file_unreadable', { file: basename(file), why }))
    }
    if (texts > TABLE_LIMITS.xlsxTextsBytesMax) {
      const why = 'its texts unpack to more than 256 MB; save the sheet as .csv'
      return refuse(refusal('file_unreadable', { file: basename(file), why }))
    }
    return ok(true)
  } finally {
    await handle.close()
  }
}

/** The rows of the first sheet that holds any, in pieces. Throws what the unpacker throws on a damaged file. */
export async function* workbookRows(file: string): AsyncGenerator<readonly Row[]> {
  const workbook = new ExcelJS.stream.xlsx.WorkbookReader(file, {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'ignore',
  })
  for await (const sheet of workbook) {
    let rows: Row[] = []
    let any = false
    for await (const sheetRow of sheet) {
      const row = rowOf(sheetRow)
      if (!row) continue
      any = true
      rows.push(row)
      if (rows.length === ROWS_PER_PIECE) {
        yield rows
        rows = []
      }
    }
    if (rows.length > 0) yield rows
    if (any) return
  }
}

function rowOf(row: ExcelJS.Row): Row | null {
  const cells: string[] = []
  let problem: string | null = null
  if (row.cellCount > TABLE_LIMITS.rowCellsMax) {
    problem = `the row has more than ${TABLE_LIMITS.rowCellsMax} cells`
  }
  const last = Math.min(row.cellCount, TABLE_LIMITS.rowCellsMax)
  let filled = false
  for (let column = 1; column <= last; column++) {
    const text = textOf(row.getCell(column).value)
    if (text.length > TABLE_LIMITS.cellCharsMax) {
      problem ??= `a cell is longer than ${TABLE_LIMITS.cellCharsMax} characters`
    }
    cells.push(text.slice(0, TABLE_LIMITS.cellCharsMax))
    if (text.trim() !== '') filled = true
  }
  return filled ? { line: row.number, cells, problem, unended: false } : null
}

/** What a person sees in the cell, with dates as ISO and numbers as Excel shows them (15 digits). */
function textOf(value: ExcelJS.CellValue): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return ''
    const iso = new Date(Math.round(value.getTime() / 1000) * 1000).toISOString()
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19)
  }
  if ('richText' in value) return value.richText.map((part) => part.text).join('')
  if ('error' in value) return value.error
  if ('hyperlink' in value) return textOf(value.text)
  if ('result' in value) return textOf(value.result ?? null)
  return ''
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return ''
  const shown = Number(value.toPrecision(15))
  return Number.isInteger(shown) && Math.abs(shown) < 1e21 ? BigInt(shown).toString() : String(shown)
}
