import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delimitedSplitter } from './delimited.ts'
import { type Row, TABLE_LIMITS } from './row.ts'

function split(text: string, delimiter = ',', pieceChars = Number.POSITIVE_INFINITY): Row[] {
  const splitter = delimitedSplitter(delimiter)
  const rows: Row[] = []
  for (let at = 0; at < text.length; at += pieceChars)
    rows.push(...splitter.push(text.slice(at, at + pieceChars)))
  return [...rows, ...splitter.end()]
}
const cellsOf = (rows: readonly Row[]) => rows.map((row) => row.cells)

describe('delimited text', () => {
  it('reads quotes, doubled quotes and line ends inside a cell, and counts lines as an editor does', () => {
    const rows = split('a,b\r\n"x, ""y""\nz",2\r\nlast,3\r\n')
    expect(cellsOf(rows)).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', '2'],
      ['last', '3'],
    ])
    expect(rows.map((row) => row.line)).toEqual([1, 2, 4])
  })

  it('takes CRLF, LF and CR in one file, also where a piece ends between CR and LF', () => {
    for (const pieceChars of [1, 2, 3, 100]) {
      const rows = split('a,1\r\nb,2\nc,3\rd,4\r\n\r\n', ',', pieceChars)
      expect(cellsOf(rows)).toEqual([
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
        ['d', '4'],
      ])
      expect(rows.map((row) => row.line)).toEqual([1, 2, 3, 4])
      expect(rows.every((row) => !row.unended)).toBe(true)
    }
  })

  it('keeps a stray quote inside a cell as it stands', () => {
    expect(cellsOf(split('5" nail,3\n'))).toEqual([['5" nail', '3']])
  })

  it('says that the last line is open when no line end follows, and names an open quote', () => {
    expect(split('a,b\nc,').at(-1)).toMatchObject({ cells: ['c', ''], unended: true, problem: null })
    expect(split('a,b\n"c,d').at(-1)?.problem).toContain('never closed')
    expect(split('a,b\n"c,d\ne,f\ng,h\n').at(-1)).toMatchObject({ line: 2 })
    expect(split('a,b\n"c,d\ne,f\ng,h\n').at(-1)?.problem).toContain('the 3 after it')
  })

  it('holds no more of a huge cell than the limit, and reads the rows around it', () => {
    const huge = 'x'.repeat(10 * 1024 * 1024)
    for (const text of [`a,1\n${huge},2\nb,3\n`, `a,1\n"${huge}",2\nb,3\n`]) {
      const rows = split(text, ',', TABLE_LIMITS.readBytes)
      expect(rows.map((row) => row.problem !== null)).toEqual([false, true, false])
      expect(rows[1]?.cells[0]).toHaveLength(TABLE_LIMITS.cellCharsMax)
      expect(rows[2]).toMatchObject({ line: 3, cells: ['b', '3'] })
    }
    expect(split(`${','.repeat(100_000)}\nb,3\n`).map((row) => row.problem !== null)).toEqual([true, false])
  })

  it('reads what csv-parse reads, wherever the text is split', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', '\r\n', ' ', "'", '\t') })
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(
        table,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(',', ';', '\t'),
        (rows, piece, mark) => {
          const text = rows
            .map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(mark))
            .join('\r\n')
          const judged: unknown = parse(text, { delimiter: mark, relax_column_count: true })
          expect(cellsOf(split(text, mark, piece))).toEqual(judged)
        },
      ),
      { numRuns: 300 },
    )
  })
})
