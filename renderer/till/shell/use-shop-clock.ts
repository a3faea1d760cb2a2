import { useEffect, useState } from 'react'
import { monotonicMs } from '../../bridge/browser-clock.ts'
import { useShell } from './shell.ts'

/** The till's trusted time now, ms since 1970: the ledger's word plus what has passed on the page's own clock. */
function trustedNowMs(): number {
  const { status, statusAtMs } = useShell.getState()
  return (status?.now.trusted ?? 0) + (monotonicMs() - statusAtMs)
}

/** Trusted time for display, looked at once a second. */
export function useShopClock(): number {
  const [now, setNow] = useState(trustedNowMs)
  useEffect(() => {
    const timer = setInterval(() => setNow(trustedNowMs()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
