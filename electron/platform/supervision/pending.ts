import { CONTRACT } from '../../../shared/ipc/contract.ts'
import type { Reply, Request } from '../../../shared/ipc/message.ts'
import type { AdminOp, ToLedger } from '../../ledger/messages.ts'
import type { AdminAnswer } from './supervisor.ts'

interface Sent {
  readonly id: number
  /** How often a ledger process was given it. */
  sends: number
  /** When it was sent last, on the monotonic clock. */
  sentMs: number
}

/** A request that has no answer yet. */
export type Pending = Sent &
  (
    | { readonly kind: 'request'; readonly request: Request; settle(reply: Reply): void }
    | {
        readonly kind: 'admin'
        readonly op: AdminOp
        readonly input: unknown
        settle(answer: AdminAnswer): void
      }
  )

/** A pending request as the ledger process is sent it. */
export function messageOf(pending: Pending): ToLedger {
  return pending.kind === 'request'
    ? { type: 'request', request: pending.request }
    : { type: 'admin', id: pending.id, op: pending.op, input: pending.input }
}

/** A query changes nothing and a command with a `command_id` has one effect however often it arrives. */
export function mayBeRepeated(pending: Pending): boolean {
  if (pending.kind === 'admin') return false
  const { method, input } = pending.request
  return CONTRACT[method].kind === 'query' || 'command_id' in input
}

/** The answer when no ledger process will be asked (any more). */
export function giveUp(pending: Pending, message: string, retry: boolean): void {
  if (pending.kind === 'admin') pending.settle({ ok: false, refusal: null, message })
  else pending.settle({ id: pending.id, outcome: 'failed', message, retry })
}

/** The requests of all screens that wait for an answer, in the order they came. At most `max`. */
export class PendingRequests {
  readonly #max: number
  readonly #byId = new Map<number, Pending>()

  constructor(max: number) {
    this.#max = max
  }

  /** False when there are too many. */
  add(pending: Pending): boolean {
    if (this.#byId.size >= this.#max) return false
    this.#byId.set(pending.id, pending)
    return true
  }

  /** Takes out the request that an answer names. */
  take(id: number): Pending | undefined {
    const pending = this.#byId.get(id)
    this.#byId.delete(id)
    return pending
  }

  all(): readonly Pending[] {
    return [...this.#byId.values()]
  }

  /** Takes out all that fit. */
  takeWhere(fits: (pending: Pending) => boolean): readonly Pending[] {
    const taken = this.all().filter(fits)
    for (const { id } of taken) this.#byId.delete(id)
    return taken
  }
}
