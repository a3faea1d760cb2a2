import pg from 'pg'
import { spreadOf } from '../bench/measure.ts'
import { endConnections, loadShape, type OfficeProcess, poll, startOfficeProcess } from './many-tills.ts'
import { insertCustomers } from './shape-office.ts'
import { startTestPostgres, urlOf } from './test-postgres.ts'

/** HQ's shapes under load: a Postgres of its own, a server of its own, tills as bare HTTP in this process. */
interface ShapeLoad {
  /** One till loads all rows. Throws when one is missing. */
  load(): Promise<Loaded>
  /** From before the statement until the poll is answered and read, ms; and a notice between two connections. */
  latency(rounds: number): Promise<{ readonly ours: Spread; readonly raw: Spread }>
  /** Many tills wait at once; each must get every change once. */
  hold(tills: number, changes: number): Promise<Held>
  close(): Promise<void>
}
interface Loaded {
  readonly rowsPerS: number
  /** The same rows in the same pages by a plain query. */
  readonly rawRowsPerS: number
  /** Processor time of the server for one row, microseconds: the figure that other programs do not move. */
  readonly cpuUsPerRow: number
}
interface Spread {
  readonly p50: number
  readonly p99: number
}
interface Held {
  /** Of the server: at rest, and with all of them waiting. */
  readonly restMb: number
  readonly waitingMb: number
  readonly afterMb: number
  /** From a change until the last till has it, ms. */
  readonly lastTill: Spread
  /** Of the server, for one change to all of them. */
  readonly cpuMsPerChange: number
}

const TENANT = 'one'
const SMALL = 'sync_deny_v1'
const LARGE = 'sync_customer_v1'
/** As the server does. */
const PAGE_ROWS = 2_000
/** Rows of one insert: no transaction of head office writes more than a thousand, this only fills the table. */
const FILL_ROWS = 50_000

export async function openShapeLoad(rows: number, tillsMax: number): Promise<ShapeLoad> {
  const postgres = await startTestPostgres()
  const url = urlOf(postgres.url, postgres.template)
  const sql = new pg.Client({ connectionString: url })
  await sql.connect()
  for (let from = 1; from <= rows; from += FILL_ROWS) {
    await insertCustomers(sql, TENANT, from, Math.min(rows, from + FILL_ROWS - 1))
  }
  await sql.query('VACUUM ANALYZE')
  const office = await startOfficeProcess(url, tillsMax)
  return {
    load: () => load(office, sql, rows),
    latency: (rounds) => latency(office, sql, url, rounds),
    hold: (tills, changes) => hold(office, sql, tills, changes),
    async close() {
      endConnections()
      await office.close()
      await sql.end()
      await postgres.stop()
    },
  }
}

const since = (from: number): number => performance.now() - from

async function load(office: OfficeProcess, sql: pg.Client, rows: number): Promise<Loaded> {
  const before = await office.figures()
  const from = performance.now()
  const till = await loadShape(office.url, 'till-0', LARGE)
  const rowsPerS = rows / (since(from) / 1_000)
  const cpuMs = (await office.figures()).cpuMs - before.cpuMs
  if (till.rows !== rows) throw new Error(`${till.rows} of ${rows} rows came`)
  const rawFrom = performance.now()
  for (let after = 0; ; ) {
    const page = await sql.query<{ rid: string }>(
      `SELECT * FROM hq.${LARGE} WHERE tenant_id = $1 AND rid > $2 ORDER BY rid LIMIT ${PAGE_ROWS}`,
      [TENANT, after],
    )
    const last = page.rows.at(-1)
    if (last === undefined) break
    after = Number(last.rid)
  }
  return { rowsPerS, rawRowsPerS: rows / (since(rawFrom) / 1_000), cpuUsPerRow: (cpuMs * 1_000) / rows }
}

const deny = (sql: pg.Client, customer: string): Promise<unknown> =>
  sql.query(`INSERT INTO hq.${SMALL} (tenant_id, customer, reason, since) VALUES ($1, $2, 'debt', 1)`, [
    TENANT,
    customer,
  ])

async function latency(
  office: OfficeProcess,
  sql: pg.Client,
  url: string,
  rounds: number,
): Promise<{ ours: Spread; raw: Spread }> {
  const till = await loadShape(office.url, 'till-0', SMALL)
  const ours: number[] = []
  for (let i = 0; i < rounds; i += 1) {
    const answered = poll(office.url, till, SMALL)
    await settled()
    const from = performance.now()
    await deny(sql, `latency-${i}`)
    const { body } = await answered
    if (!body.includes(`latency-${i}"`)) throw new Error(`another answer came: ${body.slice(0, 200)}`)
    ours.push(since(from))
  }
  return { ours: spreadOf(ours), raw: spreadOf(await notices(sql, url, rounds)) }
}

/** Long enough that the poll waits at the server; a shorter time would only measure less waiting. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15))

async function notices(sql: pg.Client, url: string, rounds: number): Promise<number[]> {
  const listener = new pg.Client({ connectionString: url })
  await listener.connect()
  await listener.query('LISTEN raw')
  const samples: number[] = []
  for (let i = 0; i < rounds; i += 1) {
    const heard = new Promise((resolve) => listener.once('notification', resolve))
    const from = performance.now()
    await sql.query('NOTIFY raw')
    await heard
    samples.push(since(from))
  }
  await listener.end()
  return samples
}

async function hold(office: OfficeProcess, sql: pg.Client, count: number, changes: number): Promise<Held> {
  const rest = await office.figures()
  const tills = []
  for (let i = 0; i < count; i += 1) tills.push(await loadShape(office.url, `till-${i}`, SMALL))
  const last: number[] = []
  let waiting = rest.rssMb
  let cpu = 0
  for (let i = 0; i < changes; i += 1) {
    const name = `held-${count}-${i}"`
    const answers = tills.map((till) => poll(office.url, till, SMALL))
    let before = await office.figures()
    // All of them wait when the server has nothing more to do.
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 300))
      const now = await office.figures()
      const isIdle = now.cpuMs - before.cpuMs < 30
      before = now
      if (isIdle) break
    }
    waiting = Math.max(waiting, before.rssMb)
    const from = performance.now()
    await deny(sql, name.slice(0, -1))
    for (const { body } of await Promise.all(answers)) {
      const rows = body.split('"key":').length - 1
      if (rows !== 1 || !body.includes(name)) throw new Error(`a till got ${rows} rows, not the one change`)
    }
    last.push(since(from))
    cpu += (await office.figures()).cpuMs - before.cpuMs
  }
  const after = await office.figures()
  if (after.troubles > 0) throw new Error(`${after.troubles} troubles at the server`)
  return {
    restMb: rest.rssMb,
    waitingMb: waiting,
    afterMb: after.rssMb,
    lastTill: spreadOf(last),
    cpuMsPerChange: cpu / changes,
  }
}
