import type { Answered } from '../../../shared/hq/contract.ts'
import type { Tone } from '../../ui/badge.tsx'

export type Till = Answered<'tills.one'>['till']

export const TILL_STATES = ['active', 'revoked', 'written_off'] as const satisfies readonly Till['state'][]

export const STATE_TONE: Record<Till['state'], Tone> = {
  active: 'brand',
  revoked: 'red',
  written_off: 'neutral',
}

/** From so much on a clock is shown as wrong. Ms. */
const SKEW_SHOWN_MS = 2 * 60_000
/** A till that sells is heard of every minute. Ms. */
const SILENT_MS = 15 * 60_000

export const clockIsWrong = (till: Till): boolean => Math.abs(till.clock_skew_ms) > SKEW_SHOWN_MS
export const isSilent = (till: Till, now: number): boolean =>
  till.state === 'active' && (till.last_contact === null || now - till.last_contact > SILENT_MS)
