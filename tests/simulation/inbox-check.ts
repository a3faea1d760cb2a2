import { LIMITS } from '../../shared/base/limits.ts'
import { mustBe, mustEqual } from './checks.ts'
import type { HeadOffice } from './head-office.ts'
import { twoNamesTold } from './names-told.ts'

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
  readonly before: string
  readonly after: string
}

/** At rest: whatever waits for a person is before them once, and nothing else is. `happened`: null where it is told elsewhere. */
export async function checkInbox(hq: HeadOffice, happened: Happened | null): Promise<void> {
  const open = await hq.query<Entry>(
    `SELECT kind, device, event, device || '/' || (facts ->> 'epoch') || '/' || (facts ->> 'seq') AS place,
       facts ->> 'before' AS before, facts ->> 'after' AS after
     FROM hq.inbox WHERE state = 'open'`,
  )
  const of = (...kinds: readonly string[]): readonly Entry[] =>
    open.filter(({ kind }) => kinds.includes(kind))
  await checkWaiting(hq, of('withheld', 'quarantine', 'conflict'))
  await checkClocks(hq, of('skew'))
  await checkNames(hq, of('two_names'))
  await checkRefusals(hq)
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

/** One entry for each enrolment that gave a person another name than the one that stood. */
async function checkNames(hq: HeadOffice, entries: readonly Entry[]): Promise<void> {
  const told = entries.map(({ event, before, after }) => `${event} ${before}/${after}`)
  mustEqual(told.toSorted(), (await twoNamesTold(hq)).toSorted(), 'enrolments with two names')
}

/** One entry for each till and code that was refused, and is not put right by the till itself. */
async function checkRefusals(hq: HeadOffice): Promise<void> {
  const told = await hq.query<{ name: string; times: number }>(
    `SELECT device || '/' || (facts ->> 'why') AS name, times FROM hq.inbox WHERE kind = 'refused'`,
  )
  const names = new Set(told.map(({ name }) => name))
  const { given, due } = hq.refusals
  for (const { name, times } of told) {
    const most = given.get(name) ?? 0
    mustBe(times <= most, `a person is told that ${name} was refused ${times} times, and it was ${most}`)
  }
  for (const name of due) mustBe(names.has(name), `${name} was refused, and nobody is told`)
}
