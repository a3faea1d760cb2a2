import { ReplicaRefused } from './replica.ts'
import type { SentRow } from './row-writer.ts'

/** One row came or changed; or it left the list, and this is what it was. */
export interface RowChange {
  readonly row: SentRow
  readonly leaves: boolean
}

interface Messages {
  /** Read as they are taken, a line at a time. */
  changes(): Iterable<RowChange>
  /** What else was said, once all changes were taken. */
  said(): { readonly upToDate: boolean; readonly refetch: boolean }
}

interface Message {
  readonly headers?: { readonly operation?: unknown; readonly control?: unknown }
  readonly value?: SentRow
  readonly old_value?: SentRow
}

/**
 * The messages of a shape as they came: every value is Postgres text, every change carries the whole row. `text` is one
 * JSON array, or several of them, each on a line: what is parsed in one go is what a sale may have to wait for.
 */
export function readMessages(text: string): Messages {
  const said = { upToDate: false, refetch: false }
  function* changes(): Iterable<RowChange> {
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from)
      const messages = JSON.parse(text.slice(from, end < 0 ? text.length : end)) as unknown
      if (!Array.isArray(messages)) throw new ReplicaRefused('what head office sent is no list of messages')
      for (const message of messages as readonly Message[]) {
        const change = readMessage(message, said)
        if (change) yield change
      }
      from = end < 0 ? text.length : end + 1
    }
  }
  return { changes, said: () => said }
}

function readMessage(
  { headers, value, old_value }: Message,
  said: { upToDate: boolean; refetch: boolean },
): RowChange | null {
  const { operation, control } = headers ?? {}
  if (control === 'up-to-date') said.upToDate = true
  else if (control === 'must-refetch') said.refetch = true
  else if (operation === 'insert' || operation === 'update') return { row: value ?? {}, leaves: false }
  else if (operation === 'delete') return { row: { ...old_value, ...value }, leaves: true }
  // Other control messages say how the client got the rows.
  else if (control === undefined) throw new ReplicaRefused('head office sent a message of no known kind')
  return null
}
