import path from 'node:path'
import { startTill } from '../platform/supervision/till-host.ts'
import { type HostArguments, hostArguments } from './arguments.ts'
import { browserHost } from './browser-host.ts'
import { openBrowser } from './open-browser.ts'

/**
 * The browser host: the till in a browser of this computer. For development, end-to-end tests, and machines that
 * cannot run Electron. Never part of the packaged app.
 */

const ROOT = path.resolve(import.meta.dirname, '../..')
const REFUSED = 2

async function main(given: HostArguments): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    // A second Ctrl-C must not cut the closing short.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    process.once('disconnect', () => resolve())
  })
  const host = browserHost({
    dir: given.dir,
    port: given.port,
    rendererDir: path.join(ROOT, 'out/renderer'),
    ledgerEntry: path.join(ROOT, 'electron/ledger/process.ts'),
    syncEntry: path.join(ROOT, 'electron/sync/process.ts'),
    log: (line) => process.stderr.write(`kasuwa: ${line}\n`),
  })
  const till = await startTill(host)
  if ('why' in till) {
    process.stderr.write(`${till.sentence}\n`)
    return REFUSED
  }
  process.stderr.write(`${host.keyStore.notice}\n`)
  const status = await till.ledger.call('system.status', '', {})
  if (given.demoNote !== '' && status.outcome === 'done' && status.value.demo) {
    process.stdout.write(`${given.demoNote}\n`)
  }
  process.stdout.write(`${till.screens.address}\n`)
  if (given.open) openBrowser(till.screens.addressForOnce())
  await stopped
  await till.close()
  return 0
}

try {
  process.exitCode = await main(hostArguments(process.argv.slice(2)))
} catch (error) {
  const portTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const sentence = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    portTaken ? 'That port is used by another program. Choose another one with --port.\n' : `${sentence}\n`,
  )
  process.exitCode = REFUSED
}
// The channel to the program that started this one would keep it alive.
if (process.connected) process.disconnect()
