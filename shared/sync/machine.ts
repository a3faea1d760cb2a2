import {
  also,
  ask,
  connect,
  contacted,
  enrol,
  fetchNext,
  follow,
  restart,
  send,
  settle,
  sooner,
  stay,
  succeeded,
} from './moves.ts'
import { ASKING, askFailed, ledgerDown, rest, stand, suspend } from './standing.ts'
import { PACE, type PauseWhy, type Step, type SyncEffect, type SyncEvent, type SyncState } from './state.ts'

/**
 * What a till does about head office, as a pure step. One request is in flight at a time; the only other one is the
 * fetch of a single customer for a waiting cashier. Nothing here ends for good but `stopped`, and that has a sentence.
 * `now` is monotonic ms, `random` in [0, 1).
 */
export function step(state: SyncState, event: SyncEvent, now: number, random: number): Step {
  if ('ticket' in event && event.ticket !== state.ticket) return stay(state)
  switch (event.type) {
    case 'ledger_down':
      return ledgerDown(state)
    case 'ledger_up':
    case 'moved':
      return state.name === 'asleep' ? stay(state) : ask(state)
    case 'ask_failed':
      return askFailed(state, now)
    case 'standing':
      return stand(state, event.standing, now)
    case 'entries':
      return entries(state, now)
    case 'send_now':
      return sendNow(state, now)
    case 'enrolled':
    case 'rotated':
      return restart({ ...succeeded(state, now), tokenUntil: null })
    case 'checked':
      return checked(state, now)
    case 'token':
      return token(state, event, now)
    case 'pushed':
      return pushed(state, event, now)
    case 'nothing':
      if (!state.standing?.connection) return restart(state)
      return also([{ do: 'ask_standing' }], settle({ ...state, ticket: 0 }, now))
    case 'refused':
      return refused(state, event, now, random)
    case 'stale':
      return stale(state, now, random)
    case 'throttled':
      return pauseFor(contacted(state, now), 'asked', event.retryAfterMs, now, random)
    case 'too_large':
      return tooLarge(state, now, random)
    case 'failed':
      return failed(state, event, now, random)
    case 'reported':
      return reported(state, event.next, now)
    case 'fetched':
      return fetched(state, event.customer)
    case 'timer':
      return timer(state, now)
    case 'contact':
      return contact(state, event.loading, now)
    case 'shape_stale':
      return shapeStale(state, now)
    case 'shapes_read':
      return stay(state.shapes === 'once' ? { ...state, shapes: 'none', loading: null } : state)
    case 'suspend':
      return suspend(state)
    case 'resume':
      return state.name === 'asleep' ? ask({ ...state, name: 'starting' }) : stay(state)
  }
}

function entries(state: SyncState, now: number): Step {
  const dirty = { ...state, dirty: true }
  if (state.name === 'following') return stay(sooner(dirty, now + PACE.debounceMs))
  // A new entry is a reason to try the network, not to press a server that is in trouble.
  if (state.name === 'pausing' && state.pause === 'network') {
    return stay(sooner(dirty, Math.max(state.floorAt, now + PACE.debounceMs)))
  }
  return stay(dirty)
}

function sendNow(state: SyncState, now: number): Step {
  if (state.name === 'following') return stay(sooner({ ...state, dirty: true }, now))
  if (state.name === 'pausing') return stay(sooner(state, Math.max(state.floorAt, now)))
  if (state.name === 'stopped') return ask(state)
  return stay({ ...state, dirty: true })
}

function token(state: SyncState, event: Extract<SyncEvent, { type: 'token' }>, now: number): Step {
  const held: SyncState = {
    ...contacted(state, now),
    ticket: 0,
    // A life shorter than the margin would ask for tokens for ever.
    tokenUntil: now + Math.max(event.lifeMs, PACE.tokenMarginMs * 2),
    mayFollow: event.may === 'all',
  }
  const fetching = fetchNext(held)
  return also(fetching.effects, send(fetching.state, now))
}

function pushed(before: SyncState, event: Extract<SyncEvent, { type: 'pushed' }>, now: number): Step {
  const state: SyncState = {
    ...succeeded(before, now),
    waiting: event.waiting,
    reconcile: before.reconcile || event.reconcile,
    batchEvents: Math.min(PACE.batchEventsMax, before.batchEvents * 2),
  }
  if (event.events === 0 || event.waiting === 0) return settle(state, now)
  const followed = follow(state, now)
  return also(followed.effects, send(followed.state, now))
}

function refused(
  before: SyncState,
  event: Extract<SyncEvent, { type: 'refused' }>,
  now: number,
  random: number,
): Step {
  const state = contacted(before, now)
  if (event.next === 'stop') return rest(state, 'stopped', { code: event.code, sentence: event.sentence })
  // A wrong code is said to the person; what stands afterwards is asked.
  if (state.name === 'enrolling') return restart(state)
  // Once at once: a gap has moved the cursor. Twice in a row is a quarrel, and waits.
  if (state.name === 'sending' && state.failures === 0) return send({ ...state, failures: 1, ticket: 0 }, now)
  return pauseFor(state, 'server', 0, now, random)
}

function stale(before: SyncState, now: number, random: number): Step {
  const state: SyncState = { ...contacted(before, now), tokenUntil: null }
  const forget: SyncEffect[] = [{ do: 'forget_token' }]
  if (state.renewed || (state.name !== 'sending' && state.name !== 'reporting'))
    return also(forget, pauseFor(state, 'access', 0, now, random))
  return also(forget, connect({ ...state, renewed: true, dirty: true }))
}

function tooLarge(before: SyncState, now: number, random: number): Step {
  const state = contacted(before, now)
  if (state.name !== 'sending' || state.batchEvents === 1) return pauseFor(state, 'server', 0, now, random)
  return send({ ...halved(state), dirty: true, ticket: 0 }, now)
}

const halved = (state: SyncState): SyncState => ({
  ...state,
  batchEvents: Math.max(1, Math.floor(state.batchEvents / 2)),
})

function failed(
  before: SyncState,
  event: Extract<SyncEvent, { type: 'failed' }>,
  now: number,
  random: number,
): Step {
  const state = event.waiting === null ? before : { ...before, waiting: event.waiting }
  if (event.why === 'ledger') return pauseFor(state, 'ledger', 0, now, random)
  if (event.why === 'timeout') return pauseFor(halved(state), 'network', 0, now, random)
  if (event.why === 'network') return pauseFor(state, 'network', 0, now, random)
  if (state.name === 'checking') return checkFailed(state, event.retryAfterMs, now, random)
  const count = event.status === state.equalFailures.status ? state.equalFailures.count + 1 : 1
  const alone = count >= PACE.equalFailuresMax ? 1 : state.batchEvents
  const counted: SyncState = {
    ...contacted(state, now),
    equalFailures: { status: event.status, count },
    batchEvents: alone,
  }
  return pauseFor(counted, 'server', event.retryAfterMs, now, random)
}

/**
 * Full jitter up to a bound that doubles up to a minute: from one second where a server is in trouble, whose own wish
 * is the floor, and from half a second where a network lost something, which presses nobody.
 */
function pauseAfter(
  failures: number,
  why: PauseWhy,
  retryAfterMs: number,
  random: number,
): { readonly floorMs: number; readonly pauseMs: number } {
  const isNetwork = why === 'network'
  const least = isNetwork ? PACE.retryNetworkMinMs : PACE.retryMinMs
  const first = isNetwork ? PACE.retryNetworkMs : PACE.retryMinMs * 2
  const bound = Math.min(PACE.retryMaxMs, first * 2 ** Math.min(failures - 1, 10))
  const jitter = least + random * (bound - least)
  const floorMs = Math.max(least, Math.min(retryAfterMs, PACE.retryAfterMaxMs))
  return { floorMs, pauseMs: Math.max(jitter, floorMs) }
}

function pauseFor(state: SyncState, why: PauseWhy, retryAfterMs: number, now: number, random: number): Step {
  const failures = state.failures + 1
  const { floorMs, pauseMs } = pauseAfter(failures, why, retryAfterMs, random)
  const paused: SyncState = {
    ...state,
    // The ledger is asked where the till stands before anything else, as long as that is not known.
    name: state.standing === null ? 'starting' : 'pausing',
    ticket: 0,
    failures,
    pause: why,
    floorAt: now + floorMs,
    wakeAt: now + pauseMs,
    dirty: true,
  }
  return stay(paused)
}

function reported(before: SyncState, next: string | null, now: number): Step {
  const state: SyncState = {
    ...succeeded(before, now),
    reconcile: next !== null,
    reconcileAfter: next,
  }
  return settle(state, now)
}

/** A comparison can wait, and sales do not wait for it: it alone is asked for again later. */
function checkFailed(before: SyncState, retryAfterMs: number, now: number, random: number): Step {
  const checkFailures = before.checkFailures + 1
  const { pauseMs } = pauseAfter(checkFailures, 'server', retryAfterMs, random)
  return settle({ ...contacted(before, now), ticket: 0, checkFailures, checkHoldUntil: now + pauseMs }, now)
}

/** Whether another list is to be compared is the ledger's to say. */
function checked(before: SyncState, now: number): Step {
  const { standing } = before
  if (!standing?.connection) return restart(before)
  const state = { ...succeeded(before, now), standing: { ...standing, check: false }, checkFailures: 0 }
  return also([{ do: 'ask_standing' }], settle(state, now))
}

function fetched(state: SyncState, customer: string): Step {
  if (state.fetching !== customer) return stay(state)
  return fetchNext({ ...state, fetching: null })
}

function timer(state: SyncState, now: number): Step {
  if (state.wakeAt === null || now < state.wakeAt) return stay(state)
  const woken = { ...state, wakeAt: null }
  if (ASKING.has(state.name)) return ask(woken)
  if (state.name === 'following') return send(woken, now)
  if (state.name !== 'pausing') return stay(woken)
  return state.standing?.enrolling ? enrol(woken) : send(woken, now)
}

/** A shape was answered while the push lane waits out a broken network: the network is back. */
function contact(before: SyncState, loading: SyncState['loading'], now: number): Step {
  const state: SyncState = { ...contacted(before, now), loading, shapesRefused: 0 }
  if (state.name !== 'pausing' || state.pause !== 'network') return stay(state)
  return stay(sooner(state, Math.max(state.floorAt, now)))
}

/** With a new token the shapes are opened again: once at once, then not more often than once a minute. */
function shapeStale(before: SyncState, now: number): Step {
  if (before.shapes === 'none') return stay(before)
  const again = before.shapesRefused > 0
  const state: SyncState = {
    ...before,
    shapes: 'none',
    loading: null,
    shapesRefused: before.shapesRefused + 1,
    shapesHoldUntil: again ? now + PACE.shapesHoldMs : 0,
  }
  const closed: SyncEffect[] = [{ do: 'unfollow' }]
  if (again) return { state, effects: closed }
  const woken = state.name === 'following' ? sooner(state, now + PACE.debounceMs) : state
  return { state: { ...woken, tokenUntil: null }, effects: [...closed, { do: 'forget_token' }] }
}
