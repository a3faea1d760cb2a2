import { ok, type Result, refuse } from '../../shared/base/result.ts'

interface TurnLimits {
  /** Pieces of work under way at the same time. */
  readonly atOnceMax: number
  /** Pieces that wait for their turn; one more is refused. */
  readonly waitingMax: number
}

type Turns = <T>(work: () => Promise<T>) => Promise<Result<T, 'full'>>

/** Work that takes its turn, in the order in which it was asked for. Refuses with `full` beyond the limits. */
export function turns({ atOnceMax, waitingMax }: TurnLimits): Turns {
  const waiting: (() => void)[] = []
  let underWay = 0
  return async (work) => {
    if (underWay < atOnceMax) underWay += 1
    else {
      if (waiting.length >= waitingMax) return refuse('full')
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    try {
      return ok(await work())
    } finally {
      // Whoever is next takes over this place.
      const next = waiting.shift()
      if (next) next()
      else underWay -= 1
    }
  }
}
