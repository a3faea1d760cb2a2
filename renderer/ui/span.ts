interface Span {
  readonly unit: 'minutes' | 'hours' | 'days'
  readonly count: number
}

/** A length of time as one says it: 11 minutes, 3 hours, 400 days. Rounded down, at least one minute. */
export function spanOf(ms: number): Span {
  const minutes = Math.max(1, Math.floor(Math.abs(ms) / 60_000))
  if (minutes < 120) return { unit: 'minutes', count: minutes }
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? { unit: 'hours', count: hours } : { unit: 'days', count: Math.floor(hours / 24) }
}
