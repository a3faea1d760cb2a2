import type { FromSync, LedgerToSync, ToSync } from '../ledger/sync-port.ts'
import { onParentGone, parentPort } from '../platform/ports.ts'
import { osRandom } from '../platform/random.ts'
import { systemTimers } from '../platform/timers.ts'
import { boundYoungHeap } from '../platform/young-heap.ts'
import { type SyncDriver, syncDriver } from './driver.ts'
import { LedgerChannel } from './ledger-calls.ts'
import { followShapes } from './shapes.ts'
import { trustingFetch } from './trust.ts'

/**
 * Entry of the sync process: the only process of a till that speaks to head office. It has no database and keeps no
 * secret but a token in memory; it may be ended at any moment. Started by a shell, never by hand.
 */
const port = parentPort<FromSync, ToSync>()
const ledger = new LedgerChannel((message) => port.post(message))

boundYoungHeap()

let lastLine = ''
/** An outage says the same again and again: once is enough. */
function log(line: string): void {
  if (line === lastLine) return
  lastLine = line
  process.stderr.write(`${JSON.stringify({ level: 'warn', process: 'sync', message: line })}\n`)
}

const driver: SyncDriver = syncDriver({
  ledger,
  fetch: trustingFetch(log),
  timers: systemTimers,
  random: () => Buffer.from(osRandom.bytes(6)).readUIntBE(0, 6) / 2 ** 48,
  follow: followShapes,
  log,
})

const SIGNALS = { entries: 'entries', sync: 'moved', send_now: 'send_now' } as const

function fromLedger(message: LedgerToSync): void {
  if (message.type === 'answer') ledger.answered(message)
  else driver.hear({ type: SIGNALS[message.what] })
}

port.onMessage((message) => {
  switch (message.type) {
    case 'ledger':
      fromLedger(message.message)
      break
    case 'ledger_state':
      if (!message.up) ledger.lost()
      driver.hear({ type: message.up ? 'ledger_up' : 'ledger_down' })
      break
    case 'suspend':
    case 'resume':
      driver.hear({ type: message.type })
      break
    case 'close':
      driver.close()
      port.post({ type: 'closed' })
  }
})
onParentGone(() => process.exit(0))
port.post({ type: 'started' })
