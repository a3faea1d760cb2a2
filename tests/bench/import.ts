import path from 'node:path'
import { chance } from '../../electron/demo/chance.ts'
import { type Database, openDatabase } from '../../electron/ledger/database.ts'
import type { ImportCustomer, ImportOutcome, ImportSale } from '../../electron/ledger/messages.ts'
import { DATABASE_FILE } from '../../electron/ledger/set-up.ts'
import type { Till } from '../../electron/ledger/till.ts'
import { LIMITS } from '../../shared/base/limits.ts'
import {
  benchSale,
  benchShopper,
  type Dataset,
  mustBook,
  openBenchTill,
  STREAMS,
  workingCopy,
} from './dataset.ts'
import type { Figure } from './figure.ts'
import { microsecondsOf } from './measure.ts'

/** Rows of a file booked by the importer in batches as the command line takes them, against the rows it wrote put into the same tables by plain statements. */

const ROWS = { usual: 20_000, shareOfCustomers: 0.5 }
/** A row of a file may take this: 100,000 rows are then well under a minute. */
const TARGET = { atLeast: 5_000 }
const BECAUSE =
  'each event is hashed and signed (Ed25519, 36 µs alone), and every row is read, checked and looked up'

interface Run {
  readonly id: string
  readonly what: string
  readonly import: (till: Till, from: number, to: number) => readonly ImportOutcome[]
}

/** New customers stand behind those of the data set; known ones are drawn from it. */
function runs(dataset: Dataset): readonly Run[] {
  const { seed, customers } = dataset
  const people = (from: number, to: number): ImportCustomer[] =>
    range(from, to).map((i) => benchShopper(seed, customers + i))
  const sales = (stream: number, from: number, to: number): ImportSale[] =>
    range(from, to).map((i) => {
      const luck = chance(seed, stream, i)
      return benchSale(
        benchShopper(seed, luck.whole(0, customers - 1)),
        luck.hex(),
        luck.whole(20, 900) * 5_000,
      )
    })
  return [
    {
      id: 'customers',
      what: 'import of new customers',
      import: (till, from, to) => till.importer.customers(people(from, to)),
    },
    {
      id: 'sales',
      what: 'import of sales of known customers',
      import: (till, from, to) => till.importer.sales(sales(STREAMS.imported, from, to), false),
    },
    {
      id: 'sales-earn',
      what: 'import of sales of known customers, with points',
      import: (till, from, to) => till.importer.sales(sales(STREAMS.withPoints, from, to), true),
    },
  ]
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

export async function benchImport(dataset: Dataset): Promise<Figure[]> {
  const count = Math.min(ROWS.usual, Math.floor(dataset.customers * ROWS.shareOfCustomers))
  const figures: Figure[] = []
  for (const run of runs(dataset)) {
    const copy = workingCopy(dataset, 'import')
    const rawCopy = workingCopy(dataset, 'import-raw')
    const { opened, till, key } = await openBenchTill(copy.dir)
    const raw = openDatabase({ file: path.join(rawCopy.dir, DATABASE_FILE), key, mode: 'write' })
    try {
      const spent = await byBatches(run, till, raw, count)
      figures.push({
        id: `import.${run.id}`,
        what: run.what,
        unit: 'rows/s',
        value: count / (spent.ours / 1e6),
        raw: count / (spent.raw / 1e6),
        rawIs: 'the rows it added to all tables, inserted in the same batches',
        target: TARGET,
        because: BECAUSE,
      })
    } finally {
      raw.close()
      opened.close()
      copy.remove()
      rawCopy.remove()
    }
  }
  return figures
}

/** Batch after batch: the importer's, then what it added into the other copy. Microseconds. */
async function byBatches(
  run: Run,
  till: Till,
  raw: Database,
  count: number,
): Promise<{ ours: number; raw: number }> {
  const added = addedRows(till.ledger.db, raw)
  let ours = 0
  let plain = 0
  for (let from = 0; from < count; from += LIMITS.importAloneTransactionRows) {
    const to = Math.min(count, from + LIMITS.importAloneTransactionRows)
    let outcomes: readonly ImportOutcome[] = []
    ours += await microsecondsOf(() => {
      outcomes = run.import(till, from, to)
    })
    mustBook(outcomes)
    const insert = added.next()
    plain += await microsecondsOf(insert)
  }
  return { ours, raw: plain }
}

/** Columns that say which rows of a table are new since a place of the chain or a row number. */
const TABLES = [
  { name: 'event', where: 'place > @place' },
  { name: 'personal', where: 'event IN (SELECT id FROM event WHERE place > @place)' },
  { name: 'customer', where: 'row > @row' },
  { name: 'sale', where: 'place > @place' },
  { name: 'line', where: 'event IN (SELECT id FROM event WHERE place > @place)' },
  {
    name: 'account',
    where: `customer IN (SELECT customer FROM event WHERE place > @place AND kind = 'points.earned')`,
  },
] as const

/** Reads what the last batch added here, and gives back what inserts it there in one transaction. */
function addedRows(ours: Database, raw: Database): { next: () => () => void } {
  raw.exec('DROP TRIGGER event_is_gapless')
  const tables = TABLES.map(({ name, where }) => {
    const read = ours.prepare<Record<string, number>, unknown[]>(`SELECT * FROM ${name} WHERE ${where}`).raw()
    const columns = read.columns().map((column) => column.name)
    const insert = raw.prepare(
      `INSERT OR REPLACE INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    )
    return { read, insert }
  })
  const last = ours.prepare<[], { place: number; row: number }>(
    'SELECT (SELECT max(place) FROM event) AS place, (SELECT max(row) FROM customer) AS row',
  )
  let before = last.get()
  const insertAll = raw.transaction((rows: readonly unknown[][][]) => {
    for (const [i, table] of tables.entries()) for (const row of rows[i] ?? []) table.insert.run(...row)
  })
  return {
    next() {
      const since = before ?? { place: 0, row: 0 }
      const rows = tables.map((table) => table.read.all({ place: since.place, row: since.row }))
      before = last.get()
      return () => insertAll.immediate(rows)
    },
  }
}
