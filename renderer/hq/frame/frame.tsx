import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Band } from '../../ui/band.tsx'
import { useConsole } from '../api/console-context.ts'
import { AuditRoom } from '../audit/audit-room.tsx'
import { CustomerPage } from '../customers/customer-page.tsx'
import { CustomersRoom } from '../customers/customers-room.tsx'
import { ExceptionsRoom } from '../exceptions/exceptions-room.tsx'
import { LedgersRoom } from '../ledgers/ledgers-room.tsx'
import { LoyaltyRoom } from '../loyalty/loyalty-room.tsx'
import { ProgramPage } from '../loyalty/program-page.tsx'
import { OverviewRoom } from '../overview/overview-room.tsx'
import { PeopleRoom } from '../people/people-room.tsx'
import { ReconciliationRoom } from '../reconciliation/reconciliation-room.tsx'
import { ReportPage } from '../reconciliation/report-page.tsx'
import { RISK, RiskPage } from '../risk/risk-page.tsx'
import { PasswordDialog } from '../sign-in/password-dialog.tsx'
import { StoresRoom } from '../stores/stores-room.tsx'
import { TillPage } from '../tills/till-page.tsx'
import type { Place, RoomName } from './location.ts'
import { Rail } from './rail.tsx'
import { TopBar } from './top-bar.tsx'
import { usePlace } from './use-place.ts'
import { useWords } from './use-words.ts'

/** Top bar, rooms at the left (below on a phone), the room. */
export function Frame() {
  const { t } = useWords()
  const { reachable } = useConsole()
  const place = usePlace()
  const main = useRef<HTMLElement>(null)
  const [password, setPassword] = useState(false)
  const [said, setSaid] = useState('')
  const { room, of } = place
  // A new room is read from its top. Typing and pressing chips stay where they are.
  useEffect(() => {
    main.current?.scrollTo(0, 0)
    setSaid('')
    if (room && of !== undefined && !document.activeElement?.closest('nav'))
      document.getElementById('room-title')?.focus()
  }, [room, of])
  return (
    <div className="flex h-full flex-col bg-paper text-ink">
      <TopBar onPassword={() => setPassword(true)} />
      <div className="flex min-h-0 flex-1 max-[760px]:flex-col-reverse">
        <Rail room={room} />
        <main
          ref={main}
          className="scroll-quiet relative flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto"
        >
          {!reachable && (
            <div className="px-4 pt-4">
              <Band tone="amber">{t('unreachable.band')}</Band>
            </div>
          )}
          {said !== '' && (
            <div className="px-4 pt-4">
              <Band tone="brand">{said}</Band>
            </div>
          )}
          <Room place={place} />
        </main>
      </div>
      {password && (
        <PasswordDialog
          onClose={() => setPassword(false)}
          onDone={() => {
            setPassword(false)
            setSaid(t('password.done'))
          }}
        />
      )}
    </div>
  )
}

function Room({ place }: { place: Place }) {
  const { of, query } = place
  const rooms: Record<RoomName, () => ReactNode> = {
    overview: () => <OverviewRoom />,
    stores: () =>
      of === RISK ? <RiskPage /> : of ? <TillPage key={of} id={of} /> : <StoresRoom query={query} />,
    customers: () => (of ? <CustomerPage key={of} id={of} /> : <CustomersRoom query={query} />),
    loyalty: () => (of ? <ProgramPage key={of} id={of} query={query} /> : <LoyaltyRoom />),
    ledgers: () => <LedgersRoom query={query} />,
    exceptions: () => <ExceptionsRoom query={query} />,
    reconciliation: () => (of ? <ReportPage key={of} id={of} /> : <ReconciliationRoom query={query} />),
    people: () => <PeopleRoom />,
    audit: () => <AuditRoom query={query} />,
  }
  return rooms[place.room]()
}
