import { type Row, type Splitter, TABLE_LIMITS } from './row.ts'

const LINE_CHARS_MAX = TABLE_LIMITS.cellCharsMax

/** Columns set apart by any run of blanks or tabs, as old programs print them. Blanks before the first are nothing. */
export function blankSplitter(): Splitter {
  let rest = ''
  let tooLong = false
  let line = 1
  let afterCr = false

  function rowOf(text: string, unended: boolean): Row[] {
    const problem = tooLong ? `the line is longer than ${LINE_CHARS_MAX} characters` : null
    tooLong = false
    const trimmed = text.trim()
    if (trimmed === '' && problem === null) return []
    const cells = trimmed.split(/\s+/)
    if (cells.length > TABLE_LIMITS.rowCellsMax) {
      const many = `the row has more than ${TABLE_LIMITS.rowCellsMax} cells`
      return [{ line, cells: cells.slice(0, TABLE_LIMITS.rowCellsMax), problem: problem ?? many, unended }]
    }
    return [{ line, cells, problem, unended }]
  }

  return {
    push(text) {
      const rows: Row[] = []
      const usable = afterCr && text.startsWith('\n') ? text.slice(1) : text
      if (text.length > 0) afterCr = text.endsWith('\r')
      const lines = (rest + usable).split(/\r\n|\n|\r/)
      rest = lines.pop() ?? ''
      for (const one of lines) {
        if (one.length > LINE_CHARS_MAX) tooLong = true
        rows.push(...rowOf(one.slice(0, LINE_CHARS_MAX), false))
        line += 1
      }
      if (rest.length > LINE_CHARS_MAX) {
        tooLong = true
        rest = rest.slice(0, LINE_CHARS_MAX)
      }
      return rows
    },
    end: () => rowOf(rest, true),
  }
}
