import { describe, expect, it } from 'vitest'
import { ADMIN_OPS } from '../../electron/platform/control-socket.ts'
import { CONTRACT } from '../../shared/ipc/contract.ts'
import { COUNTER_STEPS, liveThirtySteps, sampledMoments } from './kills.ts'
import { MANAGER_STEPS, ManagerDay } from './manager-day.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

/** Lives, and the seeds that choose one moment of each kind in every run of the tests; the soak dies at all of them. */
const LIVES = {
  counter: { live: liveThirtySteps, seed: 5 },
  manager: { live: ManagerDay.live, seed: 8 },
} as const

/** What no process dies in here, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'setup.begin': 'there is no till before it: a first run that is cut off is begun again',
  'session.sign_out': 'it keeps nothing',
  'session.touch': 'it keeps nothing',
  'health.verify': 'it reads, in a process of its own',
  enrol: 'it is the work of hq.enrol',
  'receipt.print': 'paper: the sale stands whatever becomes of it',
  'printer.test': 'paper',
  'printer.update': 'a setting of the machine, kept by one statement',
}

describe('whoever dies at whatever moment, all is there once in the end', () => {
  it('and every command of the contract and of the command line is among what is done', () => {
    const commands = Object.entries(CONTRACT).flatMap(([name, { kind }]) =>
      kind === 'command' ? [name] : [],
    )
    const done = new Set([...COUNTER_STEPS, ...MANAGER_STEPS, ...Object.keys(ELSEWHERE)])
    expect([...commands, ...Object.keys(ADMIN_OPS)].filter((name) => !done.has(name))).toEqual([])
  })

  it.each(['counter', 'manager'] as const)('at work of the %s', { timeout: 600_000 }, async (who) => {
    const { live, seed } = LIVES[who]
    const moments = await live(place(), null)
    expect(moments['till statement']).toBeGreaterThan(1_000)
    expect(moments['till answer']).toBeGreaterThan(50)
    for (const kill of sampledMoments(moments, seed)) {
      try {
        await live(place(), kill)
      } catch (error) {
        throw new Error(`killed at ${kill.who} ${kill.at}`, { cause: error })
      }
    }
  })
})
