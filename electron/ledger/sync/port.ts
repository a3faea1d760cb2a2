import { EnrolReply, LeaseReply, Problem, PushReply } from '../../../shared/sync/wire.ts'
import type { Replica } from '../replica/replica.ts'
import type { SyncOp, SyncOps } from '../sync-port.ts'
import type { HeadOffice } from './head-office.ts'

type Handlers = {
  [O in SyncOp]: (input: SyncOps[O]['input']) => SyncOps[O]['output'] | Promise<SyncOps[O]['output']>
}

/** Answers the sync process, one operation after the other as they come. Throws what it cannot do; nothing changed then. */
export interface SyncPort {
  ask(op: SyncOp, input: unknown): Promise<unknown>
}

const NOTHING: Record<string, never> = {}

/** What the sync process may ask of a till that is open. `healthChanged`: what the strip shows may be another now. */
export function createSyncPort(
  headOffice: HeadOffice,
  replica: Replica,
  healthChanged: () => void,
): SyncPort {
  const { outbox, acknowledge, batches } = headOffice
  const waiting = (): number => outbox.waitingAfter(outbox.cursor()).events
  const handlers: Handlers = {
    connection: () => headOffice.standing(),
    next_batch: ({ ahead, ...limits }) => (ahead ? batches.ahead(limits) : batches.next(limits)),
    async pushed(input) {
      const reply = PushReply.parse(input.reply)
      const taken = acknowledge.pushed(reply)
      if (taken && reply.reconcile !== null) {
        replica.askReconcile(reply.reconcile)
        replica.askListCheck()
      }
      headOffice.lookAtLists()
      const ahead = taken && batches.aheadHolds()
      if (taken && waiting() === 0) await headOffice.leases.contact()
      return { taken, waiting: waiting(), ahead }
    },
    push_refused: (input) => ({ next: acknowledge.refused(Problem.parse(input.problem)) }),
    sign: ({ text }) => ({ signature: headOffice.signText(text) }),
    enrolled(input) {
      headOffice.enrolled({ url: input.url, reply: EnrolReply.parse(input.reply) })
      return NOTHING
    },
    enrol_refused(input) {
      headOffice.enrolRefused(Problem.parse(input.problem))
      return NOTHING
    },
    rotation: async () => ({ request: await headOffice.rotation() }),
    rotated({ epoch }) {
      headOffice.rotated(epoch)
      return NOTHING
    },
    async shape_chunk(chunk) {
      const cursor = await replica.shapeChunk(chunk)
      if (chunk.shape === 'grant') await headOffice.leases.takeRows()
      return cursor
    },
    shape_reset: (ask) => replica.shapeReset(ask),
    fetched(ask) {
      replica.fetched(ask)
      return NOTHING
    },
    lease_asks: () => headOffice.leases.asks(),
    async leased({ asked, reply, known }) {
      await headOffice.leases.answered({ asked, reply: reply && LeaseReply.parse(reply), known })
      return NOTHING
    },
    reconcile_page: (ask) => replica.reconcilePage(ask),
    reconciled(ask) {
      replica.reconciled(ask)
      headOffice.reconciled(ask.result, ask.differences)
      return NOTHING
    },
    list_figures: () => replica.listFigures(),
    list_compared: (input) => ({ differs: replica.listCompared(input) }),
    async report(report) {
      headOffice.report(report)
      // Reports come at most once a second, and so does this.
      healthChanged()
      // And soon after every start, whether there is a network or not: off every sale's way.
      await replica.prepareFacts()
      return NOTHING
    },
  }
  return {
    async ask(op, input) {
      if (!Object.hasOwn(handlers, op)) throw new Error(`the sync process may not ask "${String(op)}"`)
      return (handlers[op] as (input: unknown) => unknown)(input)
    },
  }
}
