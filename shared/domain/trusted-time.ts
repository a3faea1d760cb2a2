import { LIMITS } from '../base/limits.ts'
import type { ClockReading } from '../base/ports.ts'
import type { TimeMark } from '../base/time-mark.ts'

/**
 * What a till believes about time. A till's clock is often wrong (dead battery: 1970; a slip: 2099), so the wall
 * clock is believed only between a floor and 60 days after it; otherwise time goes on from the floor by the
 * monotonic clock. Nothing is ever refused because of a clock.
 */
export interface TimeState {
  /** The trusted time of the last reading, or of the last confirmation. Ms. */
  readonly floorMs: number
  /** Monotonic time and boot at which the floor was taken. */
  readonly floorMonotonicMs: number
  readonly bootId: string
  /** When a person or head office last said what the time is; null: never. Trusted ms. */
  readonly confirmedMs: number | null
  /** By how much the wall clock was ahead of what was confirmed then; 0 when it was right. Ms. */
  readonly wallSkewMs: number
}

export interface TrustedReading {
  readonly trusted: number
  readonly marks: readonly TimeMark[]
  readonly state: TimeState
}

const WINDOW_MS = LIMITS.clockConfirmDays * 86_400_000
/** The two clocks of a machine differ by rounding and by corrections of the time service. */
const LAG_MAX_MS = LIMITS.clockSkewShownMs

/** What is believed before anybody said anything: not before the software was built (ms). */
export function initialTime(builtMs: number): TimeState {
  return { floorMs: builtMs, floorMonotonicMs: 0, bootId: '', confirmedMs: null, wallSkewMs: 0 }
}

/**
 * The state on a machine that may have been started anew: where the monotonic clock cannot be carried over, it counts
 * from now. Without this, time would stand still after a start with a dead wall clock until something is booked.
 */
export function resumeTime(state: TimeState, clock: ClockReading): TimeState {
  if (clock.bootId === state.bootId) return state
  return { ...state, floorMonotonicMs: clock.monotonicMs, bootId: clock.bootId }
}

/**
 * Trusted time now, and the floor for the next reading. Never goes back but by `confirmTime`. A wall clock that a
 * person found wrong is read twice, as it stands (it may have been set right) and less its error of then (it may not):
 * the earliest one that does not lie before the floor is believed.
 */
export function readTime(state: TimeState, clock: ClockReading): TrustedReading {
  const passed = clock.bootId === state.bootId ? Math.max(0, clock.monotonicMs - state.floorMonotonicMs) : 0
  const floor = state.floorMs + Math.floor(passed)
  // A wall clock that lags a little behind the monotonic one is being set right, not wrong.
  const believed = [clock.wallMs, clock.wallMs - state.wallSkewMs].filter(
    (ms) => ms >= floor - LAG_MAX_MS && ms <= floor + WINDOW_MS,
  )
  const trusted = believed.length === 0 ? floor : Math.max(state.floorMs, Math.floor(Math.min(...believed)))
  const marks: TimeMark[] = []
  if (believed.length === 0) marks.push('wall_untrusted')
  if (Math.abs(clock.wallMs - trusted) > LIMITS.clockSkewMarkedMs) marks.push('skewed')
  if (state.confirmedMs === null || trusted - state.confirmedMs > WINDOW_MS) marks.push('unconfirmed')
  return {
    trusted,
    marks,
    state: { ...state, floorMs: trusted, floorMonotonicMs: clock.monotonicMs, bootId: clock.bootId },
  }
}

/** A person or head office says what the time is: the floor is set anew, also backwards. */
export function confirmTime(clock: ClockReading, confirmedMs: number): TimeState {
  const skew = Math.floor(clock.wallMs - confirmedMs)
  return {
    floorMs: confirmedMs,
    floorMonotonicMs: clock.monotonicMs,
    bootId: clock.bootId,
    confirmedMs,
    wallSkewMs: Math.abs(skew) > LIMITS.clockSkewShownMs ? skew : 0,
  }
}

/** Until when the present confirmation holds; null: never confirmed. */
export function confirmedUntil(state: TimeState): number | null {
  return state.confirmedMs === null ? null : state.confirmedMs + WINDOW_MS
}

/**
 * The next hybrid logical clock stamp: 12 hex digits of ms, 4 of a counter, sortable as text. Its physical part is
 * trusted time, so that one wrong clock cannot push every later stamp into the future.
 */
export function nextHlc(previous: string, trustedMs: number): string {
  const last = parseInt(previous.slice(0, 12) || '0', 16)
  const counter = parseInt(previous.slice(12) || '0', 16)
  if (trustedMs > last) return hlc(trustedMs, 0)
  return counter < 0xffff ? hlc(last, counter + 1) : hlc(last + 1, 0)
}

const hlc = (ms: number, counter: number): string =>
  ms.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0')
