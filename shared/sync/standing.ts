import { also, connect, enrol, fetchNext, follow, mayCheck, settle, sooner, stay } from './moves.ts'
import { PACE, type Standing, type Step, type SyncEffect, type SyncState } from './state.ts'

/** What a change of where this till stands means: enrolled, stopped, alone, asleep, the ledger gone. */

/** Drops what is under way, keeping what was learnt of the network. */
function dropAll(state: SyncState): Step {
  const effects: SyncEffect[] = []
  if (state.ticket !== 0 || state.fetching !== null) effects.push({ do: 'abort' })
  if (state.shapes !== 'none') effects.push({ do: 'unfollow' })
  const dropped = { ticket: 0, fetching: null, shapes: 'none', loading: null, wakeAt: null } as const
  return { state: { ...state, ...dropped }, effects }
}

/** What was asked of it will not be answered: all is begun anew when it is back. */
export function ledgerDown(state: SyncState): Step {
  const { state: dropped, effects } = dropAll(state)
  if (state.name === 'asleep') return { state: dropped, effects }
  return { state: { ...dropped, name: 'starting', standing: null, stopped: null }, effects }
}

/** The computer goes to sleep. Tokens and pauses are measured by a clock that may stand still meanwhile. */
export function suspend(state: SyncState): Step {
  const { state: dropped, effects } = dropAll(state)
  return {
    state: { ...dropped, name: 'asleep', tokenUntil: null, floorAt: 0, pause: null, failures: 0 },
    effects: [...effects, { do: 'forget_token' }],
  }
}

/** Takes what the ledger says: goes on, connects, enrols, or rests. */
export function stand(before: SyncState, standing: Standing, now: number): Step {
  const state: SyncState = {
    ...before,
    standing,
    wanted: standing.wanted.filter((id) => id !== before.fetching).slice(0, PACE.wantedMax),
    reconcile: before.reconcile || standing.reconcile,
  }
  if (state.name === 'asleep') return stay(state)
  if (standing.enrolling) {
    // A code is being tried already: the same request goes on.
    if (state.name === 'enrolling') return stay(state)
    if (state.name === 'pausing' && before.standing?.enrolling)
      return stay(sooner(state, Math.max(state.floorAt, now)))
    const { state: dropped, effects } = forgotten(state)
    return also(effects, enrol(dropped))
  }
  if (standing.connection === null) return rest(state, 'off', null)
  if (standing.stopped) return rest(state, 'stopped', standing.stopped)
  const same = sameConnection(before.standing?.connection ?? null, standing.connection)
  const working = !['starting', 'off', 'enrolling', 'stopped'].includes(state.name)
  if (same && working) return also([], changedOnTheWay(state, now))
  const { state: dropped, effects } = same ? dropAll(state) : forgotten(state)
  return also(effects, connect({ ...dropped, stopped: null, dirty: true }))
}

/** Those who have nothing else to wake them. */
export const ASKING: ReadonlySet<SyncState['name']> = new Set(['starting', 'off', 'stopped'])

/** No store yet, or a busy ledger: asked again later. */
export function askFailed(state: SyncState, now: number): Step {
  if (!ASKING.has(state.name)) return stay(state)
  const delayMs = Math.min(PACE.retryMaxMs, PACE.retryMinMs * 2 ** Math.min(state.failures, 10))
  return stay({ ...state, failures: state.failures + 1, wakeAt: now + delayMs })
}

function sameConnection(a: Standing['connection'], b: Standing['connection']): boolean {
  return a?.url === b?.url && a?.device === b?.device && a?.epoch === b?.epoch
}

function forgotten(state: SyncState): Step {
  const { state: dropped, effects } = dropAll(state)
  const clean = { tokenUntil: null, renewed: false, failures: 0, floorAt: 0, pause: null } as const
  return {
    state: { ...dropped, ...clean, reconcileAfter: null, stopped: null },
    effects: [...effects, { do: 'forget_token' }],
  }
}

/** Nothing more is asked until a person has acted. */
export function rest(state: SyncState, name: 'off' | 'stopped', stopped: SyncState['stopped']): Step {
  const { state: dropped, effects } = forgotten(state)
  return { state: { ...dropped, name, stopped }, effects }
}

/** A setting changed, a customer is wanted: no reason to let go of what is under way. */
function changedOnTheWay(state: SyncState, now: number): Step {
  const metered = state.standing?.metered ?? false
  if (metered && state.shapes === 'live') {
    return also([{ do: 'unfollow' }], fetchNext({ ...state, shapes: 'none', loading: null }))
  }
  const opened = state.name === 'following' && !metered ? follow(state, now) : stay(state)
  const { reconcile, standing } = opened.state
  const due = reconcile || standing?.rotate || mayCheck(opened.state, now)
  if (opened.state.name === 'following' && due) return also(opened.effects, settle(opened.state, now))
  return also(opened.effects, fetchNext(opened.state))
}
