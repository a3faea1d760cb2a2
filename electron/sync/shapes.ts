import { SHAPES, type ShapeName } from '../../shared/sync/rows.ts'
import { PACE } from '../../shared/sync/state.ts'
import type { FollowContext, Follower } from './follower.ts'
import { type ShapeEnd, shapeReading } from './shape-reading.ts'

/** A shape that this till may not have is asked for again this much later: somebody may have put it right. */
const REFUSED_MS = 15 * 60_000
/** What is small and protects is read to its end before the long lists are begun. */
const FIRST: ReadonlySet<ShapeName> = new Set(['deny', 'policy', 'grant', 'program'])

/** Follows all shapes with the real client of Electric. Whatever ends one of them, it is begun anew from the ledger. */
export function followShapes(context: FollowContext): Follower {
  return new Shapes(context)
}

class Shapes implements Follower {
  readonly #context: FollowContext
  readonly #loading = new Map<ShapeName, number>()
  /** Read to their ends since this follower began. */
  readonly #current = new Set<ShapeName>()
  readonly #open = new Map<ShapeName, () => void>()
  /** Shapes that broke off and wait, with how often in a row. */
  readonly #pausing = new Map<ShapeName, number>()
  #restBegun = false
  #closed = false

  constructor(context: FollowContext) {
    this.#context = context
    for (const shape of SHAPES) if (FIRST.has(shape)) this.#begin(shape, 0)
  }

  reached(): void {
    for (const [shape, failures] of [...this.#pausing]) {
      this.#open.get(shape)?.()
      this.#beginAgain(shape, failures)
    }
  }

  close(): void {
    this.#closed = true
    this.#pausing.clear()
    for (const end of [...this.#open.values()]) end()
    this.#open.clear()
  }

  #begin(shape: ShapeName, failures: number): void {
    if (this.#closed) return
    let progressed = false
    const end = shapeReading({
      ...this.#context,
      shape,
      progress: (rows, upToDate, phase) => {
        progressed = true
        this.#progress(shape, phase === 'snapshot' ? rows : 0, upToDate)
      },
      ended: (how) => {
        this.#open.delete(shape)
        this.#ended(shape, how, progressed ? 1 : failures + 1)
      },
    })
    this.#open.set(shape, end)
  }

  #progress(shape: ShapeName, rows: number, upToDate: boolean): void {
    if (this.#closed) return
    if (upToDate) {
      this.#loading.delete(shape)
      this.#current.add(shape)
    } else if (rows > 0) this.#loading.set(shape, (this.#loading.get(shape) ?? 0) + rows)
    const first = SHAPES.find((name) => this.#loading.has(name))
    const loading = first === undefined ? null : { shape: first, rows: this.#loading.get(first) ?? 0 }
    this.#context.hear({ type: 'contact', loading })
    this.#beginRest()
  }

  #beginRest(): void {
    if (this.#restBegun || this.#closed || ![...FIRST].every((shape) => this.#current.has(shape))) return
    this.#restBegun = true
    for (const shape of SHAPES) if (!FIRST.has(shape)) this.#begin(shape, 0)
  }

  #ended(shape: ShapeName, how: ShapeEnd, failures: number): void {
    if (this.#closed || how.why === 'closed') return
    const { hear, random, log } = this.#context
    switch (how.why) {
      case 'read':
        if (SHAPES.every((name) => this.#current.has(name)) && this.#open.size === 0) {
          hear({ type: 'shapes_read' })
        }
        break
      case 'stale':
        this.close()
        hear({ type: 'shape_stale' })
        break
      case 'refused':
        log(`head office refuses the shape ${shape}: ${how.text}`)
        this.#beginLater(shape, REFUSED_MS, failures)
        break
      case 'again': {
        log(`the shape ${shape} is begun anew: ${how.text}`)
        this.#pausing.set(shape, failures)
        const bound = Math.min(PACE.retryMaxMs, PACE.retryMinMs * 2 ** Math.min(failures, 10))
        this.#beginLater(shape, PACE.retryMinMs + random() * (bound - PACE.retryMinMs), failures)
      }
    }
  }

  #beginLater(shape: ShapeName, ms: number, failures: number): void {
    const cancel = this.#context.timers.after(ms, () => this.#beginAgain(shape, failures))
    this.#open.set(shape, cancel)
  }

  #beginAgain(shape: ShapeName, failures: number): void {
    this.#pausing.delete(shape)
    this.#open.delete(shape)
    this.#begin(shape, failures)
  }
}
