import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { RELEASE } from '../../shared/base/release.ts'
import { BrokenInvariant, invariant, ok, type Result, refuse } from '../../shared/base/result.ts'
import { initialTime, readTime } from '../../shared/domain/trusted-time.ts'
import { CONTRACT, type Output, type Parsed } from '../../shared/ipc/contract.ts'
import type { Notice, Reply, Request } from '../../shared/ipc/message.ts'
import { invalid } from '../../shared/ipc/parse-call.ts'
import { statusWithoutStore } from '../platform/supervision/status.ts'
import type { Timers } from '../platform/timers.ts'
import { adminOp } from './admin.ts'
import { assemble, type WorkingTill } from './assemble.ts'
import { blockedBy, blockedWith } from './blocked.ts'
import { createChecker } from './checker.ts'
import { createCheckpointer } from './checkpointer.ts'
import { type Database, openDatabase } from './database.ts'
import type { Platform } from './ledger.ts'
import type { AdminOp, AdminOps, Blocked, HostKind, Secrets, SendToPrinter } from './messages.ts'
import { finishRestore } from './restore.ts'
import { DATABASE_FILE, ledgerIsMissing, type SetUpInput, setUp } from './set-up.ts'
import { presentSecrets, WrongSigningKey } from './signing-key.ts'
import { ledgerStats, type Stats } from './stats.ts'
import type { SyncOp, SyncOps, SyncSignal } from './sync-port.ts'
import { isDamage, refusalOfError, type Till } from './till.ts'
import { tailFault } from './verify.ts'
import { takeWriterLock, type WriterLock } from './writer-lock.ts'

interface ServiceOptions {
  readonly dir: string
  readonly platform: Platform
  readonly host: HostKind
  readonly keyStore: 'os' | 'file'
  /** `read` takes no lock and writes nothing: the command line beside a running app. */
  readonly mode: 'write' | 'read'
  /** Keeps the secrets durably before anything is written under them. */
  readonly saveSecrets: (secrets: Secrets) => Promise<void>
  /** Null: nothing leads to a printer from here. */
  readonly sendToPrinter: SendToPrinter | null
  readonly notify: (notice: Notice) => void
  /** Something for the sync process to look at. */
  readonly signal: (what: SyncSignal) => void
  /** Calls back after so many ms, and answers how to stop it; the machine's own timers when left out. */
  readonly after?: Timers['after']
}

/** The ledger process without its channel: set-up, ready or blocked, and what may be asked in each phase. */
export interface Service {
  open(secrets: Secrets | null): Blocked | null
  call(request: Request): Promise<Reply>
  admin<O extends AdminOp>(
    op: O,
    input: AdminOps[O]['input'],
  ): Promise<Result<AdminOps[O]['output'], Refusal>>
  setUp(input: SetUpInput): Promise<Result<{ recovery_phrase: string; admin_id: string }, Refusal>>
  /** A question of the sync process. Rejects with why nothing was done. */
  sync<O extends SyncOp>(op: O, input: SyncOps[O]['input']): Promise<SyncOps[O]['output']>
  /** Null before set-up and while blocked. */
  till(): Till | null
  stats(): Stats | null
  close(): void
}

/** The ledger process of one data directory, closed until `open`. */
export function createService(options: ServiceOptions): Service {
  const { dir, platform, notify } = options
  let lock: WriterLock | null = null
  let db: Database | null = null
  let working: WorkingTill | null = null
  let blocked: Blocked | null = null
  const checker = createChecker({
    dir,
    key: () => key,
    db: () => db,
    clock: platform.clock,
    notify,
  })
  const checkpointer = createCheckpointer({
    file: path.join(dir, DATABASE_FILE),
    key: () => key,
    log: (line) => process.stderr.write(`${JSON.stringify({ level: 'warn', message: line })}\n`),
  })
  let key = ''
  let known: Secrets | null = null
  let settingUp: Promise<unknown> = Promise.resolve()

  const ready = (secrets: Secrets): void => {
    key = secrets.database_key
    const opened = openDatabase({ file: path.join(dir, DATABASE_FILE), key, mode: options.mode })
    db = opened
    const fault = options.mode === 'write' ? tailFault(opened, platform) : null
    invariant(fault === null, fault ?? '')
    const present = options.mode === 'write' ? presentSecrets(opened, platform, secrets) : null
    if (options.mode === 'write' && !present) throw new WrongSigningKey()
    known = present ?? secrets
    working = assemble({ ...options, db: opened, secrets: known, beside: checker, checkpointer })
  }
  const block = (error: unknown, secrets: Secrets | null): Blocked => {
    working?.close()
    working = null
    checkpointer.close()
    db?.close()
    db = null
    blocked = blockedBy(error, { dir, digest: platform.digest }, secrets)
    return blocked
  }
  /** A fault found while working: a damaged file blocks the till, everything else is the caller's answer. */
  const faulted = (error: unknown): Refusal | null => {
    if (!isDamage(error)) return refusalOfError(error)
    const found = block(error, known)
    notify({ notice: 'ledger', state: 'blocked' })
    return refusal('till_blocked', { why: found.sentence })
  }

  const tryOpen = (secrets: Secrets | null): Blocked | null => {
    if (options.mode === 'write') {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      accessSync(dir, constants.W_OK)
      lock ??= takeWriterLock(dir)
      if (!lock) return blockedWith('writer_busy', refusal('writer_busy'), dir)
      finishRestore(dir)
    }
    if (ledgerIsMissing(dir, secrets !== null)) {
      const remedy = 'Restore its latest backup, or choose an empty folder.'
      const params = { file: 'The data folder', why: 'it holds the key of a till but not its ledger', remedy }
      return blockedWith('file_damaged', refusal('file_damaged', params), dir)
    }
    if (!existsSync(path.join(dir, DATABASE_FILE))) return null
    if (!secrets) return blockedWith('key_missing', refusal('key_missing'), dir)
    // SQLite would open a file that it may not write for reading, and every sale would be refused later.
    if (options.mode === 'write') accessSync(path.join(dir, DATABASE_FILE), constants.W_OK)
    ready(secrets)
    return null
  }

  const setUpOnce: Service['setUp'] = async (input) => {
    if (blocked) return refuse(refusal('till_blocked', { why: blocked.sentence }))
    if (options.mode === 'read') return refuse(refusal('read_only'))
    const done = await setUp(dir, platform, input, options.saveSecrets)
    if (!done.ok) return done
    ready(done.value.secrets)
    // It has asked in vain so far, at longer and longer intervals.
    options.signal('sync')
    return ok({ recovery_phrase: done.value.recovery_phrase, admin_id: done.value.admin_id })
  }

  const service: Service = {
    open(secrets) {
      blocked = null
      try {
        blocked = tryOpen(secrets)
      } catch (error) {
        block(error, secrets)
      }
      return blocked
    },
    async call(request) {
      try {
        if (blocked) return answerBlocked(request, blocked, options)
        const open = working
        if (open) return await open.telling(() => open.till().call(request))
        return await answerBeforeSetUp(request, options, service)
      } catch (error) {
        const known = faulted(error)
        if (known) return { id: request.id, outcome: 'refused', refusal: known }
        throw error
      }
    },
    setUp(input) {
      // One after the other: two at once would keep the keys of the one and the ledger of the other.
      const mine = settingUp.then(() => setUpOnce(input))
      settingUp = mine.catch(() => undefined)
      return mine
    },
    async admin(op, input) {
      if (blocked) return refuse(refusal('till_blocked', { why: blocked.sentence }))
      const open = working
      if (!open) return refuse(refusal('not_set_up'))
      try {
        return (await open.telling(() => adminOp(open, options, op, input))) as Result<
          AdminOps[typeof op]['output'],
          Refusal
        >
      } catch (error) {
        const known = faulted(error)
        if (known) return refuse(known)
        throw error
      }
    },
    async sync(op, input) {
      const open = working
      if (blocked || !open) throw new Error('there is no store here')
      try {
        return (await open.telling(() => open.port().ask(op, input))) as SyncOps[typeof op]['output']
      } catch (error) {
        // A damaged file blocks the till; the sync process learns what it was as for any other fault.
        faulted(error)
        throw error
      }
    },
    till: () => working?.till() ?? null,
    stats: () => (working ? ledgerStats(working.till().ledger) : null),
    close() {
      checker.stop()
      checkpointer.close()
      try {
        if (db?.open && options.mode === 'write') {
          db.pragma('optimize')
          db.pragma('wal_checkpoint(TRUNCATE)')
        }
      } catch (error) {
        // A full or failing disk: what was committed stands in the write-ahead log and is read from there next time.
        if (!(error instanceof Sqlite.SqliteError)) throw error
      } finally {
        working?.close()
        working = null
        db?.close()
        db = null
        lock?.release()
        lock = null
      }
    },
  }
  return service
}

function answerBlocked(request: Request, blocked: Blocked, options: ServiceOptions): Reply {
  if (request.method !== 'system.status') {
    return { id: request.id, outcome: 'refused', refusal: refusal('till_blocked', { why: blocked.sentence }) }
  }
  return { id: request.id, outcome: 'done', value: emptyStatus(options, blocked) }
}

async function answerBeforeSetUp(
  request: Request,
  options: ServiceOptions,
  service: Service,
): Promise<Reply> {
  const { id, method } = request
  if (method === 'system.status') return { id, outcome: 'done', value: emptyStatus(options, null) }
  if (method !== 'setup.begin') return { id, outcome: 'refused', refusal: refusal('not_set_up') }
  const parsed = CONTRACT['setup.begin'].input.safeParse(request.input)
  if (!parsed.success) return { id, outcome: 'refused', refusal: invalid(parsed.error) }
  const input: Parsed<'setup.begin'> = parsed.data
  const done = await service.setUp({ ...input, demo: false })
  if (!done.ok) return { id, outcome: 'refused', refusal: done.refusal }
  const session = service.till()?.openSession(done.value.admin_id)
  if (!session) throw new BrokenInvariant('a till that was set up is open')
  options.notify({ notice: 'ledger', state: 'up' })
  const value: Output<'setup.begin'> = { recovery_phrase: done.value.recovery_phrase, session }
  return { id, outcome: 'done', value }
}

function emptyStatus(options: ServiceOptions, blocked: Blocked | null): Output<'system.status'> {
  const { trusted } = readTime(initialTime(RELEASE.builtMs), options.platform.clock.read())
  return statusWithoutStore(options.host, trusted, blocked)
}
