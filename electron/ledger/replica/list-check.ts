import { bucketsApart, type ShapeDigest, shapeDigest } from '../../../shared/sync/digest.ts'
import { type RowVersion, SHAPES, type ShapeName } from '../../../shared/sync/rows.ts'
import type { Database } from '../database.ts'
import type { Ledger } from '../ledger.ts'
import type { ListFigures, SyncOps } from '../sync-port.ts'
import { otherWork } from './other-work.ts'
import type { ListCheck } from './replica.ts'
import type { ShapeStore } from './shape-store.ts'

/** Rows hashed before a sale may go first. */
const ROWS_AT_ONCE = 250
/** A list is compared once a day, and when somebody asks. */
const EVERY_MS = 24 * 3_600_000

/** A row fetched for a cashier may be ahead of its list: what differs is looked at again after this. */
const AGAIN_MS = 2 * 60_000

interface Kept extends ListCheck {
  /** Still to be compared in this round. */
  readonly left: readonly ShapeName[]
  /** When the round began. */
  readonly began: number
  /** Found different once. */
  readonly suspect: { readonly shape: ShapeName; readonly at: number } | null
  /** The last one found different: its rows are taken whatever version stands here. */
  readonly mending: ShapeName | null
}

interface ListChecks {
  due(): boolean
  ask(): void
  /** Figures of the next list that is to be compared; null: none is. */
  next(): Promise<ListFigures | null>
  /** Answers whether the list is not the same and must be loaded anew. */
  compared(answer: SyncOps['list_compared']['input']): boolean
  last(): ListCheck | null
  /** It was found different and is being loaded anew: what stands here is not believed. */
  mending(shape: ShapeName): boolean
}

const KEPT = 'list_check'
const NEVER: Kept = {
  at: 0,
  mended: 0,
  last: null,
  skipped: null,
  left: [],
  began: 0,
  suspect: null,
  mending: null,
}

/** Whether what is kept of each list is what head office has: compared by figures, a list at a time. */
export function createListCheck({ db, platform, writer }: Ledger, shapes: ShapeStore): ListChecks {
  const read = db.prepare<[], string>(`SELECT value FROM till WHERE key = '${KEPT}'`).pluck()
  const save = db.prepare(`INSERT OR REPLACE INTO till (key, value) VALUES ('${KEPT}', ?)`)
  const sources = sourcesOf(db)
  const now = (): number => writer.now().trusted
  const kept = (): Kept => {
    const text = read.get()
    return text === undefined ? NEVER : (JSON.parse(text) as Kept)
  }
  const keep = (state: Kept): Kept => {
    save.run(JSON.stringify(state))
    return state
  }
  const begun = (): Kept => keep({ ...kept(), left: SHAPES, began: now() })
  const allLive = (): boolean => SHAPES.every((shape) => shapes.get(shape).phase === 'live')
  const due = (): boolean => {
    if (!allLive()) return false
    const { left, began, suspect } = kept()
    if (suspect) return now() - suspect.at >= AGAIN_MS
    return left.length > 0 || now() - began >= EVERY_MS
  }

  return {
    due,
    ask: () => {
      begun()
    },
    async next() {
      if (!due()) return null
      const state = kept().left.length > 0 ? kept() : begun()
      const shape = state.suspect?.shape ?? state.left[0]
      if (shape === undefined) return null
      const { handle, offset } = shapes.get(shape)
      if (handle === null) {
        keep({ ...state, left: without(state.left, shape), suspect: null })
        return null
      }
      const sum = shapeDigest(platform.digest)
      for (const source of sources[shape]) await source(sum)
      return { shape, handle, offset, buckets: sum.buckets() }
    },
    compared({ figures, reply }) {
      const state = kept()
      const { shape } = figures
      // Loaded anew since, or compared already.
      if (!state.left.includes(shape) || shapes.get(shape).handle !== figures.handle) return false
      const at = now()
      const unlike = reply?.state === 'counted' && bucketsApart(figures.buckets, reply.buckets) > 0
      if (unlike && state.suspect?.shape !== shape) {
        keep({ ...state, at, suspect: { shape, at } })
        return false
      }
      keep({
        ...state,
        at,
        left: without(state.left, shape),
        suspect: null,
        mending: unlike ? shape : state.mending,
        mended: state.mended + (unlike ? 1 : 0),
        last: unlike ? { list: shape, at } : state.last,
        skipped: reply === null ? 'unanswered' : reply.state === 'not_comparable' ? reply.why : null,
      })
      return unlike
    },
    mending: (shape) => shapes.get(shape).phase === 'snapshot' && kept().mending === shape,
    last() {
      const { at, mended, last, skipped } = kept()
      return at === 0 ? null : { at, mended, last, skipped }
    },
  }
}

const without = (shapes: readonly ShapeName[], one: ShapeName): readonly ShapeName[] =>
  shapes.filter((shape) => shape !== one)

type Source = (sum: ShapeDigest) => Promise<void>

interface Marked extends RowVersion {
  readonly row: number
  readonly key: string
  readonly more: string | null
}

/** The rows of each list, a stretch at a time, by their versions. */
function sourcesOf(db: Database): Readonly<Record<ShapeName, readonly Source[]>> {
  const rows = (table: string, columns: string, listed: string): Source => {
    const page = db.prepare<[number, number], Marked>(
      `SELECT rowid AS row, ${columns} FROM ${table} WHERE rowid > ? AND ${listed} ORDER BY rowid LIMIT ?`,
    )
    return async (sum) => {
      for (let after = 0; ; ) {
        const found = page.all(after, ROWS_AT_ONCE)
        for (const one of found) sum.add(one.more === null ? [one.key] : [one.key, one.more], one)
        const last = found.at(-1)
        if (last === undefined || found.length < ROWS_AT_ONCE) return
        after = last.row
        await otherWork()
      }
    }
  }
  const version = 'hq_epoch, version'
  return {
    deny: [rows('replica_deny', `customer AS key, NULL AS more, ${version}`, 'true')],
    grant: [rows('replica_grant', `id AS key, NULL AS more, ${version}`, 'true')],
    policy: [rows('replica_setting', `scope AS key, "key" AS more, ${version}`, `kind = 'policy'`)],
    program: [rows('replica_setting', `"key" AS key, NULL AS more, ${version}`, `kind = 'program'`)],
    // What was fetched for a cashier is on no list, and what left it is kept for its own events alone.
    account: [
      rows('replica_account', `customer AS key, program AS more, ${version}`, 'gone = 0 AND fetched = 0'),
    ],
    customer: [
      rows(
        'customer',
        'id AS key, NULL AS more, hq_epoch, hq_version AS version',
        'hq_version > 0 AND hq_generation > 0',
      ),
      rows('alias', `id AS key, NULL AS more, ${version}`, 'version > 0 AND generation > 0'),
    ],
  }
}
