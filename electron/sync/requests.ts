import type { SyncEvent } from '../../shared/sync/state.ts'
import {
  ChallengeReply,
  EnrolBody,
  EnrolReply,
  PROTOCOL_VERSION,
  type Problem,
  PushReply,
  ReconcileReply,
  RotateReply,
  type Signed,
  SYNC_LIMITS,
  TokenReply,
} from '../../shared/sync/wire.ts'
import type { ConnectionState, SyncOps } from '../ledger/sync-port.ts'
import type { BatchAhead, BatchSize, GivenBatch } from './batch-ahead.ts'
import { askHq, type HttpParts, hqAddress, type Outcome } from './http.ts'
import type { LedgerCalls } from './ledger-calls.ts'

const TIMEOUTS = {
  enrolMs: 30_000,
  tokenMs: 10_000,
  pushMs: 30_000,
  reconcileMs: 30_000,
  rotateMs: 10_000,
} as const
const REPORT_ROWS = 500

/** What the requests share: the token lives here and nowhere else. */
export interface Access extends HttpParts {
  readonly ledger: LedgerCalls
  /** As the ledger said last. */
  readonly standing: () => ConnectionState | null
  token: string | null
  readonly ahead: BatchAhead
  /** Called with head office's time of every answer. */
  readonly heardTime: (hqTime: number) => void
  readonly log: (line: string) => void
}

type Failure = Exclude<Outcome, { kind: 'done' }>

/** Sends the request of a code that a person typed; the answer is the ledger's to carry out. */
export async function enrol(access: Access, ticket: number, signal: AbortSignal): Promise<SyncEvent> {
  const enrolling = access.standing()?.enrolling
  if (!enrolling) return { type: 'refused', ticket, next: 'again', code: '', sentence: '' }
  const url = hqAddress(enrolling.url, 'sync/v1/enrol')
  const body = enrolling.request
  const outcome = await askHq(access, {
    method: 'POST',
    url,
    body,
    token: null,
    timeoutMs: TIMEOUTS.enrolMs,
    signal,
  })
  const reply = outcome.kind === 'done' ? EnrolReply.safeParse(outcome.body) : null
  if (outcome.kind === 'done' && reply?.success && answers(reply.data, body)) {
    access.heardTime(reply.data.hq_time)
    await access.ledger.call('enrolled', { url: enrolling.url, reply: reply.data })
    return { type: 'enrolled', ticket }
  }
  if (outcome.kind === 'problem' && isRefusal(outcome.problem)) {
    await access.ledger.call('enrol_refused', { problem: outcome.problem })
    return {
      type: 'refused',
      ticket,
      next: 'again',
      code: outcome.problem.code,
      sentence: outcome.problem.detail,
    }
  }
  return failureOf(outcome, ticket, null)
}

/** Whether it is the answer to this request: one to another till is as good as none. */
function answers({ public_key }: EnrolReply, { body }: Signed): boolean {
  const asked = EnrolBody.pick({ public_key: true }).safeParse(JSON.parse(body))
  return public_key === undefined || public_key === asked.data?.public_key
}

/** Challenge and token: two questions, one after the other. */
export async function authorise(access: Access, ticket: number, signal: AbortSignal): Promise<SyncEvent> {
  const connection = access.standing()?.connection
  if (!connection) return { type: 'nothing', ticket }
  const { url, device, epoch } = connection
  const ask = (path: string, body: unknown): Promise<Outcome> =>
    askHq(access, {
      method: 'POST',
      url: hqAddress(url, path),
      body,
      token: null,
      timeoutMs: TIMEOUTS.tokenMs,
      signal,
    })
  const asked = await ask('sync/v1/challenge', { device, epoch })
  const challenge = asked.kind === 'done' ? ChallengeReply.safeParse(asked.body) : null
  if (asked.kind !== 'done' || !challenge?.success) return refusalOf(access, asked, ticket, null)
  const text = `kasuwa token 1\n${device}\n${epoch}\n${challenge.data.challenge}`
  const { signature } = await access.ledger.call('sign', { text })
  const answered = await ask('sync/v1/token', {
    device,
    epoch,
    challenge: challenge.data.challenge,
    signature,
  })
  const reply = answered.kind === 'done' ? TokenReply.safeParse(answered.body) : null
  if (answered.kind !== 'done' || !reply?.success) return refusalOf(access, answered, ticket, null)
  const { token, expires_at, hq_time, may } = reply.data
  access.heardTime(hq_time)
  access.token = token
  return { type: 'token', ticket, lifeMs: expires_at - hq_time, may }
}

/**
 * Takes the next batch from the ledger, sends it, and tells the ledger what came of it. While head office is at work the
 * one behind it is taken too, and kept for the next request where the ledger then says that it is the next one.
 */
export async function send(
  access: Access,
  ticket: number,
  size: BatchSize,
  signal: AbortSignal,
): Promise<SyncEvent> {
  const connection = access.standing()?.connection
  const limits = { events_max: size.eventsMax, bytes_max: size.bytesMax }
  const kept = access.ahead.take(size)
  const batch = connection ? (kept ?? (await access.ledger.call('next_batch', limits))) : null
  if (!connection || !batch) return { type: 'nothing', ticket }
  const asked = askHq(access, {
    method: 'POST',
    url: hqAddress(connection.url, 'sync/v1/push'),
    body: batch.push,
    token: access.token,
    timeoutMs: TIMEOUTS.pushMs,
    signal,
  })
  const behind = batch.events > 0 && batch.waiting > 0 ? takeAhead(access, limits) : null
  const outcome = await asked
  if (isOneTooLarge(outcome, batch.events)) return refusedFor(access, outcome.problem, ticket)
  // The ledger counts what is left after this batch.
  const waiting = batch.events + batch.waiting
  const reply = outcome.kind === 'done' ? PushReply.safeParse(outcome.body) : null
  if (outcome.kind !== 'done' || !reply?.success) return refusalOf(access, outcome, ticket, waiting)
  const after = await access.ledger.call('pushed', { reply: reply.data })
  if (!after.taken) return failureOf(outcome, ticket, waiting)
  access.heardTime(reply.data.hq_time)
  const reconcile = reply.data.reconcile !== null
  const next = after.ahead ? await behind : null
  if (next) access.ahead.keep(next, size)
  return { type: 'pushed', ticket, events: batch.events, waiting: after.waiting, reconcile }
}

/** A batch that could not be taken ahead is asked for again in its turn, and then its error counts. */
async function takeAhead(access: Access, limits: SyncOps['next_batch']['input']): Promise<GivenBatch | null> {
  try {
    return await access.ledger.call('next_batch', { ...limits, ahead: true })
  } catch (error) {
    access.log(`the batch ahead was not taken: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

/** One page of the reconciliation report. A head office that does not want it any more ends it. */
export async function reconcile(
  access: Access,
  ticket: number,
  after: string | null,
  signal: AbortSignal,
): Promise<SyncEvent> {
  const connection = access.standing()?.connection
  const page = connection ? await access.ledger.call('reconcile_page', { after, rows: REPORT_ROWS }) : null
  if (!connection || !page) return { type: 'reported', ticket, next: null }
  const { report, as_of, chains, accounts, next } = page
  const outcome = await askHq(access, {
    method: 'POST',
    url: hqAddress(connection.url, 'sync/v1/reconcile'),
    body: { protocol: PROTOCOL_VERSION, report, as_of, chains, accounts, done: next === null },
    token: access.token,
    timeoutMs: TIMEOUTS.reconcileMs,
    signal,
  })
  const reply = outcome.kind === 'done' ? ReconcileReply.safeParse(outcome.body) : null
  if (outcome.kind === 'done' && reply?.success) {
    const { result, differences } = reply.data
    if (next === null && result !== 'open') {
      await access.ledger.call('reconciled', { report, result, differences })
    }
    return { type: 'reported', ticket, next }
  }
  if (outcome.kind === 'problem' && isRefusal(outcome.problem)) {
    access.log(`the reconciliation report was refused: ${outcome.problem.code}`)
    return { type: 'reported', ticket, next: null }
  }
  return failureOf(outcome, ticket, null)
}

/** Makes the next key known, by the present key and the next one; the ledger then opens the next epoch. */
export async function rotate(access: Access, ticket: number, signal: AbortSignal): Promise<SyncEvent> {
  const connection = access.standing()?.connection
  const { request } = connection ? await access.ledger.call('rotation', {}) : { request: null }
  if (!connection || !request) return { type: 'rotated', ticket }
  const outcome = await askHq(access, {
    method: 'POST',
    url: hqAddress(connection.url, 'sync/v1/rotate'),
    body: request,
    token: null,
    timeoutMs: TIMEOUTS.rotateMs,
    signal,
  })
  const reply = outcome.kind === 'done' ? RotateReply.safeParse(outcome.body) : null
  if (outcome.kind !== 'done' || !reply?.success) return refusalOf(access, outcome, ticket, null)
  access.heardTime(reply.data.hq_time)
  await access.ledger.call('rotated', { epoch: reply.data.epoch })
  return { type: 'rotated', ticket }
}

/** One customer with their accounts, for a cashier who waits: at most 1.5 s, and without a second try. */
export async function fetchCustomer(
  access: Access,
  customer: string,
  signal: AbortSignal,
): Promise<SyncEvent> {
  const connection = access.standing()?.connection
  if (connection) {
    const url = new URL(hqAddress(connection.url, 'sync/v1/account'))
    url.searchParams.set('customer', customer)
    const outcome = await askHq(access, {
      method: 'GET',
      url: url.href,
      token: access.token,
      timeoutMs: SYNC_LIMITS.fetchWaitMs,
      signal,
    })
    if (outcome.kind === 'done') await access.ledger.call('fetched', { customer, rows: outcome.text })
  }
  return { type: 'fetched', customer }
}

/** Refusals of these kinds pass by themselves; all others are for the ledger, and then for a person. */
const PASSING: ReadonlySet<Problem['code']> = new Set([
  'token_missing',
  'token_stale',
  'challenge_used',
  'too_large',
  'throttled',
  'internal',
  'unavailable',
])
const isRefusal = (problem: Problem): boolean => !PASSING.has(problem.code)

/** Head office names an event that it will never take, or takes none so large: sending less at once does not help. */
const isOneTooLarge = (outcome: Outcome, events: number): outcome is Extract<Outcome, { kind: 'problem' }> =>
  outcome.kind === 'problem' &&
  outcome.problem.code === 'too_large' &&
  (outcome.problem.at !== undefined || events === 1)

async function refusalOf(
  access: Access,
  outcome: Outcome,
  ticket: number,
  waiting: number | null,
): Promise<SyncEvent> {
  if (outcome.kind !== 'problem' || !isRefusal(outcome.problem)) return failureOf(outcome, ticket, waiting)
  return refusedFor(access, outcome.problem, ticket)
}

/** Hands a refusal to the ledger, which decides what follows. */
async function refusedFor(access: Access, problem: Problem, ticket: number): Promise<SyncEvent> {
  const { next } = await access.ledger.call('push_refused', { problem })
  return { type: 'refused', ticket, next, code: problem.code, sentence: problem.detail }
}

/** What passes by itself. An answer that is JSON and not what was agreed is as good as none. */
export function failureOf(outcome: Outcome, ticket: number, waiting: number | null): SyncEvent {
  if (outcome.kind === 'done') return failed('server', 200, 0)
  const failure: Failure = outcome
  switch (failure.kind) {
    case 'network':
    case 'timeout':
      return failed(failure.kind, 0, 0)
    case 'unavailable':
      return failure.status === 413
        ? { type: 'too_large', ticket }
        : failed('server', failure.status, failure.retryAfterMs)
    case 'problem':
      return passing(failure.problem, failure.retryAfterMs)
  }

  function failed(why: 'network' | 'timeout' | 'server', status: number, retryAfterMs: number): SyncEvent {
    return { type: 'failed', ticket, why, status, retryAfterMs, waiting }
  }

  function passing(problem: Problem, retryAfterMs: number): SyncEvent {
    switch (problem.code) {
      case 'token_missing':
      case 'token_stale':
      case 'challenge_used':
        return { type: 'stale', ticket }
      case 'too_large':
        return { type: 'too_large', ticket }
      case 'throttled':
        return { type: 'throttled', ticket, retryAfterMs }
      default:
        return failed('server', problem.status, retryAfterMs)
    }
  }
}
