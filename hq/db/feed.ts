import pg from 'pg'
import { BrokenInvariant, invariant } from '../../shared/base/result.ts'
import {
  type Change,
  type ChangeFeed,
  type ChangesAsk,
  type ChangesFound,
  type DigestAt,
  type DigestCounted,
  type FeedPosition,
  type FeedRow,
  FeedUnavailable,
  type PageAsk,
  type TextValues,
} from '../shapes/feed.ts'
import { cutToBytes } from './cut-to-bytes.ts'
import type { Database, Tx } from './database.ts'
import { countRows } from './digest.ts'
import { type FeedWaiting, feedWaiting, type WaitingParts } from './feed-waiting.ts'
import { filterSql, filterValues, quoted } from './row-filter.ts'

/** A change feed that holds a connection open; `close` ends it and wakes whoever waits. */
export interface PostgresFeed extends ChangeFeed {
  close(): Promise<void>
}

/** The synced tables and their change log in Postgres. Rows are read in the form the real Electric service sends. */
export function postgresFeed(
  database: Database,
  parts: Omit<WaitingParts, 'database'> & { readonly schema?: string },
): PostgresFeed {
  const schema = parts.schema ?? 'hq'
  const types = columnTypes(database, schema)
  const waiting: FeedWaiting = feedWaiting({ database, ...parts })
  const shared = new Map<string, Promise<ChangesFound>>()

  const page: ChangeFeed['page'] = async (ask) => {
    const sql = pageSql(schema, ask)
    const names = ask.columns.map((_, i) => `c${i}`)
    return database.tenant(
      ask.tenant,
      async (tx) => {
        const at = await lookAround(tx)
        const rows = await tx.query<PageRow>(sql, [
          ask.after,
          ask.limit,
          ...filterValues(ask.where),
          ask.bytesMax,
        ])
        return { at, rows: rows.map((row) => rowOf(row, names)), isLast: !isCut(rows, ask.limit) }
      },
      { isolation: 'snapshot' },
    )
  }
  const changes = async (ask: ChangesAsk): Promise<ChangesFound> => {
    const sql = changesSql(schema, ask, await types(ask.table))
    return database.tenant(
      ask.tenant,
      async (tx) => {
        const at = await lookAround(tx)
        const rows = await tx.query<LogRow>(sql, [ask.tenant, ask.table, ask.after, ask.limit, ask.bytesMax])
        const upTo = isCut(rows, ask.limit) ? (rows.at(-1)?.seq ?? at.head) : at.head
        return { at, changes: rows.map(changeOf), upTo }
      },
      { isolation: 'snapshot' },
    )
  }
  const digest = (ask: DigestAt): Promise<DigestCounted> =>
    database.tenant(
      ask.tenant,
      async (tx) => ({ at: await lookAround(tx), buckets: await countRows(tx, schema, ask) }),
      { isolation: 'snapshot' },
    )
  return {
    position: () => answering(database.global(lookAround)),
    page: (ask) => answering(page(ask)),
    digest: (ask) => answering(digest(ask)),
    /** A thousand tills that are woken together ask the same: one look answers all who come before it ends. */
    changes(ask) {
      const name = JSON.stringify(ask)
      const running = shared.get(name)
      if (running) return running
      const started = answering(changes(ask)).finally(() => shared.delete(name))
      shared.set(name, started)
      return started
    },
    wait: waiting.wait,
    close: waiting.close,
  }
}

/** What the server itself refused is a mistake of ours; the rest is a server that is not there. */
async function answering<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof BrokenInvariant || (error instanceof pg.DatabaseError && !isAway(error))) throw error
    throw new FeedUnavailable('The database of head office does not answer.', { cause: error })
  }
}

/** Classes of error codes: connection, resources, operator (shut down, starting). */
const isAway = (error: pg.DatabaseError): boolean => /^(?:08|53|57)/.test(error.code ?? '')

/** Text in one form, whatever a session is set to. */
const FORMS = ['TimeZone:UTC', 'DateStyle:ISO', 'IntervalStyle:iso_8601', 'bytea_output:hex']
const SET_FORMS = FORMS.map((form) => {
  const [name, value] = form.split(':')
  return `set_config('${name}', '${value}', true)`
}).join(', ')

/** Where the feed stands. Of the same snapshot as all that is read after it in a snapshot transaction. */
async function lookAround(tx: Tx): Promise<FeedPosition> {
  const [row] = await tx.query<{ feed: string; hq_epoch: number; head: number; floor: number }>(
    `SELECT i.feed, i.hq_epoch, hq.sync_head() AS head, f.floor, ${SET_FORMS}
     FROM hq.incarnation i, hq.sync_log_floor f`,
  )
  invariant(row, 'the database has an incarnation and a floor')
  return { identity: `${row.feed}.${row.hq_epoch}`, head: row.head, floor: row.floor }
}

/** A limit came before the end. `found`: rows before they were cut to their bytes. */
const isCut = (rows: readonly { readonly found: number }[], limit: number): boolean =>
  rows.length >= limit || rows.length < (rows[0]?.found ?? 0)

/** $1 after, $2 rows, then the values of the filter, then the bytes. */
function pageSql(schema: string, ask: PageAsk): string {
  const names = ask.columns.map((_, i) => `c${i}`).join(', ')
  const values = ask.columns.map((column, i) => `t.${quoted(column)}::text AS c${i}`)
  const rows = `SELECT t.rid, ${values.join(', ')} FROM ${quoted(schema)}.${quoted(ask.table)} t
    WHERE t.rid > $1 ${filterSql(ask.where)} ORDER BY t.rid LIMIT $2`
  return cutToBytes({
    rows,
    names: `rid, ${names}`,
    order: 'rid',
    bytes: `octet_length(concat(${names}))`,
    most: `$${Object.keys(ask.where).length + 3}`,
  })
}

/** `rid`, and the columns by their place: a million rows come this way, so the server only copies what it has. */
type PageRow = { readonly rid: number; readonly found: number } & Readonly<
  Record<string, string | number | null>
>

const rowOf = (row: PageRow, names: readonly string[]): FeedRow => ({
  rid: row.rid,
  values: names.map((name) => row[name] as string | null),
})

interface LogRow {
  readonly found: number
  readonly seq: number
  readonly txid: number
  readonly before: TextValues | null
  readonly after: TextValues | null
}

const changeOf = ({ seq, txid, before, after }: LogRow): Change => ({
  seq,
  txid: String(txid),
  before,
  after,
})

/** An image becomes a row of its table again and then text, so that each value is read by the type of its column. */
function changesSql(schema: string, ask: ChangesAsk, types: ReadonlyMap<string, string>): string {
  const table = `${quoted(schema)}.${quoted(ask.table)}`
  const values = ask.columns.map((column) => logText(`r.${quoted(column)}`, types.get(column)))
  const image = (name: string): string => `CASE WHEN l.${name} IS NOT NULL THEN (
      SELECT json_build_array(${values.join(', ')}) FROM jsonb_populate_record(NULL::${table}, l.${name}) r
    ) END AS ${name}`
  const rows = `SELECT l.seq, l.txid, ${image('before')}, ${image('after')} FROM hq.sync_log l
    WHERE l.tenant_id = $1 AND l.name = $2 AND l.seq > $3 ORDER BY l.seq LIMIT $4`
  return cutToBytes({
    rows,
    names: 'seq, txid, before, after',
    order: 'seq',
    bytes: 'octet_length(concat(before, after))',
    most: '$5',
  })
}

/** A boolean is "true" in a snapshot and "t" in the log: so does Electric. */
const logText = (column: string, type: string | undefined): string =>
  type === 'bool' ? `left(${column}::text, 1)` : `${column}::text`

function columnTypes(
  database: Database,
  schema: string,
): (table: string) => Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, ReadonlyMap<string, string>>()
  return async (table) => {
    const before = known.get(table)
    if (before) return before
    const rows = await database.global((tx) =>
      tx.query<{ name: string; type: string }>(
        `SELECT a.attname AS name, t.typname AS type FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
         WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
        [`${quoted(schema)}.${quoted(table)}`],
      ),
    )
    const types = new Map(rows.map(({ name, type }) => [name, type]))
    known.set(table, types)
    return types
  }
}
