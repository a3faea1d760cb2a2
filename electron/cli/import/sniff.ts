/** How the cells of a line are set apart. */
export const DELIMITERS = { comma: ',', tab: '\t', semicolon: ';', pipe: '|', blank: ' ' } as const
export type Delimiter = keyof typeof DELIMITERS

const SAMPLE_LINES_MAX = 100

/**
 * Which delimiter the first lines agree on. `whole` says that the sample is the whole file; otherwise its last
 * line may be half a line and is left out. Blanks count only when nothing else does and every line agrees, since
 * names and phone numbers hold blanks too. A file of one column is comma-separated.
 */
export function sniffDelimiter(sample: string, whole: boolean): Delimiter {
  const lines = sample.split(/\r\n|\n|\r/)
  if (!whole) lines.pop()
  const filled = lines.filter((line) => line.trim() !== '').slice(0, SAMPLE_LINES_MAX)
  let best: Delimiter = 'comma'
  let bestScore = 0
  for (const name of ['tab', 'semicolon', 'comma', 'pipe'] as const) {
    const score = agreement(filled.map((line) => countOutsideQuotes(line, DELIMITERS[name])))
    if (score > bestScore) {
      best = name
      bestScore = score
    }
  }
  if (bestScore >= 0.5) return best
  const blanks = filled.map((line) => line.trim().split(/\s+/).length)
  const width = blanks[0] ?? 1
  // The last line may be cut off.
  const agreed = blanks.slice(0, -1).every((count) => count === width) && (blanks.at(-1) ?? 1) <= width
  if (width >= 2 && agreed) return 'blank'
  return best
}

/** 0..1: the share of lines that hold the most common count of delimiters; 0 when that count is none. */
function agreement(counts: readonly number[]): number {
  const lines = new Map<number, number>()
  for (const count of counts) lines.set(count, (lines.get(count) ?? 0) + 1)
  let common = 0
  let share = 0
  for (const [count, times] of lines) {
    if (count > 0 && times > share) {
      common = count
      share = times
    }
  }
  return common === 0 ? 0 : share / counts.length
}

function countOutsideQuotes(line: string, delimiter: string): number {
  let count = 0
  let quoted = false
  for (const letter of line) {
    if (letter === '"') quoted = !quoted
    else if (letter === delimiter && !quoted) count += 1
  }
  return count
}
