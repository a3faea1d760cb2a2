import { fork } from 'node:child_process'
import path from 'node:path'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import { childrenOf } from '../support/host-process.ts'
import { RunningLedger } from '../support/ledger-process.ts'
import { residentBytes } from '../support/memory-use.ts'
import { adminSession, benchShopper, type Dataset, openBenchTill, workingCopy } from './dataset.ts'
import type { Figure } from './figure.ts'
import { drawPeople } from './look-up.ts'
import { median, microsecondsOf } from './measure.ts'

/** From the start of the ledger process to the answer of its first search, and what that process holds in memory. */

const RAW = path.join(import.meta.dirname, 'raw-start.ts')
const STARTS_MAX = 5
const LOOK_UPS_BEFORE_MEMORY = 5_000
const MB = 1_048_576
const START_MS_MAX = 2_000
const MEMORY_MB_MAX = 300

export async function benchColdStart(dataset: Dataset, rounds: number): Promise<Figure[]> {
  const copy = workingCopy(dataset, 'start')
  const { opened, till } = await openBenchTill(copy.dir)
  const session = adminSession(till)
  opened.close()
  const secrets = await fileKeyStore(copy.dir).load()
  if (!secrets) throw new Error('the till of the bench has no keys')
  const phone = benchShopper(dataset.seed, 1).phone.replaceAll(' ', '')
  const starts = Math.min(STARTS_MAX, rounds)
  const ours: number[] = []
  const raw: number[] = []
  let memory: number | null = null
  try {
    for (let start = 1; start <= starts; start++) {
      raw.push(await microsecondsOf(() => rawStart(copy.dir, `+234${phone.slice(1)}`)))
      let ledger: RunningLedger | null = null
      ours.push(
        await microsecondsOf(async () => {
          ledger = await RunningLedger.start(copy.dir, secrets)
          await search(ledger, session, phone)
        }),
      )
      const running = ledger as RunningLedger | null
      if (!running) throw new Error('the ledger process did not start')
      if (start === starts) {
        for (const { dialled } of drawPeople(dataset, 99, LOOK_UPS_BEFORE_MEMORY)) {
          await search(running, session, dialled)
        }
        memory = residentBytes(childrenOf(process.pid)[0])
      }
      await running.close()
    }
  } finally {
    copy.remove()
  }
  return [startFigure(median(ours), median(raw)), ...(memory === null ? [] : [memoryFigure(memory)])]
}

async function search(ledger: RunningLedger, session: string, text: string): Promise<void> {
  const reply = await ledger.call({ method: 'customer.search', session, input: { text } })
  if (reply?.outcome !== 'done') throw new Error('the ledger process did not answer a search')
}

function rawStart(dir: string, phone: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(RAW, [dir, phone])
    child.once('message', (found) => (found ? resolve() : reject(new Error('nobody has this phone'))))
    child.once('exit', (code) => reject(new Error(`the raw process ended with ${code}`)))
  })
}

const startFigure = (oursUs: number, rawUs: number): Figure => ({
  id: 'start.first-look-up',
  what: 'start of the ledger process to its first answer',
  unit: 'ms',
  value: oursUs / 1_000,
  raw: rawUs / 1_000,
  rawIs: 'a Node process that opens the same file and runs one prepared statement',
  target: { atMost: START_MS_MAX },
})

const memoryFigure = (bytes: number): Figure => ({
  id: 'memory.ledger',
  what: `memory of the ledger process after ${LOOK_UPS_BEFORE_MEMORY.toLocaleString('en')} look-ups`,
  unit: 'MB',
  value: bytes / MB,
  raw: null,
  rawIs: '',
  target: { atMost: MEMORY_MB_MAX },
})
