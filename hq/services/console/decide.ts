import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import { DECISIONS_OF, type Decision, NEEDS_REASON } from '../../../shared/hq/exceptions.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import { hqRoleIsAtLeast } from '../../../shared/hq/roles.ts'
import type { Problem } from '../../../shared/sync/wire.ts'
import type { Tx } from '../../db/database.ts'
import { writeAudit } from '../audit.ts'
import { writeOffDevice } from '../devices.ts'
import { dismissEvents, releaseEvents, rerunQuarantine } from '../holding.ts'
import { nowOf, type Parts } from '../parts.ts'
import { chooseName } from './choose-name.ts'
import { codeFor, type EnrolmentCode } from './codes.ts'
import { type Exception, listExceptions } from './exceptions.ts'
import type { Person } from './person.ts'
import { refusalOf } from './refusals.ts'

/** What one person decides about one entry of the inbox. */
interface Deciding {
  readonly parts: Parts
  readonly who: Person
  readonly exception: Exception
  readonly reason: string
  readonly choice: string
}

/** Does what was decided; the code where one was made. */
type Act = (deciding: Deciding) => Promise<Result<EnrolmentCode | null, ConsoleRefusal>>

const NOTHING_THERE = refuse(
  consoleRefusal('refused', 'What this is about is not here any more. Nothing was changed. Note it instead.'),
)

const NOT_HERE = consoleRefusal(
  'not_found',
  'This exception is not here. Nothing was changed. Go back to the list and choose again.',
)

const CANNOT_COUNT = refuse(
  consoleRefusal(
    'refused',
    'The books cannot take this entry: what it says does not fit what is here already. It was not counted. Dismiss it, or leave it here.',
  ),
)

const DECIDED_MEANWHILE = consoleRefusal(
  'changed_meanwhile',
  'Somebody else decided this at the same moment. What they said stands. Go back to the list and look at it again.',
)

const answered = (result: Result<unknown, Problem>): Result<null, ConsoleRefusal> =>
  result.ok ? ok(null) : refuse(refusalOf(result.refusal))

function place({ who, exception, reason }: Deciding) {
  const { event } = exception
  if (!event) return null
  const { device, epoch, seq } = event
  return { tenant: who.tenant, device, epoch, fromSeq: seq, toSeq: seq, who: who.name, reason }
}

const ACTS: Record<Decision, Act> = {
  noted: async () => ok(null),
  release: async (deciding) => {
    const at = place(deciding)
    if (!at) return NOTHING_THERE
    const done = await releaseEvents(deciding.parts, at)
    return done.ok && done.value.released === 0 ? CANNOT_COUNT : answered(done)
  },
  dismiss: async (deciding) => {
    const at = place(deciding)
    return at ? answered(await dismissEvents(deciding.parts, at)) : NOTHING_THERE
  },
  rerun: async ({ parts, who }) => {
    await rerunQuarantine(parts, who.tenant)
    return ok(null)
  },
  code: async ({ parts, who, exception }) =>
    exception.till ? codeFor(parts, who, { device: exception.till.id }) : NOTHING_THERE,
  write_off: async ({ parts, who, exception, reason }) => {
    if (!exception.till) return NOTHING_THERE
    if (!hqRoleIsAtLeast(who.role, 'owner')) {
      return refuse(consoleRefusal('not_allowed', 'Only the owner writes a till off. Nothing was changed.'))
    }
    const wanted = { tenant: who.tenant, device: exception.till.id, who: who.name, reason }
    return answered(await writeOffDevice(parts, wanted))
  },
  choose: async ({ parts, who, exception, choice }) => {
    if (!exception.customer || !exception.names.includes(choice)) {
      return refuse(consoleRefusal('refused', 'Choose one of the names that are shown. Nothing was changed.'))
    }
    return chooseName(parts, who, exception.customer.id, choice)
  },
}

/**
 * Decides an entry of the inbox, with a line in the audit. Refuses not_found, not_allowed, and refused: what does not
 * fit its kind, a missing reason, what somebody else has decided; changed_meanwhile. What still cannot be read stays open.
 */
export async function decide(
  parts: Parts,
  who: Person,
  { id, decision, reason, choice }: Asked<'exceptions.decide'>,
): Promise<Result<Answered<'exceptions.decide'>, ConsoleRefusal>> {
  const exception = await exceptionOf(parts, who, id)
  if (!exception) return refuse(NOT_HERE)
  const against = standsAgainst(exception, decision, reason)
  if (against) return refuse(consoleRefusal('refused', against))
  const done = await ACTS[decision]({ parts, who, exception, reason: reason.trim(), choice: choice ?? '' })
  if (!done.ok) return done
  if (decision === 'rerun' && (await exceptionOf(parts, who, id))?.state === 'open') {
    await parts.db.tenant(who.tenant, (tx) =>
      writeAudit(tx, {
        ...lineOf(parts, who, exception),
        detail: { kind: exception.kind, decision, still: 'open' },
      }),
    )
    return ok({ state: 'open', code: null })
  }
  const how = reason.trim() === '' ? decision : `${decision}: ${reason.trim()}`
  const closed = await parts.db.tenant(who.tenant, async (tx) => {
    if (!(await closeEntry(tx, who, id, nowOf(parts), how))) return false
    if (exception.kind === 'overdraft' && exception.customer)
      await undeny(tx, who.tenant, exception.customer.id)
    await writeAudit(tx, {
      ...lineOf(parts, who, exception),
      detail: { kind: exception.kind, decision, reason: reason.trim() },
    })
    return true
  })
  return closed ? ok({ state: 'closed', code: done.value }) : refuse(DECIDED_MEANWHILE)
}

/** False: somebody else has closed it. What was done itself may have closed it, in this name or head office's. */
async function closeEntry(
  tx: Tx,
  { tenant, name }: Person,
  id: string,
  at: number,
  how: string,
): Promise<boolean> {
  const closed = await tx.query(
    `UPDATE hq.inbox SET state = 'closed', closed_at = $3, closed_by = $4, closed_how = $5
     WHERE tenant_id = $1 AND id = $2 AND (state = 'open' OR closed_by IN ('head office', $4)) RETURNING id`,
    [tenant, id, at, name, how],
  )
  return closed.length > 0
}

/** Tills refuse a customer while a flag of theirs is open: the last one that was closed ends it. */
async function undeny(tx: Tx, tenant: string, customer: string): Promise<void> {
  await tx.query(
    `DELETE FROM hq.sync_deny_v1 WHERE tenant_id = $1 AND customer = $2 AND reason = 'overdraft' AND NOT EXISTS
       (SELECT FROM hq.inbox i WHERE i.tenant_id = $1 AND i.customer = $2 AND i.kind = 'overdraft' AND i.state = 'open')`,
    [tenant, customer],
  )
}

async function exceptionOf(parts: Parts, who: Person, id: string): Promise<Exception | undefined> {
  const found = await parts.db.tenant(who.tenant, (tx) =>
    listExceptions(tx, who.tenant, { id, state: 'open', limit: 1 }),
  )
  return found.rows[0]
}

function standsAgainst(exception: Exception, decision: Decision, reason: string): string | null {
  if (exception.state === 'closed') {
    return `${exception.closed_by ?? 'Somebody'} has decided this already. Nothing was changed.`
  }
  if (!DECISIONS_OF[exception.kind].includes(decision)) {
    return 'This cannot be decided so. Nothing was changed. Choose one of the buttons that are shown.'
  }
  if (NEEDS_REASON.has(decision) && reason.trim() === '') {
    return 'Say why, so that anyone can understand it later. Nothing was changed.'
  }
  return null
}

const lineOf = (parts: Parts, who: Person, exception: Exception) => ({
  tenant: who.tenant,
  at: nowOf(parts),
  who: who.name,
  what: 'exception.decided' as const,
  about: exception.till?.id ?? exception.customer?.id ?? exception.id,
})
