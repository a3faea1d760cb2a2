import type { Refusal } from '../base/refusal.ts'
import type { Input, MethodName, Output } from './contract.ts'

/** What crosses from a screen to the ledger process. `session` is the token of `session.sign_in`, or empty. */
export interface Request<M extends MethodName = MethodName> {
  readonly id: number
  readonly method: M
  readonly session: string
  readonly input: Input<M>
}

/**
 * `refused` is a business answer. `failed` means that the answer is not known (the ledger process stopped, or a
 * bug): a command may be sent again with the same `command_id` and has one effect.
 */
export type Reply<M extends MethodName = MethodName> =
  | { readonly id: number; readonly outcome: 'done'; readonly value: Output<M> }
  | { readonly id: number; readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly id: number; readonly outcome: 'failed'; readonly message: string; readonly retry: boolean }

/** Pushed to every screen without being asked. */
export type Notice =
  | { readonly notice: 'ledger'; readonly state: 'up' | 'restarting' | 'blocked' }
  | { readonly notice: 'changed'; readonly what: 'customers' | 'sales' | 'staff' | 'settings' | 'health' }

/** `window.kasuwa`: the same in Electron's preload and in the browser host's bridge. */
export interface KasuwaBridge {
  readonly host: 'electron' | 'browser'
  call<M extends MethodName>(method: M, session: string, input: Input<M>): Promise<Reply<M>>
  /** Returns how to stop listening. */
  onNotice(listener: (notice: Notice) => void): () => void
}
