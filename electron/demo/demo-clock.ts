import type { Clock } from '../../shared/base/ports.ts'
import { invariant } from '../../shared/base/result.ts'

/** A clock that stands where it is put, so that a year of a shop can be written in seconds. Never goes back. */
export interface DemoClock extends Clock {
  moveTo(atMs: number): void
}

/** A clock that stands at `startMs` until it is moved. */
export function demoClock(startMs: number): DemoClock {
  let atMs = startMs
  return {
    read: () => ({ wallMs: atMs, monotonicMs: atMs - startMs, bootId: 'demo' }),
    moveTo(nextMs) {
      invariant(nextMs >= atMs, 'the demo clock only goes forward')
      atMs = nextMs
    },
  }
}
