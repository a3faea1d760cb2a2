import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chance } from '../../electron/demo/chance.ts'
import { openDatabase } from '../../electron/ledger/database.ts'
import { type OpenTill, openTill } from '../../electron/ledger/open.ts'
import type { Till } from '../../electron/ledger/till.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import { nameIndexText } from '../../shared/domain/name-search.ts'
import { emptyAccount, post } from '../../shared/domain/post.ts'
import type { ShapeName } from '../../shared/sync/rows.ts'
import { childrenOf } from '../support/host-process.ts'
import { RunningLedger } from '../support/ledger-process.ts'
import { residentBytes } from '../support/memory-use.ts'
import { adminSession, BENCH_PIN, benchShopper } from './dataset.ts'
import type { Figure } from './figure.ts'
import { seconds, spreadOf } from './measure.ts'

/**
 * The first load of a directory and its accounts, against the same rows put into the same tables with the same indexes
 * by plain statements; and what a cashier feels meanwhile.
 */

/** Rows of one chunk, as head office sends them at most. */
const CHUNK_ROWS = 500
/** A sale every so often while rows arrive, ms. */
const SALE_EVERY_MS = 40
const SALES_LEAST = 20

type Row = Record<string, string | null>
const EXPIRY = 1_900_000_000_000
const JOINED = 1_790_000_000_000

function customerRow(seed: number, index: number): Row {
  const person = benchShopper(seed, index)
  return {
    tenant_id: 't',
    id: idOf(seed, index),
    merged_into: null,
    generation: '0',
    name: person.name,
    phone: person.phone === '' ? null : `+234${String(8_000_000_000 + index)}`,
    phone_typed: person.phone,
    email: person.email || null,
    card: person.card || null,
    birth: '',
    note: '',
    marketing: 'not_asked',
    consent_at: null,
    consent_wording: '',
    joined: String(JOINED),
    sale_count: '3',
    spend_kobo: '1250000',
    last_sale: String(JOINED),
    applied: '{"ffffffffffffffffffffffffffffffff/1":412}',
    hq_epoch: '1',
    version: String(index + 1),
  }
}

/** What three purchases leave of an account. */
const ACCOUNT = (() => {
  let account = emptyAccount()
  const lines: unknown[] = []
  for (let i = 1; i <= 3; i++) {
    const event = String(i).repeat(32)
    const more = { effective: JOINED, points: 40 * i, expiry: EXPIRY + i, rule: 'base', month: '2026-11' }
    const posting = { kind: 'earn', event, sale: event, ...more } as const
    const posted = post(account, posting, { lines: [], settledUntil: 0, saleReversed: false })
    account = posted.account
    lines.push(...posted.added)
  }
  return { state: JSON.stringify(account), lines: JSON.stringify(lines) }
})()

const accountRow = (seed: number, index: number): Row => ({
  tenant_id: 't',
  scope: '*',
  customer: idOf(seed, index),
  program: 'default',
  fn: '1',
  ...ACCOUNT,
  applied: '{"ffffffffffffffffffffffffffffffff/1":412}',
  held: '[]',
  hq_epoch: '1',
  version: String(index + 1),
})

const idOf = (seed: number, index: number): string => chance(seed, 7, index).hex()

/** Figures of a first load of so many customers with an account each. */
export async function benchFirstLoad(rows: number, seed: number): Promise<readonly Figure[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-first-load-'))
  try {
    const ours = await loadOurs(path.join(dir, 'ours'), rows, seed)
    const raw = await loadRaw(path.join(dir, 'raw'), rows, seed)
    return [
      {
        id: 'first-load.rows',
        what: 'first load of customers and accounts',
        unit: 'rows/s',
        value: (2 * rows) / ours.seconds,
        raw: (2 * rows) / raw,
        rawIs: 'the same rows upserted into the same tables and indexes, 200 in a transaction',
        target: { times: 2 },
      },
      {
        id: 'first-load.sale.p50',
        what: 'a sale while they arrive, p50',
        unit: 'ms',
        value: ours.sales.p50,
        raw: null,
        rawIs: '',
        target: null,
      },
      {
        id: 'first-load.sale.p99',
        what: 'a sale while they arrive, p99',
        unit: 'ms',
        value: ours.sales.p99,
        raw: null,
        rawIs: '',
        target: { atMost: 10 },
      },
      {
        id: 'first-load.memory',
        what: 'memory of the ledger process at its highest',
        unit: 'MB',
        value: ours.megabytes,
        raw: null,
        rawIs: '',
        target: { atMost: 300 },
      },
    ]
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function newTill(dir: string): Promise<{ opened: OpenTill; till: Till }> {
  const opened = await openTill({ dir, keyStore: fileKeyStore(dir), mode: 'write', host: 'cli' })
  if (!opened.ok) throw new Error(opened.refusal.sentence)
  const done = await opened.value.setUp({
    command_id: 'b'.repeat(32),
    store_name: 'Bench',
    till_name: 'Till 1',
    admin_name: 'Tunde',
    pin: BENCH_PIN,
    date_confirmed: null,
    demo: true,
  })
  const till = opened.value.till()
  if (!done.ok || !till) throw new Error('the till of the bench could not be set up')
  return { opened: opened.value, till }
}

/** Messages as the sync process hands them over: JSON arrays of so many, each on a line. */
const LINE_ROWS = 50

/** Making a chunk takes time that is not counted, in turns so short that the sales of the bench are on time. */
async function chunkText(make: (index: number) => Row, from: number, to: number): Promise<string> {
  const lines: string[] = []
  for (let line = from; line < to; line += LINE_ROWS) {
    const messages: unknown[] = []
    for (let i = line; i < Math.min(to, line + LINE_ROWS); i++)
      messages.push({ key: String(i), value: make(i), headers: { operation: 'insert' } })
    lines.push(JSON.stringify(messages))
    await new Promise((done) => setImmediate(done))
  }
  return lines.join('\n')
}

/** Through the real ledger process, as the sync process and a screen ask it. */
async function loadOurs(dir: string, rows: number, seed: number) {
  const { opened, till } = await newTill(dir)
  const session = adminSession(till)
  const { clock } = till.ledger.platform
  opened.close()
  const secrets = await fileKeyStore(dir).load()
  if (!secrets) throw new Error('the till of the bench has no key')
  const ledger = await RunningLedger.start(dir, secrets)
  const pid = childrenOf(process.pid)[0]
  const waits: number[] = []
  let spent = 0
  let most = 0
  const load = async (shape: ShapeName, make: (index: number) => Row): Promise<void> => {
    let cursor = { handle: null as string | null, offset: '-1' }
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const to = Math.min(rows, from + CHUNK_ROWS)
      const messages = await chunkText(make, from, to)
      const next = { handle: 'h', offset: `0_${to}` }
      spent += await seconds(() => ledger.sync('shape_chunk', { shape, from: cursor, ...next, messages }))
      cursor = next
      most = Math.max(most, residentBytes(pid) ?? 0)
    }
  }
  let selling = true
  let sold = 0
  const cashier = async (): Promise<void> => {
    while (selling || sold < SALES_LEAST) {
      await new Promise((wake) => setTimeout(wake, SALE_EVERY_MS))
      sold += 1
      const sale = {
        customer_id: null,
        gross_kobo: 150_000,
        redeem: null,
        receipt: '',
        channel: 'pos' as const,
      }
      const command_id = sold.toString(16).padStart(32, '0')
      const pressed = clock.read().monotonicMs
      const input = { ...sale, command_id, approver: null }
      const reply = await ledger.call({ method: 'sale.record', session, input })
      if (reply?.outcome !== 'done') throw new Error(`a sale was not recorded: ${JSON.stringify(reply)}`)
      waits.push(clock.read().monotonicMs - pressed)
    }
  }
  const selling_ = cashier()
  await load('account', (i) => accountRow(seed, i))
  await load('customer', (i) => customerRow(seed, i))
  selling = false
  await selling_
  await ledger.close()
  return { seconds: spent, sales: spreadOf(waits), megabytes: most / 1_000_000 }
}

/** Plain upserts of the same values. */
async function loadRaw(dir: string, rows: number, seed: number): Promise<number> {
  const { opened } = await newTill(dir)
  opened.close()
  const secrets = await fileKeyStore(dir).load()
  if (!secrets) throw new Error('the till of the bench has no key')
  const db = openDatabase({ file: path.join(dir, 'till.db'), key: secrets.database_key, mode: 'write' })
  const account = db.prepare(
    `INSERT INTO replica_account (customer, program, fn, state, lines, applied, held, hq_epoch, version, generation, seen)
     VALUES (@customer, @program, @fn, @state, @lines, @applied, @held, @hq_epoch, @version, 1, 1)
     ON CONFLICT (customer, program) DO UPDATE SET state = excluded.state, lines = excluded.lines,
       applied = excluded.applied, held = excluded.held, version = excluded.version
       WHERE (excluded.hq_epoch, excluded.version) > (replica_account.hq_epoch, replica_account.version)`,
  )
  const customer = db
    .prepare<Row, number>(
      `INSERT INTO customer (id, generation, name, phone, phone_reversed, phone_typed, email, card, birth, note, marketing,
       consent_at, consent_wording, joined, version, sale_count, spend_kobo, last_sale, applied, hq_epoch, hq_version, hq_generation)
     VALUES (@id, @generation, @name, @phone, @reversed, @phone_typed, @email, @card, @birth, @note, @marketing, @consent_at,
       @consent_wording, @joined, @version, @sale_count, @spend_kobo, @last_sale, @applied, @hq_epoch, @version, 1)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE excluded.hq_version > customer.hq_version RETURNING row`,
    )
    .pluck()
  const words = db.prepare('INSERT INTO customer_name (rowid, words) VALUES (?, ?)')
  let spent = 0
  const load = async (make: (index: number) => Row, put: (row: Row) => void): Promise<void> => {
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const lines = (await chunkText(make, from, Math.min(rows, from + CHUNK_ROWS))).split('\n')
      const made = lines.flatMap((line) => JSON.parse(line) as { value: Row }[])
      spent += await seconds(() => {
        for (let at = 0; at < made.length; at += 200)
          db.transaction(() => {
            for (const { value } of made.slice(at, at + 200)) put(value)
          }).immediate()
      })
    }
  }
  await load(
    (i) => accountRow(seed, i),
    (row) => account.run(numbers(row)),
  )
  await load(
    (i) => customerRow(seed, i),
    (row) => {
      const phone = row['phone'] ?? null
      const at = customer.get({ ...numbers(row), reversed: phone && [...phone.slice(1)].reverse().join('') })
      if (at !== undefined) words.run(at, nameIndexText(row['name'] ?? ''))
    },
  )
  db.close()
  return spent
}

const INTEGERS = new Set([
  'fn',
  'hq_epoch',
  'version',
  'generation',
  'joined',
  'sale_count',
  'spend_kobo',
  'last_sale',
])
const numbers = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, INTEGERS.has(key) ? Number(value) : value]),
  ) as Row
