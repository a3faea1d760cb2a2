import { PACE, type Step, type SyncEffect, type SyncState } from './state.ts'

/** The moves the machine is made of: one request at a time, and what comes when none is in flight. */

/** Nothing is to be done. */
export const stay = (state: SyncState): Step => ({ state, effects: [] })
/** The same, with these effects before its own. */
export const also = (first: readonly SyncEffect[], { state, effects }: Step): Step => ({
  state,
  effects: [...first, ...effects],
})
/** Head office has answered, well or not. */
export const contacted = (state: SyncState, now: number): SyncState => ({ ...state, contactAt: now })

/** It has answered well: what failed before is over. */
export function succeeded(state: SyncState, now: number): SyncState {
  return {
    ...contacted(state, now),
    ticket: 0,
    renewed: false,
    failures: 0,
    equalFailures: { status: 0, count: 0 },
    pause: null,
    floorAt: 0,
  }
}

/** Asks the ledger where this till stands. */
export const ask = (state: SyncState): Step => ({ state, effects: [{ do: 'ask_standing' }] })
/** From the beginning, with what the ledger says now. */
export const restart = (state: SyncState): Step =>
  ask({ ...state, name: 'starting', ticket: 0, wakeAt: null, stopped: null })

/** Wakes at `at` at the latest. */
export const sooner = (state: SyncState, at: number): SyncState => ({
  ...state,
  wakeAt: Math.min(state.wakeAt ?? at, at),
})

function request(state: SyncState, name: SyncState['name'], effect: (ticket: number) => SyncEffect): Step {
  const ticket = state.lastTicket + 1
  return {
    state: { ...state, name, ticket, lastTicket: ticket, wakeAt: null },
    effects: [effect(ticket)],
  }
}

/** Sends the request of the code that waits. */
export const enrol = (state: SyncState): Step =>
  request(state, 'enrolling', (ticket) => ({ do: 'enrol', ticket }))

/** Asks for a token. */
export function connect(state: SyncState): Step {
  return request(state, 'connecting', (ticket) => ({ do: 'authorise', ticket }))
}

function tokenHolds(state: SyncState, now: number): boolean {
  return state.tokenUntil !== null && state.tokenUntil - now > PACE.tokenMarginMs
}

/** The next batch, or a token first where the present one is about to end. */
export function send(state: SyncState, now: number): Step {
  if (!tokenHolds(state, now)) return connect(state)
  return request({ ...state, dirty: false }, 'sending', (ticket) => ({
    do: 'send',
    ticket,
    eventsMax: state.batchEvents,
    bytesMax: PACE.batchBytesMax,
  }))
}

/** A list is to be compared, and head office is not in trouble with the last one. */
export const mayCheck = (state: SyncState, now: number): boolean =>
  state.standing?.check === true && now >= state.checkHoldUntil

/** What comes next when nothing is in flight and head office answers. */
export function settle(state: SyncState, now: number): Step {
  if (!state.standing?.connection) return restart(state)
  const followed = follow(state, now)
  const next = followed.state
  if (next.reconcile && !next.dirty) {
    if (!tokenHolds(next, now)) return also(followed.effects, connect(next))
    const report = request(next, 'reporting', (ticket) => ({
      do: 'reconcile',
      ticket,
      after: next.reconcileAfter,
    }))
    return also(followed.effects, report)
  }
  // A till that was stopped gets no new key, and goes on sending under its own.
  if (next.standing?.rotate && next.mayFollow && !next.dirty) {
    return also(
      followed.effects,
      request(next, 'rotating', (ticket) => ({ do: 'rotate', ticket })),
    )
  }
  if (mayCheck(next, now) && next.mayFollow && !next.dirty && tokenHolds(next, now)) {
    const last = next.checkFailures + 1 >= PACE.checkTriesMax
    return also(
      followed.effects,
      request(next, 'checking', (ticket) => ({ do: 'check', ticket, last })),
    )
  }
  const heartbeat = next.standing?.metered ? PACE.heartbeatMeteredMs : PACE.heartbeatMs
  const soon = next.dirty || next.tokenUntil === null
  const beat = now + (soon ? PACE.debounceMs : heartbeat)
  const isHeld = next.standing?.check && next.mayFollow && next.checkHoldUntil > now
  const wakeAt = isHeld ? Math.min(beat, next.checkHoldUntil) : beat
  return also(followed.effects, fetchNext({ ...next, name: 'following', wakeAt }))
}

/** Opens the shapes where a token may read them: for good, or once on a link that is paid by the megabyte. */
export function follow(state: SyncState, now: number): Step {
  if (state.shapes !== 'none' || !state.mayFollow || state.tokenUntil === null) return stay(state)
  if (now < state.shapesHoldUntil) return stay(state)
  const mode = state.standing?.metered ? 'once' : 'live'
  return { state: { ...state, shapes: mode }, effects: [{ do: 'follow', mode }] }
}

/** The cashier waits for this one: it does not queue behind a batch. */
export function fetchNext(state: SyncState): Step {
  const [customer, ...wanted] = state.wanted
  if (customer === undefined || state.fetching !== null || state.tokenUntil === null) return stay(state)
  if (!state.mayFollow || state.name === 'asleep') return stay(state)
  return { state: { ...state, fetching: customer, wanted }, effects: [{ do: 'fetch', customer }] }
}
