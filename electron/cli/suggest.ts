/** The word nearest to what was typed, or null when none is near. */
export function nearest(typed: string, words: readonly string[]): string | null {
  let best: string | null = null
  let least = Math.max(2, Math.floor(typed.length / 3)) + 1
  for (const word of words) {
    const away = word.startsWith(typed) && typed.length >= 2 ? 0 : distance(typed, word)
    if (away < least) {
      best = word
      least = away
    }
  }
  return best
}

/** Letters to insert, remove or change to get from one word to the other (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}
