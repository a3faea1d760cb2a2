import { closeSync, openSync, writeSync } from 'node:fs'
import { csvLine } from '../../ledger/export.ts'
import type { Row } from './row.ts'
import { trimmed } from './table.ts'

/** Rows that were not booked, each with its line and its reason, as CSV that can be mended and imported. */
export interface RejectFile {
  readonly file: string
  add(row: Row, reason: string): void
  readonly count: number
  close(): void
}

/** Made only when the first row is put aside. Throws what the file system throws: a lost reason is worse than a stop. */
export function rejectFile(file: string, header: readonly string[] | null, width: number): RejectFile {
  let descriptor: number | null = null
  let count = 0
  return {
    file,
    add(row, reason) {
      if (descriptor === null) {
        descriptor = openSync(file, 'w', 0o600)
        const names = header ?? Array.from({ length: width }, (_, i) => `column ${i + 1}`)
        writeSync(descriptor, `\ufeff${csvLine(['line', 'reason', ...names])}\r\n`)
      }
      writeSync(descriptor, `${csvLine([row.line, reason, ...trimmed(row.cells)])}\r\n`)
      count += 1
    },
    get count() {
      return count
    },
    close() {
      if (descriptor !== null) closeSync(descriptor)
      descriptor = null
    },
  }
}
