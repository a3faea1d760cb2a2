import { lazy, Suspense, useEffect } from 'react'
import { ApprovalDialog } from './approve/approval-dialog.tsx'
import { Blocked } from './blocked/blocked.tsx'
import { Outlived } from './blocked/outlived.tsx'
import { Unreachable } from './blocked/unreachable.tsx'
import { Cashier } from './cashier.tsx'
import { NoticeBand } from './notice/notice-band.tsx'
import { printSales } from './receipt/receipt.ts'
import { useScanner } from './scan/use-scanner.ts'
import { RecoveryPhrase } from './setup/recovery-phrase.tsx'
import { SetUp } from './setup/set-up.tsx'
import { useSetUp } from './setup/setup.ts'
import { Restarting } from './shell/restarting.tsx'
import { leaveManager, useShell } from './shell/shell.ts'
import { Starting } from './shell/starting.tsx'
import { useIdleLock } from './shell/use-idle-lock.ts'
import { ManagerPin } from './sign-in/manager-pin.tsx'
import { SignIn } from './sign-in/sign-in.tsx'

const ManagerRoom = lazy(async () => ({ default: (await import('../manager/index.tsx')).ManagerRoom }))

/** The till: one room at a time, and what may lie over any of them. */
export function App() {
  useIdleLock()
  const outlived = useShell((shell) => shell.outlived)
  if (outlived) return <Outlived />
  return (
    <>
      <Room />
      <Restarting />
    </>
  )
}

function Room() {
  const status = useShell((shell) => shell.status)
  const unreachable = useShell((shell) => shell.unreachable)
  const session = useShell((shell) => shell.session)
  const managerSession = useShell((shell) => shell.managerSession)
  const phrase = useSetUp((setup) => setup.shown)
  if (!status) return unreachable ? <Unreachable sentence={unreachable} /> : <Starting />
  if (status.phase === 'blocked') return <Blocked status={status} />
  if (phrase) return <RecoveryPhrase />
  if (status.phase === 'setup') return <SetUp status={status} />
  if (!session) return <SignIn status={status} />
  if (managerSession) {
    return (
      <Suspense fallback={<Starting />}>
        <ManagerRoom session={managerSession} onLeave={leaveManager} />
        <Listening />
      </Suspense>
    )
  }
  return (
    <>
      <Cashier status={status} session={session} />
      <ApprovalDialog status={status} session={session} />
      <ManagerPin status={status} />
      <Listening />
    </>
  )
}

/** The scanner and the printer, and what is said of them, in every room behind the sign-in. */
function Listening() {
  useScanner()
  useEffect(printSales, [])
  return <NoticeBand />
}
