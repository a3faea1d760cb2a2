import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'

const { signInFailuresMax, signInLockFirstMs, signInLockMaxMs } = CONSOLE_LIMITS
/** A network from which somebody came in is theirs for so long. */
export const KNOWN_MS = 90 * 86_400_000
/** What one wrong password of a stranger costs, and how much of it a name bears at once. */
const STRANGE_GUESS_MS = 36_000
const STRANGE_GUESSES_MAX = 100
/** Wrong passwords of a network the person does not know are forgotten after this. */
export const GUESSES_KEPT_MS = 86_400_000

/** What came from one network under one name; times in ms, 0: never. */
export interface Guesses {
  /** Wrong passwords in a row. */
  readonly failures: number
  readonly lockedUntil: number
  readonly failedAt: number
  /** When the person last came in from there. */
  readonly enteredAt: number
}

export const NO_GUESSES: Guesses = { failures: 0, lockedUntil: 0, failedAt: 0, enteredAt: 0 }

export const FAILED = consoleRefusal(
  'sign_in_failed',
  'That name and password do not go together. Check both and try again.',
)

/**
 * How often a password may be tried. Of one network (an address, of IPv6 its /64) the fifth wrong one in a row under a
 * name shuts that network out of that name for 30 s, then for twice as long each time, up to an hour: whoever guesses
 * from elsewhere shuts nobody out. So that many networks together gain little, all from which the person has not come
 * in for 90 days share 100 wrong ones and 100 more an hour, 2,500 in a first day, under one name; beyond them each waits
 * some seconds for the next, and is never shut out for longer. A network the person knows does not wait for those. Both
 * are kept across restarts, for a name that nobody has in memory, and are told alike.
 *
 * Answers until when this network waits, ms; not after `now`: it may try.
 */
export function heldUntil(of: Guesses, strangersUntil: number, now: number): number {
  const strange = strangersUntil - (STRANGE_GUESSES_MAX - 1) * STRANGE_GUESS_MS
  return Math.max(of.lockedUntil, isKnown(of, now) ? 0 : strange)
}

const isKnown = ({ enteredAt }: Guesses, now: number): boolean => enteredAt > 0 && now - enteredAt < KNOWN_MS

interface Counted {
  readonly guesses: Guesses
  /** The time that the wrong passwords of strangers have used up. */
  readonly strangersUntil: number
}

export function afterWrong(of: Guesses, strangersUntil: number, now: number): Counted {
  const failures = of.failures + 1
  const doublings = Math.min(failures - signInFailuresMax, 20)
  const lockedUntil =
    failures < signInFailuresMax ? 0 : now + Math.min(signInLockFirstMs * 2 ** doublings, signInLockMaxMs)
  return {
    guesses: { ...of, failures, lockedUntil, failedAt: now },
    strangersUntil: isKnown(of, now) ? strangersUntil : Math.max(strangersUntil, now) + STRANGE_GUESS_MS,
  }
}

export const afterRight = (now: number): Guesses => ({ ...NO_GUESSES, enteredAt: now })

/** That one waits, and how long. */
export function held(until: number, now: number): ConsoleRefusal {
  const retryMs = until - now
  const seconds = Math.ceil(retryMs / 1_000)
  const span = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  return {
    code: 'sign_in_locked',
    detail: `Too many wrong passwords. Nothing is lost. Try again in ${span}.`,
    retryMs,
  }
}
