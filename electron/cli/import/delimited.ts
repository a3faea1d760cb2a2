import { type Row, type Splitter, TABLE_LIMITS } from './row.ts'

const QUOTE = 34
const LF = 10
const CR = 13

/**
 * Comma-, tab- or semicolon-separated text (RFC 4180, read leniently): quoted cells with doubled quotes and line
 * ends inside, any mix of CRLF, LF and CR, stray quotes inside a cell taken as they stand. A cell beyond
 * `cellCharsMax` is dropped while it is read, so that a hostile file costs no memory; its row carries the problem.
 * csv-parse judges this in the tests; it is not used here because it gives up a whole file for one bad row.
 */
export function delimitedSplitter(delimiter: string): Splitter {
  const separator = delimiter.charCodeAt(0)
  let state: 'cell_start' | 'plain' | 'quoted' | 'quote_seen' = 'cell_start'
  let cell = ''
  let cells: string[] = []
  let problem: string | null = null
  let line = 1
  let rowLine = 1
  let quoteLine = 1
  let wasQuoted = false
  let afterCr = false

  function append(piece: string): void {
    const room = TABLE_LIMITS.cellCharsMax - cell.length
    if (piece.length <= room) cell += piece
    else {
      cell += piece.slice(0, room)
      problem ??= `a cell is longer than ${TABLE_LIMITS.cellCharsMax} characters`
    }
  }

  function endCell(): void {
    if (cells.length < TABLE_LIMITS.rowCellsMax) cells.push(cell)
    else problem ??= `the row has more than ${TABLE_LIMITS.rowCellsMax} cells`
    cell = ''
    state = 'cell_start'
  }

  function endRow(rows: Row[], unended: boolean): void {
    endCell()
    const blank = cells.length === 1 && cells[0] === '' && !wasQuoted && problem === null
    if (!blank) rows.push({ line: rowLine, cells, problem, unended })
    cells = []
    problem = null
    wasQuoted = false
  }

  function push(text: string): Row[] {
    const rows: Row[] = []
    let i = 0
    if (afterCr && text.length > 0) {
      if (text.charCodeAt(0) === LF) i = 1
      afterCr = false
    }
    while (i < text.length) {
      if (state === 'quoted') {
        const close = text.indexOf('"', i)
        const end = close < 0 ? text.length : close
        line += lineEndsIn(text, i, end)
        append(text.slice(i, end))
        i = end
        if (close >= 0) {
          state = 'quote_seen'
          i += 1
        }
        continue
      }
      const first = text.charCodeAt(i)
      if (first === QUOTE && state !== 'plain') {
        if (state === 'quote_seen') append('"')
        else {
          wasQuoted = true
          quoteLine = line
        }
        state = 'quoted'
        i += 1
        continue
      }
      let end = i
      let code = first
      while (code !== separator && code !== LF && code !== CR) {
        end += 1
        if (end === text.length) break
        code = text.charCodeAt(end)
      }
      if (end > i) {
        append(text.slice(i, end))
        state = 'plain'
      }
      i = end + 1
      if (end === text.length) break
      if (code === separator) endCell()
      else {
        endRow(rows, false)
        line += 1
        rowLine = line
        if (code === CR) {
          if (i === text.length) afterCr = true
          else if (text.charCodeAt(i) === LF) i += 1
        }
      }
    }
    return rows
  }

  function end(): Row[] {
    if (state === 'cell_start' && cells.length === 0 && !wasQuoted) return []
    const rows: Row[] = []
    if (state === 'quoted') {
      const swallowed = line - quoteLine
      problem =
        swallowed === 0
          ? 'a quote is opened and never closed; the line seems to be cut off'
          : `a quote is opened and never closed, so this line and the ${swallowed} after it could not be told apart`
    }
    endRow(rows, true)
    return rows
  }

  return { push, end }
}

function lineEndsIn(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
