import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { LeaseLeft, RedeemRight } from '../../../shared/domain/decide/floor.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import { TillPolicy } from '../../../shared/sync/rows.ts'
import { GRANTS_WANTED } from '../../../shared/sync/state.ts'
import { SYNC_LIMITS } from '../../../shared/sync/wire.ts'
import { wordsBeside } from '../../../shared/sync/words.ts'
import { createLeases, type Leases } from '../lease/leases.ts'
import type { Ledger } from '../ledger.ts'
import type { AccountFacts, ImportedPackage, Replica } from '../replica/replica.ts'
import type { SyncOps, SyncReport } from '../sync-port.ts'
import { type Acknowledge, createAcknowledge } from './acknowledge.ts'
import { type Batches, createBatches } from './batches.ts'
import { type ConnectionStore, connectionStore } from './connection.ts'
import { createHeldList } from './held.ts'
import { createJoining, type EnrolAnswer, type Joining, type JoiningParts, namesOf } from './joining.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { putBack } from './put-back.ts'
import { createRotation, type Rotation } from './rotation.ts'
import { type ExportMemory, unsentPage } from './unsent-file.ts'
import { createUploads, type Uploads } from './upload.ts'

/** What outlives a reload of the ledger, but not the process. */
interface SyncMemory {
  report: SyncReport | null
  /** Screens that wait for the answer to a code. */
  readonly waiting: Set<(answer: EnrolAnswer) => void>
  readonly exports: ExportMemory
  readonly uploads: Uploads
}
export const newSyncMemory = (
  ledgerFile: string,
  after: JoiningParts['after'],
  reads: boolean,
): SyncMemory => ({
  report: null,
  waiting: new Set(),
  exports: new Map(),
  uploads: createUploads(`${ledgerFile}-upload`, after, reads),
})

interface HeadOfficeParts extends JoiningParts {
  readonly memory: SyncMemory
  readonly clockMoved: (byMs: number) => void
}

type HealthPart =
  | 'waiting'
  | 'waiting_sales'
  | 'oldest_waiting_at'
  | 'connected_to_hq'
  | 'last_contact_at'
  | 'quarantined'
  | 'sync'
type Health = NonNullable<Output<'system.status'>['health']>

/** Everything between this till and head office that needs its ledger. */
export interface HeadOffice extends Joining, Rotation {
  health(): Pick<Health, HealthPart>
  connection(): Output<'hq.connection'>
  setMetered(metered: boolean): void
  sendNow(): Result<Record<string, never>, Refusal>
  exportUnsent(cursor: string | null): Result<Output<'hq.export_unsent'>, Refusal>
  /** Refuses what is wrong, old, foreign or altered. */
  importPackage(lines: () => Iterable<string>): Promise<Result<ImportedPackage, Refusal>>
  fetch(customer: string): Promise<{ fetched: boolean }>
  standing(): SyncOps['connection']['output']
  report(report: SyncReport): void
  /** Has the sync process compare the lists, where that is due. */
  lookAtLists(): void
  /** Head office compared what it holds with what is here. */
  reconciled(result: 'equal' | 'differs', differences: number): void
  /** By what this till takes points from a customer's account. `trusted`: ms. */
  rightFor(customer: string, trusted: number): RedeemRight
  /** Signature of SHA-256 of a text by the key of the present epoch, base64. */
  signText(text: string): string
  /**
   * Asks head office for so many points for a customer who waits, if it is there; resolves after 1.5 s at the latest.
   * What it sets aside is booked then.
   */
  topUp(customer: string, points: number): Promise<void>
  /** Head office answered lately: for more than this till may take, it is asked. */
  canAsk(): boolean
  readonly leases: Leases
  readonly uploads: Uploads
  readonly outbox: Outbox
  readonly connections: ConnectionStore
  readonly acknowledge: Acknowledge
  readonly batches: Batches
}

/** The outbox, the connection and what comes from head office, over an open ledger. */
export function createHeadOffice(parts: HeadOfficeParts): HeadOffice {
  const { ledger, replica, memory } = parts
  const connections = connectionStore(ledger.db)
  const outbox = createOutbox(ledger)
  const acknowledge = createAcknowledge({ ledger, connections, outbox, clockMoved: parts.clockMoved })
  const held = createHeldList(ledger)
  const rotation = createRotation(parts, connections)
  const isPutBack = putBack(ledger)
  const leases = createLeases({ ledger, connections, signal: parts.signal, after: parts.after })
  const canAsk = (): boolean =>
    connections.get()?.stopped_code === null && memory.report !== null && CONNECTED.has(memory.report.doing)
  const leasesOf = (customer: string): readonly LeaseLeft[] =>
    leases.left(replica.rootOf(customer), ledger.settings().program.id)
  return {
    outbox,
    connections,
    acknowledge,
    batches: createBatches(ledger, connections, outbox, acknowledge),
    ...createJoining(parts, connections, outbox),
    ...rotation,
    async importPackage(lines) {
      if (!connections.get()) return refuse(refusal('not_enrolled'))
      const done = await replica.importPackage(lines)
      if (!done.ok) return done
      ledger.writer.transaction(() => {
        for (const { receipt, held } of done.value.receipts) acknowledge.receiptFromFile(receipt, held)
      })
      await leases.takeRows()
      return done
    },
    reconciled: (result, differences) =>
      connections.reconciled(ledger.writer.now().trusted, result, differences),
    rightFor: (customer, trusted) =>
      connections.get()
        ? rightOf(ledger, replica.factsFor(customer), isPutBack(outbox.cursor()), trusted, leasesOf(customer))
        : { kind: 'own' },
    leases,
    canAsk,
    async topUp(customer, points) {
      if (canAsk()) await leases.askNow(replica.rootOf(customer), ledger.settings().program.id, points)
    },
    signText: (text) => ledger.writer.signText(text),
    uploads: memory.uploads,
    health() {
      const waiting = outbox.waitingAfter(outbox.cursor())
      const connection = connections.get()
      const said = memory.report
      return {
        waiting: waiting.events,
        waiting_sales: outbox.salesAfter(outbox.cursor()),
        oldest_waiting_at: waiting.oldest,
        connected_to_hq: connection !== null,
        last_contact_at: said?.last_contact_ms ?? connection?.receipt_at ?? null,
        quarantined: connection ? held.count() : 0,
        sync: said
          ? wordsBeside({ doing: said.doing, sentence: said.sentence }, waiting.events)
          : { doing: 'off', sentence: '' },
      }
    },
    connection: () =>
      connectionView(ledger, connections, replica, leases, held.list(), outbox.acknowledged()),
    setMetered(metered) {
      connections.setMetered(metered)
      parts.signal('sync')
    },
    sendNow() {
      if (!connections.get()) return refuse(refusal('not_enrolled'))
      parts.signal('send_now')
      return ok({})
    },
    exportUnsent(cursor) {
      const connection = connections.get()
      return connection
        ? unsentPage(ledger, outbox, connection, memory.exports, cursor)
        : refuse(refusal('not_enrolled'))
    },
    async fetch(customer) {
      if (!connections.get()) return { fetched: false }
      const wanted = replica.want(customer)
      parts.signal('sync')
      return new Promise((resolve) => {
        const stop = parts.after(SYNC_LIMITS.fetchWaitMs, () => {
          wanted.cancel()
          resolve({ fetched: false })
        })
        void wanted.answered.then(() => {
          stop()
          resolve({ fetched: true })
        })
      })
    },
    lookAtLists() {
      if (replica.listCheckDue()) parts.signal('sync')
    },
    standing: () => ({
      ...standingOf(ledger, connections, replica, leases),
      rotate: rotation.rotationDue(),
    }),
    report(report) {
      memory.report = report
    },
  }
}

const HOUR_MS = 3_600_000
/** What the sync process is doing while head office answers. */
const CONNECTED: ReadonlySet<SyncReport['doing']> = new Set(['sending', 'receiving', 'up_to_date'])

function rightOf(
  ledger: Ledger,
  facts: AccountFacts,
  isBack: boolean,
  trusted: number,
  leases: readonly LeaseLeft[],
): RedeemRight {
  const policy = ledger.settings().headOffice?.policy ?? TillPolicy.parse({})
  return {
    kind: 'floor',
    leases,
    known: facts.row === 'present',
    newer: facts.newer_fn,
    ageMs: facts.seen_at === null ? null : Math.max(0, trusted - facts.seen_at),
    ageMaxMs: policy.view_age_hours_max * HOUR_MS,
    held: facts.held,
    denied: facts.denied !== null,
    putBack: isBack,
    usedByCustomer: facts.own_unsecured_points_customer,
    usedByTill: facts.own_unsecured_points_till,
    customerMax: policy.floor_customer_points,
    tillMax: policy.floor_till_points,
    overridden: facts.own_overridden_points_till,
    overrideMax: policy.override_till_points,
  }
}

function standingOf(
  ledger: Ledger,
  connections: ConnectionStore,
  replica: Replica,
  leases: Leases,
): Omit<SyncOps['connection']['output'], 'rotate'> {
  const connection = connections.get()
  const pending = connections.pending()
  return {
    connection: connection && {
      url: connection.url,
      tenant: connection.tenant,
      store: connection.store,
      device: connection.device,
      // After a restore an epoch that head office does not know: it says so, and what to do.
      epoch: ledger.writer.head().epoch,
    },
    enrolling: pending && {
      url: pending.url,
      request: { body: pending.body, signature: pending.signature },
    },
    shapes: connection ? replica.shapes() : [],
    stopped:
      connection?.stopped_code == null
        ? null
        : { code: connection.stopped_code, sentence: connection.stopped_sentence ?? '' },
    metered: connections.metered(),
    wanted: connection ? [...(leases.isWanted() ? [GRANTS_WANTED] : []), ...replica.wanted()] : [],
    reconcile: connections.reconciling(),
    check: connection !== null && replica.listCheckDue(),
  }
}

function connectionView(
  ledger: Ledger,
  connections: ConnectionStore,
  replica: Replica,
  leases: Leases,
  held: Output<'hq.connection'>['held'],
  acknowledged: number,
): Output<'hq.connection'> {
  const connection = connections.get()
  const standing = standingOf(ledger, connections, replica, leases)
  return {
    connection: connection && {
      url: connection.url,
      ...namesOf(connection),
      device: connection.device,
      epoch: ledger.writer.head().epoch,
      enrolled_at: connection.enrolled_at,
    },
    stopped: standing.stopped,
    metered: standing.metered,
    lists: connection ? [...replica.lists()] : [],
    list_check: connection ? replica.lastListCheck() : null,
    last_receipt:
      connection?.receipt_at == null
        ? null
        : { at: connection.receipt_at, events: acknowledged, head_hash: connection.receipt_head ?? '' },
    held: connection ? held : [],
    last_reconciliation:
      connection?.reconciled_at == null || connection.reconciled_result === null
        ? null
        : {
            at: connection.reconciled_at,
            result: connection.reconciled_result,
            differences: connection.reconciled_differences ?? 0,
          },
  }
}
