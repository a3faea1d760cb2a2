import type { Digest } from '../../../shared/base/ports.ts'
import { SHAPE_TABLES, SHAPES, type ShapeCursor, type ShapeName } from '../../../shared/sync/rows.ts'
import type { Database } from '../database.ts'

/** Counted up when this app keeps the same columns in another way: every list is then loaded anew. */
const KEPT_VERSION = 1

/** Where this till stands in one list. */
export interface ShapeState extends ShapeCursor {
  readonly generation: number
  readonly rows: number
  readonly as_of: number | null
}

export interface ShapeStore {
  get(shape: ShapeName): ShapeState
  save(state: ShapeState): void
  /** The row of a list that nothing was kept of yet: false. */
  has(shape: ShapeName): boolean
  /** Rows that are really in the table of a list. */
  counted(shape: ShapeName): number
  /** What a person counts in it: another id of a customer is a row of the list, and nobody. */
  shown(shape: ShapeName): number
  /** From the start again; what is here stays until the new load is complete. */
  restart(shape: ShapeName, handle: string | null): ShapeState
  /**
   * At open: a cursor is worth something only with the very rows it belongs to. Answers the lists whose cursor was
   * dropped, because of another definition, or because rows are missing.
   */
  check(): readonly ShapeName[]
}

/** The cursors of the lists this till follows. */
export function shapeStore(db: Database, digest: Digest): ShapeStore {
  const read = db.prepare<[string], ShapeState & { definition: string }>(
    'SELECT * FROM shape WHERE shape = ?',
  )
  const put = db.prepare(
    `INSERT INTO shape (shape, definition, handle, "offset", phase, generation, rows, as_of)
     VALUES (@shape, @definition, @handle, @offset, @phase, @generation, @rows, @as_of)
     ON CONFLICT DO UPDATE SET definition = excluded.definition, handle = excluded.handle, "offset" = excluded."offset",
       phase = excluded.phase, generation = excluded.generation, rows = excluded.rows, as_of = excluded.as_of`,
  )
  const count = db.prepare<[string], number>('SELECT rows FROM shape_count WHERE shape = ?').pluck()
  const counted = (shape: ShapeName): number => count.get(shape) ?? 0
  const otherIds = db.prepare<[], number>('SELECT count(*) FROM alias WHERE version > 0').pluck()
  const get = (shape: ShapeName): ShapeState => {
    const found = read.get(shape)
    if (!found) {
      return {
        shape,
        handle: null,
        offset: START,
        phase: 'snapshot',
        generation: 1,
        rows: counted(shape),
        as_of: null,
      }
    }
    const { handle, offset, phase, generation, rows, as_of } = found
    return { shape, handle, offset, phase, generation, rows, as_of }
  }
  const save = (state: ShapeState): void => {
    put.run({ ...state, definition: definitionOf(digest, state.shape) })
  }
  const restart = (shape: ShapeName, handle: string | null): ShapeState => {
    const { generation, as_of } = get(shape)
    const rows = counted(shape)
    const state: ShapeState = {
      shape,
      handle,
      offset: START,
      phase: 'snapshot',
      generation: generation + 1,
      rows,
      as_of,
    }
    save(state)
    return state
  }
  return {
    get,
    save,
    counted,
    shown: (shape) => counted(shape) - (shape === 'customer' ? (otherIds.get() ?? 0) : 0),
    restart,
    has: (shape) => read.get(shape) !== undefined,
    check: () =>
      SHAPES.filter((shape) => {
        const found = read.get(shape)
        if (!found) return false
        if (found.definition === definitionOf(digest, shape) && found.rows === counted(shape)) return false
        restart(shape, null)
        return true
      }),
  }
}

/** The offset before everything. */
const START = '-1'

const definitionOf = (digest: Digest, shape: ShapeName): string =>
  digest.hex(digest.sha256(digest.utf8(JSON.stringify([KEPT_VERSION, SHAPE_TABLES[shape]])))).slice(0, 32)
