import { useEffect, useState } from 'react'
import { sleep } from '../../bridge/browser-clock.ts'
import type { ConsoleClient } from './client.ts'
import type { Pulse } from './console-context.ts'

/** A sale is seen within a second of its arrival. */
const PULSE_MS = 1_000

/** Feels once a second, while the page is looked at, whether anything changed. */
export function usePulse(client: ConsoleClient): {
  readonly pulse: Pulse | null
  readonly reachable: boolean
} {
  const [pulse, setPulse] = useState<Pulse | null>(null)
  const [reachable, setReachable] = useState(true)
  useEffect(() => {
    let gone = false
    const run = async (): Promise<void> => {
      while (!gone) {
        if (document.visibilityState === 'visible') {
          const answer = await client.ask('pulse', {}, true)
          if (gone) return
          if (answer.outcome === 'done') setPulse(answer.value)
          const stumbled = answer.outcome === 'refused' && answer.problem.status >= 500
          setReachable(answer.outcome !== 'failed' && !stumbled)
        }
        await sleep(PULSE_MS)
      }
    }
    void run()
    return () => {
      gone = true
    }
  }, [client])
  return { pulse, reachable }
}
