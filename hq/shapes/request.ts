import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { ProblemCode } from '../../shared/sync/wire.ts'
import type { ShapeDefinition } from './definitions.ts'
import { type Offset, parseOffset } from './position.ts'

/** What a client may ask; what it is given is decided by `definition`. */
export interface ShapeRequest {
  readonly definition: ShapeDefinition
  readonly offset: Offset
  readonly handle: string
  readonly live: boolean
  readonly cursor: string
  /** Without the snapshot. */
  readonly changesOnly: boolean
  /** The parameters of the protocol that were read, as they were sent; and those that only make an address another. */
  readonly sent: Readonly<Record<string, string>>
}

/** In the form of the real service (`errors`, `message`) and as a problem. */
export interface ShapeRefusal {
  readonly status: 400 | 403
  readonly code: ProblemCode
  readonly detail: string
  /** Parameter by parameter; empty for a 403. */
  readonly errors: Readonly<Record<string, readonly string[]>>
}

type Parsed<T> = Result<T, ShapeRefusal>

/** Parameters that mean something: each stands once or not at all. Any other one only makes an address unlike another. */
const KNOWN = [
  'table',
  'where',
  'columns',
  'replica',
  'offset',
  'handle',
  'live',
  'cursor',
  'log',
  'live_sse',
  'experimental_live_sse',
] as const
type Known = (typeof KNOWN)[number]
/** Which rows a till gets is no question that it may ask, not even for what it would be given anyway. */
const NOT_THEIRS = /^(?:where|params\b.*|tenant|tenant_id|store|scope|schema)$/
const SENT_ON = ['offset', 'handle', 'live', 'cursor', 'log', 'expired_handle', 'cache-buster']
const SUBSET = /^subset__/

const blank = "can't be blank"

/** The whole shape of a table as this caller may have it; undefined: there is none for it. */
type Define = (table: string) => ShapeDefinition | undefined

/** Reads the parameters of a request. Refused: 400 malformed, 403 shape_refused. */
export function readRequest(define: Define, query: URLSearchParams): Parsed<ShapeRequest> {
  const twice = KNOWN.find((name) => query.getAll(name).length > 1)
  if (twice !== undefined) return malformed(twice, 'is given twice')
  for (const name of query.keys()) {
    if (SUBSET.test(name)) return malformed('subset', 'is not served: follow the whole shape')
    if (NOT_THEIRS.test(name) && query.get(name) !== '') {
      return refused(
        `Which rows this till gets is decided by head office: "${shown(name)}" is not asked for.`,
      )
    }
  }
  const read = (name: Known): string => query.get(name) ?? ''
  const shape = readShape(define, read)
  if (!shape.ok) return shape
  const place = readPlace(read)
  if (!place.ok) return place
  const log = read('log')
  if (!['', 'full', 'changes_only'].includes(log)) return malformed('log', 'is invalid')
  const sent = SENT_ON.flatMap((name) => {
    const text = query.get(name)
    return text === null ? [] : [[name, text] as const]
  })
  return ok({
    ...shape.value,
    ...place.value,
    changesOnly: log === 'changes_only',
    sent: Object.fromEntries(sent),
  })
}

type Read = (name: Known) => string

function readShape(define: Define, read: Read): Parsed<Pick<ShapeRequest, 'definition'>> {
  const table = readTable(read('table'))
  if (!table.ok) return table
  const whole = define(table.value)
  if (whole === undefined) return refused(`There is no table "${shown(read('table'))}" for a till.`)
  const columns = readColumns(whole, read('columns'))
  if (!columns.ok) return columns
  const replica = read('replica')
  if (!['', 'default', 'full'].includes(replica)) return malformed('replica', 'is invalid')
  return ok({
    definition: { ...whole, columns: columns.value, replica: replica === 'full' ? 'full' : 'default' },
  })
}

type Place = Pick<ShapeRequest, 'offset' | 'handle' | 'live' | 'cursor'>

function readPlace(read: Read): Parsed<Place> {
  const offsetText = read('offset')
  if (offsetText === '') return malformed('offset', blank)
  const offset = parseOffset(offsetText)
  if (offset === null) return malformed('offset', 'has invalid format')
  const fromStart = offset.at === 'start' || offset.at === 'now'
  const handle = read('handle')
  if (!fromStart && handle === '') return malformed('handle', "can't be blank when offset != -1")
  const live = isOn(read('live'))
  if (live && fromStart) return malformed('live', `can't be true when offset == ${offsetText}`)
  for (const name of ['live_sse', 'experimental_live_sse'] as const) {
    if (!isOn(read(name))) continue
    return malformed(
      name,
      live ? 'is not served: poll with live=true' : "can't be true unless live is also true",
    )
  }
  return ok({ offset, handle, live, cursor: read('cursor') })
}

/** Absent, empty or "false" is off; anything else is on. */
const isOn = (text: string): boolean => text !== '' && text !== 'false'

const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/
const IN_QUOTES = /^"((?:[^"]|"")*)"$/

/** A name as SQL writes it: small letters unless it stands in quotes. Undefined: no name. */
function readName(text: string): string | undefined {
  const inside = IN_QUOTES.exec(text)?.[1]
  if (inside !== undefined) return inside.replaceAll('""', '"')
  return PLAIN.test(text) ? text.toLowerCase() : undefined
}

const oddName = (text: string): string =>
  `Invalid unquoted identifier contains special characters: ${shown(text)}`

function readTable(text: string): Parsed<string> {
  if (text === '') return malformed('table', blank)
  const parts = /^("(?:[^"]|"")*"|[^."]+)(?:\.("(?:[^"]|"")*"|[^."]+))?$/.exec(text)
  const names = [parts?.[1], parts?.[2]].filter((part) => part !== undefined).map(readName)
  if (names.length === 0 || names.includes(undefined)) return malformed('table', oddName(text))
  return ok(names.join('.'))
}

/** Some of the columns of the shape, the key among them, in the order of the shape. */
function readColumns(whole: ShapeDefinition, text: string): Parsed<ShapeDefinition['columns']> {
  if (text === '') return ok(whole.columns)
  const wanted = new Set<string>()
  for (const part of text.split(',')) {
    const name = readName(part)
    if (name === undefined) return malformed('columns', oddName(part))
    if (!whole.columns.some((column) => column.name === name)) {
      return refused(`There is no column "${shown(name)}" for a till.`)
    }
    wanted.add(name)
  }
  const missing = whole.columns.filter(({ name, key }) => key !== null && !wanted.has(name))
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ')
    return malformed('columns', `The list of columns must include all primary key columns, missing: ${names}`)
  }
  return ok(whole.columns.filter(({ name }) => wanted.has(name)))
}

const SHOWN_CHARS = 80
const shown = (text: string): string => text.slice(0, SHOWN_CHARS)

const malformed = (parameter: string, why: string): Result<never, ShapeRefusal> =>
  refuse({
    status: 400,
    code: 'malformed',
    detail: `The parameter "${parameter}": ${why}.`,
    errors: { [parameter]: [why] },
  })

const refused = (detail: string): Result<never, ShapeRefusal> =>
  refuse({ status: 403, code: 'shape_refused', detail, errors: {} })
