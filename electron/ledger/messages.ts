import type { z } from 'zod'
import type { Refusal } from '../../shared/base/refusal.ts'
import type { Notice, Reply, Request } from '../../shared/ipc/message.ts'
import type { BlockedWhy } from '../../shared/ipc/till-values.ts'
import type { PrinterTarget } from '../platform/printer.ts'
import type { LedgerToSync, SyncToLedger } from './sync-port.ts'

/**
 * What crosses between a shell (Electron main, browser host, command line) and the ledger process.
 * Secrets travel only in these messages: never in arguments, environment or a log.
 */

/** Kept by the key store of the shell: sealed by the operating system, or in a file for its owner alone. */
export interface Secrets {
  /** 64 hex characters: the raw key of `till.db`. */
  readonly database_key: string
  /** Ed25519 private key of this device and epoch, PKCS8 DER, base64. */
  readonly signing_key: string
  /** The key of the next epoch, kept before anything is signed with it. */
  readonly next_signing_key?: string
}

/** Why a till cannot work, in a sentence for the person at it and the words of the machine for who helps them. */
export interface Blocked {
  readonly why: z.infer<typeof BlockedWhy>
  readonly sentence: string
  readonly detail: string
}

/** Gives a receipt to a printer. Null, or why not all was printed: the end of a sentence. */
export type SendToPrinter = (to: PrinterTarget, bytes: Uint8Array) => Promise<string | null>

export type HostKind = 'electron' | 'browser' | 'cli' | 'test'

export interface OpenRequest {
  readonly type: 'open'
  readonly dir: string
  readonly secrets: Secrets | null
  readonly key_store: 'os' | 'file'
  readonly host: HostKind
  /** Set for tests only: what is added to the wall clock, ms. */
  readonly clock_offset_ms?: number
}

/** Work of the command line that goes through whoever holds the writer lock. */
export interface AdminOps {
  import_customers: {
    input: { batch: readonly ImportCustomer[] }
    output: { outcomes: readonly ImportOutcome[] }
  }
  import_sales: {
    input: { batch: readonly ImportSale[]; earn: boolean }
    output: { outcomes: readonly ImportOutcome[] }
  }
  rebuild: { input: Record<string, never>; output: { events: number; projections_hash: string } }
  backup: { input: { file: string }; output: { bytes: number } }
  /** A code typed on the command line. `wait: false`: the request is only kept, and the answer is null. */
  enrol: {
    input: { url: string; code: string; wait?: boolean }
    output: { tenant_name: string; store_name: string; till_name: string } | null
  }
  /** Head office is at another address now. `tenant`: only if the till belongs to this business; answers which it does. */
  hq_address: {
    input: { url: string; tenant?: string }
    output: { moved: boolean; tenant_name: string }
  }
  /** A new signing key, as soon as head office is reached. */
  rotate_key: { input: Record<string, never>; output: Record<string, never> }
  export_unsent: {
    input: { cursor: string | null }
    output: { text: string; next: string | null; events: number }
  }
  import_package: { input: { file: string }; output: { rows: number; made_at: number } }
}
export type AdminOp = keyof AdminOps

/** One row of a people file. `key` makes its event id: hash of source name, row content and n-th occurrence. */
export interface ImportCustomer {
  readonly key: string
  readonly phone: string
  readonly email: string
  readonly card: string
  readonly name: string
  readonly birth: string
  readonly consent_marketing: 'yes' | 'no' | 'not_asked'
}

/** One row of a purchase history. The customer is known by phone, email or card, in this order. */
export interface ImportSale {
  readonly key: string
  readonly phone: string
  readonly email: string
  readonly card: string
  readonly amount_kobo: number
  /** When the purchase happened, ms; its own date, for analytics and tier windows. */
  readonly occurred_ms: number
  readonly receipt: string
  readonly channel: string
}

export type ImportOutcome =
  | { readonly outcome: 'booked'; readonly customer: 'new' | 'known' }
  | { readonly outcome: 'already_there' }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }

export type ToLedger =
  | OpenRequest
  | { readonly type: 'request'; readonly request: Request }
  | { readonly type: 'admin'; readonly id: number; readonly op: AdminOp; readonly input: unknown }
  | { readonly type: 'secrets_saved'; readonly error: string | null }
  /** Answer to a `print`: null, or why not all was printed. */
  | { readonly type: 'printed'; readonly id: number; readonly problem: string | null }
  /** From the sync process, carried by the shell. Answered by a `sync` with the same id. */
  | { readonly type: 'sync'; readonly message: SyncToLedger }
  /** Checkpoint and close; answered by `closed`. */
  | { readonly type: 'close' }

export type FromLedger =
  /** The process runs and waits for `open`. */
  | { readonly type: 'started' }
  /** `open` was carried out. A till without a store is open too: its status says `setup`. */
  | { readonly type: 'opened' }
  /** `open` was refused. The process stays and answers `system.status` with this. */
  | ({ readonly type: 'blocked' } & Blocked)
  | { readonly type: 'reply'; readonly reply: Reply }
  | { readonly type: 'admin_reply'; readonly id: number; readonly ok: true; readonly output: unknown }
  | {
      readonly type: 'admin_reply'
      readonly id: number
      readonly ok: false
      readonly refusal: Refusal | null
      readonly message: string
    }
  /** Must be kept durably before the ledger writes anything under them; answered by `secrets_saved`. */
  | { readonly type: 'save_secrets'; readonly secrets: Secrets }
  /** For the printer, which the shell reaches and the ledger does not. Answered by `printed`, however long it takes. */
  | { readonly type: 'print'; readonly id: number; readonly to: PrinterTarget; readonly bytes: Uint8Array }
  | { readonly type: 'notice'; readonly notice: Notice }
  /** For the sync process, if there is one. */
  | { readonly type: 'sync'; readonly message: LedgerToSync }
  | { readonly type: 'closed' }

/** Both ends of a channel: MessagePort in Electron, child-process IPC under Node, a pair in memory in tests. */
export interface Port<Out, In> {
  post(message: Out): void
  onMessage(listener: (message: In) => void): void
}
