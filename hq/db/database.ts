import pg from 'pg'
import { invariant } from '../../shared/base/result.ts'

/** Postgres' own words for what is worth another try: serialization failure, deadlock. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['40001', '40P01'])
/** An earlier statement of the transaction has failed. */
const TRANSACTION_FAILED = '25P02'
/** A row was there already: for work whose second look sees what another transaction wrote at the same moment. */
export const DUPLICATE_KEY = '23505'
/** Of a transaction, the first one included. */
const TRIES_MAX = 8
const POOL_MAX = 20
const CONNECT_MS = 10_000

/** One transaction. */
export interface Tx {
  /**
   * The rows of one statement. `int8` is a number, `jsonb` a value, `bytea` a Buffer. Statements that are asked for
   * together are all on their way at once, and run one after the other in that order.
   */
  query<R extends object>(sql: string, values?: readonly unknown[]): Promise<R[]>
}

interface TransactionOptions {
  /** `snapshot`: every statement sees the same state, and nothing can be written. */
  readonly isolation?: 'snapshot'
  /** More error codes of Postgres after which the whole work is done again. */
  readonly retry?: readonly string[]
}

export interface Incarnation {
  /** Raised by every restore. */
  readonly hqEpoch: number
  /** Names the present change log. */
  readonly feed: string
  /** Signs access tokens, 32 bytes. */
  readonly tokenKey: Uint8Array
}

export interface Database {
  /**
   * One transaction for one tenant, as the role that sees no other tenant. Durable when it resolves. A deadlock or a
   * serialization failure is tried again, so `work` must have no effect outside the transaction.
   */
  tenant<T>(tenant: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** One transaction of no tenant: for the look-ups (`hq.tenant_of_*`, `hq.tenants()`, `hq.sync_*`). */
  global<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  incarnation(): Promise<Incarnation>
  /**
   * Calls back for each notice on a channel, and once with `lost` when the connection is gone: listen again then.
   * Answers how to stop.
   */
  listen(channel: string, onNotice: (lost: boolean) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly url: string
  /** Off where Electric reads the tables themselves. */
  readonly changeLog?: boolean
  readonly poolMax?: number
  /**
   * Called before each statement, `COMMIT` too; when it throws, the connection is dropped as if the network had gone.
   * For tests that cut at every statement.
   */
  readonly onStatement?: (sql: string) => void
  /** A connection of the pool broke while nobody used it. */
  readonly onIdleError?: (error: Error) => void
}

/** Opens a pool of connections. Nothing is asked of the server until the first transaction. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolMax ?? POOL_MAX,
    connectionTimeoutMillis: CONNECT_MS,
    pipeline: true,
    types: { getTypeParser },
  })
  pool.on('error', (error) => options.onIdleError?.(error))
  const before = (sql: string): void => options.onStatement?.(sql)
  const begin = (tenant: string | null, isolation: TransactionOptions['isolation']): string =>
    [
      isolation === 'snapshot' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN',
      'SET LOCAL ROLE kasuwa_app',
      `SELECT set_config('kasuwa.tenant', ${pg.escapeLiteral(tenant ?? '')}, true),
         set_config('kasuwa.change_log', '${options.changeLog === false ? 'off' : 'on'}', true),
         set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true)`,
    ].join(';')

  const once = async <T>(first: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    let broken = true
    let over = false
    const failed: unknown[] = []
    try {
      before('BEGIN')
      await client.query(first)
      const answer = await work(
        transaction(
          client,
          (sql) => {
            // One of several that were asked for together may come to its next statement when another one has failed.
            invariant(!over, 'a statement belongs to a transaction that is not over')
            before(sql)
          },
          failed,
        ),
      )
      over = true
      before('COMMIT')
      await client.query('COMMIT')
      broken = false
      return answer
    } catch (error) {
      over = true
      if (error instanceof pg.DatabaseError && error.severity !== 'FATAL') {
        await client.query('ROLLBACK')
        broken = false
      }
      throw causeOf(error, failed)
    } finally {
      // A connection in an unknown state is closed; the server then rolls back.
      client.release(broken)
    }
  }

  return {
    tenant: (tenant, work, how = {}) => {
      invariant(tenant !== '', 'a transaction names its tenant')
      return retried(() => once(begin(tenant, how.isolation), work), how.retry ?? [])
    },
    global: (work) => retried(() => once(begin(null, undefined), work), []),
    incarnation: async () =>
      incarnationOf(await pool.query('SELECT hq_epoch, feed, token_key FROM hq.incarnation')),
    listen: (channel, onNotice) => listen(options.url, channel, onNotice),
    close: () => pool.end(),
  }
}

function incarnationOf({
  rows,
}: {
  rows: readonly { hq_epoch: number; feed: string; token_key: Buffer }[]
}): Incarnation {
  const row = rows[0]
  invariant(row, 'the database has an incarnation')
  return { hqEpoch: row.hq_epoch, feed: row.feed, tokenKey: new Uint8Array(row.token_key) }
}

/** `failed` takes what went wrong, in its order. */
function transaction(client: pg.PoolClient, before: (sql: string) => void, failed: unknown[]): Tx {
  return {
    async query<R extends object>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
      before(sql)
      try {
        const { rows } = await client.query<R>(sql, [...values])
        return rows
      } catch (error) {
        failed.push(error)
        throw error
      }
    },
  }
}

/**
 * Of statements that were asked for together the first one fails for a reason, and those behind it because it did: one of
 * them may be heard of first. The reason decides whether all is tried again.
 */
const causeOf = (error: unknown, failed: readonly unknown[]): unknown =>
  error instanceof pg.DatabaseError && error.code === TRANSACTION_FAILED ? (failed[0] ?? error) : error

async function retried<T>(attempt: () => Promise<T>, more: readonly string[]): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt()
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? (error.code ?? '') : ''
      if (tried === TRIES_MAX || !(TRY_AGAIN.has(code) || more.includes(code))) throw error
    }
  }
}

/** Numbers for `int8`: every one of ours is exact; one that is not would be damage. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8) return exactNumber
  return pg.types.getTypeParser(oid, format ?? 'text') as (value: string) => unknown
}

function exactNumber(text: string): number {
  const number = Number(text)
  invariant(Number.isSafeInteger(number), `${text} is no exact number`)
  return number
}

async function listen(
  url: string,
  channel: string,
  onNotice: (lost: boolean) => void,
): Promise<() => Promise<void>> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  })
  let open = true
  const lost = (): void => {
    if (!open) return
    open = false
    onNotice(true)
  }
  client.on('notification', () => onNotice(false))
  client.on('error', lost)
  client.on('end', lost)
  await client.connect()
  await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
  return async () => {
    open = false
    await client.end()
  }
}
