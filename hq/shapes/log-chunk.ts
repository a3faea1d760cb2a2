import type { ShapeDefinition } from './definitions.ts'
import type { ChangeFeed, FeedPosition } from './feed.ts'
import { asLast, type ChangeMessage, columnsToRead, messageMaker } from './messages.ts'

export interface ChunkLimits {
  /** Rows of one look at the tables or the log. */
  readonly rowsMax: number
  /** Of a body, and of what one look reads; one message more than that is possible. */
  readonly bytesMax: number
  /** Looks at the log for one answer, where nothing of it is in the shape. */
  readonly looksMax: number
}

export interface LogChunk {
  readonly at: FeedPosition
  /** JSON of each message. */
  readonly messages: readonly string[]
  /** Everything up to here is in. */
  readonly upTo: number
  readonly upToDate: boolean
}

/**
 * The messages of a shape behind `after`, whole changes, at most about `bytesMax`. A message is held back until it is
 * known whether its transaction goes on in this shape, so that each transaction ends with exactly one `last`.
 */
export async function readLog(
  feed: ChangeFeed,
  definition: ShapeDefinition,
  after: number,
  limits: ChunkLimits,
): Promise<LogChunk> {
  const columns = columnsToRead(definition)
  const maker = messageMaker(definition)
  const chunk = openChunk(limits)
  let upTo = after
  for (let looks = 1; ; looks += 1) {
    const { tenant, table } = definition
    const { rowsMax: limit, bytesMax } = limits
    const found = await feed.changes({ tenant, table, columns, after: upTo, limit, bytesMax })
    // What was taken out of the log meanwhile is missing in what was found: the caller sees it by the floor.
    if (found.at.floor > after) return { at: found.at, messages: [], upTo: after, upToDate: false }
    for (const change of found.changes) {
      const messages = maker.change(change)
      if (messages.length === 0) continue
      const full = chunk.add(messages, change.txid, change.seq)
      if (full !== null) return { at: found.at, messages: chunk.messages, upTo: full, upToDate: false }
    }
    upTo = found.upTo
    if (upTo >= found.at.head) {
      chunk.end()
      return { at: found.at, messages: chunk.messages, upTo: Math.max(upTo, after), upToDate: true }
    }
    if (looks >= limits.looksMax) return { at: found.at, ...chunk.cut(upTo), upToDate: false }
  }
}

interface OpenChunk {
  readonly messages: string[]
  /** Not null: it was full before this change; the number up to which it goes. */
  add(messages: readonly ChangeMessage[], txid: string, seq: number): number | null
  end(): void
  cut(upTo: number): { readonly messages: readonly string[]; readonly upTo: number }
}

function openChunk({ bytesMax }: ChunkLimits): OpenChunk {
  const messages: string[] = []
  let bytes = 0
  let held: {
    readonly messages: readonly ChangeMessage[]
    readonly txid: string
    readonly seq: number
  } | null = null
  const put = (last: boolean): void => {
    for (const [i, message] of (held?.messages ?? []).entries()) {
      const isLast = last && i === (held?.messages.length ?? 0) - 1
      const text = JSON.stringify(isLast ? asLast(message) : message)
      bytes += Buffer.byteLength(text) + 1
      messages.push(text)
    }
    held = null
  }
  return {
    messages,
    add(more, txid, seq) {
      const before = held
      if (before !== null) {
        put(before.txid !== txid)
        if (bytes >= bytesMax) return before.seq
      }
      held = { messages: more, txid, seq }
      return null
    },
    end: () => put(true),
    cut(upTo) {
      // The held change comes with the next answer, unless it is all there is.
      if (held === null) return { messages, upTo }
      if (messages.length > 0) return { messages, upTo: held.seq - 1 }
      const { seq } = held
      put(false)
      return { messages, upTo: seq }
    },
  }
}
