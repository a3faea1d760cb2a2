import type { Notice, Reply } from '../../../shared/ipc/message.ts'
import { checkReply, parseCall } from '../../../shared/ipc/parse-call.ts'
import type { Blocked, HostKind } from '../../ledger/messages.ts'
import type { KeyStore } from '../key-store.ts'
import { systemPrinter } from '../printer.ts'
import type { Timers } from '../timers.ts'
import { controlWhileUp } from './control.ts'
import { type LedgerProcess, type LedgerSupervisor, superviseLedger } from './supervisor.ts'
import { type SyncProcess, type SyncSupervisor, superviseSync } from './sync-supervisor.ts'

/** What a till needs of the shell it runs in. Electron and the browser host each implement it. */
export interface TillHost<S extends Screens = Screens> {
  readonly kind: HostKind
  /** The data directory. */
  readonly dir: string
  readonly keyStore: KeyStore
  readonly timers: Timers
  wallMs(): number
  log(line: string): void
  spawnLedger(): LedgerProcess
  spawnSync(): SyncProcess
  /** Shows the screens to a person; resolves when they can be used. */
  openScreens(door: ScreenDoor): Promise<S>
}

/** The only way from a screen to the ledger process. */
export interface ScreenDoor {
  /** Takes whatever a screen sent: an unknown value is checked against the contract, the answer too. */
  call(raw: unknown): Promise<Reply>
  /** What a screen that has just come must know. */
  state(): Notice
  onNotice(listener: (notice: Notice) => void): () => void
}

export interface Screens {
  /** Where the screens are, for the person who started the till. */
  readonly address: string
  close(): Promise<void>
}

export interface RunningTill<S extends Screens = Screens> {
  readonly ledger: LedgerSupervisor
  readonly sync: Pick<SyncSupervisor, 'suspend' | 'resume'>
  readonly screens: S
  close(): Promise<void>
}

/**
 * Starts a till in a shell. A till that cannot work still shows its screens, which say why; only when another
 * Kasuwa uses the data directory nothing is opened, and why is returned.
 */
export async function startTill<S extends Screens>(host: TillHost<S>): Promise<RunningTill<S> | Blocked> {
  const ledger = superviseLedger({
    spawn: () => host.spawnLedger(),
    dir: host.dir,
    host: host.kind,
    keyStore: host.keyStore,
    printer: systemPrinter(host.timers),
    timers: host.timers,
    wallMs: () => host.wallMs(),
    log: (line) => host.log(line),
  })
  const blocked = await ledger.firstOpen
  if (blocked?.why === 'writer_busy') {
    await ledger.close()
    return blocked
  }
  if (blocked) host.log(blocked.sentence)
  const control = controlWhileUp(ledger, host.dir, (line) => host.log(line))
  const sync = superviseSync({
    spawn: () => host.spawnSync(),
    ledger,
    timers: host.timers,
    log: (line) => host.log(line),
  })
  const closeProcesses = async (): Promise<void> => {
    await Promise.all([control.close(), sync.close()])
    await ledger.close()
  }
  try {
    const screens = await host.openScreens(doorTo(ledger))
    return {
      ledger,
      sync,
      screens,
      async close() {
        await screens.close()
        await closeProcesses()
      },
    }
  } catch (error) {
    await closeProcesses()
    throw error
  }
}

function doorTo(ledger: LedgerSupervisor): ScreenDoor {
  return {
    async call(raw) {
      const call = parseCall(raw)
      if (!call.ok) return { id: 0, outcome: 'refused', refusal: call.refusal }
      const { method, session, input } = call.value
      return checkReply(method, await ledger.call(method, session, input))
    },
    state() {
      const state = ledger.state()
      return { notice: 'ledger', state: state === 'up' || state === 'blocked' ? state : 'restarting' }
    },
    onNotice: (listener) => ledger.onNotice(listener),
  }
}
