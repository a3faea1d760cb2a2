import type { ShapeCursor, ShapeName } from '../../../shared/sync/rows.ts'
import type { Checkpointer } from '../checkpointer.ts'
import type { Ledger } from '../ledger.ts'
import type { ShapeChunk, SyncOps } from '../sync-port.ts'
import { type RowChange, readMessages } from './messages.ts'
import { otherWork } from './other-work.ts'
import { ReplicaRefused } from './replica.ts'
import type { RowTable } from './row-writer.ts'
import type { ShapeState, ShapeStore } from './shape-store.ts'

/** Rows of one transaction while the shop is open: a sale waits for no more than this. */
const TRANSACTION_ROWS = 200
/** And no longer than this. With 3 ms one sale in a hundred took 13 ms, with 1 ms it takes 10; loading is as fast. */
const TRANSACTION_MS = 1
/** Rows read before their transaction: reading them is what a sale waits for too. */
const READ_AHEAD_ROWS = 20
/** So few go together with the cursor: their transaction is as short as the others. */
const LAST_ROWS = 20
/** Rows looked at in one transaction when those of an older load are removed. */
const SWEEP_ROWS = 1_000
/** A load from the start changes every row once more: so many bytes of log and table for each, at the least. */
const RELOAD_BYTES_A_ROW = 600
/** What must be left beside it. */
const RELOAD_BYTES_SPARE = 64 * 1024 * 1024

interface IntakeParts {
  readonly ledger: Ledger
  readonly shapes: ShapeStore
  readonly tables: Readonly<Record<ShapeName, RowTable>>
  /** Rows that came or went since it was asked last, by list; and forgets them. */
  readonly counts: () => ReadonlyMap<ShapeName, number>
  /** Bytes free on the disk of the ledger; null: the file system does not tell. */
  readonly diskFree: () => number | null
  /** Flushes and copies what rows leave in the log; null: sales do. */
  readonly beside: Checkpointer | null
  /** What stands here of this list is not believed. */
  readonly mending: (shape: ShapeName) => boolean
}

export interface Intake {
  chunk(chunk: ShapeChunk): Promise<ShapeCursor>
  reset(ask: SyncOps['shape_reset']['input']): ShapeCursor
  /** All rows, as of a place in the stream, then the cursor. Null: the cursor stays, or they are loaded again. */
  whole(
    shape: ShapeName,
    changes: Iterable<RowChange>,
    at: Pick<ShapeCursor, 'handle' | 'offset'> | null,
  ): Promise<void>
  /** A few rows outside the lists, in one transaction. */
  apart(rows: readonly { readonly shape: ShapeName; readonly change: RowChange }[]): void
}

/** How rows of head office come into their tables: in small transactions, the cursor in the last one of a chunk. */
export function createIntake(parts: IntakeParts): Intake {
  const { ledger, shapes } = parts
  const { writer, projector } = ledger
  const work = steps(parts)
  const tenantOf = ledger.db.prepare<[], string>('SELECT tenant FROM connection').pluck()

  const reset = (shape: ShapeName, handle: string | null): ShapeCursor => {
    const { rows, generation } = shapes.get(shape)
    const free = parts.diskFree()
    const needed = rows * RELOAD_BYTES_A_ROW + RELOAD_BYTES_SPARE
    if (generation > 1 && free !== null && free < needed) {
      const megabytes = Math.ceil(needed / 1_000_000).toLocaleString('en')
      throw new ReplicaRefused(
        `The disk of this till has too little room to load the list of head office anew. What is here goes on being used. Free ${megabytes} MB.`,
      )
    }
    return cursorOf(writer.transaction(() => shapes.restart(shape, handle)))
  }

  const chunk = async (given: ShapeChunk): Promise<ShapeCursor> => {
    const { shape, from, handle, offset } = given
    const state = shapes.get(shape)
    if (state.handle !== from.handle || state.offset !== from.offset) {
      throw new ReplicaRefused(`the list ${shape} stands elsewhere than where this part continues`)
    }
    const messages = readMessages(given.messages)
    if (!shapes.has(shape)) projector.forget()
    const rest = await work.rows(shape, ofTenant(messages.changes(), tenantOf.get()), LAST_ROWS)
    const { upToDate, refetch } = messages.said()
    if (refetch) return reset(shape, handle)
    const complete = upToDate && state.phase === 'snapshot'
    if (complete) {
      await work.rows(shape, rest, 0)
      await work.sweep(shape)
    }
    return cursorOf(work.finish(shape, complete ? [] : rest, { handle, offset, upToDate }))
  }

  return {
    chunk,
    reset: ({ shape, handle }) => reset(shape, handle),
    async whole(shape, changes, at) {
      const before = shapes.get(shape)
      const restarted = writer.transaction(() => shapes.restart(shape, null))
      await work.rows(shape, changes, 0)
      await work.sweep(shape)
      const end = at ?? (before.phase === 'live' ? before : null)
      const { handle, offset } = end ?? restarted
      // A person is told that it is in place, and may throw the package away: nobody sends it again.
      work.finishDurably(shape, { handle, offset, upToDate: end !== null })
    },
    apart(rows) {
      const tenant = tenantOf.get()
      work.apart(rows.map(({ shape, change }) => ({ shape, change: own(change, tenant) })))
    },
  }
}

/** Whatever went wrong at head office: no row of another business comes into this till. A till that works alone has none. */
function own(change: RowChange, tenant: string | undefined): RowChange {
  if (tenant === undefined || change.row['tenant_id'] === tenant) return change
  throw new ReplicaRefused(
    'Head office sent a row of another business. It was not kept, and what is here goes on being used. Tell head office.',
  )
}

/** The same row by row, as they are taken. */
function* ofTenant(changes: Iterable<RowChange>, tenant: string | undefined): Iterable<RowChange> {
  for (const change of changes) yield own(change, tenant)
}

const cursorOf = ({ shape, handle, offset, phase }: ShapeState): ShapeCursor => ({
  shape,
  handle,
  offset,
  phase,
})

interface End {
  readonly handle: string | null
  readonly offset: string
  readonly upToDate: boolean
}

/** Transactions in which rows come: what they did to the counts goes with them, and what was remembered is forgotten. */
function rowTransactions({ ledger, shapes, counts }: IntakeParts) {
  const { db, writer, projector } = ledger
  const keepCounts = (): void => {
    for (const [shape, by] of counts()) {
      if (by === 0) continue
      const state = shapes.get(shape)
      // A list that nothing was kept of yet is counted as it stands.
      shapes.save(shapes.has(shape) ? { ...state, rows: state.rows + by } : state)
    }
  }
  /** A transaction that failed has left nothing in the counts either. */
  const durable = <T>(run: () => T): T => {
    try {
      const done = writer.transaction(() => {
        const value = run()
        keepCounts()
        return value
      })
      projector.accounts.forget()
      return done
    } catch (error) {
      counts()
      throw error
    }
  }
  return {
    keepCounts,
    durable,
    /**
     * Nobody waits for the disk. The log keeps the order of commits, so a power cut takes an end of it: a cursor never
     * outlives its rows, and the till asks again from the one that is left. Nothing that head office hears runs ahead of
     * that: it keeps no cursor of this till, figures of lists go with the place they are of, and events, what was
     * answered to them and the right to redeem by a row are written in full, with all that was written before.
     */
    soft<T>(run: () => T): T {
      db.pragma('synchronous = NORMAL')
      try {
        return durable(run)
      } finally {
        // A transaction that could not even be rolled back leaves no way to set it, and its own error is to be told.
        if (!db.inTransaction) db.pragma('synchronous = FULL')
      }
    },
  }
}

/** Carries changes into the tables of their lists. */
function rowWriting({ ledger, shapes, tables, mending }: IntakeParts) {
  const { writer, platform } = ledger
  const monotonicMs = (): number => platform.clock.read().monotonicMs
  const writerOf = (shape: ShapeName, fetched: boolean) => {
    const arrival = {
      generation: fetched ? 0 : shapes.get(shape).generation,
      at: writer.now().trusted,
      fetched,
      anew: !fetched && mending(shape),
    }
    const table = tables[shape]
    return ({ row, leaves }: RowChange): void => (leaves ? table.remove(row) : table.put(row, arrival))
  }
  return {
    all(shape: ShapeName, changes: readonly RowChange[]): void {
      const write = writerOf(shape, false)
      for (const change of changes) write(change)
    },
    fetched: (shape: ShapeName, change: RowChange): void => writerOf(shape, true)(change),
    /** As many as one transaction may have, at least one; answers how many. */
    some(shape: ShapeName, changes: readonly RowChange[]): number {
      const end = monotonicMs() + TRANSACTION_MS
      const write = writerOf(shape, false)
      let done = 0
      for (const change of changes) {
        if (done === TRANSACTION_ROWS || (done > 0 && monotonicMs() > end)) break
        write(change)
        done += 1
      }
      return done
    },
  }
}

/** The steps an intake is made of. Between two of its transactions sales go first. */
function steps(parts: IntakeParts) {
  const { ledger, shapes, tables, beside } = parts
  const { db, writer } = ledger
  const { durable, soft, keepCounts } = rowTransactions(parts)
  const write = rowWriting(parts)

  /** Lets a sale that came meanwhile go first, and find a disk with little to do. */
  const salesFirst = async (): Promise<void> => {
    await beside?.settle(db)
    await otherWork()
  }
  const moveCursor = (shape: ShapeName, rest: readonly RowChange[], end: End): ShapeState => {
    const { handle, offset, upToDate } = end
    write.all(shape, rest)
    // A list of which nothing was kept is counted as it stands, with these rows in it.
    keepCounts()
    const state = shapes.get(shape)
    const next: ShapeState = {
      ...state,
      handle,
      offset,
      phase: upToDate ? 'live' : state.phase,
      as_of: upToDate ? writer.now().trusted : state.as_of,
    }
    shapes.save(next)
    return next
  }

  return {
    /** Applies changes in small transactions, leaving at most `keep` of them; answers those. */
    async rows(shape: ShapeName, changes: Iterable<RowChange>, keep: number): Promise<readonly RowChange[]> {
      const source = changes[Symbol.iterator]()
      let waiting: RowChange[] = []
      const fill = (): void => {
        while (waiting.length <= Math.max(keep, READ_AHEAD_ROWS)) {
          const next = source.next()
          if (next.done) return
          waiting.push(next.value)
        }
      }
      for (fill(); waiting.length > keep; fill()) {
        const done = soft(() => write.some(shape, waiting))
        waiting = waiting.slice(done)
        await salesFirst()
      }
      return waiting
    },
    /** Removes what an older load left and the new one did not bring. Begins anew after a cut: nothing is lost by that. */
    async sweep(shape: ShapeName): Promise<void> {
      const { generation } = shapes.get(shape)
      if (generation === 1) return
      for (let after: number | null = 0; after !== null; ) {
        const from: number = after
        after = soft(() => tables[shape].sweep(generation, from, SWEEP_ROWS))
        await salesFirst()
      }
    },
    /** The last rows of a chunk and the cursor behind it. */
    finish: (shape: ShapeName, rest: readonly RowChange[], end: End): ShapeState =>
      soft(() => moveCursor(shape, rest, end)),
    /** The cursor behind rows that nobody would send again: on the disk when this returns. */
    finishDurably: (shape: ShapeName, end: End): ShapeState => durable(() => moveCursor(shape, [], end)),
    apart(rows: readonly { readonly shape: ShapeName; readonly change: RowChange }[]): void {
      durable(() => {
        for (const { shape, change } of rows) write.fetched(shape, change)
      })
    },
  }
}
