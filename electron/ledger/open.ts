import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Reply, Request } from '../../shared/ipc/message.ts'
import type { Platform } from './ledger.ts'
import type { AdminOp, AdminOps, HostKind, Secrets, SendToPrinter } from './messages.ts'
import { nodePlatform } from './node-platform.ts'
import { createService, type Service } from './service.ts'
import type { SetUpInput } from './set-up.ts'
import { presentSecrets } from './signing-key.ts'
import type { Stats } from './stats.ts'
import type { SyncSignal } from './sync-port.ts'
import { refusalOfError, type Till } from './till.ts'
import { type VerifyResult, verifyLedger } from './verify.ts'

/** Where the shell keeps the secrets; `electron/platform/key-store.ts` has the file, Electron main the OS store. */
export interface SecretStore {
  readonly kind: 'os' | 'file'
  load(): Promise<Secrets | null>
  save(secrets: Secrets): Promise<void>
}

interface OpenTillOptions {
  readonly dir: string
  readonly keyStore: SecretStore
  /** `read`: beside a running app, without the writer lock; writes nothing. */
  readonly mode: 'write' | 'read'
  readonly host: HostKind
  readonly platform?: Platform
  readonly sendToPrinter?: SendToPrinter
  /** Something for the sync process to look at. */
  readonly signal?: (what: SyncSignal) => void
}

/** A till in this very process: for the command line, the demo and tests. */
export interface OpenTill {
  /** False: the directory holds no store yet. */
  readonly isSetUp: () => boolean
  setUp(input: SetUpInput): Promise<Result<{ recovery_phrase: string; admin_id: string }, Refusal>>
  /** Null before set-up. */
  till(): Till | null
  call(request: Request): Promise<Reply>
  admin<O extends AdminOp>(
    op: O,
    input: AdminOps[O]['input'],
  ): Promise<Result<AdminOps[O]['output'], Refusal>>
  readonly sync: Service['sync']
  stats(): Stats | null
  /** Checks the whole ledger in this thread. */
  verify(): Promise<Result<VerifyResult, Refusal>>
  close(): void
}

const OTHER_KEY =
  'The last events are not signed with the key on this computer. Run recover with the recovery phrase if it was lost; else restore the latest backup.'

/** Opens a till without a process of its own. Refuses what a blocked screen would say, by its code. */
export async function openTill(options: OpenTillOptions): Promise<Result<OpenTill, Refusal>> {
  const platform = options.platform ?? nodePlatform()
  const { keyStore } = options
  const service = createService({
    dir: options.dir,
    platform,
    host: options.host,
    keyStore: keyStore.kind,
    mode: options.mode,
    saveSecrets: (secrets) => keyStore.save(secrets),
    sendToPrinter: options.sendToPrinter ?? null,
    notify: () => undefined,
    signal: options.signal ?? (() => undefined),
  })
  const secrets = await keyStore.load()
  const blocked = service.open(secrets)
  if (blocked) {
    service.close()
    const { why } = blocked
    const code = why === 'crashed' ? 'till_blocked' : why
    return refuse({
      ...refusal(code, { why: blocked.sentence, file: 'The ledger file', version: '' }),
      sentence: blocked.sentence,
    })
  }
  return ok({
    isSetUp: () => service.till() !== null,
    setUp: (input) => service.setUp(input),
    till: () => service.till(),
    call: (request) => service.call(request),
    admin: (op, input) => service.admin(op, input),
    sync: (op, input) => service.sync(op, input),
    stats: () => service.stats(),
    async verify() {
      const till = service.till()
      const secrets = await keyStore.load()
      if (!till || !secrets) return refuse(refusal('not_set_up'))
      try {
        const { db } = till.ledger
        const result = verifyLedger(db, options.dir, secrets.database_key, platform)
        if (presentSecrets(db, platform, secrets)) return ok(result)
        // A ledger written anew from its first event, with another key, is whole in itself.
        return ok({ ...result, ok: false, findings: [...result.findings, OTHER_KEY] })
      } catch (error) {
        const known = refusalOfError(error)
        if (known) return refuse(known)
        throw error
      }
    },
    close: () => service.close(),
  })
}
