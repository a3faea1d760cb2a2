import { useEffect, useState } from 'react'
import type { Refusal } from '../../../shared/base/refusal.ts'
import { monotonicMs } from '../../bridge/browser-clock.ts'

const LOOK_MS = 250

/**
 * Counts the seconds of a lock-out down. Each person has their own: while one waits, another can sign in.
 * `secondsFor` is 0 for whoever may try (again).
 */
export function useLockOut(): {
  secondsFor: (staffId: string | undefined) => number
  start: (staffId: string, refusal: Refusal) => void
} {
  const [until, setUntil] = useState<ReadonlyMap<string, number>>(new Map())
  const [now, setNow] = useState(monotonicMs)
  useEffect(() => {
    if (until.size === 0) return
    const timer = setInterval(() => setNow(monotonicMs()), LOOK_MS)
    return () => clearInterval(timer)
  }, [until])
  return {
    secondsFor: (staffId) =>
      staffId === undefined ? 0 : Math.max(0, Math.ceil(((until.get(staffId) ?? 0) - now) / 1_000)),
    start: (staffId, refusal) => {
      const startMs = monotonicMs()
      setNow(startMs)
      setUntil((before) =>
        new Map(before).set(staffId, startMs + Number(refusal.params['seconds'] ?? 0) * 1_000),
      )
    },
  }
}
