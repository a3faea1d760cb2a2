import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { ShapeDefinition } from './definitions.ts'
import { FeedUnavailable } from './feed.ts'
import type { ShapeRequest } from './request.ts'
import type { ShapeReply, ShapeSource } from './source.ts'

interface ElectricParts {
  /** Of the service, without a path. */
  readonly url: string
  /** What the service asks for; it is never seen by a till. */
  readonly secret: string | null
  /** Until the answer begins. The service ends a poll after 20 s. */
  readonly beginMs?: number
}

const BEGIN_MS = 40_000
/** What a client needs of an answer. The rest speaks to caches, and this is for one till. */
const PASSED = [
  'electric-handle',
  'electric-offset',
  'electric-schema',
  'electric-cursor',
  'electric-up-to-date',
  'electric-has-data',
]

/**
 * The real Electric service behind HQ. Table, filter, columns and form are those that HQ has decided; of what the till
 * sent only place and handle go on. Anything but an answer of the protocol is FeedUnavailable: the till tries again.
 */
export function electricProxy(parts: ElectricParts): ShapeSource {
  return {
    // Its places are those of its own log, which nobody else can go back to.
    digest: async () => ({ state: 'not_comparable', why: 'source' }),
    async answer(request, signal): Promise<ShapeReply> {
      const response = await asked(parts, request, signal)
      const { status } = response
      if (status !== 200 && status !== 400 && status !== 409) {
        await response.body?.cancel()
        throw new FeedUnavailable(`The service behind head office answers ${status}.`)
      }
      const headers = PASSED.flatMap((name) => {
        const value = response.headers.get(name)
        return value === null ? [] : [[name, value] as const]
      })
      const body = response.body === null ? '' : Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
      return { status, headers: Object.fromEntries(headers), body }
    },
  }
}

async function asked(parts: ElectricParts, request: ShapeRequest, signal: AbortSignal): Promise<Response> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), parts.beginMs ?? BEGIN_MS)
  try {
    return await fetch(address(parts, request), {
      headers: { 'accept-encoding': 'identity' },
      redirect: 'error',
      // The client going away ends the body too; a late begin is no longer one when the answer has begun.
      signal: AbortSignal.any([signal, late.signal]),
    })
  } catch (error) {
    throw new FeedUnavailable('The service behind head office does not answer.', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function address({ url, secret }: ElectricParts, { definition, sent }: ShapeRequest): URL {
  const target = new URL('/v1/shape', url)
  const query = target.searchParams
  for (const [name, value] of Object.entries(sent)) query.set(name, value)
  query.set('table', `${definition.schema}.${definition.table}`)
  query.set('columns', definition.columns.map(({ name }) => `"${name}"`).join(','))
  query.set('replica', 'full')
  const { where, params } = whereOf(definition)
  query.set('where', where)
  for (const [i, value] of params.entries()) query.set(`params[${i + 1}]`, value)
  if (secret !== null) query.set('secret', secret)
  return target
}

/** One value is an equation: that the service looks up, anything else it evaluates for each shape. */
function whereOf({ where }: ShapeDefinition): { where: string; params: readonly string[] } {
  const params: string[] = []
  const place = (value: string): string => `$${params.push(value)}`
  const terms = Object.entries(where).map(([column, values]) => {
    const [only, ...more] = values
    if (only !== undefined && more.length === 0) return `"${column}" = ${place(only)}`
    return `"${column}" IN (${values.map(place).join(', ')})`
  })
  return { where: terms.join(' AND '), params }
}
