import { hash } from 'node:crypto'
import type { ImportKind } from './fields.ts'
import { trimmed } from './table.ts'

/**
 * Names each row by source, content and n-th occurrence of that content, so that running a file again books
 * nothing new while identical rows of one file stay different sales. 32 lower-case hex characters. It must be asked
 * once for every row, in the order of the file, refused rows too. Remembers one entry per different content.
 */
export function rowKeys(kind: ImportKind, source: string): (cells: readonly string[]) => string {
  const seen = new Map<string, number>()
  return (cells) => {
    const content = trimmed(cells)
      .map((cell) => cell.trim())
      .join('\u001f')
    const digest = hash('sha256', content, 'hex').slice(0, 32)
    const occurrence = (seen.get(digest) ?? 0) + 1
    seen.set(digest, occurrence)
    return hash('sha256', `${kind}\u0000${source}\u0000${digest}\u0000${occurrence}`, 'hex').slice(0, 32)
  }
}
