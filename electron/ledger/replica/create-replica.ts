import { statfsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { PackageRow } from '../../../shared/sync/files.ts'
import { type Applied, SHAPES, type ShapeName } from '../../../shared/sync/rows.ts'
import type { Checkpointer } from '../checkpointer.ts'
import type { Ledger } from '../ledger.ts'
import { accountFacts } from './account-facts.ts'
import { createIntake } from './intake.ts'
import { createListCheck } from './list-check.ts'
import { createOverlay } from './overlay.ts'
import { ownEvents } from './own-events.ts'
import { checkPackage, type Lines, takePackage } from './package.ts'
import { createReconciliation } from './reconcile.ts'
import type { ImportedPackage, Replica, Wanted } from './replica.ts'
import { ReplicaRefused } from './replica.ts'
import { rowTables, type SentRow } from './row-writer.ts'
import { shapeStore } from './shape-store.ts'

interface ReplicaOptions {
  /** Bytes free on the disk of the ledger; null: not known. */
  readonly diskFree?: () => number | null
  /** Not given: sales flush and copy what rows have left in the log. */
  readonly checkpointer?: Checkpointer
}

/** What comes from head office into this ledger. One at a time: what is asked meanwhile waits its turn. */
export function createReplica(ledger: Ledger, options: ReplicaOptions = {}): Replica {
  const { db, platform, projector, writer } = ledger
  const { replica } = projector.accounts
  const own = ownEvents(db, platform.digest, projector.accounts.applied, replica)
  const overlay = createOverlay(db, projector, own)
  const shapes = shapeStore(db, platform.digest)
  const counter = rowCounter()
  const tables = rowTables({ db, projector, overlay, own, count: counter.count })
  const diskFree = options.diskFree ?? (() => freeBytes(path.dirname(db.name)))
  const listCheck = createListCheck(ledger, shapes)
  const intake = createIntake({
    ledger,
    shapes,
    tables,
    counts: counter.taken,
    diskFree,
    beside: options.checkpointer ?? null,
    mending: listCheck.mending,
  })
  const reconciliation = createReconciliation(ledger, own)
  const facts = accountFacts(ledger, own)
  const wanted = wantedList()
  const inTurn = turns()
  if (!db.readonly) writer.transaction(() => shapes.check())

  return {
    shapeChunk: (chunk) => inTurn(() => intake.chunk(chunk)),
    shapeReset: intake.reset,
    fetched({ customer, rows }) {
      intake.apart(readFetched(rows))
      wanted.answered(customer)
    },
    want: wanted.want,
    wanted: wanted.list,
    askReconcile: reconciliation.ask,
    reconcilePage: reconciliation.page,
    reconciled: reconciliation.done,
    listCheckDue: listCheck.due,
    askListCheck: listCheck.ask,
    listFigures: () => inTurn(listCheck.next),
    listCompared(answer) {
      const differs = listCheck.compared(answer)
      if (differs) intake.reset({ shape: answer.figures.shape, handle: null })
      return differs
    },
    lastListCheck: listCheck.last,
    shapes: () =>
      SHAPES.map((shape) => {
        const { handle, offset, phase } = shapes.get(shape)
        return { shape, handle, offset, phase }
      }),
    lists: () =>
      SHAPES.map((name) => {
        const { as_of } = shapes.get(name)
        return { name, here: shapes.shown(name), complete: as_of !== null, as_of }
      }),
    factsFor: facts.of,
    prepareFacts: facts.prepare,
    rootOf: replica.rootOf,
    importPackage: (lines) => inTurn(() => importPackage(lines)),
    adoptAliases: aliasAdopter(ledger, overlay),
    showAgain: coveredAgain(ledger, overlay),
  }

  async function importPackage(lines: Lines): Promise<Result<ImportedPackage, Refusal>> {
    const checked = await checkPackage(ledger, shapes, lines)
    if (!checked.ok) return checked
    try {
      return ok(await takePackage(intake, checked.value, lines))
    } catch (error) {
      if (!(error instanceof ReplicaRefused)) throw error
      // Its first sentence says what is wrong, the rest what is safe and what to do.
      const [why = '', ...rest] = error.message.split('. ')
      return refuse(refusal('file_damaged', { file: 'The package', why, remedy: rest.join('. ') }))
    }
  }
}

/** Bytes free where the ledger stands; null where the file system does not tell. */
function freeBytes(dir: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  } catch {
    // Then only a full disk itself can tell, and SQLite refuses.
    return null
  }
}

function rowCounter() {
  let counts = new Map<ShapeName, number>()
  return {
    count(shape: ShapeName, by: number): void {
      counts.set(shape, (counts.get(shape) ?? 0) + by)
    },
    taken(): ReadonlyMap<ShapeName, number> {
      const all = counts
      counts = new Map()
      return all
    },
  }
}

/** Runs one after the other, whatever became of the one before. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}

function wantedList() {
  const waiting = new Map<string, Set<() => void>>()
  return {
    list: (): readonly string[] => [...waiting.keys()],
    answered(customer: string): void {
      for (const tell of waiting.get(customer) ?? []) tell()
      waiting.delete(customer)
    },
    want(customer: string): Wanted {
      const all = waiting.get(customer) ?? new Set()
      let tell = (): void => undefined
      const answered = new Promise<true>((resolve) => {
        tell = () => resolve(true)
      })
      waiting.set(customer, all.add(tell))
      return {
        answered,
        cancel() {
          all.delete(tell)
          if (all.size === 0 && waiting.get(customer) === all) waiting.delete(customer)
        },
      }
    },
  }
}

/** One customer with their accounts, outside the lists: rows by list, every column as Postgres text. */
const FetchedRows = z.object({
  customer: z.array(PackageRow.shape.row),
  account: z.array(PackageRow.shape.row),
})

function readFetched(text: string) {
  const { customer, account } = FetchedRows.parse(JSON.parse(text))
  const arrived = (shape: ShapeName) => (row: SentRow) => ({ shape, change: { row, leaves: false } })
  return [...account.map(arrived('account')), ...customer.map(arrived('customer'))]
}

/** Own customers go over to the ids head office knows them by. */
function aliasAdopter(ledger: Ledger, overlay: ReturnType<typeof createOverlay>): Replica['adoptAliases'] {
  const { db, projector } = ledger
  const known = db.prepare<[string], number>('SELECT 1 FROM customer WHERE id = ?').pluck()
  const adopt = db.prepare('INSERT INTO alias (id, root) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const rename = [
    'UPDATE customer SET id = @root WHERE id = @id',
    'UPDATE account SET customer = @root WHERE customer = @id',
    'UPDATE line SET customer = @root WHERE customer = @id',
    'UPDATE sale SET customer = @root WHERE customer = @id',
  ].map((sql) => db.prepare(sql))
  return (aliases) => {
    for (const { id, root } of aliases) {
      const meets = known.get(root) !== undefined
      if (adopt.run(id, root).changes === 0) continue
      // The same customer under another name is cheaper than all of their events once more.
      if (meets) overlay.identity(id)
      else for (const statement of rename) statement.run({ id, root })
    }
    projector.forget()
  }
}

/** Computes customers anew of whom a row says that it has such an event, or another one under its number. */
function coveredAgain(
  { db, projector }: Ledger,
  overlay: ReturnType<typeof createOverlay>,
): Replica['showAgain'] {
  const { replica, applied } = projector.accounts
  const appliedOf = db
    .prepare<{ root: string }, string>(
      `SELECT applied FROM replica_account WHERE customer = @root
       UNION ALL SELECT applied FROM customer WHERE id = @root AND hq_version > 0`,
    )
    .pluck()
  return (events) => {
    const covered = new Set<string>()
    for (const event of events) {
      const root = event.customer === null ? null : replica.rootOf(event.customer)
      if (root === null || covered.has(root)) continue
      const rows = appliedOf.all({ root }).map((text) => JSON.parse(text) as Applied)
      if (rows.some((row) => applied.isIn(row, event))) covered.add(root)
    }
    for (const root of covered) overlay.identity(root)
  }
}
