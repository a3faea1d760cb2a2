import type { EventKind } from '../../../shared/protocol/event.ts'
import type { Applied } from '../../../shared/sync/rows.ts'
import type { Database } from '../database.ts'
import { LIST_PROGRAM, type ProjectedEvent, type Projector } from '../projector.ts'
import type { OwnEvents } from './own-events.ts'

/** Own later events on top of head office's rows. All of it inside a transaction of the caller. */
export interface Overlay {
  /** A row of this account came, changed or left. */
  account(customer: string, program: string): void
  /** The row of this customer came, changed or left. */
  customer(id: string): void
  /** Ids became one customer, or came apart: everything of theirs begins anew. Answers how many listed rows went. */
  identity(id: string): number
}

const ACCOUNT_KINDS: ReadonlySet<EventKind> = new Set<EventKind>([
  'points.earned',
  'points.redeemed',
  'points.adjusted',
  'points.reversed',
  'lease.granted',
  'lease.returned',
])

/** Builds what this till shows from a row and its own events beyond it. */
export function createOverlay(db: Database, projector: Projector, own: OwnEvents): Overlay {
  const { accounts, people, sales } = projector
  const { replica } = accounts
  const laterOfAccount = own.only(ACCOUNT_KINDS)
  const laterOfPerson = own.only(projector.personKinds)
  const programsOf = db
    .prepare<[string, string], string>(
      'SELECT program FROM account WHERE customer = ? UNION SELECT program FROM replica_account WHERE customer = ?',
    )
    .pluck()
  const appliedOf = db.prepare<[string], string>('SELECT applied FROM customer WHERE id = ?').pluck()
  const salesOf = db
    .prepare<[string], string>(`SELECT id FROM event WHERE customer = ? AND kind = 'sale.recorded'`)
    .pluck()
  const giveSale = db.prepare('UPDATE sale SET customer = ? WHERE id = ?')

  /** In the order they were written, each told which sales stood undone by then. */
  const postAll = (events: readonly ProjectedEvent[]): void => {
    const ahead = new Set(events.map((event) => event.id))
    const undone = (sale: string | null): string | null => {
      const by = sales.voidOf(sale)
      return by !== null && ahead.has(by) ? null : by
    }
    for (const event of events) {
      ahead.delete(event.id)
      projector.postAgain(event, undone)
    }
  }
  const accountAnew = (root: string, ids: readonly string[], program: string): void => {
    for (const id of ids) accounts.drop(id, program)
    if (program === LIST_PROGRAM) people.setPoints(root, 0, null, 0)
    const row = replica.account(root, program)
    const events = [...laterOfAccount(ids, row?.applied ?? {})]
    if (row && !row.gone && row.held.length > 0) {
      const held = row.held.flatMap((one) => (one.kind === 'points.redeemed' && one.event ? [one.event] : []))
      const known = new Set(events.map((event) => event.id))
      events.push(...own.named(held).filter((event) => !known.has(event.id)))
      events.sort((a, b) => a.place - b.place)
    }
    postAll(events.filter((event) => event.program === program))
  }
  const customerAnew = (root: string, ids: readonly string[]): void => {
    people.asSent(root)
    const applied = JSON.parse(appliedOf.get(root) ?? '{}') as Applied
    for (const event of laterOfPerson(ids, applied)) projector.changePersonAgain(event)
  }

  return {
    account(customer, program) {
      accounts.forget()
      const root = replica.rootOf(customer)
      const ids = replica.idsOf(root)
      if (!own.any(ids)) return
      // Its lines say which events of a closed epoch are in the customer's row too.
      if (own.anyClosed(ids)) customerAnew(root, ids)
      accountAnew(root, ids, program)
    },
    customer(id) {
      const root = replica.rootOf(id)
      const ids = replica.idsOf(root)
      if (!own.any(ids)) return
      customerAnew(root, ids)
      // A row made anew knows no points yet.
      if (replica.account(root, LIST_PROGRAM) === null) accountAnew(root, ids, LIST_PROGRAM)
    },
    identity(id) {
      accounts.forget()
      accounts.anyChanged()
      const root = replica.rootOf(id)
      const ids = replica.idsOf(root)
      let removed = 0
      for (const other of ids) if (other !== root && people.remove(other)) removed += 1
      if (!own.any(ids)) return removed
      for (const other of ids) for (const sale of salesOf.all(other)) giveSale.run(root, sale)
      customerAnew(root, ids)
      const programs = new Set([LIST_PROGRAM, ...ids.flatMap((one) => programsOf.all(one, one))])
      for (const program of programs) accountAnew(root, ids, program)
      return removed
    },
  }
}
