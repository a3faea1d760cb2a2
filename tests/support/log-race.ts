import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { chance } from '../../electron/demo/chance.ts'
import { openDatabase } from '../../hq/db/database.ts'
import { postgresFeed } from '../../hq/db/feed.ts'

/** Many writers on few keys, with pauses inside their transactions, and a reader of the change log behind them. */
interface Race {
  readonly writers: number
  readonly keys: number
  /** Of each writer. */
  readonly transactions: number
  readonly seed: number
}

interface RaceOutcome {
  readonly written: number
  readonly read: number
  /** In the log and never read. */
  readonly missed: number
  /** Keys whose last value in the feed is not the table's. */
  readonly stale: number
  /** Transactions whose changes did not come one after the other. */
  readonly torn: number
  /** Changes that came with a lower number than one before. */
  readonly backwards: number
}

const TENANT = 'race'
const TABLE = 'sync_deny_v1'
const COLUMNS = ['customer', 'reason']
const READ_ROWS = 500
/** Few enough that a look ends by them too. */
const READ_BYTES = 2_000
const PAUSE_MS_MAX = 6

export async function raceOnLog(url: string, race: Race): Promise<RaceOutcome> {
  const sql = new pg.Client({ connectionString: url })
  await sql.connect()
  const database = openDatabase({ url, poolMax: 2 })
  const feed = postgresFeed(database, {
    onTrouble: (error) => {
      throw error
    },
  })
  try {
    await sql.query(
      `INSERT INTO hq.${TABLE} (tenant_id, customer, reason, since)
       SELECT $1, lpad(i::text, 8, '0'), '', 0 FROM generate_series(1, $2::int) i`,
      [TENANT, race.keys],
    )
    const reader = readBehind((after) =>
      feed.changes({
        tenant: TENANT,
        table: TABLE,
        columns: COLUMNS,
        after,
        limit: READ_ROWS,
        bytesMax: READ_BYTES,
      }),
    )
    const writers = Array.from({ length: race.writers }, (_, i) => write(url, race, i))
    const written = (await Promise.all(writers)).reduce((a, b) => a + b, 0)
    const seen = await reader.stop()
    return { written, ...(await judge(sql, seen)) }
  } finally {
    await feed.close()
    await database.close()
    await sql.end()
  }
}

/** Two rows a transaction, in the order of their keys so that no two writers wait for each other in a circle. */
async function write(url: string, race: Race, writer: number): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const luck = chance(race.seed, 1, writer)
  let written = 0
  for (let i = 0; i < race.transactions; i += 1) {
    const keys = [luck.whole(1, race.keys), luck.whole(1, race.keys)].sort((a, b) => a - b)
    await client.query('BEGIN')
    for (const key of new Set(keys)) {
      await client.query(`UPDATE hq.${TABLE} SET reason = $3 WHERE tenant_id = $1 AND customer = $2`, [
        TENANT,
        String(key).padStart(8, '0'),
        `${writer}.${written}`,
      ])
      written += 1
      if (luck.whole(0, 2) === 0) await pause(luck.whole(0, PAUSE_MS_MAX))
    }
    await client.query('COMMIT')
  }
  await client.end()
  return written
}

type Read = (after: number) => ReturnType<ReturnType<typeof postgresFeed>['changes']>
interface Seen {
  readonly seqs: readonly number[]
  readonly txids: readonly string[]
  readonly last: ReadonlyMap<string, string>
}

/** Reads on and on; `stop` reads what is there still. */
function readBehind(read: Read): { stop(): Promise<Seen> } {
  const seqs: number[] = []
  const txids: string[] = []
  const last = new Map<string, string>()
  let after = 0
  let stopped = false
  const once = async (): Promise<number> => {
    const found = await read(after)
    for (const { seq, txid, after: row } of found.changes) {
      seqs.push(seq)
      txids.push(txid)
      last.set(row?.[0] ?? '', row?.[1] ?? '')
    }
    // As a till does: on from the last number that came.
    after = found.changes.at(-1)?.seq ?? after
    return found.changes.length
  }
  const running = (async () => {
    while (!stopped) await once()
  })()
  return {
    async stop() {
      stopped = true
      await running
      while ((await once()) > 0);
      return { seqs, txids, last }
    },
  }
}

async function judge(sql: pg.Client, { seqs, txids, last }: Seen): Promise<Omit<RaceOutcome, 'written'>> {
  const log = await sql.query<{ seq: string }>('SELECT seq FROM hq.sync_log WHERE tenant_id = $1', [TENANT])
  const table = await sql.query<{ customer: string; reason: string }>(
    `SELECT customer, reason FROM hq.${TABLE} WHERE tenant_id = $1`,
    [TENANT],
  )
  const read = new Set(seqs)
  const begins = txids.filter((txid, i) => txid !== txids[i - 1]).length
  return {
    read: seqs.length,
    missed: log.rows.filter(({ seq }) => !read.has(Number(seq))).length,
    stale: table.rows.filter(({ customer, reason }) => last.get(customer) !== reason).length,
    torn: begins - new Set(txids).size,
    backwards: seqs.filter((seq, i) => seq <= (seqs[i - 1] ?? 0)).length,
  }
}

/** The log as one would write it first: a number as soon as the row is written, and no lock. */
export const NAIVE_LOG = `
  DROP TRIGGER log_change ON hq.${TABLE};
  CREATE FUNCTION hq.log_change_naively() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO hq.sync_log (seq, tenant_id, name, before, after, txid, at)
    VALUES (nextval('hq.sync_log_seq'), NEW.tenant_id, TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW), txid_current(), now());
    RETURN NULL;
  END $$;
  CREATE TRIGGER log_change AFTER UPDATE ON hq.${TABLE} FOR EACH ROW EXECUTE FUNCTION hq.log_change_naively();
`
