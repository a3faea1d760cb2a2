import type { FromSync, ToSync } from '../../electron/ledger/sync-port.ts'
import { onParentGone, parentPort } from '../../electron/platform/ports.ts'

/** A sync process that only tells the ledger process what it hears, for tests of the shells alone. */

const port = parentPort<FromSync, ToSync>()
let lastId = 0

onParentGone(() => process.exit(0))

function wordFor(message: ToSync): string | null {
  switch (message.type) {
    case 'ledger':
      return message.message.type === 'changed' ? `changed ${message.message.what}` : null
    case 'ledger_state':
      return message.up ? 'ledger up' : 'ledger down'
    default:
      return message.type
  }
}

function report(heard: string): void {
  const { pid, argv, env } = process
  const input = { pid, heard, argv: argv.slice(2), env } as never
  port.post({ type: 'ledger', message: { id: ++lastId, op: 'report', input } })
}

port.onMessage((message) => {
  const heard = wordFor(message)
  if (heard !== null) report(heard)
  // Last: what is said after it may come too late to be passed on.
  if (message.type === 'close') port.post({ type: 'closed' })
})
port.post({ type: 'started' })
