import { fileKeyStore } from '../platform/key-store.ts'
import { randomHex } from '../platform/random.ts'
import { forkLedger } from '../platform/supervision/fork-ledger.ts'
import { forkSync } from '../platform/supervision/fork-sync.ts'
import type { TillHost } from '../platform/supervision/till-host.ts'
import { systemClock } from '../platform/system-clock.ts'
import { systemTimers } from '../platform/timers.ts'
import { type LoopbackScreens, openLoopback } from './server.ts'

interface BrowserHostOptions {
  readonly dir: string
  /** 0: any free port. */
  readonly port: number
  readonly rendererDir: string
  readonly ledgerEntry: string
  readonly syncEntry: string
  readonly log: (line: string) => void
}

/** The till's shell under plain Node: the ledger is a forked process, the screens are in a browser. */
export function browserHost({
  dir,
  port,
  rendererDir,
  ledgerEntry,
  syncEntry,
  log,
}: BrowserHostOptions): TillHost<LoopbackScreens> {
  const clock = systemClock()
  return {
    kind: 'browser',
    dir,
    keyStore: fileKeyStore(dir),
    timers: systemTimers,
    wallMs: () => clock.read().wallMs,
    log,
    spawnLedger: () => forkLedger(ledgerEntry),
    spawnSync: () => forkSync(syncEntry),
    openScreens: (door) => openLoopback({ door, rendererDir, port, token: randomHex(24), log }),
  }
}
