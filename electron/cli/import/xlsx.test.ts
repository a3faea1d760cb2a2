import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { TABLE_LIMITS } from './row.ts'
import { checkWorkbook } from './xlsx.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-xlsx-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** The end of a workbook: what it says of its parts, by name and unpacked size. */
function workbook(parts: Record<string, number>): string {
  const entries = Object.entries(parts).map(([name, bytes]) => {
    const entry = Buffer.alloc(46 + name.length)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt32LE(bytes, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.write(name, 46)
    return entry
  })
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt32LE(directory.length, 12)
  const file = path.join(dir, 'book.xlsx')
  writeFileSync(file, Buffer.concat([directory, end]))
  return file
}

const SHEET = 'xl/worksheets/sheet1.xml'
const TEXTS = 'xl/sharedStrings.xml'

test.each([
  ['a sheet larger than all there may be', { [SHEET]: TABLE_LIMITS.xlsxUnpackedBytesMax + 1 }, /2 GB/],
  ['texts that would fill the memory', { [SHEET]: 1, [TEXTS]: TABLE_LIMITS.xlsxTextsBytesMax + 1 }, /256 MB/],
  ['no sheet', { [TEXTS]: 1 }, /not an Excel workbook/],
])('%s is refused before anything is unpacked', async (_, parts, why) => {
  const checked = await checkWorkbook(workbook(parts))
  expect(checked.ok ? '' : checked.refusal.sentence).toMatch(why)
})

test('a large sheet with few texts is read', async () => {
  const checked = await checkWorkbook(workbook({ [SHEET]: 1_500_000_000, [TEXTS]: 200_000_000 }))
  expect(checked.ok).toBe(true)
})
