/** How long things take, in microseconds. */

export interface Spread {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b)
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) }
}

export async function microsecondsOf(work: () => unknown): Promise<number> {
  const from = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - from) / 1_000
}

export const seconds = async (work: () => unknown): Promise<number> => (await microsecondsOf(work)) / 1e6

/** One thing measured, asked for with a key. */
type Asked<K> = (key: K) => unknown

/**
 * Ours and the raw limit by turns, each with the same keys, so that whatever else the machine does meets both: the
 * median over the rounds of each round's quantiles. The first round warms up and is thrown away.
 */
export async function byTurns<K>(
  rounds: number,
  keysOf: (round: number) => readonly K[],
  ours: Asked<K>,
  raw: Asked<K>,
): Promise<{ ours: Spread; raw: Spread }> {
  const spreads: { ours: Spread[]; raw: Spread[] } = { ours: [], raw: [] }
  for (let round = 0; round <= rounds; round++) {
    const keys = keysOf(round)
    const turns = [
      { name: 'ours', ask: ours },
      { name: 'raw', ask: raw },
    ] as const
    for (const { name, ask } of round % 2 === 0 ? turns : [...turns].reverse()) {
      const samples = await timesOf(keys, ask)
      if (round > 0) spreads[name].push(spreadOf(samples))
    }
  }
  return { ours: middle(spreads.ours), raw: middle(spreads.raw) }
}

/** Fewer whole samples than this are no picture: then all of them count. */
const WHOLE_SHARE_LEAST = 0.5

/**
 * How often the system has given this process's processor to another one. On a busy machine that takes milliseconds,
 * falls on the longer of two things more often, and says nothing about either: such samples are left out.
 */
const timesTakenAway = (): number => process.resourceUsage().involuntaryContextSwitches

async function timesOf<K>(keys: readonly K[], ask: Asked<K>): Promise<number[]> {
  const whole: number[] = []
  const interrupted: number[] = []
  for (const key of keys) {
    const before = timesTakenAway()
    const from = process.hrtime.bigint()
    const answer = ask(key)
    // A promise is waited for; what is there at once is not held up by a turn of the event loop.
    if (answer instanceof Promise) await answer
    const spent = Number(process.hrtime.bigint() - from) / 1_000
    ;(timesTakenAway() === before ? whole : interrupted).push(spent)
  }
  return whole.length >= keys.length * WHOLE_SHARE_LEAST ? whole : [...whole, ...interrupted]
}

function middle(spreads: readonly Spread[]): Spread {
  return {
    p50: median(spreads.map((one) => one.p50)),
    p95: median(spreads.map((one) => one.p95)),
    p99: median(spreads.map((one) => one.p99)),
  }
}
