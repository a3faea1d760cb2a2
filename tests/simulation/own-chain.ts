import { EVENT_COUNTS } from '../../electron/ledger/database.ts'
import { mustBe } from './checks.ts'
import type { SimulatedTill } from './simulated-till.ts'
import { unwatched } from './statements.ts'

/** One event about points set aside or redeemed, as it stands in a chain and nowhere else. */
export interface LeaseEvent {
  readonly place: number
  readonly id: string
  readonly kind: string
  readonly customer: string
  /** "device/epoch" of the chain. */
  readonly chain: string
  readonly payload: {
    readonly grant?: string
    readonly holder?: string
    readonly points?: number
    readonly right?: 'own' | 'lease' | 'unsecured'
    readonly override?: true
    readonly targets?: readonly { readonly event: string; readonly points: number | 'all' }[]
  }
}

export const LEASE_KINDS = `('lease.granted', 'lease.returned', 'points.redeemed', 'points.reversed')`

interface Row {
  readonly place: number
  readonly id: string
  readonly device: string
  readonly epoch: number
  readonly text: string
}
interface Envelope extends Pick<LeaseEvent, 'kind' | 'payload'> {
  readonly customer?: string
}

/** Those of a till's own chain that count, in their order. */
export function ownEvents(till: SimulatedTill): readonly LeaseEvent[] {
  const rows = unwatched(() =>
    till.db
      .prepare<[], Row>(
        `SELECT e.place, e.id, p.device, e.epoch, CAST(e.bytes AS TEXT) AS text FROM event e JOIN epoch p USING (epoch)
         WHERE e.kind IN ${LEASE_KINDS} AND ${EVENT_COUNTS} ORDER BY e.place`,
      )
      .all(),
  )
  return rows.map(({ place, id, device, epoch, text }) => {
    const { kind, payload, customer = '' } = JSON.parse(text) as Envelope
    return { place, id, kind, customer, payload, chain: `${device}/${epoch}` }
  })
}

/** What is left of a grant in the chain of its holder. */
interface Held {
  readonly holder: string
  readonly points: number
  spent: number
  ended: boolean
}

interface Spent {
  readonly event: LeaseEvent
  /** What was not undone by this chain. */
  rest: number
}

export interface Reading {
  readonly grants: ReadonlyMap<string, Held>
  /** Redemptions by no grant of the chain they stand in. */
  readonly unsecured: readonly Spent[]
}

/**
 * B5 and B7 in events alone: a grant is booked once, by its holder; after each event what was spent under it, less what
 * its holder undid, is at most what was granted. `name`: whose chain, for the sentence.
 */
export function readLeases(events: readonly LeaseEvent[], name: string): Reading {
  const grants = new Map<string, Held>()
  const spends = new Map<string, Spent>()
  const unsecured: Spent[] = []
  for (const event of events) {
    const { id, kind, chain, payload } = event
    const { grant = '', points = 0, holder = '' } = payload
    const held = grants.get(grant)
    if (kind === 'lease.granted') {
      mustBe(held === undefined, `${name} books the grant ${grant} twice`)
      grants.set(grant, { holder, points, spent: 0, ended: false })
    }
    if (kind === 'lease.returned' && held) held.ended = true
    if (kind === 'points.redeemed') {
      const spent = { event, rest: points }
      spends.set(id, spent)
      if (payload.right === 'own') continue
      // Written anew in a later epoch it stands under no grant any more.
      if (payload.right !== 'lease' || held?.holder !== chain) unsecured.push(spent)
      else {
        mustBe(!held.ended, `${name} spends ${points} under the grant ${grant} after its end`)
        held.spent += points
        mustBe(held.spent <= held.points, `${name} spends ${held.spent} of ${held.points} under ${grant}`)
      }
    }
    for (const target of payload.targets ?? []) {
      const spent = spends.get(target.event)
      if (!spent) continue
      const back = target.points === 'all' ? spent.rest : Math.min(spent.rest, target.points)
      spent.rest -= back
      const from = grants.get(spent.event.payload.grant ?? '')
      if (from?.holder === spent.event.chain) from.spent -= back
    }
  }
  return { grants, unsecured }
}
