import type { LeaseLeft } from '../../../shared/domain/decide/floor.ts'
import { TillPolicy } from '../../../shared/sync/rows.ts'
import { SYNC_LIMITS } from '../../../shared/sync/wire.ts'
import type { Ledger } from '../ledger.ts'
import { otherWork } from '../replica/other-work.ts'
import type { ConnectionStore } from '../sync/connection.ts'
import type { SyncOps, SyncSignal } from '../sync-port.ts'
import { type Asks, createAsks } from './asks.ts'
import { createBooking, type SignedBody } from './booking.ts'
import { defaultAsks } from './default-asks.ts'
import { leaseRows } from './lease-rows.ts'
import { createReturns } from './returns.ts'

const ROWS_AT_ONCE = 20

interface LeaseParts {
  readonly ledger: Ledger
  readonly connections: ConnectionStore
  readonly signal: (what: SyncSignal) => void
  /** Calls back after so many ms; answers how to stop it. */
  readonly after: (ms: number, work: () => void) => () => void
}

/** Points that head office sets aside for this till: asked for, booked, spent, given back. */
export interface Leases {
  /** What may be spent for a customer now, in the order of use. */
  left(root: string, program: string): readonly LeaseLeft[]
  /** Whether head office is to be asked. */
  isWanted(): boolean
  asks(): SyncOps['lease_asks']['output']
  answered(input: SyncOps['leased']['input']): Promise<void>
  /** Books what the list or a package brought, and ends what they say is closed. */
  takeRows(): Promise<void>
  /** Head office has everything: gives back what is due, and looks who is to have points here. In slices. */
  contact(): Promise<void>
  /** Asks for more while a customer waits; resolves when it is booked, or nobody answered in time. */
  askNow(customer: string, program: string, points: number): Promise<void>
}

export function createLeases({ ledger, connections, signal, after }: LeaseParts): Leases {
  const { db, settings } = ledger
  const rows = leaseRows(ledger)
  const booking = createBooking(ledger, connections, rows)
  const returns = createReturns(ledger, rows, booking)
  const asks: Asks = createAsks(ledger)
  const looking = defaultAsks(ledger, rows)
  const unbooked = db.prepare<[number, number], SignedBody & { row: number }>(
    `SELECT row, body, signature FROM replica_grant g WHERE open = 1 AND row > ?
       AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.id = g.id) ORDER BY row LIMIT ?`,
  )
  const policy = (): TillPolicy => settings().headOffice?.policy ?? TillPolicy.parse({})
  const tell = (): void => {
    if (asks.next().length > 0) signal('sync')
  }

  const bookRows = async (): Promise<void> => {
    for (let row = 0; db.open; ) {
      const page = unbooked.all(row, ROWS_AT_ONCE)
      await bookEach(page)
      const last = page.at(-1)
      if (!last) return
      row = last.row
    }
  }
  const takeRows = async (): Promise<void> => {
    await bookRows()
    while (db.open && (await returns.closed()) > 0) await otherWork()
  }

  return {
    left: rows.left,
    isWanted: () => asks.next().length > 0,
    asks: () => ({ asks: asks.next() }),
    async answered({ asked, reply, known }) {
      await bookEach(reply?.grants ?? [])
      asks.answered(asked, reply, known)
    },
    takeRows,
    async contact() {
      await takeRows()
      if (!db.open) return
      const terms = policy()
      // Head office gives nothing anew for what it does not know to be given back: the next contact asks.
      if ((await returns.due(terms)) > 0 || !db.open) return
      const room =
        Math.min(terms.lease_customers_max - rows.count(), SYNC_LIMITS.leaseAsksMax) - asks.waiting()
      for (const ask of await looking.look(terms, room, asks.isAsked))
        asks.byDefault({ ...ask, why: 'default' })
      tell()
    },
    askNow(customer, program, points) {
      const waiting = asks.forSale({ customer, program, points, why: 'sale' })
      signal('sync')
      return new Promise((resolve) => {
        const stop = after(SYNC_LIMITS.fetchWaitMs, waiting.cancel)
        void waiting.answered.then(() => {
          stop()
          resolve()
        })
      })
    },
  }

  /** A sale waits for one of them at the most. */
  async function bookEach(grants: readonly SignedBody[]): Promise<void> {
    for (const signed of grants) {
      if (!db.open) return
      if (booking.book(signed)) await otherWork()
    }
  }
}
