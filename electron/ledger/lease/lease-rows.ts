import type { LeaseLeft } from '../../../shared/domain/decide/floor.ts'
import type { Ledger } from '../ledger.ts'

/** More grants than this of one customer are not used in one sale: each is an event of its own. */
const OF_CUSTOMER_MAX = 20
/** As many as a batch may name. */
const HELD_MAX = 5_000

/** A grant that this till has booked and not ended. Times in ms. */
export interface OpenLease {
  readonly id: string
  readonly customer: string
  readonly program: string
  readonly holder: string
  /** Granted, and redeemed under it by now. */
  readonly points: number
  readonly used: number
  readonly expiry: number
  readonly booked_at: number
  readonly used_at: number
}

/** What the own chain says of points set aside for this till. */
export interface LeaseRows {
  /** "device/epoch" of this till now: grants of any other are worth nothing here. */
  holder(): string
  /** What may be spent for a customer under any of their ids, soonest-ending first. */
  left(root: string, program: string): readonly LeaseLeft[]
  /** Open in this epoch. */
  held(): readonly string[]
  count(): number
  isBooked(grant: string): boolean
  find(grant: string): OpenLease | null
}

export function leaseRows({ db, ids, projector, writer }: Ledger): LeaseRows {
  const { accounts } = projector
  const { replica } = accounts
  const ofCustomer = db.prepare<[string, string, string], OpenLease>(
    `SELECT * FROM lease INDEXED BY lease_open WHERE ended = 0 AND customer = ? AND program = ? AND holder = ?
       AND points > used`,
  )
  const held = db
    .prepare<[string, number], string>(
      'SELECT id FROM lease INDEXED BY lease_open WHERE ended = 0 AND holder = ? LIMIT ?',
    )
    .pluck()
  const count = db
    .prepare<[string], number>(
      'SELECT count(*) FROM lease INDEXED BY lease_open WHERE ended = 0 AND holder = ?',
    )
    .pluck()
  const booked = db.prepare<[string], number>('SELECT 1 FROM lease WHERE id = ?').pluck()
  const one = db.prepare<[string], OpenLease>('SELECT * FROM lease WHERE id = ? AND ended = 0')
  const holder = (): string => `${ids.device}/${writer.head().epoch}`

  /** The first instant at which something in its pot lapses; without a pot that can be read, what was signed. */
  const endsAt = ({ id, customer, program, expiry }: OpenLease): number => {
    const pot = accounts.load(customer, program).pots.find(({ grant }) => grant === id)
    return pot ? Math.min(...pot.slices.map((slice) => slice.expiry)) : expiry
  }

  return {
    holder,
    left(root, program) {
      const mine = holder()
      const found = replica.idsOf(root).flatMap((id) => ofCustomer.all(id, program, mine))
      const sorted = found.length < 2 ? found : inOrder(found, endsAt)
      return sorted
        .slice(0, OF_CUSTOMER_MAX)
        .map(({ id, points, used }) => ({ grant: id, points: points - used }))
    },
    held: () => held.all(holder(), HELD_MAX),
    count: () => count.get(holder()) ?? 0,
    isBooked: (grant) => booked.get(grant) !== undefined,
    find: (grant) => one.get(grant) ?? null,
  }
}

function inOrder(leases: readonly OpenLease[], endsAt: (lease: OpenLease) => number): readonly OpenLease[] {
  const ends = new Map(leases.map((lease) => [lease.id, endsAt(lease)]))
  const of = ({ id }: OpenLease): number => ends.get(id) ?? 0
  return leases.toSorted((a, b) => of(a) - of(b) || (a.id < b.id ? -1 : 1))
}
