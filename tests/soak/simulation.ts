import { parseArgs } from 'node:util'
import { liveThirtySteps, momentsToDie } from '../simulation/kills.ts'
import { ManagerDay } from '../simulation/manager-day.ts'
import { runSeed } from '../simulation/run-seed.ts'
import { clearFloor } from '../simulation/shop-floor.ts'
import { startTestPostgres } from '../support/test-postgres.ts'

const HOUR_MS = 3_600_000

/**
 * Worlds from seed to seed for so many hours (--hours, 8; --seed, where to begin), after every moment of the thirty
 * steps at the counter, and of the manager's day, at which somebody may die (--moments of each kind; all when it is
 * left out).
 */
export async function soakSimulation(argv: readonly string[], say: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { hours: { type: 'string' }, seed: { type: 'string' }, moments: { type: 'string' } },
  })
  const until = performance.now() + Number(values.hours ?? 8) * HOUR_MS
  const postgres = await startTestPostgres()
  const place = { server: postgres.url, template: postgres.template }
  try {
    for (const live of [liveThirtySteps, ManagerDay.live]) {
      const moments = await live(place, null)
      const kills = momentsToDie(moments, Number(values.moments ?? Number.MAX_SAFE_INTEGER))
      for (const kill of kills) {
        if (performance.now() > until) break
        say(`killed at ${kill.who} ${kill.at}`)
        await live(place, kill)
      }
    }
    for (let seed = Number(values.seed ?? 1); performance.now() < until; seed += 1) {
      const { why, story, events } = await runSeed(place, { seed })
      if (why !== null) throw new Error([`seed ${seed}`, ...story, why].join('\n'))
      say(`seed ${seed}: ${events} events`)
    }
  } finally {
    clearFloor()
    await postgres.stop()
  }
}
