import type { FromSync, LedgerToSync, SyncOp, SyncOps } from '../ledger/sync-port.ts'

/** How the sync process asks the ledger process. Rejects when it refused, or is gone: nothing was changed then. */
export interface LedgerCalls {
  call<O extends SyncOp>(op: O, input: SyncOps[O]['input']): Promise<SyncOps[O]['output']>
}

interface Waiting {
  resolve(output: unknown): void
  reject(error: Error): void
}

/** Questions to the ledger process over the shell's channel. */
export class LedgerChannel implements LedgerCalls {
  readonly #post: (message: FromSync) => void
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor(post: (message: FromSync) => void) {
    this.#post = post
  }

  call<O extends SyncOp>(op: O, input: SyncOps[O]['input']): Promise<SyncOps[O]['output']> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      this.#waiting.set(id, { resolve: (output) => resolve(output as SyncOps[O]['output']), reject })
      this.#post({ type: 'ledger', message: { id, op, input } })
    })
  }

  answered(answer: Extract<LedgerToSync, { type: 'answer' }>): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.ok) waiting?.resolve(answer.output)
    else waiting?.reject(new Error(answer.message))
  }

  /** The ledger process is gone, and with it every answer. */
  lost(): void {
    const lost = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of lost) reject(new Error('the ledger process is gone'))
  }
}
