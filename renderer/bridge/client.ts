import type { Refusal } from '../../shared/base/refusal.ts'
import type { Input, MethodName, Output } from '../../shared/ipc/contract.ts'
import type { KasuwaBridge, Notice, Reply } from '../../shared/ipc/message.ts'

/** What the caller gives: the client adds the id of a command. */
export type Ask<M extends MethodName> = Omit<Input<M>, 'command_id'>

/**
 * `done` and `refused` are answers. `failed`: the answer is not known, even after the retries. Asking the same
 * again uses the same command id, so it has one effect whatever became of the first.
 */
export type Answer<M extends MethodName> =
  | { readonly outcome: 'done'; readonly value: Output<M> }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'failed'; readonly message: string }

export interface TillClient {
  /** `session` is the token to speak with; without it, the one set by `speakAs`. */
  call<M extends MethodName>(method: M, input: Ask<M>, session?: string): Promise<Answer<M>>
  /** The token of every call that names none; empty for nobody. */
  speakAs(token: string): void
  onNotice(listener: (notice: Notice) => void): () => void
  /** Told with the token that the ledger process no longer knows. */
  onSignedOut(listener: (token: string) => void): () => void
}

type CommandMethod = {
  [M in MethodName]: string extends keyof Input<M> ? never : 'command_id' extends keyof Input<M> ? M : never
}[MethodName]

const COMMANDS = [
  'setup.begin',
  'customer.enrol',
  'customer.update',
  'customer.consent',
  'sale.record',
  'sale.void',
  'sale.refund',
  'points.adjust',
  'staff.add',
  'staff.update',
  'settings.update',
  'clock.confirm',
  'hq.enrol',
  'hq.metered',
  'hq.import_package',
] as const satisfies readonly CommandMethod[]

type Unnamed = Exclude<CommandMethod, (typeof COMMANDS)[number]>
const isCommand = (method: MethodName): boolean => {
  const every: [Unnamed] extends [never] ? readonly MethodName[] : never = COMMANDS
  return every.includes(method)
}

/** 50, 100, 200 ... 2,000 ms: about 20 s in all, longer than a supervised restart takes. */
const RETRY_DELAY_FIRST_MS = 50
const RETRY_DELAY_MAX_MS = 2_000
export const RETRIES_MAX = 14

/**
 * Ids of commands whose answer is not known yet, by method and content. The id exists here before anything is
 * sent, and stays until an answer came: a second press of Enter, or a try after a crash, carries the same id.
 */
class KeptCommands {
  readonly #ids = new Map<string, string>()
  readonly #newId: () => string

  constructor(newId: () => string) {
    this.#newId = newId
  }

  idFor(method: MethodName, input: object): string {
    const key = keyOf(method, input)
    let id = this.#ids.get(key)
    if (!id) {
      id = this.#newId()
      this.#ids.set(key, id)
    }
    return id
  }

  answered(method: MethodName, input: object): void {
    this.#ids.delete(keyOf(method, input))
  }
}

/** The second person is no part of what is asked: the same sale with and without their PIN is one command. */
const keyOf = (method: MethodName, input: object): string =>
  `${method} ${JSON.stringify({ ...input, approver: null })}`

interface ClientDeps {
  readonly bridge: KasuwaBridge
  readonly newId: () => string
  readonly sleep: (ms: number) => Promise<void>
}

/** The screens' way to the ledger process: session, command ids, retries. */
export function createClient({ bridge, newId, sleep }: ClientDeps): TillClient {
  const kept = new KeptCommands(newId)
  const signedOut = new Set<(token: string) => void>()
  let current = ''

  async function send<M extends MethodName>(
    method: M,
    token: string,
    input: Input<M>,
  ): Promise<Reply<M> | { outcome: 'failed'; message: string; retry: boolean }> {
    try {
      return await bridge.call(method, token, input)
    } catch (error) {
      return {
        outcome: 'failed',
        message: error instanceof Error ? error.message : String(error),
        retry: true,
      }
    }
  }

  async function call<M extends MethodName>(method: M, ask: Ask<M>, session?: string): Promise<Answer<M>> {
    const token = session ?? current
    const input = (isCommand(method) ? { ...ask, command_id: kept.idFor(method, ask) } : ask) as Input<M>
    let delay = RETRY_DELAY_FIRST_MS
    for (let attempt = 0; ; attempt++) {
      const reply = await send(method, token, input)
      if (reply.outcome === 'failed') {
        if (!reply.retry || attempt >= RETRIES_MAX) return { outcome: 'failed', message: reply.message }
        await sleep(delay)
        delay = Math.min(delay * 2, RETRY_DELAY_MAX_MS)
        continue
      }
      // Signed out says nothing about an earlier try that was lost: after the PIN the same id asks again.
      const isSignedOut = reply.outcome === 'refused' && reply.refusal.code === 'signed_out'
      if (!isSignedOut) kept.answered(method, ask)
      if (reply.outcome === 'done') return { outcome: 'done', value: reply.value }
      if (isSignedOut && token !== '') {
        for (const listener of signedOut) listener(token)
      }
      return { outcome: 'refused', refusal: reply.refusal }
    }
  }

  return {
    call,
    speakAs(token) {
      current = token
    },
    onNotice: (listener) => bridge.onNotice(listener),
    onSignedOut(listener) {
      signedOut.add(listener)
      return () => signedOut.delete(listener)
    },
  }
}
