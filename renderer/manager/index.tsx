import { useEffect, useMemo } from 'react'
import { till } from '../bridge/till.ts'
import { Frame } from './frame/frame.tsx'
import { Context, type ManagerContext, type Session } from './frame/manager-context.ts'
import { PlainTrouble } from './frame/trouble.tsx'
import { usePlace } from './frame/use-place.ts'
import { useStatus } from './frame/use-status.ts'

/**
 * The manager's side of the till. Whoever opens it has signed in with a role that may; the till checks each call
 * again. `onLeave` goes back to the sale.
 */
export function ManagerRoom({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const { token } = session
  const status = useStatus(till, token)
  const [place, go] = usePlace()
  // The cashier's screen under this one knows nothing of rooms: its address is plain again.
  useEffect(() => () => history.replaceState(null, '', location.pathname + location.search), [])
  const known = status.value
  const value = useMemo<ManagerContext | null>(() => {
    if (!known?.store) return null
    return {
      call: (method, ask) => till.call(method, ask, token),
      onNotice: till.onNotice,
      session,
      shop: known.store,
      today: known.now.business_date,
      staff: known.staff,
      go,
    }
  }, [known, session, token, go])
  if (value) {
    return (
      <Context value={value}>
        <Frame place={place} onLeave={onLeave} />
      </Context>
    )
  }
  return (
    <main className="flex h-full flex-col bg-paper">{status.trouble && <PlainTrouble {...status} />}</main>
  )
}
