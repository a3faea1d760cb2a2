import type { ImportCustomer, ImportOutcome, ImportSale } from '../../ledger/messages.ts'
import { rowKeys } from './keys.ts'
import type { Plan } from './plan.ts'
import { customerReader, type Reading, type Shop, saleReader } from './read-row.ts'
import type { RejectFile } from './rejects.ts'
import type { Row } from './row.ts'

/** The two ways into the ledger this needs; each call books its whole batch in one transaction or nothing of it. */
export interface Door {
  /** Rows of one transaction. Larger ones cost less a row, but a till that sells meanwhile waits for each. */
  readonly batchRows: number
  importSales(batch: readonly ImportSale[], earn: boolean): Promise<readonly ImportOutcome[]>
  importCustomers(batch: readonly ImportCustomer[]): Promise<readonly ImportOutcome[]>
}

export interface Tally {
  readonly rows: number
  readonly booked: number
  readonly alreadyThere: number
  readonly rejected: number
  readonly customersNew: number
  /** Of the booked rows. */
  readonly amountKobo: number
  /** Booked rows with an amount of zero. */
  readonly zero: number
  readonly stopped: boolean
}

interface Watch {
  progress(rows: number): void
  /** True once the person asked to stop: the batch under way is finished first. */
  stopping(): boolean
}

/** Rows in the order of the file, so that the reject file has that order too. */
interface Waiting<T> {
  readonly row: Row
  readonly reading: Reading<T>
}

/** A file of nothing but bad rows is written out in pieces too. */
const WAITING_ROWS_MAX = 10_000

/** Reads the file and books it, batch by batch. Each batch is whole, so that a stop at any time can be run again. */
export async function runImport(
  plan: Plan,
  shop: Shop,
  door: Door,
  earn: boolean,
  rejects: RejectFile,
  watch: Watch,
): Promise<Tally> {
  return plan.kind === 'sales'
    ? book(plan, door.batchRows, rejects, watch, {
        read: saleReader(plan, shop),
        send: (batch) => door.importSales(batch, earn),
        amount: (sale) => sale.amount_kobo,
      })
    : book(plan, door.batchRows, rejects, watch, {
        read: customerReader(plan, shop),
        send: (batch) => door.importCustomers(batch),
        amount: () => 0,
      })
}

/** What is done with one kind of row. */
interface Work<T> {
  readonly read: (row: Row, key: string) => Reading<T>
  readonly send: (batch: readonly T[]) => Promise<readonly ImportOutcome[]>
  readonly amount: (value: T) => number
}

async function book<T>(
  plan: Plan,
  batchRows: number,
  rejects: RejectFile,
  watch: Watch,
  { read, send, amount }: Work<T>,
): Promise<Tally> {
  const keyOf = rowKeys(plan.kind, plan.source)
  const tally = { rows: 0, booked: 0, alreadyThere: 0, customersNew: 0, amountKobo: 0, zero: 0 }
  let waiting: Waiting<T>[] = []
  let good: T[] = []

  function count(value: T, outcome: ImportOutcome & { outcome: 'booked' }): void {
    tally.booked += 1
    tally.amountKobo += amount(value)
    if (plan.kind === 'sales' && amount(value) === 0) tally.zero += 1
    if (outcome.customer === 'new') tally.customersNew += 1
  }

  async function flush(): Promise<void> {
    const outcomes = good.length > 0 ? await send(good) : []
    if (outcomes.length !== good.length) throw new Error('the ledger must answer every row it was given')
    let next = 0
    for (const { row, reading } of waiting) {
      if (!reading.ok) {
        rejects.add(row, reading.why)
        continue
      }
      const outcome = outcomes[next++]
      if (outcome?.outcome === 'refused') rejects.add(row, outcome.refusal.sentence)
      else if (outcome?.outcome === 'booked') count(reading.value, outcome)
      else tally.alreadyThere += 1
    }
    waiting = []
    good = []
    watch.progress(tally.rows)
  }

  for await (const rows of plan.table.rows()) {
    for (const row of rows) {
      tally.rows += 1
      const reading = read(row, keyOf(row.cells))
      waiting.push({ row, reading })
      if (reading.ok) good.push(reading.value)
      if (good.length === batchRows || waiting.length === WAITING_ROWS_MAX) {
        await flush()
        if (watch.stopping()) return { ...tally, rejected: rejects.count, stopped: true }
      }
    }
  }
  await flush()
  watch.progress(tally.rows)
  return { ...tally, rejected: rejects.count, stopped: watch.stopping() && tally.rows < plan.rows }
}
