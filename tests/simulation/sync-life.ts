import type { Service } from '../../electron/ledger/service.ts'
import type { SyncOp, SyncOps, SyncSignal } from '../../electron/ledger/sync-port.ts'
import { syncDriver } from '../../electron/sync/driver.ts'
import type { LedgerCalls } from '../../electron/sync/ledger-calls.ts'
import type { Dice } from './dice.ts'
import { followInRounds } from './follower.ts'
import type { MachineClock } from './machine-clock.ts'
import { isMutant } from './mutants.ts'
import { atOnce, type Schedule } from './schedule.ts'
import { Kill } from './statements.ts'

interface SyncLifeParts {
  readonly service: Service
  readonly schedule: Schedule
  readonly clock: MachineClock
  readonly dice: Dice
  readonly fetch: typeof fetch
  /** The processes run. */
  readonly alive: () => boolean
  /** An answer is about to be heard; false: the process dies before it hears it. */
  readonly answered: () => boolean
  readonly failed: (error: unknown) => void
}

export interface SyncLife {
  changed(what: SyncSignal): void
  close(): void
}

const SIGNALS = { entries: 'entries', sync: 'moved', send_now: 'send_now' } as const
/** Between two processes: a message takes a moment. Virtual ms. */
const MESSAGE_MS = 1

/** One life of a sync process: the real driver and machine, with everything they wait for on virtual time. */
export function startSync(parts: SyncLifeParts): SyncLife {
  const { service, schedule, clock, dice, alive, answered, failed } = parts
  const never = <T>(): Promise<T> => new Promise(() => undefined)
  const ledger: LedgerCalls = {
    async call<O extends SyncOp>(op: O, input: SyncOps[O]['input']): Promise<SyncOps[O]['output']> {
      if (!alive()) return never()
      try {
        if (op === 'shape_chunk' && isMutant('the cursor moves before its rows')) {
          const chunk = input as SyncOps['shape_chunk']['input']
          await atOnce(service.sync('shape_chunk', { ...chunk, messages: '[]' }))
          if (!answered()) return never()
          // Whoever can be struck down in between is, sooner or later.
          if (chunk.messages.includes('"operation"') && dice.chance(0.5)) {
            failed(new Kill('between cursor and rows'))
            return never()
          }
          const { handle, offset } = chunk
          const output = await atOnce(service.sync('shape_chunk', { ...chunk, from: { handle, offset } }))
          return output as SyncOps[O]['output']
        }
        const output = await atOnce(service.sync(op, input))
        return answered() ? output : never()
      } catch (error) {
        if (error instanceof Kill) failed(error)
        else if (alive()) throw error
        return never()
      }
    },
  }
  const driver = syncDriver({
    ledger,
    fetch: async (input, init) => {
      const response = await parts.fetch(input, init)
      return answered() ? response : never<Response>()
    },
    timers: {
      monotonicMs: () => clock.read().monotonicMs,
      after: (ms, work) => schedule.after(ms, '', () => (alive() ? work() : undefined)),
    },
    random: () => dice.fraction(),
    follow: followInRounds,
    log: () => undefined,
  })
  driver.hear({ type: 'ledger_up' })
  return {
    changed: (what) => void schedule.after(MESSAGE_MS, '', () => driver.hear({ type: SIGNALS[what] })),
    close: () => driver.close(),
  }
}
