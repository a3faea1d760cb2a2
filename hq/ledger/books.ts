import type { Digest } from '../../shared/base/ports.ts'
import type { Account, Line } from '../../shared/domain/account.ts'
import type { Program } from '../../shared/domain/program/program.ts'
import type { EXCEPTION_KINDS } from '../../shared/hq/exceptions.ts'
import type { SignedGrant } from '../../shared/protocol/payload.ts'
import type { Applied } from '../../shared/sync/rows.ts'
import type { GrantBody, HeldEvent, LeaseAsk } from '../../shared/sync/wire.ts'

/** What head office says of a grant, and signs. */
export type Grant = ReturnType<(typeof GrantBody)['parse']>

/** A customer as head office keeps it; `id` is never an alias. */
export interface Customer {
  readonly id: string
  readonly public_id: string
  readonly generation: number
  readonly name: string
  readonly phone: string | null
  readonly phone_typed: string
  readonly email: string | null
  readonly card: string | null
  readonly birth: string
  readonly note: string
  readonly marketing: 'yes' | 'no' | 'not_asked'
  readonly consent_at: number | null
  readonly consent_wording: string
  readonly joined: number
  readonly sale_count: number
  readonly spend_kobo: number
  readonly last_sale: number | null
  readonly applied: Applied
  /** By store: when they were there last, ms. */
  readonly seen: Readonly<Record<string, number>>
}

/** One account with what a posting may need of its lines. */
export interface AccountBook {
  readonly customer: string
  readonly program: string
  state: Account
  applied: Applied
  held: readonly HeldEvent[]
  /** Lines that tills are to have, and those that were asked for by name. By event. */
  readonly lines: Map<string, Line>
  /** Number of the last line. */
  lastLineNo: number
  /** By event: the number of each line that was added. */
  readonly added: Map<string, number>
  readonly changed: Set<string>
}

export interface Sale {
  readonly id: string
  readonly customer: string | null
  readonly store: string | null
  /** Empty while only its reversal has arrived. */
  readonly device: string
  readonly at: number
  readonly gross_kobo: number
  readonly net_kobo: number
  readonly channel: string
  readonly receipt: string
  readonly staff: string
  readonly imported: boolean
  readonly void_event: string | null
  /** Given back in money, in parts and with the end of it; beyond `net_kobo`: twice. */
  readonly refunded_kobo: number
}

export interface Lease {
  readonly id: string
  readonly customer: string
  readonly program: string
  readonly holder: string
  readonly points: number
  /** The event that ended it; null: open. */
  readonly closed_by: string | null
  /** When head office gave it, ms; 0: not known. */
  readonly granted_at: number
  /** JSON of a GrantBody exactly as it was signed, and the signature; null: of the time before grants were signed. */
  readonly body: string | null
  readonly signature: string | null
  readonly why: LeaseAsk['why']
}

export interface PostingRow {
  readonly customer: string
  readonly program: string
  readonly post_no: number
  readonly what: 'event' | 'merge'
  readonly event: string
  readonly effective: number
  readonly settled_until: number
  readonly sale_reversed: boolean
}

/** A flag of an event that redeemed what was not there; open until that debt is gone. */
export interface Overdraft {
  readonly id: string
  readonly event: string
  readonly customer: string
  readonly program: string
}

export interface InboxEntry {
  readonly id: string
  readonly kind: InboxKind
  readonly device: string | null
  readonly customer: string | null
  readonly event: string | null
  readonly facts: Readonly<Record<string, string | number>>
  /** How often at once; one when not given. */
  readonly times?: number
}
export type InboxKind = (typeof EXCEPTION_KINDS)[number]

/** What is known of an event that counts already under the same id. */
export interface PostedEvent {
  readonly content: string
  readonly staff: string
}

/**
 * Everything a batch may touch, loaded under its locks, and what the batch makes of it. Maps are filled before and
 * changed in place; what changed stands in the sets beside them.
 */
export interface Books {
  readonly digest: Digest
  readonly settledUntil: number
  /** By id: the customer it means. An id that is not here means itself. */
  readonly aliases: Map<string, string>
  /** Customers of whom other tills know, and whom an enrolment of this batch takes for somebody else. */
  readonly strangers: ReadonlySet<string>
  readonly customers: Map<string, Customer>
  readonly changedCustomers: Set<string>
  /** By `accountKey`. */
  readonly accounts: Map<string, AccountBook>
  readonly changedAccounts: Set<string>
  readonly sales: Map<string, Sale>
  readonly changedSales: Set<string>
  readonly leases: Map<string, Lease>
  /** Of those: not kept yet. */
  readonly newLeases: Set<string>
  readonly changedLeases: Set<string>
  /** By grant: what becomes of the row that its holder follows. `closed`: the till still has to book the end. */
  readonly grantRows: Map<string, 'open' | 'closed' | 'gone'>
  /** What head office once signed for a till of this business; null: it did not. */
  readonly readGrant: (signed: SignedGrant) => Grant | null
  readonly postings: PostingRow[]
  /** Events that count, by id, as far as this batch brings their ids. */
  readonly posted: Map<string, PostedEvent>
  readonly overdrafts: Map<string, Overdraft>
  readonly closedOverdrafts: Map<string, Overdraft>
  readonly newOverdrafts: Set<string>
  readonly inbox: InboxEntry[]
  readonly publicIdOf: (customer: string) => string
  /** Of the business, and the programs it has, where something is taken back: what its customers' tiers are. */
  readonly timeZone: string
  readonly programs: ReadonlyMap<string, Program>
  /** By event: the tier that made an earn count more, of lines that are at hand. */
  readonly multiplied: Map<string, string>
}

/** Accounts by customer and program; both are free of blanks. */
export const accountKey = (customer: string, program: string): string => `${customer} ${program}`

/** The customer that an id means. */
export const rootOf = (books: Pick<Books, 'aliases'>, id: string): string => books.aliases.get(id) ?? id

/** False: it was sold to somebody else. One whose reversals alone have arrived may be anybody's. */
export const isSaleOf = (
  books: Pick<Books, 'aliases'>,
  { device, customer: buyer }: Sale,
  customer: string | null,
): boolean => {
  const root = (id: string | null): string | null => (id === null ? null : rootOf(books, id))
  return device === '' || root(buyer) === root(customer)
}

/** A customer of whom nothing is known but the id. */
export const emptyCustomer = (id: string, publicId: string, joined: number): Customer => ({
  id,
  public_id: publicId,
  generation: 0,
  name: '',
  phone: null,
  phone_typed: '',
  email: null,
  card: null,
  birth: '',
  note: '',
  marketing: 'not_asked',
  consent_at: null,
  consent_wording: '',
  joined,
  sale_count: 0,
  spend_kobo: 0,
  last_sale: null,
  applied: {},
  seen: {},
})
