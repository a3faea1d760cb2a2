import type { Notice } from '../../shared/ipc/message.ts'
import { systemTimers, type Timers } from '../platform/timers.ts'
import type { Checker } from './checker.ts'
import type { Checkpointer } from './checkpointer.ts'
import type { Database } from './database.ts'
import { loadLedger, type Platform } from './ledger.ts'
import type { HostKind, Secrets, SendToPrinter } from './messages.ts'
import { createReplica } from './replica/create-replica.ts'
import { presentSecrets } from './signing-key.ts'
import { createHeadOffice, type HeadOffice, newSyncMemory } from './sync/head-office.ts'
import { createSyncPort, type SyncPort } from './sync/port.ts'
import type { SyncSignal } from './sync-port.ts'
import { createTill, type Till } from './till.ts'

interface AssembleParts {
  readonly dir: string
  readonly platform: Platform
  readonly host: HostKind
  readonly keyStore: 'os' | 'file'
  readonly mode: 'write' | 'read'
  readonly saveSecrets: (secrets: Secrets) => Promise<void>
  readonly sendToPrinter: SendToPrinter | null
  readonly notify: (notice: Notice) => void
  readonly signal: (what: SyncSignal) => void
  readonly after?: Timers['after']
  readonly db: Database
  /** As they stand: their signing key opened the last epoch. */
  readonly secrets: Secrets
  readonly checkpointer: Checkpointer
  readonly beside: Pick<Checker, 'verify' | 'verifyRunning' | 'backup'>
}

/** Everything that works on one open database. After an enrolment its parts are others. */
export interface WorkingTill {
  till(): Till
  port(): SyncPort
  headOffice(): HeadOffice
  /** Does the work and tells the sync process if it left something to send. */
  telling<T>(work: () => T | Promise<T>): Promise<T>
  /** Answers everybody who still waits. The database is closed by its owner. */
  close(): void
}

/** Puts a till together over an open ledger, and again when it became another one. */
export function assemble(parts: AssembleParts): WorkingTill {
  const { db, platform, mode, signal, notify, after = systemTimers.after } = parts
  const memory = newSyncMemory(db.name, after, mode === 'read')
  let secrets = parts.secrets
  let saving: Promise<void> = Promise.resolve()
  const save = (): Promise<void> => {
    const mine = secrets
    // One after the other: the shell answers the last question alone.
    saving = saving.then(
      () => parts.saveSecrets(mine),
      () => parts.saveSecrets(mine),
    )
    return saving
  }
  const nextKey = async (): Promise<string> => {
    const key = secrets.next_signing_key ?? platform.newSigningKey()
    secrets = { ...secrets, next_signing_key: key }
    await save()
    return key
  }

  const load = (): { till: Till; port: SyncPort; headOffice: HeadOffice } => {
    const ledger = loadLedger(db, platform, mode === 'write' ? secrets.signing_key : null)
    const replica = createReplica(ledger, { checkpointer: parts.checkpointer })
    const headOffice = createHeadOffice({
      ledger,
      replica,
      memory,
      nextKey,
      waitingKey: () => secrets.next_signing_key ?? null,
      reload,
      signal,
      clockMoved: (byMs) => now.till.people.moveTimes(byMs),
      after,
    })
    const till = createTill({ ...parts, ledger, headOffice })
    ledger.settings()
    const healthChanged = (): void => notify({ notice: 'changed', what: 'health' })
    return { till, port: createSyncPort(headOffice, replica, healthChanged), headOffice }
  }
  const reload = (clockMovedMs: number): void => {
    secrets = presentSecrets(db, platform, secrets) ?? secrets
    now = load()
    now.till.people.moveTimes(clockMovedMs)
    // The key is kept already, as the next one: a till that is cut off here takes it from there when it opens.
    save().catch(() => undefined)
    notify({ notice: 'changed', what: 'settings' })
  }

  let now = load()
  return {
    till: () => now.till,
    port: () => now.port,
    headOffice: () => now.headOffice,
    async telling(work) {
      const before = now.till.ledger.writer.head().place
      const done = await work()
      // What was waited for may have outlasted the till itself.
      const more = db.open && now.till.ledger.writer.head().place > before
      if (more && now.headOffice.connections.get()) signal('entries')
      return done
    },
    close: () => now.headOffice.close(),
  }
}
