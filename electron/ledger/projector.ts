import type { Account } from '../../shared/domain/account.ts'
import { linesFor } from '../../shared/domain/line.ts'
import { open, POST_VERSION, post } from '../../shared/domain/post.ts'
import { postingOf } from '../../shared/domain/posting-of.ts'
import type { EventKind } from '../../shared/protocol/event.ts'
import type { Payloads, PersonalValues } from '../../shared/protocol/payload.ts'
import { type AccountStore, accountStore } from './account-store.ts'
import { type CustomerTable, customerTable } from './customer-table.ts'
import type { Database } from './database.ts'
import { leaseTable } from './lease-table.ts'
import type { PlacedEvent } from './replica/applied.ts'
import { type SaleTable, saleTable } from './sale-table.ts'

/** What a projection sees of an event. `personal` is null where the values were blanked. */
export interface ProjectedEvent extends PlacedEvent {
  readonly id: string
  readonly place: number
  readonly kind: EventKind
  readonly staff: string
  readonly customer: string | null
  readonly program: string | null
  readonly trusted: number
  readonly payload: unknown
  readonly personal: unknown
}

export interface Projector {
  readonly accounts: AccountStore
  readonly people: CustomerTable
  readonly sales: SaleTable
  /** Carries one event into every projection. The same code at the counter, in `rebuild` and in `verify`. */
  apply(event: ProjectedEvent): void
  /**
   * Carries an event once more into the account of its customer, which began anew from another row. `undone`: the
   * event that had undone a sale by then.
   */
  postAgain(event: ProjectedEvent, undone: (sale: string | null) => string | null): void
  /** The same for what is known of the customer. */
  changePersonAgain(event: ProjectedEvent): void
  /** What kinds of events that is about. */
  readonly personKinds: readonly EventKind[]
  /** Changes whenever the settings may have changed. */
  settingsVersion(): number
  /** After a rolled back transaction, when rows came or the tables were emptied: what was remembered may not be so. */
  forget(): void
}

/** Every table that `rebuild` recomputes, in the order in which it is emptied and dumped. */
export const PROJECTIONS = [
  'line',
  'account',
  'sale',
  'customer',
  'staff',
  'setting',
  'lease',
  'lease_use',
  'refund',
] as const

/** The program whose balance stands on the customer's own row for lists. */
export const LIST_PROGRAM = 'default'

type Handlers = Partial<Record<EventKind, (event: ProjectedEvent) => void>>

/** The projections of one open ledger, with their statements prepared. */
export function createProjector(db: Database): Projector {
  const accounts = accountStore(db)
  const people = customerTable(db, accounts.applied)
  const sales = saleTable(db)
  const settings = settingTables(db)
  const leases = leaseTable(db)
  const postEvent = poster(accounts, people, sales)
  const persons = personHandlers(accounts, people, sales)

  const projections: Record<EventKind, (event: ProjectedEvent) => void> = {
    'epoch.opened': (e) => {
      const p = e.payload as Payloads['epoch.opened']
      accounts.applied.forget()
      settings.set('place', { currency: p.currency, time_zone: p.time_zone })
      sales.forget()
      if (p.because === 'enrolled') settings.setOnce('enrolled', { place: e.place, at: e.trusted })
    },
    'clock.confirmed': () => undefined,
    'customer.enrolled': persons['customer.enrolled'],
    'customer.updated': persons['customer.updated'],
    'customer.consent': persons['customer.consent'],
    // Head office writes these; a till learns of a merge by a row.
    'customer.merged': () => undefined,
    'sale.recorded': (e) => {
      sales.record(e, e.customer === null ? null : accounts.replica.rootOf(e.customer))
      persons['sale.recorded'](e)
    },
    'points.earned': (e) => {
      const p = e.payload as Payloads['points.earned']
      postEvent(e)
      // What is earned beside, by somebody else or in another program, is no part of what the receipt says.
      if (e.program === LIST_PROGRAM && e.customer !== null) {
        sales.countEarned(p.sale, accounts.replica.rootOf(e.customer), p.points)
      }
    },
    'points.redeemed': (e) => {
      const p = e.payload as Payloads['points.redeemed']
      postEvent(e)
      sales.countRedeemed(p.sale, p.points)
      leases.use(e)
    },
    'points.adjusted': (e) => postEvent(e),
    'points.reversed': (e) => {
      postEvent(e)
      leases.giveBack(e)
      const p = e.payload as Payloads['points.reversed']
      if (p.sale === null) return
      sales.giveBack(p.sale, e.id, p)
      persons['points.reversed'](e)
    },
    'lease.granted': (e) => {
      postEvent(e)
      leases.book(e)
    },
    'lease.returned': (e) => {
      postEvent(e)
      leases.end(e)
    },
    'staff.changed': settings.staff,
    override: () => undefined,
    'settings.changed': (e) => {
      const p = e.payload as Payloads['settings.changed']
      for (const [key, value] of Object.entries(p.settings)) settings.set(key, value)
    },
  }
  return {
    accounts,
    people,
    sales,
    apply: (event) => projections[event.kind](event),
    postAgain: postEvent,
    changePersonAgain: (event) => (persons as Handlers)[event.kind]?.(event),
    personKinds: Object.keys(persons) as EventKind[],
    settingsVersion: settings.version,
    forget() {
      accounts.forget()
      accounts.anyChanged()
      sales.forget()
      settings.changed()
    },
  }
}

/** Posts an event on the account of its customer, unless head office's row has it already. */
function poster(accounts: AccountStore, people: CustomerTable, sales: SaleTable) {
  return (event: ProjectedEvent, undone: (sale: string | null) => string | null = sales.voidOf): void => {
    const { id, kind, program, trusted, payload, device, epoch } = event
    if (event.customer === null || program === null) return
    const customer = accounts.replica.rootOf(event.customer)
    if (!isToBePosted(accounts, event, customer, program)) return
    const posting = postingOf({ id, kind, payload, effective: trusted, holder: `${device}/${epoch}` })
    if (!posting) return
    const posted = post(accounts.load(customer, program), posting, {
      lines: linesFor(posting, (line) => accounts.line(customer, line) ?? undefined),
      // Head office books what lapsed when everything before it has arrived; a till by itself knows that at once.
      settledUntil: hasRow(accounts, customer, program) ? 0 : trusted,
      saleReversed: posting.kind !== 'reverse' && 'sale' in posting && undone(posting.sale) !== null,
    })
    accounts.save(customer, program, posted.account)
    accounts.add(customer, program, posted.added)
    accounts.change(customer, posted.changed)
    // Where head office has a row, lists read the account itself.
    if (program === LIST_PROGRAM && accounts.replica.account(customer, program) === null) {
      people.setPoints(
        customer,
        open(posted.account, trusted),
        nextExpiry(posted.account, trusted),
        posted.account.lifetime,
      )
    }
  }
}

function hasRow(accounts: AccountStore, customer: string, program: string): boolean {
  const row = accounts.replica.account(customer, program)
  return row !== null && !row.gone
}

function nextExpiry(account: Account, trusted: number): number | null {
  let until: number | null = null
  for (const lot of account.lots) {
    if (lot.expiry > trusted && (until === null || lot.expiry < until)) until = lot.expiry
  }
  return until
}

/**
 * Not what is in head office's row, but for a redemption that is held there: what this till redeemed it always
 * deducts. And nothing on a row of a newer posting function: its meaning is not known here, the event waits.
 */
function isToBePosted(
  accounts: AccountStore,
  event: ProjectedEvent,
  customer: string,
  program: string,
): boolean {
  const row = accounts.replica.account(customer, program)
  if (row && !row.gone) {
    if (row.fn > POST_VERSION) return false
    if (!accounts.applied.isIn(row.applied, event)) return true
    return event.kind === 'points.redeemed' && row.held.some((held) => held.event === event.id)
  }
  const left = row ?? (event.customer === null ? null : accounts.replica.account(event.customer, program))
  return left === null || !accounts.applied.isIn(left.applied, event)
}

/** What each kind says of its customer. */
function personHandlers(accounts: AccountStore, people: CustomerTable, sales: SaleTable) {
  const root = (e: ProjectedEvent): string => accounts.replica.rootOf(e.customer ?? '')
  return {
    'customer.enrolled': (e) => people.enrol(root(e), e),
    'customer.updated': (e) => people.update(root(e), e),
    'customer.consent': (e) => people.consent(root(e), e),
    'sale.recorded': (e) => {
      const p = e.payload as Payloads['sale.recorded']
      if (e.customer !== null) people.visit(root(e), e, p.net, p.occurred_at)
    },
    'points.reversed': (e) => {
      const p = e.payload as Payloads['points.reversed']
      if (p.sale === null || e.customer === null) return
      if (p.part) return people.spendLess(root(e), e, p.part.kobo)
      const undone = sales.undoneBy(p.sale, e.id)
      if (undone?.customer) people.unvisit(undone.customer, e, p.rest?.kobo ?? undone.rest_kobo)
      // Of a sale made elsewhere: the event says what went with it.
      else if (p.rest?.kobo && !sales.isHere(p.sale)) people.unvisit(root(e), e, p.rest.kobo)
    },
  } satisfies Handlers
}

function settingTables(db: Database) {
  const save = db.prepare(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  const saveFirst = db.prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const setStaff = db.prepare(
    `INSERT INTO staff (id, name, role, active, pin_hash) VALUES (@id, @name, @role, @active, @pin)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, active = excluded.active,
       pin_hash = excluded.pin_hash`,
  )
  let version = 0
  return {
    set(key: string, value: unknown): void {
      save.run(key, JSON.stringify(value))
      version += 1
    },
    setOnce(key: string, value: unknown): void {
      saveFirst.run(key, JSON.stringify(value))
      version += 1
    },
    staff(e: ProjectedEvent): void {
      const p = e.payload as Payloads['staff.changed']
      const values = (e.personal ?? { name: '', pin_hash: '' }) as PersonalValues['staff.changed']
      const { staff: id, role, active } = p
      setStaff.run({ id, name: values.name, role, active: active ? 1 : 0, pin: values.pin_hash })
    },
    version: () => version,
    changed(): void {
      version += 1
    },
  }
}
