import { SHAPES, type ShapeName } from '../../shared/sync/rows.ts'
import { PACE } from '../../shared/sync/state.ts'
import type { FollowContext, Follower } from './follower.ts'
import { type ShapeEnd, shapeReading } from './shape-reading.ts'

/** A shape that this till may not have is asked for again this much later: somebody may have put it right. */
const REFUSED_MS = 15 * 60_000
/** What is small and protects is read to its end before the long lists are begun. */
const FIRST: ReadonlySet<ShapeName> = new Set(['deny', 'policy', 'grant', 'program'])

/** An older head office does not have it: a till without goes on by its limits, and the others are read without it. */
const OPTIONAL: ReadonlySet<ShapeName> = new Set(['grant'])

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
  /** Head office refused it lately: nobody waits for its end. */
  readonly #left = new Set<ShapeName>()
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

  #isDone(shape: ShapeName): boolean {
    return this.#current.has(shape) || this.#left.has(shape)
  }

  #beginRest(): void {
    if (this.#restBegun || this.#closed || ![...FIRST].every((shape) => this.#isDone(shape))) return
    this.#restBegun = true
    for (const shape of SHAPES) if (!FIRST.has(shape)) this.#begin(shape, 0)
  }

  #ended(shape: ShapeName, how: ShapeEnd, failures: number): void {
    if (this.#closed || how.why === 'closed') return
    const { hear, random, log, mode } = this.#context
    switch (how.why) {
      case 'read':
        this.#allRead()
        break
      case 'stale':
        this.close()
        hear({ type: 'shape_stale' })
        break
      case 'refused':
        log(`head office refuses the shape ${shape}: ${how.text}`)
        if (OPTIONAL.has(shape)) this.#left.add(shape)
        if (!OPTIONAL.has(shape) || mode === 'live') this.#beginLater(shape, REFUSED_MS, failures)
        this.#beginRest()
        this.#allRead()
        break
      case 'again': {
        log(`the shape ${shape} is begun anew: ${how.text}`)
        this.#pausing.set(shape, failures)
        const bound = Math.min(PACE.retryMaxMs, PACE.retryMinMs * 2 ** Math.min(failures, 10))
        this.#beginLater(shape, PACE.retryMinMs + random() * (bound - PACE.retryMinMs), failures)
      }
    }
  }

  /** Read to their ends, on a link that is paid by the megabyte. */
  #allRead(): void {
    const done = SHAPES.every((name) => this.#isDone(name)) && this.#open.size === 0
    if (done) this.#context.hear({ type: 'shapes_read' })
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
