import { useEffect } from 'react'
import { monotonicMs } from '../../bridge/browser-clock.ts'
import { till } from '../../bridge/till.ts'
import { lock, useShell } from './shell.ts'

/** The ledger is told of activity at most this often: its own idle lock needs no more. */
const TOUCH_GAP_MS = 30_000
const LOOK_MS = 1_000

/** Locks the till when nobody touched it for the session's time, and tells the ledger that somebody did. */
export function useIdleLock(): void {
  const session = useShell((shell) => shell.session)
  const managerToken = useShell((shell) => shell.managerSession?.token ?? null)
  useEffect(() => {
    if (!session) return
    let activeAt = monotonicMs()
    let touchedAt = activeAt
    const touchGap = Math.min(TOUCH_GAP_MS, session.idle_lock_ms / 4)
    const onActivity = (): void => {
      activeAt = monotonicMs()
      if (activeAt - touchedAt < touchGap) return
      touchedAt = activeAt
      void till.call('session.touch', {}, session.token)
      if (managerToken && managerToken !== session.token) void till.call('session.touch', {}, managerToken)
    }
    const timer = setInterval(() => {
      if (monotonicMs() - activeAt >= session.idle_lock_ms) lock()
    }, LOOK_MS)
    addEventListener('pointerdown', onActivity, true)
    addEventListener('keydown', onActivity, true)
    return () => {
      clearInterval(timer)
      removeEventListener('pointerdown', onActivity, true)
      removeEventListener('keydown', onActivity, true)
    }
  }, [session, managerToken])
}
