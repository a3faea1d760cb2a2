import i18next from 'i18next'
import { create } from 'zustand'
import { HOME } from '../../../shared/base/home.ts'
import { may, type Permission } from '../../../shared/base/roles.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import { monotonicMs } from '../../bridge/browser-clock.ts'
import { onOutlived } from '../../bridge/index.ts'
import { till } from '../../bridge/till.ts'

export type Status = Output<'system.status'>
export type Session = Output<'session.sign_in'>
export type StaffMember = Session['staff']

/** The shop's own time zone. */
export const timeZoneOf = (status: Status): string => status.store?.time_zone ?? HOME.timeZone

/** What surrounds the sale: is the till able to work, who is signed in, which room is shown. */
interface Shell {
  readonly status: Status | null
  /** When `status` came, on the page's own monotonic clock: the strip's clock runs on from there. */
  readonly statusAtMs: number
  readonly ledger: 'up' | 'restarting' | 'blocked'
  readonly session: Session | null
  /** Who was signed in before the lock, so that a PIN is enough to go on. */
  readonly lastStaffId: string | null
  readonly managerSession: Session | null
  /** The manager's PIN is being asked for. */
  readonly askingManager: boolean
  /** The status could not be read at all; a sentence. Empty while the till answers. */
  readonly unreachable: string
  /** The till was started anew with another key: this page can reach nothing any more. */
  readonly outlived: boolean
}

export const useShell = create<Shell>(() => ({
  status: null,
  statusAtMs: 0,
  ledger: 'up',
  session: null,
  lastStaffId: null,
  managerSession: null,
  askingManager: false,
  unreachable: '',
  outlived: false,
}))

const REFRESH_MS = 60_000
/** Status is asked for again at most this often, however many notices come. */
const REFRESH_GAP_MS = 400

export async function refreshStatus(): Promise<void> {
  const answer = await till.call('system.status', {})
  if (answer.outcome === 'done') {
    const status = answer.value
    useShell.setState({
      status,
      statusAtMs: monotonicMs(),
      unreachable: '',
      ledger: status.phase === 'blocked' ? 'blocked' : 'up',
    })
  } else {
    useShell.setState({
      unreachable: answer.outcome === 'refused' ? answer.refusal.sentence : i18next.t('common:failed'),
    })
  }
}

/** A restart takes less than this. */
const RESTART_USUAL_MS = 5_000

/** The answer waits for the ledger process; where none comes at all, the program behind the page is gone. */
function askIfStillRestarting(): void {
  if (useShell.getState().ledger === 'restarting') void refreshStatus()
}

let refreshWaits = false

/** Off the typing path: notices in a row make one question. */
function refreshStatusSoon(): void {
  if (refreshWaits) return
  refreshWaits = true
  setTimeout(() => {
    refreshWaits = false
    void refreshStatus()
  }, REFRESH_GAP_MS)
}

/** Listens to the ledger process for as long as the page lives. */
export function startShell(): void {
  till.onNotice((notice) => {
    if (notice.notice === 'changed') return refreshStatusSoon()
    const before = useShell.getState().ledger
    useShell.setState({ ledger: notice.state })
    if (notice.state !== 'restarting') void refreshStatus()
    else if (before !== 'restarting') setTimeout(askIfStillRestarting, RESTART_USUAL_MS)
  })
  till.onSignedOut((token) => {
    const { session, managerSession } = useShell.getState()
    if (managerSession?.token === token) useShell.setState({ managerSession: null })
    if (session?.token === token) lock()
  })
  onOutlived(() => useShell.setState({ outlived: true }))
  setInterval(refreshStatusSoon, REFRESH_MS)
  void refreshStatus()
}

/** A session begins: by PIN, or at the end of the set-up. */
export function signedIn(session: Session): void {
  till.speakAs(session.token)
  useShell.setState({ session, lastStaffId: session.staff.id })
  void refreshStatus()
}

/** Covers the screen. What was typed stays in the stores and is there again after the PIN. */
export function lock(): void {
  const { session, managerSession } = useShell.getState()
  till.speakAs('')
  useShell.setState({ session: null, managerSession: null, askingManager: false })
  for (const one of [session, managerSession]) {
    // Ends at the ledger too. When it cannot be told, its own idle lock ends the session.
    if (one) void till.call('session.sign_out', {}, one.token)
  }
}

/** F10: those who may see the reports go in, others are asked for a manager's PIN. */
export function openManager(): void {
  const { session } = useShell.getState()
  if (!session) return
  if (session.permissions.includes('reports.read')) useShell.setState({ managerSession: session })
  else useShell.setState({ askingManager: true })
}

export function managerSignedIn(session: Session): void {
  useShell.setState({ managerSession: session, askingManager: false })
}

export function leaveManager(): void {
  const { session, managerSession } = useShell.getState()
  useShell.setState({ managerSession: null, askingManager: false })
  if (managerSession && managerSession.token !== session?.token) {
    void till.call('session.sign_out', {}, managerSession.token)
  }
}

/** Those who may do this alone: whose PIN is asked for. */
export function staffWhoMay(staff: readonly StaffMember[], permission: Permission): readonly StaffMember[] {
  return staff.filter((one) => one.active && may(one.role, permission))
}
