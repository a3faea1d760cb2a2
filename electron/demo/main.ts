import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { HOME } from '../../shared/base/home.ts'
import { groupThousands } from '../../shared/base/money.ts'
import { nodePlatform } from '../ledger/node-platform.ts'
import { openTill } from '../ledger/open.ts'
import { DATABASE_FILE } from '../ledger/set-up.ts'
import { DATA_DIR, dataDirectory, wholeNumber } from '../platform/flags.ts'
import { fileKeyStore } from '../platform/key-store.ts'
import { randomHex } from '../platform/random.ts'
import { demoClock } from './demo-clock.ts'
import { fillDemo, openingMs } from './fill.ts'
import { DEMO_PEOPLE, DEMO_STORE, demoPinsLine } from './people.ts'

/**
 * `node electron/demo/main.ts --data DIR --customers N --seed N`: a new till with a year of a believable shop.
 * `--brief`: whoever starts it says the place and the PINs itself.
 */

const REFUSED = 2
const CUSTOMERS_MAX = 10_000_000

interface Wanted {
  readonly dir: string
  readonly customers: number
  readonly seed: number
  readonly brief: boolean
}

function wantedFrom(argv: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string', default: DATA_DIR },
      customers: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      brief: { type: 'boolean', default: false },
    },
  })
  return {
    dir: dataDirectory(values.data),
    customers: wholeNumber('--customers', values.customers, 0, CUSTOMERS_MAX),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1),
    brief: values.brief,
  }
}

async function main({ dir, customers, seed, brief }: Wanted): Promise<number> {
  if (existsSync(path.join(dir, DATABASE_FILE))) {
    process.stderr.write(`${dir} already holds a till; a demo needs an empty folder.\n`)
    return REFUSED
  }
  const platform = nodePlatform()
  const started = platform.clock.read()
  const clock = demoClock(openingMs(started.wallMs, HOME.timeZone))
  const opened = await openTill({
    dir,
    keyStore: fileKeyStore(dir),
    mode: 'write',
    host: 'cli',
    platform: { ...platform, clock },
  })
  if (!opened.ok) {
    process.stderr.write(`${opened.refusal.sentence}\n`)
    return REFUSED
  }
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: '{bar} {percentage} %  {value} of {total} customers' })
    : null
  try {
    const [admin] = DEMO_PEOPLE
    const done = await opened.value.setUp({
      command_id: randomHex(16),
      ...DEMO_STORE,
      admin_name: admin.name,
      pin: admin.pin,
      date_confirmed: null,
      demo: true,
    })
    const till = opened.value.till()
    if (!done.ok || !till) {
      process.stderr.write(`${done.ok ? 'The till could not be opened.' : done.refusal.sentence}\n`)
      return REFUSED
    }
    bar?.start(customers, 0)
    const plan = { customers, seed, nowMs: started.wallMs, timeZone: HOME.timeZone }
    await fillDemo(till, clock, { ...plan, progress: (count) => bar?.update(count) })
    bar?.stop()
    const seconds = (platform.clock.read().monotonicMs - started.monotonicMs) / 1000
    const stats = opened.value.stats()
    const people = `${groupThousands(stats?.customers ?? 0)} customers`
    const made = `${people}, ${groupThousands(stats?.sales ?? 0)} sales, made in ${seconds.toFixed(1)} s.`
    process.stderr.write(brief ? `Demo data: ${made}\n` : `Demo shop in ${dir}: ${made}\n${demoPinsLine()}\n`)
    return 0
  } finally {
    bar?.stop()
    opened.value.close()
  }
}

try {
  process.exitCode = await main(wantedFrom(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = REFUSED
}
