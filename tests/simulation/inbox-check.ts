import { LIMITS } from '../../shared/base/limits.ts'
import { type HqAccount, mustBe, mustEqual } from './checks.ts'
import type { HeadOffice } from './head-office.ts'

/** What has happened in this world that a person at head office may hear of. */
export interface Happened {
  /** A disk was copied or put back, or head office was: one place may have been used twice. */
  readonly copies: boolean
  readonly officeRestored: boolean
}

interface Entry {
  readonly kind: string
  readonly device: string | null
  readonly event: string | null
  readonly place: string
}

/** At rest: whatever waits for a person is before them once, and nothing else is. `happened`: null where it is told elsewhere. */
export async function checkInbox(
  hq: HeadOffice,
  accounts: readonly HqAccount[],
  happened: Happened | null,
): Promise<void> {
  const open = await hq.query<Entry>(
    `SELECT kind, device, event, device || '/' || (facts ->> 'epoch') || '/' || (facts ->> 'seq') AS place
     FROM hq.inbox WHERE state = 'open'`,
  )
  const of = (...kinds: readonly string[]): readonly Entry[] =>
    open.filter(({ kind }) => kinds.includes(kind))
  await checkWaiting(hq, of('withheld', 'quarantine', 'conflict'))
  await checkDebts(hq, of('overdraft'), accounts)
  await checkClocks(hq, of('skew'))
  if (happened === null) return
  mustBe(
    of('chain_broken', 'silent_till', 'personal_differs').length === 0,
    'nobody broke or silenced a till',
  )
  if (!happened.copies) {
    mustBe(of('fork', 'conflict').length === 0, 'no place was used twice, and head office says so of one')
  }
  if (!happened.officeRestored) {
    mustBe(of('receipt_ahead').length === 0, 'head office has forgotten nothing, and says so')
  }
}

/** Events that have a place and do not count. */
async function checkWaiting(hq: HeadOffice, entries: readonly Entry[]): Promise<void> {
  const waiting = await hq.query<{ kind: string; place: string }>(
    `SELECT CASE WHEN outcome = 'quarantined' THEN 'quarantine' WHEN why = 'conflict' THEN why ELSE 'withheld' END AS kind,
       device || '/' || epoch || '/' || seq AS place
     FROM hq.event WHERE outcome IN ('withheld', 'quarantined') AND why <> 'dismissed'`,
  )
  const named = (list: readonly { readonly kind: string; readonly place: string }[]): readonly string[] =>
    list.map(({ kind, place }) => `${kind} ${place}`).toSorted()
  mustEqual(named(entries), named(waiting), 'what waits for a person')
  mustBe(!waiting.some(({ kind }) => kind === 'quarantine'), 'every event can be read')
}

/** B4: one flag for each debt of an event, and its customer on the deny list as long as there is one. */
async function checkDebts(
  hq: HeadOffice,
  flags: readonly Entry[],
  accounts: readonly HqAccount[],
): Promise<void> {
  const debts = accounts.flatMap(({ customer, state }) =>
    state.debts
      .filter(({ by }) => by === 'redeem' || by === 'adjust')
      .map(({ event }) => ({ customer, event })),
  )
  mustEqual(
    flags.map(({ event }) => event).toSorted(),
    debts.map(({ event }) => event).toSorted(),
    'flags of debts',
  )
  const denied = await hq.query<{ customer: string }>(
    `SELECT customer FROM hq.sync_deny_v1 WHERE reason = 'overdraft' ORDER BY customer`,
  )
  const owing = [...new Set(debts.map(({ customer }) => customer))].toSorted()
  mustEqual(
    denied.map(({ customer }) => customer),
    owing,
    'the deny list',
  )
}

async function checkClocks(hq: HeadOffice, entries: readonly Entry[]): Promise<void> {
  const wrong = await hq.query<{ id: string }>(
    `SELECT id FROM hq.device WHERE kind = 'till' AND abs(clock_skew_ms) > ${LIMITS.clockSkewMarkedMs} ORDER BY id`,
  )
  mustEqual(
    entries.map(({ device }) => device).toSorted(),
    wrong.map(({ id }) => id),
    'clocks that are wrong',
  )
}
