import type { Payloads } from '../../../shared/protocol/payload.ts'
import type { Ledger } from '../ledger.ts'
import type { ProjectedEvent } from '../projector.ts'
import { otherWork } from './other-work.ts'
import type { OwnEvents } from './own-events.ts'

/** Events looked at before a sale may go first. About a millisecond. */
const PLACES_AT_ONCE = 500

/** What this till redeemed without a promise of head office, and no row covers yet. In points. */
interface Unsecured {
  ofCustomer(root: string): number
  /** Of every customer with a redemption behind this place. */
  ofTill(from: number): number
  /** The same of what a second person let go beyond the limits; `ofCustomer` and `ofTill` are without it. */
  overriddenOfTill(from: number): number
  /** Sums up for `ofTill` what is not summed up yet, in slices: after a start that is every event that was not sent. */
  prepare(from: number): Promise<void>
}

interface Sums {
  readonly unsecured: number
  readonly overridden: number
}

/**
 * Sums up what no row covers. What was summed for a customer stands until an event or a row changes their account, so
 * that a quote after weeks without a connection costs what it costs on the first day.
 */
export function unsecuredRedemptions(ledger: Ledger, own: OwnEvents): Unsecured {
  const { db, projector, settings, writer } = ledger
  const { accounts } = projector
  const { replica } = accounts
  const redemptions = own.only(['points.redeemed'])
  const sums = new Map<string, Sums>()
  const roots = new Map<string, string>()
  const spenders = spendersBehind(ledger)
  const holderOf = db.prepare<[string], string>('SELECT holder FROM lease WHERE id = ?').pluck()
  /** A grant is worth nothing in another epoch: what was written again behind a fork stands under none. */
  const isUnsecured = (p: Payloads['points.redeemed'], { device, epoch }: ProjectedEvent): boolean =>
    p.right === 'unsecured' || (p.grant !== undefined && holderOf.get(p.grant) !== `${device}/${epoch}`)
  let decided = ''

  const forget = (): void => {
    sums.clear()
    roots.clear()
  }
  accounts.watch((root) => {
    if (root === null) forget()
    else sums.delete(root)
  })

  const rootOf = (id: string): string => {
    const root = roots.get(id) ?? replica.rootOf(id)
    roots.set(id, root)
    return root
  }
  const summed = (root: string): Sums => {
    const row = replica.account(root, settings().program.id)
    const sum = { unsecured: 0, overridden: 0 }
    for (const event of redemptions(replica.idsOf(root), row?.applied ?? {})) {
      const p = event.payload as Payloads['points.redeemed']
      if (!isUnsecured(p, event)) continue
      const line = accounts.line(root, event.id)
      sum[p.override ? 'overridden' : 'unsecured'] += line ? line.points - line.reversed : p.points
    }
    return sum
  }
  const sumOf = (root: string): Sums => {
    const sum = sums.get(root) ?? summed(root)
    sums.set(root, sum)
    return sum
  }
  const sumOfTill = (from: number, which: keyof Sums): number => {
    lookAgain()
    let sum = 0
    for (const root of new Set([...spenders.all(from)].map(rootOf))) sum += sumOf(root)[which]
    return sum
  }
  /** The epoch decides which events count, the program whose row covers them. Beside a running till somebody else writes. */
  const lookAgain = (): void => {
    const by = `${writer.head().epoch} ${settings().program.id}`
    if (by !== decided || db.readonly) forget()
    decided = by
  }

  return {
    ofCustomer(root) {
      lookAgain()
      return sumOf(root).unsecured
    },
    ofTill: (from) => sumOfTill(from, 'unsecured'),
    overriddenOfTill: (from) => sumOfTill(from, 'overridden'),
    async prepare(from) {
      // Beside a running till nothing is remembered.
      if (db.readonly) return
      while (spenders.look(from, PLACES_AT_ONCE)) {
        await otherWork()
        if (!db.open) return
      }
      lookAgain()
      for (const id of [...spenders.all(from)]) {
        const root = rootOf(id)
        if (sums.has(root)) continue
        sumOf(root)
        await otherWork()
        if (!db.open) return
        lookAgain()
      }
    },
  }
}

interface Spenders {
  /** Customers with a redemption behind a place. */
  all(from: number): Iterable<string>
  /** Looks at so many of the events for `all` that were not looked at before. False: there are no more. */
  look(from: number, places: number): boolean
}

/** Customers with a redemption behind a place; events that were looked at before are not read again. */
function spendersBehind({ db, writer }: Ledger): Spenders {
  const redeemed = db.prepare<[number, number], { customer: string; place: number }>(
    `SELECT customer, place FROM event WHERE place > ? AND place <= ? AND kind = 'points.redeemed'
       AND customer IS NOT NULL ORDER BY place`,
  )
  const lastOf = new Map<string, number>()
  let looked = { from: 0, upTo: 0 }
  const look = (from: number, places: number): boolean => {
    const head = writer.head().place
    if (from < looked.from || head < looked.upTo || db.readonly) {
      lastOf.clear()
      looked = { from, upTo: from }
    }
    const after = Math.max(from, looked.upTo)
    const upTo = Math.min(head, after + places)
    if (upTo > after) for (const { customer, place } of redeemed.all(after, upTo)) lastOf.set(customer, place)
    for (const [customer, place] of lastOf) if (place <= from) lastOf.delete(customer)
    looked = { from, upTo: Math.max(from, upTo) }
    return upTo < head
  }
  return {
    look,
    all(from) {
      look(from, Number.MAX_SAFE_INTEGER)
      return lastOf.keys()
    },
  }
}
