import type { FromSync, ToSync } from '../../ledger/sync-port.ts'
import { forkChild } from './fork-child.ts'
import { ledgerEnvironment } from './fork-ledger.ts'
import type { SyncProcess } from './sync-supervisor.ts'

/** How a shop's network is told to programs. Only the sync process needs it. */
const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy'] as const
const CERTIFICATES = 'NODE_EXTRA_CA_CERTS'

/** The variables handed on to a sync process: those of the ledger process, proxies and a file of certificates. */
export function syncEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = ledgerEnvironment(from)
  for (const name of [...PROXIES, CERTIFICATES]) {
    const value = from[name]
    if (value !== undefined) kept[name] = value
  }
  // Node reads the proxy variables only when it is told to.
  if (PROXIES.some((name) => kept[name] !== undefined)) kept['NODE_USE_ENV_PROXY'] = '1'
  return kept
}

/** Starts the sync process under plain Node (browser host, tests). */
export function forkSync(entry: string): SyncProcess {
  return forkChild<ToSync, FromSync>(entry, syncEnvironment())
}
