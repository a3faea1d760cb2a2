import type { AdminOp } from '../../electron/ledger/messages.ts'
import type { MethodName } from '../../shared/ipc/contract.ts'
import { Dice } from './dice.ts'
import type { PostgresPlace } from './head-office.ts'
import { SeedRun } from './run-seed.ts'
import type { SimulatedTill } from './simulated-till.ts'
import type { Workload } from './workload.ts'

/** Somebody dies once, before its n-th statement or answer of a scenario that is otherwise the same every time. */
export interface OneKill {
  readonly who: 'till statement' | 'till answer' | 'head office statement'
  readonly at: number
}

/** How many moments there are to die at. */
export type Moments = Readonly<Record<OneKill['who'], number>>

const [ADA, BOLA] = ['08035550101', '08035550102'] as const
const SEED = 77
const STEP_MS = 6_000

interface Counter {
  readonly workload: Workload
  readonly till: SimulatedTill
  /** A code whose till or head office died with it is asked for again. */
  readonly enrol: () => Promise<unknown>
}

/** What happens at the counter of a shop: taken twice, these are the thirty steps. */
const STEPS: readonly (readonly [
  does: MethodName | AdminOp,
  step: (counter: Counter) => Promise<unknown>,
])[] = [
  ['customer.enrol', ({ workload, till }) => workload.enrol(till, ADA)],
  ['sale.record', ({ workload, till }) => workload.sell(till, ADA, 0)],
  ['hq.enrol', ({ enrol }) => enrol()],
  ['customer.enrol', ({ workload, till }) => workload.enrol(till, BOLA)],
  ['sale.record', ({ workload, till }) => workload.sell(till, BOLA, 0)],
  ['sale.record', ({ workload, till }) => workload.sell(till, ADA, 100)],
  ['sale.refund', ({ workload, till }) => workload.giveBack(till)],
  ['sale.void', ({ workload, till }) => workload.undo(till)],
  ['points.adjust', ({ workload, till }) => workload.adjust(till, BOLA, 120)],
  ['customer.update', ({ workload, till }) => workload.update(till, ADA)],
  ['customer.consent', ({ workload, till }) => workload.withdraw(till, BOLA)],
  ['import_sales', ({ workload, till }) => workload.importHistory(till)],
  ['customer.fetch', ({ workload, till }) => workload.lookUp(till, ADA)],
  ['sale.record', ({ workload, till }) => workload.sell(till, null, 0)],
  ['points.adjust', ({ workload, till }) => workload.adjust(till, ADA, -40)],
  ['hq.enrol', ({ enrol }) => enrol()],
]

/** What these steps are done by. */
export const COUNTER_STEPS: readonly string[] = STEPS.map(([does]) => does)

/** Thirty steps at the counter, on one till and head office. Throws when it does not end at rest. */
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
    const counter = { workload, till, enrol }
    for (const [, step] of [...STEPS, ...STEPS]) {
      await run.until(() => till.up, 'the till runs')
      await step(counter)
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

const KINDS = [
  'till statement',
  'till answer',
  'head office statement',
] as const satisfies readonly OneKill['who'][]

/** `most` moments of each kind, spread evenly; all of them where there are fewer. */
export const momentsToDie = (moments: Moments, most: number): readonly OneKill[] =>
  KINDS.flatMap((who) => {
    const stride = Math.max(1, moments[who] / most)
    const count = Math.min(most, moments[who])
    return Array.from({ length: count }, (_, n) => ({ who, at: 1 + Math.floor(n * stride) }))
  })

/** One moment of each kind, by the dice of a seed. */
export function sampledMoments(moments: Moments, seed: number): readonly OneKill[] {
  const dice = new Dice(seed, 'moments to die')
  return KINDS.map((who) => ({ who, at: dice.of(who).whole(1, moments[who]) }))
}
