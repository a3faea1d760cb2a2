/**
 * A scanner types like a keyboard, only faster than anybody can: a burst of characters a few milliseconds apart,
 * then Enter. Pure: time comes in with each key.
 */
export interface Burst {
  readonly text: string
  /** Keys that were struck for it: one held down repeats as fast as a scanner types, and is struck once. */
  readonly struck: number
  readonly startMs: number
  readonly lastMs: number
}

export const BURST_NONE: Burst = { text: '', struck: 0, startMs: 0, lastMs: Number.NEGATIVE_INFINITY }

/** The longest pause within a scan: a busy computer may hold one character back. */
const SCAN_GAP_MAX_MS = 100
/** The mean time from character to character. A fast typist needs 80 ms and more for each. */
const SCAN_MEAN_MAX_MS = 35
/** Shorter bursts are two keys pressed together, not a card. */
export const SCAN_CHARS_MIN = 6
/** In an amount a burst of digits must be longer to be taken for a card. */
export const SCAN_CHARS_MIN_IN_AMOUNT = 8

export type Heard =
  /** A character that began a new burst: remember what the field held before it. */
  | { readonly heard: 'first'; readonly burst: Burst }
  | { readonly heard: 'more'; readonly burst: Burst }
  | { readonly heard: 'scan'; readonly burst: Burst; readonly text: string }
  | { readonly heard: 'nothing'; readonly burst: Burst }

interface KeyStroke {
  /** As in KeyboardEvent.key. */
  readonly key: string
  readonly atMs: number
  /** It repeats because it is held down. */
  readonly isHeld: boolean
}

/** `charsMin` depends on where the focus is. */
export function hear(burst: Burst, { key, atMs, isHeld }: KeyStroke, charsMin = SCAN_CHARS_MIN): Heard {
  const goesOn = atMs - burst.lastMs <= SCAN_GAP_MAX_MS
  if (key === 'Enter') {
    return goesOn && isScan(burst, charsMin)
      ? { heard: 'scan', burst: BURST_NONE, text: burst.text }
      : { heard: 'nothing', burst: BURST_NONE }
  }
  // Scanners press Shift for capitals: it neither adds to a burst nor ends it.
  if (key === 'Shift') return { heard: 'nothing', burst }
  if ([...key].length !== 1) return { heard: 'nothing', burst: BURST_NONE }
  const struck = isHeld ? 0 : 1
  if (!goesOn) return { heard: 'first', burst: { text: key, struck, startMs: atMs, lastMs: atMs } }
  const more = { ...burst, text: burst.text + key, struck: burst.struck + struck, lastMs: atMs }
  return { heard: 'more', burst: more }
}

function isScan({ text, struck, startMs, lastMs }: Burst, charsMin: number): boolean {
  const chars = [...text].length
  return chars >= charsMin && struck >= SCAN_CHARS_MIN && (lastMs - startMs) / (chars - 1) <= SCAN_MEAN_MAX_MS
}
