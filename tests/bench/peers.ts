import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Database, openDatabase } from '../../electron/ledger/database.ts'
import { DATABASE_FILE } from '../../electron/ledger/set-up.ts'
import { adminSession, type Dataset, openBenchTill, workingCopy } from './dataset.ts'
import { askDexie, type DexieFigures } from './dexie.ts'
import type { PeerFigure } from './figure.ts'
import { drawPeople } from './look-up.ts'
import { microsecondsOf, type Spread, spreadOf } from './measure.ts'

/** What tills are built on elsewhere, with the same customers on the same machine. */

const LOOK_UPS = 2_000
/** A regular expression over every customer takes so long that more would keep nobody wiser. */
const JOINED_LOOK_UPS = 60
const SALES = 500

interface Peer {
  readonly store: string
  readonly note: string
  readonly exact: Spread
  readonly prefix: Spread
  readonly suffix: Spread
  readonly earn: Spread | null
}

interface Row {
  readonly id: string
  readonly name: string
  readonly phone: string
  readonly points: number
}

const reversed = (text: string): string => [...text].reverse().join('')

export async function benchPeers(dataset: Dataset): Promise<PeerFigure[]> {
  const copy = workingCopy(dataset, 'peers')
  const { opened, till, key } = await openBenchTill(copy.dir)
  try {
    const people = drawPeople(dataset, 50, LOOK_UPS).map((one) => one.dialled)
    const ours = await ourselves(till, people)
    opened.close()
    const db = openDatabase({ file: path.join(copy.dir, DATABASE_FILE), key, mode: 'read' })
    const rows = allRows(db)
    db.close()
    const peers = [
      await nodeSqlite(path.join(copy.dir, 'peer.db'), rows, people),
      await joinedString(rows, people.slice(0, JOINED_LOOK_UPS)),
      dexiePeer(await askDexie(rows, people.slice(0, LOOK_UPS / 4))),
    ]
    return [ours, ...peers].flatMap((peer) => rowsOf(peer, ours))
  } finally {
    opened.close()
    copy.remove()
  }
}

const allRows = (db: Database): Row[] =>
  db.prepare<[], Row>('SELECT id, name, phone, points FROM customer WHERE phone IS NOT NULL').all()

function rowsOf(peer: Peer, ours: Peer): PeerFigure[] {
  const kinds = [
    ['exact phone', peer.exact, ours.exact],
    ['first 8 digits', peer.prefix, ours.prefix],
    ['last 6 digits', peer.suffix, ours.suffix],
    ['earn, durable', peer.earn, ours.earn],
  ] as const
  return kinds.flatMap(([what, spread, base]) =>
    spread && base
      ? [
          {
            store: peer.store,
            what,
            p50: spread.p50,
            p99: spread.p99,
            times: spread.p50 / base.p50,
            note: peer.note,
          },
        ]
      : [],
  )
}

/** How long `ask` takes for each key, after a few that warm up. */
async function timed<K>(keys: readonly K[], ask: (key: K) => unknown): Promise<Spread> {
  for (const key of keys.slice(0, Math.ceil(keys.length / 10))) await ask(key)
  const samples: number[] = []
  for (const key of keys) {
    samples.push(await microsecondsOf(() => ask(key)))
  }
  return spreadOf(samples)
}

async function ourselves(
  till: Awaited<ReturnType<typeof openBenchTill>>['till'],
  people: readonly string[],
): Promise<Peer> {
  const session = adminSession(till)
  const customers = till.ledger.db
    .prepare<[], string>(`SELECT id FROM customer ORDER BY id LIMIT ${SALES}`)
    .pluck()
    .all()
  const search = (text: string) => till.customers.search(text)
  return {
    store: 'Kasuwa',
    note: 'encrypted, signed, with lots and tiers; one flush for each sale',
    exact: await timed(people, search),
    prefix: await timed(
      people.map((one) => one.slice(0, 8)),
      search,
    ),
    suffix: await timed(
      people.map((one) => one.slice(-6)),
      search,
    ),
    earn: await timed(customers, async (customer) => {
      const reply = await till.call({
        id: 1,
        method: 'sale.record',
        session,
        input: {
          command_id: randomBytes(16).toString('hex'),
          customer_id: customer,
          gross_kobo: 4_000_000,
          redeem: null,
          receipt: '',
          channel: 'pos',
          approver: null,
        },
      })
      if (reply.outcome !== 'done') throw new Error('a sale of the bench was not booked')
    }),
  }
}

/** Plain text on disk: no encryption, no chain, a balance in the customer's row and one ledger row for a sale. */
async function nodeSqlite(file: string, rows: readonly Row[], people: readonly string[]): Promise<Peer> {
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE customer (id TEXT UNIQUE, name TEXT, phone TEXT, reversed TEXT, points INTEGER);
    CREATE TABLE ledger (id TEXT UNIQUE, customer TEXT, points INTEGER, at INTEGER);
    BEGIN`)
  const insert = db.prepare('INSERT INTO customer VALUES (?, ?, ?, ?, ?)')
  for (const { id, name, phone, points } of rows) insert.run(id, name, phone, reversed(phone), points)
  db.exec(`COMMIT; CREATE INDEX by_phone ON customer (phone, id, name, points);
    CREATE INDEX by_end ON customer (reversed, phone, id, name, points)`)
  const columns = 'id, name, phone, points'
  const exact = db.prepare(`SELECT ${columns} FROM customer WHERE phone = ?`)
  const prefix = db.prepare(`SELECT ${columns} FROM customer WHERE phone >= ? AND phone < ? LIMIT 21`)
  const suffix = db.prepare(`SELECT ${columns} FROM customer WHERE reversed >= ? AND reversed < ? LIMIT 21`)
  const book = db.prepare('INSERT INTO ledger VALUES (?, ?, 400, ?)')
  const add = db.prepare('UPDATE customer SET points = points + 400 WHERE id = ?')
  const international = (dialled: string): string => `+234${dialled.slice(1)}`
  const peer: Peer = {
    store: 'node:sqlite',
    note: 'plain text, no chain, one ledger row and one balance for each sale',
    exact: await timed(people, (one) => exact.all(international(one))),
    prefix: await timed(people, (one) => {
      const from = international(one.slice(0, 8))
      return prefix.all(from, `${from}:`)
    }),
    suffix: await timed(people, (one) => {
      const from = reversed(one.slice(-6))
      return suffix.all(from, `${from}:`)
    }),
    earn: await timed(rows.slice(0, SALES), ({ id }) => {
      db.exec('BEGIN IMMEDIATE')
      book.run(randomBytes(16).toString('hex'), id, 1_700_000_000_000)
      add.run(id)
      db.exec('COMMIT')
    }),
  }
  db.close()
  return peer
}

/** One text of all customers in memory, searched by a regular expression, as a large open till does. */
async function joinedString(rows: readonly Row[], people: readonly string[]): Promise<Peer> {
  const text = rows.map(({ id, name, phone }) => `${id}:${name}|${phone}`).join('\n')
  const search = (digits: string): string[] => {
    const pattern = new RegExp(`^([0-9a-f]{32}):.*?${digits}`, 'gm')
    const found: string[] = []
    for (let hit = pattern.exec(text); hit && found.length < 20; hit = pattern.exec(text))
      found.push(hit[1] ?? '')
    return found
  }
  return {
    store: 'joined string and regex',
    note: 'memory only; sells nothing by itself',
    exact: await timed(people, (one) => search(one.slice(1))),
    prefix: await timed(people, (one) => search(one.slice(1, 8))),
    suffix: await timed(people, (one) => search(`${one.slice(-6)}$`)),
    earn: null,
  }
}

const dexiePeer = (figures: DexieFigures): Peer => ({
  store: 'Dexie in Chromium',
  note: `IndexedDB, strict durability; loaded at ${Math.round(figures.loadedRowsPerSecond).toLocaleString('en')} rows/s`,
  exact: spreadOf(figures.exact),
  prefix: spreadOf(figures.prefix),
  suffix: spreadOf(figures.suffix),
  earn: spreadOf(figures.earn),
})
