import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshShapeOffice } from '../../support/fresh-shape-office.ts'
import {
  type Answered,
  FILTERED,
  RECORDED_TABLES,
  RECORDED_TENANT,
  readRecording,
  recordedDefinition,
} from '../../support/recording.ts'
import { addCaller, type ShapeOffice } from '../../support/shape-office.ts'

/** HQ's own shape server against the recorded exchanges of the real service: the same statements, the same requests. */

type Compared =
  /** Status, headers and messages, with numbers of the moment put aside. */
  | 'whole'
  /** Status, headers and the form of the messages: the real one sends a shape from its first day, ours from now. */
  | 'form'
  /** Status and headers: there the rows came after the snapshot. */
  | 'head'
  /** Ours answers so on purpose; why stands beside it. */
  | { readonly status: number; readonly because: string }
  | { readonly skipped: string }

const NO_FILTER = { status: 403, because: 'a till does not choose its rows' }
const NO_TABLE = { status: 403, because: 'a till is told of no other table' }
const NO_SUBSET = { status: 400, because: 'subsets are not served' }
const OTHER_ROUTES = { skipped: 'not a route of the shapes' }
const WITH_OTHER_WHERE = { skipped: 'another filter: a till cannot ask for one' }

/** Which of each recording is compared. Exchanges that are not named: whole. */
const TABLE: Readonly<Record<string, Readonly<Record<number, Compared>>>> = {
  '01-initial': {},
  '02-up-to-date': {},
  '03-live-transaction': { 8: 'form' },
  '04-catch-up': { 0: 'form', 1: 'form', 11: 'form' },
  '05-live-timeout': { 0: 'form', 1: 'form' },
  '06-wrong-handle-409': {
    0: 'form',
    1: 'form',
    6: 'form',
    7: WITH_OTHER_WHERE,
    8: {
      status: 409,
      because: 'an offset ahead of the log: head office was restored, so the till begins anew',
    },
  },
  '07-bad-table-400': { 0: NO_TABLE, 3: NO_TABLE, 4: 'form', 5: 'form', 6: NO_TABLE },
  '08-where-params': Object.fromEntries([
    [7, NO_FILTER],
    ...Array.from({ length: 16 }, (_, i) => [i + 8, WITH_OTHER_WHERE] as const),
  ]),
  '09-columns': { 0: 'form', 8: 'form', 10: NO_TABLE, 11: 'form', 12: WITH_OTHER_WHERE },
  '10-replica-full': {
    0: 'form',
    1: { skipped: 'the real one sometimes sends an empty page first' },
  },
  '11-param-errors': {
    0: 'form',
    1: 'form',
    8: NO_FILTER,
    9: NO_FILTER,
    10: NO_FILTER,
    11: NO_FILTER,
    12: NO_FILTER,
    13: 'form',
    14: 'form',
    16: OTHER_ROUTES,
    17: OTHER_ROUTES,
    18: OTHER_ROUTES,
    19: OTHER_ROUTES,
  },
  // TRUNCATE is revoked at head office; what stands for it is a log that began anew.
  '12-truncate': { 3: { status: 409, because: 'the new handle is named at once' } },
  '14-methods': { 1: 'form' },
  '16-now-changes-only-subset': {
    4: NO_SUBSET,
    5: NO_SUBSET,
    6: NO_SUBSET,
    7: { status: 405, because: 'subsets' },
  },
  // Without the column of char(4): its padding is lost in text, and no table of ours has one.
  '18-data-types': {},
  '19-keys': {
    0: 'head',
    1: 'form',
    4: { skipped: 'a table without a primary key: we have none' },
    5: { skipped: 'the same' },
    7: { skipped: 'the same' },
  },
  '20-pk-update': { 0: 'form', 1: 'form', 5: 'form', 6: 'form' },
}
/** Statements that ours runs otherwise. */
const STATEMENTS: Readonly<Record<string, string>> = {
  'TRUNCATE pairs': `BEGIN; UPDATE hq.incarnation SET feed = feed || '0'; DELETE FROM pairs; COMMIT`,
}
const POLL_MS = 400
const BEFORE_SQL_MS = 60

let office: ShapeOffice
beforeAll(async () => {
  office = await freshShapeOffice({
    schema: 'public',
    define: (_, table) => recordedDefinition(table),
    limits: { pollMs: POLL_MS },
  })
  addCaller(office, 'till', { tenant: RECORDED_TENANT })
  await office.sql.query(RECORDED_TABLES)
})
afterAll(() => office.close())

describe('our shape server answers as the recorded one:', () => {
  // In order: later recordings see the rows that earlier ones have left.
  test.each(Object.keys(TABLE))('%s', async (name) => {
    await replay(name)
    expect(office.troubles).toEqual([])
  })
})

async function replay(name: string): Promise<void> {
  const { exchanges } = readRecording(name)
  const known = new Known()
  const sql: string[] = []
  const statements = async (): Promise<void> => {
    for (const one of sql.splice(0)) if (!one.includes('nopk')) await office.sql.query(STATEMENTS[one] ?? one)
  }
  for (const [i, exchange] of exchanges.entries()) {
    if (exchange.kind === 'sql') {
      sql.push(exchange.sql)
      continue
    }
    const compared = TABLE[name]?.[i] ?? 'whole'
    // A poll that was open when the statement ran: opened first here as well.
    const before = exchanges[i - 1]
    const isOpen = before?.kind === 'sql' && before.at_ms > exchange.at_ms
    if (!isOpen) await statements()
    if (typeof compared === 'object' && 'skipped' in compared) {
      await statements()
      known.skip(exchange)
      continue
    }
    const asked = fetch(office.url + known.pathOf(exchange.path), {
      method: exchange.method,
      headers: {
        authorization: 'Bearer till',
        ...(exchange.method === 'POST' ? { 'content-type': 'text/plain' } : {}),
      },
    })
    if (isOpen) {
      await pause(BEFORE_SQL_MS)
      await statements()
    }
    const ours = await asked
    const text = await ours.text()
    const where = `${name} ${i} (${exchange.note})`
    if (ours.status === 200) known.learn(exchange, ours.headers)
    if (typeof compared === 'object') {
      expect(ours.status, where).toBe(compared.status)
      continue
    }
    expect(ours.status, `${where}: ${text}`).toBe(exchange.status)
    expect(headersOf(ours.headers), where).toEqual(headersOf(new Headers(exchange.headers)))
    if (compared === 'head') continue
    const theirs = exchange.json ?? exchange.body ?? ''
    const mine: unknown = text === '' ? '' : JSON.parse(text)
    expect(bodyOf(mine, compared), where).toEqual(bodyOf(theirs, compared))
  }
  await statements()
}

/** Which handle and offset of ours stands for which recorded one. */
class Known {
  readonly handles = new Map<string, string>()
  readonly offsets = new Map<string, string>()

  learn(exchange: Answered, ours: Headers): void {
    const handle = exchange.headers['electric-handle']
    const offset = exchange.headers['electric-offset']
    if (handle !== undefined) this.handles.set(handle, ours.get('electric-handle') ?? '')
    const name = `${handle} ${offset}`
    if (!this.offsets.has(name)) this.offsets.set(name, ours.get('electric-offset') ?? '')
  }

  /** It was not asked here: its offset is the one it began with. */
  skip(exchange: Answered): void {
    const query = new URL(exchange.path, 'http://recorded').searchParams
    const mine = this.offsets.get(`${query.get('handle')} ${query.get('offset')}`)
    const handle = exchange.headers['electric-handle']
    if (mine !== undefined) this.offsets.set(`${handle} ${exchange.headers['electric-offset']}`, mine)
  }

  pathOf(recorded: string): string {
    const [route, search = ''] = recorded.split('?')
    const query = new URLSearchParams(search)
    const handle = query.get('handle') ?? ''
    const offset = query.get('offset') ?? ''
    const mine = this.offsets.get(`${handle} ${offset}`)
    if (mine !== undefined) query.set('offset', mine)
    if (this.handles.has(handle)) query.set('handle', this.handles.get(handle) ?? '')
    if (query.get('where') === 'prio > $1 AND title <> $2' && query.has('params[1]')) {
      query.set('table', FILTERED)
      for (const one of ['where', 'params[1]', 'params[2]']) query.delete(one)
    }
    return search === '' ? (route ?? '') : `${route}?${query}`
  }
}

/** Names of the protocol and the type; values where they are not of the moment. */
function headersOf(headers: Headers): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const [name, value] of headers) {
    if (name.startsWith('electric-')) found[name] = 'there'
    if (name === 'electric-schema') found[name] = withoutPadded(JSON.parse(value) as Record<string, unknown>)
    if (name === 'electric-cursor') found[name] = /^\d+$/.test(value)
    if (['electric-up-to-date', 'electric-has-data', 'content-type'].includes(name)) found[name] = value
    if (name === 'electric-offset') found[name] = /^(?:\d+_\d+|0_inf)$/.test(value)
  }
  return found
}

function withoutPadded(row: Record<string, unknown>): Record<string, unknown> {
  const { ch: _, ...rest } = row
  // Details of types that no column of head office has.
  return JSON.parse(JSON.stringify(rest), (key, value: unknown) =>
    ['max_length', 'precision', 'scale'].includes(key) ? undefined : value,
  ) as Record<string, unknown>
}

interface Message {
  readonly key?: string
  readonly value?: Record<string, unknown>
  readonly headers: Record<string, unknown>
}

function bodyOf(body: unknown, compared: 'whole' | 'form'): unknown {
  if (!Array.isArray(body)) return body !== null && typeof body === 'object' ? errorsOf(body) : body
  const messages = (body as Message[])
    // One moment of the database stands behind its snapshot; behind our pages many, repaired by the log.
    .filter((one) => one.headers['control'] !== 'snapshot-end')
    .map(messageOf)
  return compared === 'whole' ? messages : formsOf(messages)
}

/** Ours says more: what every problem says. */
const errorsOf = (body: object): unknown => {
  const { errors, message } = body as { errors?: unknown; message?: unknown }
  return { ...(errors === undefined ? {} : { errors }), message }
}

function messageOf(message: Message): Message {
  const { lsn, op_position, txids, global_last_seen_lsn, ...headers } = message.headers
  const isInLog = lsn !== undefined
  return {
    ...message,
    ...(message.value ? { value: withoutPadded(message.value) } : {}),
    headers: {
      ...headers,
      ...(isInLog
        ? { lsn: isDecimal(lsn), op: Number.isInteger(op_position), txids: isOneNumber(txids) }
        : {}),
      ...(global_last_seen_lsn === undefined ? {} : { seen: isDecimal(global_last_seen_lsn) }),
    },
  }
}
const isDecimal = (value: unknown): boolean => typeof value === 'string' && /^\d+$/.test(value)
const isOneNumber = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 1 && Number.isInteger(value[0])

/** The last message, and what a row looks like. */
function formsOf(messages: readonly Message[]): unknown {
  const isSnapshot = (one: Message): boolean => one.key !== undefined && one.headers['lsn'] === undefined
  const first = messages.find(isSnapshot)
  return {
    last: messages.at(-1)?.key === undefined ? messages.at(-1) : 'a row',
    row: first && { columns: Object.keys(first.value ?? {}).sort(), headers: first.headers },
  }
}
