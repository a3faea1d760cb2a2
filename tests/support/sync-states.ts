import {
  BEGINNING,
  type EventType,
  type Standing,
  type StateName,
  type SyncEvent,
  type SyncState,
} from '../../shared/sync/state.ts'

/** One ordinary state of each name and one ordinary event of each type, for the table of transitions. */

export const ENROLLED: Standing = {
  connection: { url: 'https://hq.example', device: 'd'.repeat(32), epoch: 2 },
  enrolling: false,
  stopped: null,
  metered: false,
  wanted: [],
  reconcile: false,
  rotate: false,
  check: false,
}

/** Monotonic ms at which the table is read. */
export const NOW = 1_000_000
const TICKET = 7

const connected: SyncState = {
  ...BEGINNING,
  standing: ENROLLED,
  lastTicket: TICKET,
  tokenUntil: NOW + 900_000,
  mayFollow: true,
  shapes: 'live',
  contactAt: NOW - 1_000,
}
const asking: SyncState = { ...connected, ticket: TICKET }

export const STATES: Record<StateName, SyncState> = {
  starting: { ...BEGINNING, name: 'starting', wakeAt: NOW },
  off: { ...BEGINNING, name: 'off', standing: { ...ENROLLED, connection: null } },
  enrolling: {
    ...BEGINNING,
    name: 'enrolling',
    standing: { ...ENROLLED, connection: null, enrolling: true },
    ticket: TICKET,
    lastTicket: TICKET,
  },
  connecting: { ...asking, name: 'connecting', tokenUntil: null, shapes: 'none' },
  sending: { ...asking, name: 'sending' },
  reporting: { ...asking, name: 'reporting', reconcile: true },
  rotating: { ...asking, name: 'rotating' },
  checking: { ...asking, name: 'checking', standing: { ...ENROLLED, check: true } },
  following: { ...connected, name: 'following', wakeAt: NOW },
  pausing: { ...connected, name: 'pausing', wakeAt: NOW, floorAt: NOW, failures: 1, pause: 'network' },
  stopped: {
    ...BEGINNING,
    name: 'stopped',
    standing: ENROLLED,
    lastTicket: TICKET,
    stopped: { code: 'fork', sentence: 'Enrol again with a code.' },
  },
  asleep: { ...BEGINNING, name: 'asleep', standing: ENROLLED, lastTicket: TICKET },
}

/** `ticket` as the state has it, so that the answer is the one that is waited for. */
export function eventOf(type: EventType, state: SyncState): SyncEvent {
  // In a state that waits for nothing, an answer is an old one.
  const ticket = state.ticket === 0 ? TICKET - 1 : state.ticket
  const events: { [T in EventType]: Extract<SyncEvent, { type: T }> } = {
    ledger_up: { type: 'ledger_up' },
    ledger_down: { type: 'ledger_down' },
    standing: { type: 'standing', standing: ENROLLED },
    ask_failed: { type: 'ask_failed' },
    entries: { type: 'entries' },
    moved: { type: 'moved' },
    send_now: { type: 'send_now' },
    enrolled: { type: 'enrolled', ticket },
    rotated: { type: 'rotated', ticket },
    checked: { type: 'checked', ticket },
    token: { type: 'token', ticket, lifeMs: 900_000, may: 'all' },
    pushed: { type: 'pushed', ticket, events: 3, waiting: 0, reconcile: false },
    nothing: { type: 'nothing', ticket },
    refused: { type: 'refused', ticket, next: 'stop', code: 'fork', sentence: 'Enrol again with a code.' },
    stale: { type: 'stale', ticket },
    throttled: { type: 'throttled', ticket, retryAfterMs: 5_000 },
    too_large: { type: 'too_large', ticket },
    failed: { type: 'failed', ticket, why: 'network', status: 0, retryAfterMs: 0, waiting: 3 },
    reported: { type: 'reported', ticket, next: null },
    fetched: { type: 'fetched', customer: 'c'.repeat(32) },
    timer: { type: 'timer' },
    contact: { type: 'contact', loading: null },
    shape_stale: { type: 'shape_stale' },
    shapes_read: { type: 'shapes_read' },
    suspend: { type: 'suspend' },
    resume: { type: 'resume' },
  }
  return events[type]
}
