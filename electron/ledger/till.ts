import Sqlite from 'better-sqlite3'
import { LIMITS } from '../../shared/base/limits.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import type { MethodName, Output } from '../../shared/ipc/contract.ts'
import type { Notice, Reply, Request } from '../../shared/ipc/message.ts'
import type { Checker } from './checker.ts'
import { createCommands } from './commands/commands.ts'
import { type Customers, createCustomers } from './customers.ts'
import { dispatch } from './handlers/dispatch.ts'
import type { Handlers } from './handlers/handler.ts'
import { headOfficeHandlers } from './handlers/head-office.ts'
import { statusOf } from './handlers/health.ts'
import { receiptHandlers } from './handlers/receipt.ts'
import { tillHandlers } from './handlers/till.ts'
import { createImporter, type Importer } from './import.ts'
import type { Ledger } from './ledger.ts'
import type { HostKind, SendToPrinter } from './messages.ts'
import { createPeople, type People } from './people.ts'
import { createReceipts } from './receipts.ts'
import { createSales } from './sales.ts'
import type { HeadOffice } from './sync/head-office.ts'

export interface TillParts {
  readonly ledger: Ledger
  readonly dir: string
  readonly host: HostKind
  readonly keyStore: 'os' | 'file'
  readonly notify: (notice: Notice) => void
  readonly sendToPrinter: SendToPrinter | null
  readonly headOffice: HeadOffice
  /** Work that would hold up a sale runs beside it. */
  readonly beside: Pick<Checker, 'verify' | 'verifyRunning' | 'backup'>
}

/** A till with its store: every method of the contract that needs one. */
export interface Till {
  readonly ledger: Ledger
  readonly people: People
  readonly customers: Customers
  readonly importer: Importer
  status(): Output<'system.status'>
  call(request: Request): Promise<Reply>
  openSession(staffId: string): Output<'session.sign_in'>
}

/** A till over an open ledger; everything it needs of it is prepared here, once. */
export function createTill(parts: TillParts): Till {
  const { ledger } = parts
  const people = createPeople(ledger)
  const sales = createSales(ledger)
  const customers = createCustomers(ledger, sales, parts.headOffice.rightFor)
  const commands = createCommands({
    ledger,
    people,
    customers,
    sales,
    rightFor: parts.headOffice.rightFor,
    topUp: parts.headOffice.topUp,
    canAsk: parts.headOffice.canAsk,
  })
  const status = (): Output<'system.status'> => statusOf(parts, people)
  const openSession = (staffId: string): Output<'session.sign_in'> => {
    const staff = people.find(staffId)
    if (!staff) throw new Error('no such person')
    return { ...people.open(staff), staff, idle_lock_ms: LIMITS.idleLockMs }
  }
  const handlers: Handlers = {
    ...tillHandlers({ parts, people, customers, sales, commands, status, openSession }),
    ...headOfficeHandlers(parts),
    ...receiptHandlers(parts, createReceipts(ledger, sales, customers), customers),
  }

  return {
    ledger,
    people,
    customers,
    importer: createImporter(ledger, customers),
    status,
    openSession,
    async call(request) {
      const answer = await dispatch(handlers, people, request)
      if (!answer.ok) return { id: request.id, outcome: 'refused', refusal: answer.refusal }
      const changed = CHANGES[request.method]
      if (changed) parts.notify({ notice: 'changed', what: changed })
      return { id: request.id, outcome: 'done', value: answer.value }
    },
  }
}

const CHANGES: Partial<Record<MethodName, Extract<Notice, { notice: 'changed' }>['what']>> = {
  'customer.enrol': 'customers',
  'customer.update': 'customers',
  'customer.consent': 'customers',
  'sale.record': 'sales',
  'sale.void': 'sales',
  'sale.refund': 'sales',
  'points.adjust': 'sales',
  'staff.add': 'staff',
  'staff.update': 'staff',
  'settings.update': 'settings',
  'clock.confirm': 'health',
  'hq.enrol': 'settings',
  'hq.metered': 'health',
}

/** Errors of SQLite that are an answer for the person and no fault of the request. */
export function refusalOfError(error: unknown): Refusal | null {
  if (!(error instanceof Sqlite.SqliteError)) return null
  if (error.code === 'SQLITE_FULL') return refusal('disk_full')
  if (error.code.startsWith('SQLITE_READONLY')) return refusal('read_only')
  return null
}

/** The file itself is broken, or the key does not open it: no request can be answered any more. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError &&
  (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB')
