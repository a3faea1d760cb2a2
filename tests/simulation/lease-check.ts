import type { Account } from '../../shared/domain/account.ts'
import { type HqAccount, mustBe, mustEqual } from './checks.ts'
import type { HeadOffice } from './head-office.ts'
import { LEASE_KINDS, type LeaseEvent, ownEvents, type Reading, readLeases } from './own-chain.ts'
import type { SimulatedTill } from './simulated-till.ts'
import { unwatched } from './statements.ts'

interface LeaseRow {
  readonly id: string
  readonly holder: string
  readonly points: number
  readonly closed_by: string | null
}

/** At rest: head office, each till and its list say the same of every grant, and no chain spent more than it had. */
export async function checkLeases(
  hq: HeadOffice,
  tills: readonly SimulatedTill[],
  accounts: readonly HqAccount[],
): Promise<void> {
  const leases = await hq.query<LeaseRow>('SELECT id, holder, points, closed_by FROM hq.lease')
  const events = await postedEvents(hq)
  for (const chain of new Set(events.map((one) => one.chain))) {
    const own = events.filter((one) => one.chain === chain)
    readLeases(own, `chain ${chain}`)
  }
  await checkSecured(hq, leases, events, accounts)
  await checkPots(hq, leases, events, accounts)
  for (const till of tills) {
    await checkList(hq, till)
    checkHeld(till, leases, accounts)
  }
}

/** What is posted at head office, chain by chain. */
async function postedEvents(hq: HeadOffice): Promise<readonly LeaseEvent[]> {
  const rows = await hq.query<{ text: string; chain: string; place: number; id: string }>(
    `SELECT id, device || '/' || epoch AS chain, seq AS place, convert_from(bytes, 'UTF8') AS text FROM hq.event
     WHERE outcome = 'posted' AND kind IN ${LEASE_KINDS} ORDER BY device, epoch, seq`,
  )
  return rows.map(({ text, ...row }) => {
    const { kind, payload, customer = '' } = JSON.parse(text) as LeaseEvent
    return { ...row, kind, payload, customer }
  })
}

/** B1: nobody owes for what a till redeemed under an open grant of its own. */
async function checkSecured(
  hq: HeadOffice,
  leases: readonly LeaseRow[],
  events: readonly LeaseEvent[],
  accounts: readonly HqAccount[],
): Promise<void> {
  const byId = new Map(events.map((one) => [one.id, one]))
  for (const { event } of accounts.flatMap(({ state }) => state.debts.filter(({ by }) => by === 'redeem'))) {
    const made = byId.get(event)
    const lease = leases.find(({ id }) => id === made?.payload.grant)
    if (made?.payload.right !== 'lease' || lease?.holder !== made.chain) continue
    mustBe(lease.closed_by !== null, `the debt by ${event} comes from an open grant of its holder`)
    const [order] = await hq.query<{ before: boolean }>(
      `SELECT bool_or(c.post_no < r.post_no) AS before FROM hq.posting c JOIN hq.posting r
         ON (r.tenant_id, r.customer, r.program) = (c.tenant_id, c.customer, c.program) WHERE c.event = $1 AND r.event = $2`,
      [lease.closed_by, event],
    )
    mustBe(order?.before !== false, `the debt by ${event} comes from a grant that ended later`)
  }
}

/** In each pot lies what was granted less what its holder redeemed under it, but for what anybody undid. */
async function checkPots(
  hq: HeadOffice,
  leases: readonly LeaseRow[],
  events: readonly LeaseEvent[],
  accounts: readonly HqAccount[],
): Promise<void> {
  const lines = await hq.query<{ event: string; points: number }>(
    "SELECT DISTINCT event, points - reversed AS points FROM hq.line WHERE kind = 'redeem'",
  )
  const counted = new Map(lines.map(({ event, points }) => [event, points]))
  const pots = accounts.flatMap(({ state }) => state.pots)
  for (const { id, holder, points } of leases.filter(({ closed_by }) => closed_by === null)) {
    const spends = events.filter(({ payload, chain, kind }) => {
      return kind === 'points.redeemed' && payload.grant === id && chain === holder
    })
    const spent = spends.reduce((sum, one) => sum + (counted.get(one.id) ?? 0), 0)
    const pot = pots.find(({ grant }) => grant === id)?.slices ?? []
    mustEqual(
      pot.reduce((sum, slice) => sum + slice.points, 0),
      points - spent,
      `the pot of ${id}`,
    )
  }
}

/** What the till was told of its grants is what head office says of them. */
async function checkList(hq: HeadOffice, till: SimulatedTill): Promise<void> {
  const { device } = till.open.ledger.ids
  const said = await hq.query<object>(
    `SELECT id, customer, program, points, body, signature, (state = 'open')::int AS open FROM hq.sync_grant_v1
     WHERE device = $1 ORDER BY id`,
    [device],
  )
  const there = unwatched(() =>
    till.db
      .prepare<[], object>(
        'SELECT id, customer, program, points, body, signature, open FROM replica_grant ORDER BY id',
      )
      .all(),
  )
  mustEqual(there, said, `grants in the list of ${till.name}`)
}

/** What the till may still spend of each grant, by its own count and by its events, lies in the pot for it. */
function checkHeld(till: SimulatedTill, leases: readonly LeaseRow[], accounts: readonly HqAccount[]): void {
  const { device } = till.open.ledger.ids
  const holder = `${device}/${till.open.ledger.writer.head().epoch}`
  const { grants } = checkOwnLeases(till)
  const open = leases.filter((one) => one.holder === holder && one.closed_by === null)
  const own = [...grants].filter(([, one]) => one.holder === holder && !one.ended)
  mustEqual(
    own.map(([id]) => id).toSorted(),
    open.map(({ id }) => id).toSorted(),
    `open grants of ${till.name}`,
  )
  const pots = new Map(accounts.flatMap(({ state }) => state.pots.map((pot) => [pot.grant, pot])))
  for (const [id, { points, spent }] of own) {
    const pot = pots.get(id)?.slices.reduce((sum, slice) => sum + slice.points, 0) ?? 0
    mustBe(
      points - spent <= pot,
      `${till.name} may spend ${points - spent} under ${id}, and ${pot} are there`,
    )
  }
}

/** B5 and B7 at a till: its table of grants is what its events say. */
export function checkOwnLeases(till: SimulatedTill): Reading {
  const reading = readLeases(ownEvents(till), till.name)
  const shown = unwatched(() =>
    till.db
      .prepare<[], { id: string; left: number }>(
        'SELECT id, points - used AS left FROM lease WHERE ended = 0 ORDER BY id',
      )
      .all(),
  )
  const wanted = [...reading.grants]
    .filter(([, one]) => !one.ended)
    .map(([id, one]) => ({ id, left: one.points - one.spent }))
  mustEqual(shown.toSorted(byId), wanted.toSorted(byId), `what ${till.name} may spend`)
  return reading
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1)

interface Debts {
  readonly states: readonly { readonly customer: string; readonly debts: Account['debts'] }[]
  readonly flags: readonly string[]
  readonly denied: readonly string[]
}

/** After everything that head office did. B4: one flag for each debt of an event, and its customer is denied as long as there is one. */
export async function checkDebts(hq: HeadOffice): Promise<void> {
  const [found] = await hq.query<Debts>(
    `SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object('customer', customer, 'debts', state -> 'debts')), '[]')
         FROM hq.account WHERE state -> 'debts' <> '[]') AS states,
       (SELECT coalesce(jsonb_agg(event), '[]') FROM hq.inbox WHERE kind = 'overdraft' AND state = 'open') AS flags,
       (SELECT coalesce(jsonb_agg(customer), '[]') FROM hq.sync_deny_v1 WHERE reason = 'overdraft') AS denied`,
  )
  if (!found) return
  const debts = found.states.flatMap((one) =>
    one.debts
      .filter(({ by }) => by === 'redeem' || by === 'adjust')
      .map(({ event }) => ({ event, customer: one.customer })),
  )
  mustEqual(found.flags.toSorted(), debts.map(({ event }) => event).toSorted(), 'flags of debts')
  const owing = [...new Set(debts.map(({ customer }) => customer))]
  mustEqual(found.denied.toSorted(), owing.toSorted(), 'the deny list')
}
