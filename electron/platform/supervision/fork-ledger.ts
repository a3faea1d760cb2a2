import type { FromLedger, ToLedger } from '../../ledger/messages.ts'
import { forkChild } from './fork-child.ts'
import type { LedgerProcess } from './supervisor.ts'

/** All that a ledger process may know of the environment it was started in. */
const KEPT_VARIABLES = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'TZ', 'LANG'] as const

/** The variables handed on to a ledger process; all others, secrets among them, stay behind. */
export function ledgerEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of KEPT_VARIABLES) {
    const value = from[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}

/** Starts the ledger process under plain Node (browser host, command line, tests). */
export function forkLedger(entry: string): LedgerProcess {
  return forkChild<ToLedger, FromLedger>(entry, ledgerEnvironment())
}
