import { createHash } from 'node:crypto'
import { constants, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { chance } from '../../electron/demo/chance.ts'
import { DEMO_STORE } from '../../electron/demo/people.ts'
import { shopper } from '../../electron/demo/shoppers.ts'
import { MIGRATIONS } from '../../electron/ledger/database.ts'
import type { ImportCustomer, ImportOutcome, ImportSale } from '../../electron/ledger/messages.ts'
import { type OpenTill, openTill } from '../../electron/ledger/open.ts'
import type { Till } from '../../electron/ledger/till.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import { LIMITS } from '../../shared/base/limits.ts'

/** The tills that are measured. */

const CACHE = path.resolve(import.meta.dirname, '../../.cache/bench')
/** Counted up when what is generated changes and the schema does not. */
const DATASET_VERSION = 2

/** What is drawn for one thing changes nothing of another. */
export const STREAMS = { setUp: 901, sales: 902, imported: 903, withPoints: 904, looked: 905 } as const
export const BENCH_PIN = '480215'
/** The day of the bench: ages and birthdays of a data set do not depend on when it was made. */
const BENCH_DAY = '2026-11-02'

/** Every fifth customer has two purchases that earned. */
const SALES = { everyNth: 5, each: 2 }

export interface Dataset {
  readonly dir: string
  readonly customers: number
  readonly seed: number
}

/** The cached till of so many customers, made when it is not there. Never written to: take a `workingCopy`. */
export async function prepareDataset(
  customers: number,
  seed: number,
  say: (line: string) => void,
): Promise<Dataset> {
  const schema = createHash('sha256')
    .update(MIGRATIONS.map((one) => one.sql).join('\n'))
    .digest('hex')
    .slice(0, 8)
  const dir = path.join(CACHE, `${customers}-seed${seed}-schema${schema}-v${DATASET_VERSION}`)
  if (!existsSync(dir)) {
    say(`Making the till of ${customers.toLocaleString('en')} customers once, in ${dir}`)
    mkdirSync(CACHE, { recursive: true })
    const part = mkdtempSync(`${dir}-part-`)
    try {
      await fill(part, customers, seed, say)
      // Another bench may have been faster; its data are the same.
      if (!existsSync(dir)) renameSync(part, dir)
    } finally {
      rmSync(part, { recursive: true, force: true })
    }
  }
  return { dir, customers, seed }
}

/** A copy that may be written to; `remove` it when done. */
export function workingCopy(dataset: Dataset, name: string): { dir: string; remove: () => void } {
  mkdirSync(CACHE, { recursive: true })
  const dir = mkdtempSync(path.join(CACHE, `${name}-`))
  cpSync(dataset.dir, dir, { recursive: true, mode: constants.COPYFILE_FICLONE })
  const remove = (): void => rmSync(dir, { recursive: true, force: true })
  // Also when the bench could not open it.
  process.once('exit', remove)
  return { dir, remove }
}

/** Opens a till of the bench in this process. */
export async function openBenchTill(dir: string): Promise<{ opened: OpenTill; till: Till; key: string }> {
  const keyStore = fileKeyStore(dir)
  const opened = await openTill({ dir, keyStore, mode: 'write', host: 'cli' })
  if (!opened.ok) throw new Error(opened.refusal.sentence)
  const till = opened.value.till()
  const key = (await keyStore.load())?.database_key
  if (!till || key === undefined) throw new Error(`${dir} holds no till`)
  return { opened: opened.value, till, key }
}

/** A session of the admin of a bench till. */
export function adminSession(till: Till): string {
  const [admin] = till.people.all()
  if (!admin) throw new Error('the till has no admin')
  return till.openSession(admin.id).token
}

/** The n-th customer: one row of a people file, without a consent, so one event. */
export const benchShopper = (seed: number, index: number): ImportCustomer => ({
  ...shopper(seed, index, BENCH_DAY),
  consent_marketing: 'not_asked',
})

async function fill(
  dir: string,
  customers: number,
  seed: number,
  say: (line: string) => void,
): Promise<void> {
  const opened = await openTill({ dir, keyStore: fileKeyStore(dir), mode: 'write', host: 'cli' })
  if (!opened.ok) throw new Error(opened.refusal.sentence)
  const done = await opened.value.setUp({
    command_id: chance(seed, STREAMS.setUp, 0).hex(),
    ...DEMO_STORE,
    admin_name: 'Tunde',
    pin: BENCH_PIN,
    date_confirmed: null,
    demo: true,
  })
  const till = opened.value.till()
  if (!done.ok || !till) throw new Error('the till of the bench could not be set up')
  // A fill that is cut short is thrown away as a whole: nothing has to be flushed on the way.
  till.ledger.db.pragma('synchronous = OFF')
  const batches = Math.ceil(customers / LIMITS.importTransactionRows)
  for (let batch = 0; batch < batches; batch++) {
    const from = batch * LIMITS.importTransactionRows
    const to = Math.min(customers, from + LIMITS.importTransactionRows)
    const people = Array.from({ length: to - from }, (_, i) => benchShopper(seed, from + i))
    mustBook(till.importer.customers(people))
    const buyers = people.filter((_, i) => (from + i) % SALES.everyNth === 0)
    mustBook(
      till.importer.sales(
        buyers.flatMap((person, i) => salesOf(person, seed, from + i)),
        true,
      ),
    )
    if ((batch + 1) % 100 === 0) say(`  ${to.toLocaleString('en')} customers`)
  }
  opened.value.close()
}

interface Known {
  readonly phone: string
  readonly card: string
}

function salesOf(person: Known, seed: number, index: number): ImportSale[] {
  const luck = chance(seed, STREAMS.sales, index)
  return Array.from({ length: SALES.each }, () => benchSale(person, luck.hex(), luck.whole(40, 400) * 5_000))
}

/** A purchase of the day before the bench. */
export function benchSale(person: Known, key: string, amountKobo: number): ImportSale {
  return {
    key,
    phone: person.phone,
    email: '',
    card: person.phone === '' ? person.card : '',
    amount_kobo: amountKobo,
    occurred_ms: Date.parse(`${BENCH_DAY}T12:00:00Z`) - 86_400_000,
    receipt: '',
    channel: 'pos',
  }
}

export function mustBook(outcomes: readonly ImportOutcome[]): void {
  for (const one of outcomes) {
    if (one.outcome === 'refused') throw new Error(`the bench was refused: ${one.refusal.sentence}`)
    if (one.outcome === 'already_there') throw new Error('the bench booked nothing: the row was there')
  }
}
