import type { Clock, Digest, RandomSource } from '../../shared/base/ports.ts'
import { definitionHash, type ShapeDefinition, schemaHeader } from './definitions.ts'
import type { ChangeFeed, FeedPosition, FeedRow } from './feed.ts'
import { type ChunkLimits, type LogChunk, readLog } from './log-chunk.ts'
import { columnsToRead, MUST_REFETCH, messageMaker, upToDate } from './messages.ts'
import {
  formatHandle,
  type Handle,
  liveCursor,
  logOffset,
  parseHandle,
  parseOffset,
  snapshotOffset,
} from './position.ts'
import type { ShapeRequest } from './request.ts'
import type { ShapeReply, ShapeSource } from './source.ts'

export interface ShapeServerParts {
  readonly feed: ChangeFeed
  readonly clock: Clock
  readonly random: RandomSource
  readonly digest: Pick<Digest, 'hex'>
  readonly limits?: Partial<ShapeLimits>
}

interface ShapeLimits extends ChunkLimits {
  /** The client gives up a poll after 45 s. */
  readonly pollMs: number
}
/** A till puts the rows of one answer in place with one flush of its disk at the end, and asks for the next at once. */
const LIMITS: ShapeLimits = { rowsMax: 500, bytesMax: 1024 * 1024, looksMax: 20, pollMs: 20_000 }
const NONCE_BYTES = 4
/** The same in every row that one caller gets: a till does not keep them. */
const OF_ALL_ROWS: ReadonlySet<string> = new Set(['tenant_id', 'scope', 'device'])

/** HQ's own shape server: the protocol of the Electric service over a change feed. */
export function shapeServer(parts: ShapeServerParts): ShapeSource {
  const { feed, clock, random, digest } = parts
  const limits: ShapeLimits = { ...LIMITS, ...parts.limits }

  const newHandle = (definition: ShapeDefinition, at: FeedPosition): string => {
    const handle = { definition: definitionHash(definition), identity: at.identity, since: at.head }
    return formatHandle(handle, digest.hex(random.bytes(NONCE_BYTES)))
  }
  const refetch = (definition: ShapeDefinition, at: FeedPosition): ShapeReply => ({
    status: 409,
    headers: { 'electric-handle': newHandle(definition, at) },
    body: MUST_REFETCH,
  })

  const page = async (request: ShapeRequest, after: number, given: Handle | null): Promise<ShapeReply> => {
    const { definition } = request
    const { tenant, table, where } = definition
    const columns = columnsToRead(definition)
    const { rowsMax: limit, bytesMax } = limits
    const found = await feed.page({ tenant, table, columns, where, after, limit, bytesMax })
    // With a handle: this database has replayed S, and everything behind S is still in the log.
    if (given !== null && !isHeld(given, given.since, found.at)) return refetch(definition, found.at)
    const body = pageBody(definition, found.rows, limits)
    const isLast = body.rows === found.rows.length && found.isLast
    return reply(request, {
      handle: given === null ? newHandle(definition, found.at) : request.handle,
      offset: isLast
        ? logOffset(given === null ? found.at.head : given.since)
        : snapshotOffset(found.rows[body.rows - 1]?.rid ?? after),
      messages: body.messages,
      upToDate: false,
      hasData: true,
    })
  }

  const logReply = (request: ShapeRequest, chunk: LogChunk, hasData: boolean): ShapeReply =>
    reply(request, {
      handle: request.handle,
      offset: logOffset(chunk.upTo),
      messages: chunk.upToDate ? [...chunk.messages, JSON.stringify(upToDate(chunk.upTo))] : chunk.messages,
      upToDate: chunk.upToDate,
      hasData,
    })

  const log = async (
    request: ShapeRequest,
    given: Handle,
    after: number,
    signal: AbortSignal,
  ): Promise<ShapeReply> => {
    const { definition } = request
    const { tenant, table } = definition
    const until = clock.read().monotonicMs + limits.pollMs
    let looked = after
    for (;;) {
      const chunk = await readLog(feed, definition, looked, limits)
      if (!isHeld(given, looked, chunk.at)) return refetch(definition, chunk.at)
      if (!request.live || chunk.messages.length > 0) return logReply(request, chunk, true)
      const left = until - clock.read().monotonicMs
      // Up to the head nothing was for this shape: the offset moves on, so that the log may be shortened behind it.
      if (left <= 0 || signal.aborted) return logReply(request, chunk, false)
      looked = chunk.upTo
      if (chunk.upToDate) await feed.wait({ tenant, table, after: looked, ms: left }, signal)
    }
  }

  const fromStart = async (request: ShapeRequest): Promise<ShapeReply> => {
    const { definition, offset, changesOnly } = request
    if (offset.at === 'start' && !changesOnly) return page(request, 0, null)
    const at = await feed.position()
    const isNow = offset.at === 'now'
    return reply(request, {
      handle: newHandle(definition, at),
      offset: logOffset(at.head),
      messages: isNow ? [JSON.stringify(upToDate(at.head))] : [],
      upToDate: isNow,
      hasData: !isNow,
    })
  }

  const reply = (request: ShapeRequest, said: Said): ShapeReply => ({
    status: 200,
    headers: {
      'electric-handle': said.handle,
      'electric-offset': said.offset,
      'electric-has-data': String(said.hasData),
      ...(said.upToDate ? { 'electric-up-to-date': '' } : {}),
      // Only here: sent with other answers, a client that starts anew within a minute would drop what comes first.
      ...(request.live
        ? { 'electric-cursor': liveCursor(clock.read().wallMs, request.cursor) }
        : { 'electric-schema': schemaHeader(request.definition) }),
    },
    body: `[${said.messages.join(',')}]`,
  })

  return {
    async digest(definition, place) {
      const handle = parseHandle(place.handle)
      const offset = parseOffset(place.offset)
      const moved = { state: 'not_comparable', why: 'moved' } as const
      if (handle?.definition !== definitionHash(definition)) return moved
      if (offset?.at !== 'log' || !Number.isSafeInteger(offset.seq)) return moved
      const { tenant, table, where, columns } = definition
      const keys = columns.filter(({ key }) => key !== null).map(({ name }) => name)
      const marks = keys.filter((name) => !OF_ALL_ROWS.has(name))
      const { at, buckets } = await feed.digest({ tenant, table, where, keys, marks, at: offset.seq })
      if (buckets === null || !isHeld(handle, offset.seq, at)) return moved
      return { state: 'counted', buckets: [...buckets] }
    },
    async answer(request, signal) {
      const { definition, offset } = request
      if (offset.at === 'start' || offset.at === 'now') return fromStart(request)
      const handle = parseHandle(request.handle)
      if (handle === null || handle.definition !== definitionHash(definition)) {
        return refetch(definition, await feed.position())
      }
      if (offset.at === 'snapshot') {
        if (Number.isSafeInteger(offset.rid)) return page(request, offset.rid, handle)
        return refetch(definition, await feed.position())
      }
      if (Number.isSafeInteger(offset.seq)) return log(request, handle, offset.seq, signal)
      return refetch(definition, await feed.position())
    },
  }
}

interface Said {
  readonly handle: string
  readonly offset: string
  readonly messages: readonly string[]
  readonly upToDate: boolean
  readonly hasData: boolean
}

/** The feed is the one the handle is of, and has everything behind `after`. */
const isHeld = (handle: Handle, after: number, at: FeedPosition): boolean =>
  handle.identity === at.identity && at.floor <= after && after <= at.head

/** As many of the rows as a body holds, one at least. */
function pageBody(
  definition: ShapeDefinition,
  rows: readonly FeedRow[],
  { bytesMax }: ChunkLimits,
): { readonly messages: readonly string[]; readonly rows: number } {
  const maker = messageMaker(definition)
  const messages: string[] = []
  let bytes = 0
  for (const row of rows) {
    if (bytes >= bytesMax) break
    const text = maker.row(row.values)
    bytes += Buffer.byteLength(text) + 1
    messages.push(text)
  }
  return { messages, rows: messages.length }
}
