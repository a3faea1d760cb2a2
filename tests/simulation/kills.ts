import type { PostgresPlace } from './head-office.ts'
import { SeedRun } from './run-seed.ts'

/** Somebody dies once, before its n-th statement or answer of a scenario that is otherwise the same every time. */
interface OneKill {
  readonly who: 'till statement' | 'till answer' | 'head office statement'
  readonly at: number
}

/** How many moments there are to die at. */
type Moments = Readonly<Record<OneKill['who'], number>>

const [ADA, BOLA] = ['08035550101', '08035550102'] as const
const SEED = 77
const STEP_MS = 6_000

/** Thirty steps with every command in them, on one till and head office. Throws when it does not end at rest. */
export async function liveThirtySteps(place: PostgresPlace, kill: OneKill | null): Promise<Moments> {
  const run = await SeedRun.begin(place, { seed: SEED, tills: 1 })
  try {
    const { world } = run
    const { hq, workload } = world
    const [till] = world.tills
    if (!till) throw new Error('there is a till')
    const began = { statements: till.statements, answers: till.answers, hq: hq.statements }
    if (kill?.who === 'till statement') till.killLater({ what: 'statement', in: kill.at })
    if (kill?.who === 'till answer') till.killLater({ what: 'answer', in: kill.at })
    if (kill?.who === 'head office statement') hq.killIn(kill.at)
    const enrol = async (): Promise<unknown> => {
      await run.until(() => hq.up, 'head office is up')
      return till.enrolled && till.stopped === null ? null : run.enrol(till)
    }
    const commands: readonly (() => Promise<unknown>)[] = [
      () => workload.enrol(till, ADA),
      () => workload.sell(till, ADA, 0),
      enrol,
      () => workload.enrol(till, BOLA),
      () => workload.sell(till, BOLA, 0),
      () => workload.sell(till, ADA, 100),
      () => workload.undo(till),
      () => workload.adjust(till, BOLA, 120),
      () => workload.update(till, ADA),
      () => workload.withdraw(till, BOLA),
      () => workload.importHistory(till),
      () => workload.lookUp(till, ADA),
      () => workload.sell(till, null, 0),
      () => workload.adjust(till, ADA, -40),
      // A code whose till or head office died with it is asked for again.
      enrol,
    ]
    for (const command of [...commands, ...commands]) {
      await run.until(() => till.up, 'the till runs')
      await command()
      await run.pass(STEP_MS)
    }
    await run.until(() => till.up, 'the till runs')
    if (!till.enrolled) await enrol()
    await run.rest()
    return {
      'till statement': till.statements - began.statements,
      'till answer': till.answers - began.answers,
      'head office statement': hq.statements - began.hq,
    }
  } finally {
    await run.end()
  }
}

/** `most` moments of each kind, spread evenly and shifted by `shift`; all of them where there are fewer. */
export function momentsToDie(moments: Moments, most: number, shift = 0): readonly OneKill[] {
  return (Object.keys(moments) as OneKill['who'][]).flatMap((who) => {
    const stride = Math.max(1, moments[who] / most)
    const count = Math.min(most, moments[who])
    return Array.from({ length: count }, (_, n) => ({
      who,
      at: 1 + ((Math.floor(n * stride) + shift) % moments[who]),
    }))
  })
}
